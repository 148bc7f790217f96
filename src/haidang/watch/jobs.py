"""What WATCH does by itself: sweep due feeds into batches, read a batch, place what was read."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from haidang.core.jobs import Periodic, enqueue_once, job
from haidang.core.machines import Machines, find_machines
from haidang.engine.pipeline import read_page, visit_feed
from haidang.watch import actions
from haidang.watch.models import Entry, Feed
from haidang.watch.queries.due import find_batch_entries, find_feed_for_update, is_due
from haidang.watch.queries.placing import has_entries_to_place

BATCH = 12
SWEEP = timedelta(seconds=4)
PAGES_A_FEED = 200


def sweep(now: datetime) -> int:
    """Turn the feeds that are due into jobs, one a batch; how many feeds."""
    with transaction.atomic():
        due = actions.claim_due_feeds(now=now)
        # Small batches while there are few feeds, so that no thread idles.
        size = max(1, min(BATCH, len(due) // 8))
        for start in range(0, len(due), size):
            read_batch.enqueue(feed_ids=due[start : start + size])
        if has_entries_to_place():
            enqueue_once(place_articles)
    return len(due)


@job(queue="fetch")
def read_batch(feed_ids: list[int]) -> None:
    """Visit the feeds that are due and read their waiting pages, whichever host is free first."""
    machines = find_machines()
    pages: deque[Entry] = deque()
    for feed in Feed.objects.filter(id__in=feed_ids).select_related("publication"):
        _visit(feed, machines)
        pages.extend(find_batch_entries(feed, now=timezone.now(), limit=PAGES_A_FEED))
    while pages:
        entry = min(pages, key=lambda waiting: machines.http.wait_s(waiting.url))
        pages.remove(entry)
        _read(entry, machines)
    for feed_id in feed_ids:
        actions.release_feed(feed_id)


def _visit(feed: Feed, machines: Machines) -> None:
    now = timezone.now()
    if is_due(feed, now=now):
        visit = visit_feed(
            find_feed_for_update(feed), http=machines.http, reader=machines.reader, now=now
        )
        actions.store_visit(feed, visit, now=now)


def _read(entry: Entry, machines: Machines) -> None:
    read = read_page(
        entry.url,
        http=machines.http,
        reader=machines.reader,
        store=machines.store,
        now=timezone.now(),
        hint_language=entry.language or entry.feed.publication.language,
        hint_title=entry.title,
    )
    with transaction.atomic():
        actions.store_read(entry, read, now=timezone.now())
        actions.renew_claim(entry.feed_id, now=timezone.now())
        enqueue_once(place_articles)


@job(queue="desk")
def place_articles() -> None:
    """Place what was read: reprint of what, which story."""
    actions.place_waiting(now=timezone.now())


PERIODICS = (Periodic("watch.sweep", SWEEP, sweep),)
