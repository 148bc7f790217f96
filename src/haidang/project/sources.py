"""`haidang source …`: list, check, add, and OPML in and out."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from haidang.core.machines import allow_hosts, find_machines
from haidang.engine.errors import EngineError
from haidang.engine.pipeline import FeedForUpdate, visit_feed
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _
from haidang.project.demo.desk import find_demo_hosts
from haidang.watch import actions
from haidang.watch.enums import Level
from haidang.watch.listing import read_list, take_list, write_list_csv, write_list_opml
from haidang.watch.models import Publication
from haidang.watch.queries import find_sources
from haidang.watch.refusals import sentence_of
from haidang.watch.rules import find_refusal, host_of
from haidang.watch.troubles import tell_error


def print_list(*, as_json: bool) -> int:
    """Every source with its health."""
    lines = find_sources(now=timezone.now()).lines
    if as_json:
        print(json.dumps([asdict(line) for line in lines], ensure_ascii=False, default=str))
        return 0
    for line in lines:
        print(f"{line.state:8} {line.name}  {line.url}  {line.trouble}")
    return 0


def check(url: str, *, as_json: bool) -> int:
    """Visit a feed once and say what it gives; nothing is stored."""
    refusal = find_refusal(url)
    if refusal is not None:
        raise CommandFailed(sentence_of(refusal, url), code=2)
    allow_hosts(find_demo_hosts())
    machines = find_machines()
    visit = visit_feed(
        FeedForUpdate(url=url, is_new=True),
        http=machines.http,
        reader=machines.reader,
        now=timezone.now(),
        may_follow=lambda found: find_refusal(found) is None,
    )
    machines.reader.close()
    if visit.trouble is not None:
        raise CommandFailed(str(tell_error(EngineError(visit.trouble, **visit.facts))))
    data = visit.data
    entries = data.entries if data else ()
    if as_json:
        told = {"kind": data.kind if data else None, "entries": [one.url for one in entries]}
        print(json.dumps(told, ensure_ascii=False))
        return 0
    if visit.found_url:
        print(_("this page leads to {address}").format(address=visit.found_url))
    print(_("{kind}, {count} entries").format(kind=data.kind if data else "", count=len(entries)))
    for entry in entries[:10]:
        print(f"  {entry.title}  {entry.url}")
    return 0


def add(arguments: argparse.Namespace) -> int:
    """Register a publication with its feed, as whoever runs this machine; all or nothing."""
    try:
        with transaction.atomic():
            publication = _find_or_register(arguments)
            feed = actions.add_feed(
                publication, arguments.address, by=None, now=timezone.now(), from_command=True
            )
    except ValidationError as error:
        raise CommandFailed(" ".join(error.messages), code=2) from None
    print(_("{name} follows {address}").format(name=publication.name, address=feed.url))
    return 0


def _find_or_register(arguments: argparse.Namespace) -> Publication:
    host = host_of(arguments.address)
    publication = Publication.objects.filter(hosts__host=host).first()
    if publication is not None:
        return publication
    if not (arguments.name and arguments.organisation and arguments.page):
        told = _(
            "{host} belongs to no registered publication: tell --name, --organisation and --page"
        )
        raise CommandFailed(told.format(host=host or arguments.address), code=2)
    return actions.register_publication(
        actions.NewPublication(
            name=arguments.name,
            organisation=arguments.organisation,
            organisation_page=arguments.page,
            country=arguments.country,
            language=arguments.lang,
            level=Level(arguments.level),
            hosts=(host,),
        ),
        by=None,
        now=timezone.now(),
        from_command=True,
    )


def import_list(path: Path) -> int:
    """Follow what an OPML or CSV file lists; each row that is refused is told with its line."""
    machines = find_machines()
    try:
        rows = read_list(path.read_bytes(), reader=machines.reader)
    except OSError:
        raise CommandFailed(_("there is no file {path}").format(path=path), code=2) from None
    except EngineError as error:
        raise CommandFailed(str(tell_error(error)), code=2) from None
    finally:
        machines.reader.close()
    report = take_list(rows, by=None, now=timezone.now(), from_command=True)
    for row in report.refused:
        told = _("line {line}: {what}: {why}")
        print(told.format(line=row.line, what=row.what, why=row.why), file=sys.stderr)
    told = _("{added} followed, {known} known already, {refused} refused")
    ends = {end: report.count(end) for end in ("added", "known", "refused")}
    print(told.format(**ends))
    return 0


def export_opml() -> int:
    """Write the followed feeds as OPML to standard output."""
    sys.stdout.write(write_list_opml().decode())
    return 0


def export_csv() -> int:
    """Write the followed feeds as a table to standard output."""
    sys.stdout.write(write_list_csv())
    return 0
