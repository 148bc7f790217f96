"""Older articles of a registered publication, from a sitemap with dates: kept as entries to be read.

They stand under a row of their own, apart from the publication's feed, and are read by the command that
asked for them and by nothing else. Running it again goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import Q

from haidang.core.actions import log_act
from haidang.engine.types import EntryData
from haidang.engine.types import FeedKind as EngineFeedKind
from haidang.watch import rules
from haidang.watch.actions.feeds import CLAIM, believe, may_be_article, short_key, short_language
from haidang.watch.enums import EntryState, FeedKind
from haidang.watch.models import Article, Entry, Feed, Publication

ROWS_A_STORE = 1_000


@dataclass(frozen=True, slots=True)
class BackfillStored:
    """How many pages are new, how many the desk had, how many are not this publication's articles."""

    new: int = 0
    known: int = 0
    refused: int = 0


def open_backfill(publication: Publication, *, sitemap: str, now: datetime) -> Feed | None:
    """The publication's row for older articles, claimed for this process; None if another has it."""
    with transaction.atomic():
        feed, _made = Feed.objects.get_or_create(
            url=f"backfill:{publication.id}",
            defaults={
                "publication": publication,
                "kind": FeedKind.BACKFILL,
                "title": sitemap[:1000],
            },
        )
        free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        if not Feed.objects.filter(free, id=feed.id).update(claimed_until=now + CLAIM):
            return None
        log_act("backfill", by=None, now=now, what=publication.name, sitemap=sitemap)
    return feed


def store_backfill(feed: Feed, pages: Sequence[EntryData], *, now: datetime) -> BackfillStored:
    """Keep the pages of one sitemap that the desk does not have yet; some hundreds a transaction."""
    hosts = frozenset(feed.publication.hosts.values_list("host", flat=True))
    ours = [
        page
        for page in pages
        if rules.belongs_to(page.url, hosts) and may_be_article(page.url, EngineFeedKind.SITEMAP)
    ]
    new = sum(_store_some(feed, some, now=now) for some in _in_parts(ours))
    return BackfillStored(new=new, known=len(ours) - new, refused=len(pages) - len(ours))


def _in_parts(pages: Iterable[EntryData]) -> Iterator[list[EntryData]]:
    left = iter(pages)
    while part := list(islice(left, ROWS_A_STORE)):
        yield part


def _store_some(feed: Feed, pages: list[EntryData], *, now: datetime) -> int:
    by_key = {short_key(page.url): page for page in pages}
    with transaction.atomic():
        kept = Entry.objects.filter(feed=feed, key__in=list(by_key))
        urls = [page.url for page in by_key.values()]
        placed = Article.objects.filter(publication=feed.publication_id, url__in=urls)
        known = {*kept.values_list("url", flat=True), *placed.values_list("url", flat=True)}
        fresh = [
            _entry(feed, key, page, now=now)
            for key, page in by_key.items()
            if page.url not in known
        ]
        Entry.objects.bulk_create(fresh, ignore_conflicts=True)
        Feed.objects.filter(id=feed.id).update(claimed_until=now + CLAIM, last_visit_at=now)
    return len(fresh)


def _entry(feed: Feed, key: str, page: EntryData, *, now: datetime) -> Entry:
    published, precision = believe(page.published, now=now)
    return Entry(
        feed=feed,
        key=key,
        url=page.url,
        title=page.title,
        published_at=published,
        precision=precision,
        updated_at=page.updated.at if page.updated else None,
        language=short_language(page.language or ""),
        first_seen=now,
        state=EntryState.WAITING,
    )
