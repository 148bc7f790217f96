"""What a batch needs to know of its feeds and their waiting pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Q
from django.utils import timezone

from haidang.engine.pipeline import FeedForUpdate
from haidang.watch.enums import EntryState, FeedKind
from haidang.watch.models import Entry, Feed, Publication

RATE_DAYS = 14
RATE_ENTRIES = 3
RATE_SPAN = timedelta(hours=2)
# A sitemap whose last change an index tells as older than this before our last visit is not asked.
SITEMAP_OVERLAP = timedelta(days=1)
_OF_ENTRY = ("id", "feed_id", "url", "title", "summary", "language", "state", "tries", "trouble",
             "snapshot_id", "article_id")  # fmt: skip
_OF_PUBLICATION = ("id", "language")
# Asked for every page: Django would work the words of it out anew, at ten times the cost of the answer.
_FOR_A_PAGE = f"""
    SELECT {", ".join(f"entry.{name}" for name in _OF_ENTRY)},
        {", ".join(f"publication.{name}" for name in _OF_PUBLICATION)}
    FROM watch_entry AS entry
    JOIN watch_feed AS feed ON feed.id = entry.feed_id
    JOIN watch_publication AS publication ON publication.id = feed.publication_id
    WHERE entry.id = %s AND entry.state = '{EntryState.WAITING.value}'
"""  # noqa: S608 -- names of ours


def is_due(feed: Feed, *, now: datetime) -> bool:
    """Whether the feed itself should be visited (or only its pages read)."""
    return feed.next_visit_at is not None and feed.next_visit_at <= now


def find_feed_for_update(feed: Feed) -> FeedForUpdate:
    """The feed as the pipeline needs it."""
    since = timezone.now() - timedelta(days=RATE_DAYS)
    recent = Entry.objects.filter(feed=feed, first_seen__gte=since)
    keys = frozenset(recent.values_list("key", flat=True))
    return FeedForUpdate(
        url=feed.url,
        is_page=feed.kind == FeedKind.PAGE,
        is_new=feed.kind == FeedKind.UNKNOWN,
        is_first=feed.last_ok_at is None,
        selector=feed.selector,
        selector_given=feed.selector_given,
        since=feed.last_ok_at - SITEMAP_OVERLAP if feed.last_ok_at else None,
        etag=feed.etag,
        last_modified=feed.last_modified,
        interval_s=feed.interval_s,
        failures=feed.failures,
        known_keys=keys,
        entries_per_day=_rate_of(feed, since=since),
        shortest_s=settings.OPTIONS["SHORTEST_VISIT"],
    )


def _rate_of(feed: Feed, *, since: datetime) -> float | None:
    """New entries a day, by the dates that the feed itself told; None while too few are known."""
    told = Entry.objects.filter(feed=feed, published_at__gte=since)
    known = told.aggregate(count=Count("id"), first=Min("published_at"))
    if known["count"] < RATE_ENTRIES:
        return None
    span = max(timezone.now() - known["first"], RATE_SPAN)
    return float(known["count"] / (span / timedelta(days=1)))


def is_followed(url: str, *, besides: int | None = None) -> bool:
    """Whether a feed has this address already (`besides`: another than that one)."""
    followed = Feed.objects.filter(url=url)
    return (followed if besides is None else followed.exclude(id=besides)).exists()


def find_batch_entries(feed: Feed, *, now: datetime, limit: int) -> list[Entry]:
    """Pages of this feed that wait to be read, newest first."""
    waiting = Entry.objects.filter(feed=feed, state=EntryState.WAITING)
    ready = waiting.filter(Q(next_try_at=None) | Q(next_try_at__lte=now))
    found = list(ready.order_by("-published_at", "-id")[:limit])
    for entry in found:
        entry.feed = feed
    return found


def find_batch_feed(feed_id: int) -> Feed | None:
    """A feed of a batch as it is now; a member may have changed it meanwhile."""
    return Feed.objects.select_related("publication").filter(id=feed_id).first()


def find_batch_entry(entry_id: int) -> Entry | None:
    """An entry of a batch, unless another has read it meanwhile.

    Of its feed and publication only what reading a page needs: this is asked for every page.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FOR_A_PAGE, [entry_id])
        told = cursor.fetchone()
    if told is None:
        return None
    alias, cut = connection.alias, len(_OF_ENTRY)
    publication = Publication.from_db(alias, _OF_PUBLICATION, told[cut:])
    entry = Entry.from_db(alias, _OF_ENTRY, told[:cut])
    entry.feed = Feed.from_db(alias, ("id", "publication_id"), (entry.feed_id, publication.id))
    entry.feed.publication = publication
    return entry


def find_saved_feeds() -> list[tuple[str, str, bool]]:
    """Address, publication, and whether it is a page without a feed: what this desk follows."""
    rows = Feed.objects.exclude(kind__in=[FeedKind.IMPORT, FeedKind.BACKFILL, FeedKind.HAND])
    rows = rows.filter(publication__paused_at=None, stopped_at=None)
    told = rows.order_by("id").values_list("url", "publication__name", "kind")
    return [(url, name, kind == FeedKind.PAGE) for url, name, kind in told]
