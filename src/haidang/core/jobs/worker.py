"""A worker: one process, some threads that fetch, one that does the desk's own work.

The main thread keeps the beat: signs of life, the reaper, periodic work. It ends on SIGTERM and
SIGINT, and when its parent is gone.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time

from django.db import close_old_connections, connection
from django.db.utils import DatabaseError
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker

from haidang.core.jobs import lease, rhythm
from haidang.core.jobs.crew import Crew
from haidang.core.jobs.rhythm import Periodic
from haidang.core.jobs.tasks import DESK, FETCH
from haidang.core.processes import name_process, spare_the_collector

BEAT_S = 2.0
TICK_S = 0.25
IDLE_S = 0.5
STOP_S = 8.0

log = logging.getLogger(__name__)


def run_worker(*, fetchers: int, periodics: tuple[Periodic, ...] = ()) -> None:
    """Work until told to stop. Jobs still running after eight seconds are left to the reaper."""
    spare_the_collector()
    name = name_process()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parent = os.getppid()
    lease.beat(name, now=timezone.now())
    lease.reap(now=timezone.now())

    crew = Crew(fetchers, make=lambda n: _hand(f"{name}/f{n}", FETCH), run=_run_hand, stop=stop)
    crew.start(_hand(f"{name}/d", DESK))

    house = (*rhythm.OWN, *periodics)
    beat_at = time.monotonic() + BEAT_S
    while not stop.wait(TICK_S):
        crew.fit()
        if time.monotonic() < beat_at:
            continue
        if os.getppid() != parent:
            break
        _keep_beat(name, house)
        beat_at = time.monotonic() + BEAT_S
    crew.end(STOP_S)
    connection.close()


def _hand(worker_id: str, queue: str) -> Worker:
    return Worker(
        queue_names=[queue],
        interval=IDLE_S,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=worker_id,
        excluded_queue_names=[],
    )


def _run_hand(hand: Worker, stop: threading.Event) -> None:
    """Keep one thread at work; a database that is away for a while does not end it."""
    while hand.running and not stop.is_set():
        try:
            hand.run()
        except DatabaseError:
            log.exception("the database did not answer; trying again")
            stop.wait(5)
        except SystemExit:
            break
    connection.close()


def _keep_beat(name: str, periodics: tuple[Periodic, ...]) -> None:
    now = timezone.now()
    try:
        close_old_connections()
        lease.beat(name, now=now)
        lease.reap(now=now)
        rhythm.run_due(periodics, now=now)
    except DatabaseError:
        log.exception("the beat was missed; trying again")
