"""Signs of life, and the reaper that gives a dead worker's jobs back.

The store of jobs leaves a job RUNNING for ever when its worker is killed. A worker's name says on
which machine and in which process it lives, so a death on this machine is seen at once; a death
elsewhere when the sign of life is older than `LEASE`.
"""

from __future__ import annotations

import logging
import os
import socket
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils.crypto import get_random_string
from django_tasks_db.models import DBTaskResult

from haidang.core.jobs.retry import TRIES
from haidang.core.models import WorkerBeat

LEASE = timedelta(seconds=60)
HOST = socket.gethostname()[:24].replace(":", "-")

log = logging.getLogger(__name__)


def name_worker() -> str:
    """A name that no other worker has: machine, process, when that process began, and chance."""
    pid = os.getpid()
    return f"{HOST}:{pid}:{_began(pid)}:{get_random_string(6)}"


def _began(pid: int) -> str:
    """The process's start in clock ticks since boot (proc(5), field 22); "" if it is not there."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def _is_dead_here(worker: str) -> bool:
    """Whether the worker lived on this machine and its process is gone."""
    host, pid, began, *_chance = [*worker.split(":"), "", ""]
    return (
        host == HOST and pid.isdigit() and Path("/proc/self").exists() and _began(int(pid)) != began
    )


def beat(worker: str, *, now: datetime) -> None:
    """Give a sign of life."""
    WorkerBeat.objects.update_or_create(worker=worker, defaults={"at": now})


def reap(*, now: datetime) -> int:
    """Give back the jobs of workers that died; how many. A job that kills each worker ends failed."""
    given = 0
    for row in DBTaskResult.objects.filter(status="RUNNING").only("id", "worker_ids", "task_path"):
        worker = row.worker_ids[-1].rsplit("/", 1)[0] if row.worker_ids else ""
        alive = WorkerBeat.objects.filter(worker=worker, at__gt=now - LEASE).exists()
        if alive and not _is_dead_here(worker):
            continue
        with transaction.atomic():
            running = DBTaskResult.objects.filter(id=row.id, status="RUNNING")
            if len(row.worker_ids) >= TRIES:
                running.update(
                    status="FAILED", finished_at=now, exception_class_path="haidang.WorkerDied"
                )
                log.error("job %s %s killed its worker %s times", row.task_path, row.id, TRIES)
            else:
                given += running.update(status="READY", run_after=now)
    WorkerBeat.objects.filter(at__lt=now - 10 * LEASE).delete()
    return given
