"""What WATCH tends by itself: pages looked at again, the disk measured, old records removed.

What a look brought is placed by the next sweep of the feeds.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from haidang.core.jobs import Periodic, enqueue_once, job
from haidang.core.machines import Machines, evidence_folder, find_machines
from haidang.engine.archive import WarcStore
from haidang.watch import actions
from haidang.watch.looking import look_again
from haidang.watch.queries.disk import disk_state, find_used_share, measure_sizes
from haidang.watch.queries.looks import find_look, find_looks
from haidang.watch.rounds import PATIENCE_S, Errand, Round, wait_for

BATCH = 12
SWEEP_LOOKS = timedelta(seconds=20)
LOOKS_A_SWEEP = 120
LOOKS_LAST = -10  # what is new comes first

log = logging.getLogger(__name__)


def find_store(machines: Machines) -> WarcStore | None:
    """The archive, unless the disk is all but full: then articles go on without records."""
    return None if disk_state(find_used_share()) == "stop" else machines.store


@job(queue="fetch")
def look_at_articles(article_ids: list[int]) -> None:
    """Look again at the pages of articles, whichever host is free first."""
    machines = find_machines()
    going = Round(
        wait_s=wait_for(machines.http),
        do=lambda errand: _look_again(errand, machines),
        hand_on=hand_on_looks,
        put_off=_put_off_looks,
    )
    looks = find_looks(article_ids)
    going.run([Errand(look.article.url, look.article_id, look.article_id) for look in looks])


def _look_again(errand: Errand, machines: Machines) -> Iterable[Errand]:
    look = find_look(errand.subject)
    if look is not None:
        read = look_again(
            look, machines, store=find_store(machines), patience_s=PATIENCE_S, now=timezone.now()
        )
        actions.store_look(look, read, now=timezone.now())
    return ()


def hand_on_looks(article_ids: list[int], wait_s: float) -> None:
    """Have looks taken up by other threads, or later."""
    after = timezone.now() + timedelta(seconds=wait_s)
    with transaction.atomic():
        actions.hold_looks(article_ids, until=after)
        later = look_at_articles.using(run_after=after, priority=LOOKS_LAST)
        enqueue_once(later, article_ids=article_ids)


def _put_off_looks(errands: list[Errand], wait_s: float) -> None:
    until = timezone.now() + timedelta(seconds=wait_s)
    actions.put_off_looks([one.subject for one in errands], until=until)


def sweep_looks(now: datetime) -> int:
    """Have pages looked at again whose time has come; how many."""
    due = actions.take_due_looks(now=now, limit=LOOKS_A_SWEEP)
    for start in range(0, len(due), BATCH):
        later = look_at_articles.using(priority=LOOKS_LAST)
        enqueue_once(later, article_ids=due[start : start + BATCH])
    return len(due)


@job(queue="fetch")
def measure_disk() -> None:
    """Measure what fills the disk, and tell in the log when it is nearly full."""
    sizes = measure_sizes()
    actions.store_sizes(sizes, now=timezone.now())
    state = disk_state(find_used_share())
    if state != "fine":
        log.warning("the disk is nearly full (%s): %s MB free", state, sizes.free // 1_000_000)


@job(queue="fetch")
def make_room() -> None:
    """Remove archived pages that are no evidence and older than the desk keeps them."""
    if settings.OPTIONS["WARC_DAYS"]:
        actions.make_room_in_archive(
            evidence_folder(), days=settings.OPTIONS["WARC_DAYS"], now=timezone.now()
        )
    actions.forget_idle_hosts()


def measure_disk_next(_now: datetime) -> bool:
    """Have the disk measured."""
    return enqueue_once(measure_disk)


def make_room_next(_now: datetime) -> bool:
    """Have old records removed."""
    return enqueue_once(make_room)


PERIODICS = (
    Periodic("watch.looks", SWEEP_LOOKS, sweep_looks),
    Periodic("watch.disk", timedelta(hours=1), measure_disk_next),
    Periodic("watch.make_room", timedelta(days=1), make_room_next),
)
