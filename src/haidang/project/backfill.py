"""`haidang backfill SITEMAP`: older articles of a registered publication, page by page and politely.

    sitemaps, those of the wanted days ──► pages with a date in between ──► kept as entries
    entries, newest first ──► gate ──► archive ──► sandbox ──► placed among their own time

One host is asked as seldom as ever, so a year of a newspaper takes hours. Stopped at any moment, the
same command goes on: what is read is read, and what waits is not asked for twice.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from haidang.core.machines import Machines, allow_hosts, find_machines
from haidang.engine.errors import EngineError
from haidang.engine.feeds import SITEMAP_PAGES_MAX, SitemapWalk
from haidang.engine.gathering import read_sitemaps
from haidang.engine.types import Reply
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _, ngettext
from haidang.project.demo.desk import find_demo_hosts
from haidang.project.progress import Progress
from haidang.watch import actions
from haidang.watch.enums import EntryState
from haidang.watch.jobs import read_entry
from haidang.watch.models import Article, Entry, Feed, Publication
from haidang.watch.queries.due import find_batch_entries
from haidang.watch.refusals import sentence_of
from haidang.watch.rules import belongs_to, find_refusal
from haidang.watch.subscribed import SubscribedGate
from haidang.watch.troubles import tell_error

FILES_MAX = 2_000
LONGEST_WAIT_S = 120.0
PAGES_A_TURN = 50  # between two rounds of placing
DAY_FORMATS = ("%d/%m/%Y", "%Y-%m-%d")


@dataclass
class Tally:
    """What came of the sitemaps."""

    files: int = 0
    new: int = 0
    known: int = 0
    left_out: int = 0


def backfill(sitemap: str, *, since: str | None, until: str | None) -> int:
    """Read the older articles that a sitemap names; exit code 1 if nothing of it could be read."""
    refusal = find_refusal(sitemap)
    if refusal is not None:
        raise CommandFailed(sentence_of(refusal, sitemap), code=2)
    first, last = _read_day(since), _read_day(until)
    if first and last and first > last:
        raise CommandFailed(_("--since lies after --until"), code=2)
    publication = _find_publication(sitemap)
    allow_hosts(find_demo_hosts())
    feed = actions.open_backfill(publication, sitemap=sitemap, now=timezone.now())
    if feed is None:
        told = _("another backfill of {name} is running")
        raise CommandFailed(told.format(name=publication.name))
    walk = SitemapWalk(
        url=sitemap,
        since=first,
        until=last + timedelta(days=1) if last else None,
        by_day=bool(first or last),
        files_max=FILES_MAX,
    )
    machines, before = find_machines(), Article.objects.count()
    try:
        tally = _walk(walk, feed, machines)
        _read_pages(feed, machines)
        actions.place_waiting(now=timezone.now())
    finally:
        actions.release_feed(feed.id)
        machines.reader.close()
    return _report(tally, feed, placed=Article.objects.count() - before)


def _read_day(told: str | None) -> datetime | None:
    """The day's beginning where the desk is; 23/11/2026 or 2026-11-23."""
    if told is None:
        return None
    for form in DAY_FORMATS:
        try:
            return timezone.make_aware(datetime.strptime(told.strip(), form))  # noqa: DTZ007 -- a day; the desk's own zone is given to it here
        except ValueError:
            continue
    raise CommandFailed(_("“{value}” is not a day such as 23/11/2026").format(value=told), code=2)


def _find_publication(sitemap: str) -> Publication:
    for publication in Publication.objects.filter(paused_at=None).prefetch_related("hosts"):
        if belongs_to(sitemap, frozenset(one.host for one in publication.hosts.all())):
            return publication
    told = _("{address}: its host belongs to no registered publication")
    raise CommandFailed(told.format(address=sitemap), code=2)


# ---------------------------------------------------------------- sitemaps


def _walk(walk: SitemapWalk, feed: Feed, machines: Machines) -> Tally:
    """Keep what the sitemaps name; a file that cannot be read is told, and the next one read."""
    tally = Tally()
    walk.begin()
    http = SubscribedGate(machines.http, publication_id=feed.publication_id)

    def ask(url: str) -> Reply:
        _is_our_turn(url, machines)
        return http.fetch(url, want="sitemap")

    with Progress(_("Reading sitemaps"), total=1) as progress:
        files = read_sitemaps(
            walk,
            ask=ask,
            read=machines.reader.run,
            now=timezone.now(),
            most=SITEMAP_PAGES_MAX,
        )
        for file in files:
            progress.expect(progress.done + 1 + file.waiting)
            progress.step()
            tally.files += 1
            if file.fault is not None:
                print(f"{file.url}: {tell_error(file.fault)}", file=sys.stderr)
                tally.files -= 1
                continue
            stored = actions.store_backfill(feed, file.pages, now=timezone.now())
            tally.new += stored.new
            tally.known += stored.known
            tally.left_out += stored.refused + file.left_out
    return tally


def _is_our_turn(url: str, machines: Machines) -> bool:
    """Wait here until the host may be asked; False at once if it asked to be left alone for long."""
    try:
        while (seconds := machines.http.wait_s(url)) > 0:
            if seconds > LONGEST_WAIT_S:
                return False
            time.sleep(min(seconds, 1.0))
    except EngineError:
        return True  # an address that cannot be read: its fetch tells why
    return True


# ---------------------------------------------------------------- pages


def _read_pages(feed: Feed, machines: Machines) -> None:
    """Read what waits, newest first, and place it now and then."""
    waiting = Entry.objects.filter(feed=feed, state=EntryState.WAITING).count()
    with Progress(_("Reading pages"), total=waiting) as progress:
        while entries := find_batch_entries(feed, now=timezone.now(), limit=PAGES_A_TURN):
            for entry in entries:
                if not _is_our_turn(entry.url, machines):
                    print(_("the server asks for patience; what was read is kept"), file=sys.stderr)
                    return
                read_entry(entry, machines)
                progress.step()
            actions.place_waiting(now=timezone.now())


def _report(tally: Tally, feed: Feed, *, placed: int) -> int:
    sentence = ngettext(
        "{count} sitemap: {new} new pages, {known} known, {left_out} left out",
        "{count} sitemaps: {new} new pages, {known} known, {left_out} left out",
        tally.files,
    )
    print(
        sentence.format(
            count=tally.files, new=tally.new, known=tally.known, left_out=tally.left_out
        )
    )
    print(ngettext("{count} new article", "{count} new articles", placed).format(count=placed))
    left = Entry.objects.filter(feed=feed, state=EntryState.WAITING).count()
    if left:
        told = ngettext(
            "{count} page could not be read for now: run the same command again later",
            "{count} pages could not be read for now: run the same command again later",
            left,
        )
        print(told.format(count=left))
    return 0 if tally.files else 1
