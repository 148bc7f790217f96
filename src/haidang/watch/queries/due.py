"""What a batch needs to know of its feeds and their waiting pages."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from haidang.engine.pipeline import FeedForUpdate
from haidang.watch.enums import EntryState, FeedKind
from haidang.watch.models import Entry, Feed

RATE_DAYS = 14


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
        etag=feed.etag,
        last_modified=feed.last_modified,
        interval_s=feed.interval_s,
        failures=feed.failures,
        known_keys=keys,
        entries_per_day=len(keys) / RATE_DAYS if feed.last_ok_at else None,
        shortest_s=settings.OPTIONS["SHORTEST_VISIT"],
    )


def find_batch_entries(feed: Feed, *, now: datetime, limit: int) -> list[Entry]:
    """Pages of this feed that wait to be read, newest first."""
    waiting = Entry.objects.filter(feed=feed, state=EntryState.WAITING)
    ready = waiting.filter(Q(next_try_at=None) | Q(next_try_at__lte=now))
    return list(ready.select_related("feed__publication").order_by("-published_at", "-id")[:limit])


def find_saved_feeds() -> list[tuple[str, str, bool]]:
    """Address, publication, and whether it is a page without a feed: what this desk follows."""
    rows = Feed.objects.exclude(kind=FeedKind.IMPORT).filter(publication__paused_at=None)
    told = rows.order_by("id").values_list("url", "publication__name", "kind")
    return [(url, name, kind == FeedKind.PAGE) for url, name, kind in told]
