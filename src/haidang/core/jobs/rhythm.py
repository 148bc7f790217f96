"""Periodic work: each has a row that says when it is due; whoever moves the row does the work."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from haidang.core import actions
from haidang.core.models import Rhythm

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Periodic:
    """A function to be called about every `every`, by one worker at a time."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


def run_due(periodics: tuple[Periodic, ...], *, now: datetime) -> list[str]:
    """Run what is due; the names of what ran. A clock that jumps back does not stop the rhythm."""
    ran = []
    for periodic in periodics:
        row, made = Rhythm.objects.get_or_create(
            name=periodic.name, defaults={"next_at": now + periodic.every}
        )
        due = made or row.next_at <= now or row.next_at > now + 2 * periodic.every
        if not due:
            continue
        moved = Rhythm.objects.filter(name=periodic.name, next_at=row.next_at).update(
            next_at=now + periodic.every
        )
        if moved and _runs(periodic, now=now):
            ran.append(periodic.name)
    return ran


def _runs(periodic: Periodic, *, now: datetime) -> bool:
    """Whether it ran through. One that fails is told in the log, and stops neither the rest nor the worker."""
    try:
        periodic.run(now)
    except Exception:
        log.exception("%s failed; it runs again in %s", periodic.name, periodic.every)
        return False
    return True


def prune_done_jobs(now: datetime) -> int:
    """Forget jobs that are done: an hour after success, a fortnight after failure."""
    from django_tasks_db.models import DBTaskResult

    done = DBTaskResult.objects.filter(
        status="SUCCESSFUL", finished_at__lt=now - timedelta(hours=1)
    )
    failed = DBTaskResult.objects.filter(status="FAILED", finished_at__lt=now - timedelta(days=14))
    return done.delete()[0] + failed.delete()[0]


def sign_head(now: datetime) -> None:
    """Sign and publish the end of the log, if it grew."""
    actions.sign_head(now=now)


def publish_due(now: datetime) -> None:
    """Publish what is approved and whose hour has come; sign the log's end if something came out."""
    if actions.publish_due(now=now):
        actions.sign_head(now=now)


OWN = (
    Periodic("core.publish_due", timedelta(seconds=15), publish_due),
    Periodic("prune_done_jobs", timedelta(minutes=30), prune_done_jobs),
    Periodic("core.sign_head", timedelta(minutes=10), sign_head),
)
