"""`haidang article …`: what the pages for entering an article by hand do, in the foreground.

file, text or address ──► draft ──► shown as read ──► agreed? ──► placed
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils import timezone

from haidang.core.machines import allow_hosts, find_machines
from haidang.engine.clippings import BYTES_MAX
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _
from haidang.project.demo.desk import find_demo_hosts
from haidang.watch import actions
from haidang.watch.drafting import work_on_draft
from haidang.watch.enums import DraftState, Precision, Way
from haidang.watch.models import Draft, Publication
from haidang.watch.queries.drafts import find_draft, find_drafts
from haidang.watch.troubles import tell_trouble

DAYS = ("%d/%m/%Y", "%Y-%m-%d")


def print_drafts(*, as_json: bool) -> int:
    """The open drafts, newest first."""
    drafts = find_drafts()
    if as_json:
        told = [asdict(draft) for draft in drafts]
        print(json.dumps(told, ensure_ascii=False, default=str))
        return 0
    for draft in drafts:
        name = draft.title or draft.url
        print(f"{draft.id}  {draft.state}  {draft.publication}  {name}")
    return 0


def add(arguments: argparse.Namespace) -> int:
    """Begin a draft, read it, show it, and place it when the operator agrees."""
    new = _read_arguments(arguments)
    try:
        draft = actions.begin_draft(
            new, by=None, now=timezone.now(), then=lambda _number: None, from_command=True
        )
    except ValidationError as error:
        raise CommandFailed(" ".join(error.messages), code=2) from None
    return _finish(_work_on(draft.id), arguments)


def place(number: int, arguments: argparse.Namespace) -> int:
    """Place a draft that waits, with what the options correct of it."""
    return _finish(_open(number), arguments)


def drop(number: int) -> int:
    """Throw a draft away."""
    actions.drop_draft(_open(number), by=None, now=timezone.now(), from_command=True)
    print(_("The draft is gone."))
    return 0


def _open(number: int) -> Draft:
    draft = find_draft(number)
    if draft is None or draft.state == DraftState.PLACED:
        raise CommandFailed(_("there is no draft {number}").format(number=number), code=2)
    return draft if draft.state == DraftState.READY else _work_on(number)


def _work_on(number: int) -> Draft:
    allow_hosts(find_demo_hosts())
    work_on_draft(number, machines=find_machines(), now=timezone.now())
    draft = find_draft(number)
    assert draft is not None
    return draft


# ---------------------------------------------------------------- what was told


def _read_arguments(arguments: argparse.Namespace) -> actions.NewDraft:
    at, precision = _read_date(arguments.date)
    common = {"title": arguments.title or "", "language": arguments.lang, "published_at": at}
    text = _read_text(arguments.text) if arguments.text else ""
    if arguments.what and not arguments.file and not text:
        return actions.NewDraft(way=Way.ADDRESS, url=arguments.what)
    if not arguments.file and not text:
        raise CommandFailed(_("tell an address, --text or --file"), code=2)
    return actions.NewDraft(
        way=Way.FILE if arguments.file else Way.TEXT,
        publication=_find_publication(arguments.publication),
        url=arguments.what or "",
        text=text,
        precision=precision,
        file=_read_bytes(Path(arguments.file)) if arguments.file else None,
        **common,
    )


def _find_publication(told: str | None) -> Publication:
    rows = Publication.objects.filter(paused_at=None)
    found = rows.filter(name=told or "").first() or rows.filter(hosts__host=told or "").first()
    if found is None:
        sentence = _("tell --publication with the name or host of a registered publication")
        raise CommandFailed(sentence, code=2)
    return found


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(BYTES_MAX + 1)
    except (OSError, ValueError):
        raise CommandFailed(_("there is no file {path}").format(path=path), code=2) from None


def _read_text(name: str) -> str:
    data = sys.stdin.buffer.read(BYTES_MAX) if name == "-" else _read_bytes(Path(name))
    return data.decode("utf-8-sig", errors="replace").replace("\0", " ")


def _read_date(told: str | None) -> tuple[datetime | None, Precision]:
    if not told:
        return None, Precision.SEEN
    for form in DAYS:
        try:
            day = datetime.strptime(told, form).date()  # noqa: DTZ007 -- a day; the desk's own zone is given to it below
        except ValueError:
            continue
        return _bound(timezone.make_aware(datetime.combine(day, time()))), Precision.DAY
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        sentence = _("“{value}” is not a day such as 23/11/2026")
        raise CommandFailed(sentence.format(value=told), code=2) from None
    return _bound(at if at.tzinfo else timezone.make_aware(at)), Precision.TIME


def _bound(at: datetime) -> datetime:
    if at > timezone.now() or at.year < 1990:
        raise CommandFailed(_("the day lies in the future, or before 1990"), code=2)
    return at.astimezone(UTC)


# ---------------------------------------------------------------- shown and placed


def _finish(draft: Draft, arguments: argparse.Namespace) -> int:
    """Show a draft as it would be placed; place it when agreed, else leave it waiting."""
    title = arguments.title or draft.title
    at, precision = _read_date(arguments.date)
    if at is None:
        at, precision = draft.published_at, Precision(draft.precision)
    if draft.trouble:
        print(tell_trouble(draft.trouble, draft.trouble_facts), file=sys.stderr)
    print(f"{title or '?'}\n{draft.publication.name}\n\n{draft.text}", file=sys.stderr)
    if not (arguments.yes or (sys.stdin.isatty() and _agreed())):
        told = _("draft {number} is kept for seven days: haidang article place {number} --yes")
        print(told.format(number=draft.id))
        return 0
    revision = actions.Revision(
        title=title,
        text=_read_text(arguments.text)
        if arguments.act == "place" and arguments.text
        else draft.text,
        language=arguments.lang or draft.language,
        url=draft.url,
        published_at=at,
        precision=precision,
    )
    try:
        actions.confirm_draft(
            draft,
            revision,
            by=None,
            now=timezone.now(),
            then=lambda _number: None,
            from_command=True,
        )
    except ValidationError as error:
        raise CommandFailed(" ".join(error.messages), code=2) from None
    return _place(draft.id)


def _agreed() -> bool:
    print(_("Place it? [y/N] "), end="", file=sys.stderr)
    return input().strip().lower() in {"y", "yes", "c", "có", "co"}


def _place(number: int) -> int:
    draft = _work_on(number)
    find_machines().reader.close()
    if draft.state != DraftState.PLACED:
        raise CommandFailed(tell_trouble(draft.trouble, draft.trouble_facts))
    actions.place_waiting(now=timezone.now())
    draft.refresh_from_db()
    assert draft.entry is not None
    article = draft.entry.article_id
    told = _("placed: /a/{number}") if article else _("it is placed next by the running desk")
    print(told.format(number=article))
    return 0
