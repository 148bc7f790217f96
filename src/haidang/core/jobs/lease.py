"""Signs of life, and the reaper that gives a dead worker's jobs back.

The store of jobs leaves a job RUNNING for ever when its worker is killed. A death on this machine is
seen at once; a death elsewhere when the sign of life is older than `LEASE`.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from haidang.core.models import WorkerBeat
from haidang.core.processes import is_dead_here

LEASE = timedelta(seconds=60)
# A worker runs many jobs at once and may be killed for none of them; a job that was running at each
# of so many deaths is taken for the cause.
DEATHS = 25

log = logging.getLogger(__name__)


def beat(worker: str, *, now: datetime) -> None:
    """Give a sign of life."""
    WorkerBeat.objects.update_or_create(worker=worker, defaults={"at": now})


def reap(*, now: datetime) -> int:
    """Give back the jobs of workers that died; how many. A job that kills each worker ends failed."""
    given = 0
    for row in DBTaskResult.objects.filter(status="RUNNING").only("id", "worker_ids", "task_path"):
        worker = row.worker_ids[-1].rsplit("/", 1)[0] if row.worker_ids else ""
        alive = WorkerBeat.objects.filter(worker=worker, at__gt=now - LEASE).exists()
        if alive and not is_dead_here(worker):
            continue
        with transaction.atomic():
            running = DBTaskResult.objects.filter(id=row.id, status="RUNNING")
            if len(row.worker_ids) >= DEATHS:
                running.update(
                    status="FAILED", finished_at=now, exception_class_path="haidang.WorkerDied"
                )
                log.error("job %s %s killed its worker %s times", row.task_path, row.id, DEATHS)
            else:
                given += running.update(status="READY", run_after=now)
    WorkerBeat.objects.filter(at__lt=now - 10 * LEASE).delete()
    return given
