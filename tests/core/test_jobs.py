"""Jobs: none is lost, none is left for ever, none runs for a change that never happened."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.core.errands import note, stumble

from haidang.core.jobs import Periodic, enqueue_once, lease, rhythm
from haidang.core.jobs.lease import DEATHS
from haidang.core.jobs.retry import TRIES, pause_before
from haidang.core.jobs.worker import _hand
from haidang.core.models import Lease, Rhythm, WorkerBeat
from haidang.core.processes import HOST, name_process

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def work(*, worker: str = "w/d") -> None:
    """Run whatever is ready, as a worker's desk thread would, and stop."""
    hand = _hand(worker, "desk")
    hand.batch = True
    hand.run()


def only_job() -> DBTaskResult:
    return DBTaskResult.objects.get()


def leave_running(worker: str, *, tries: int = 1) -> DBTaskResult:
    """A job in the hands of that worker."""
    note.enqueue(name="x")
    DBTaskResult.objects.update(
        status="RUNNING", started_at=timezone.now(), worker_ids=[f"{worker}/d"] * tries
    )
    return only_job()


def dead_worker() -> str:
    """The name of a worker of this machine whose process ran and ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return f"{HOST}:{done.pid}:12345:abcdef"


# ---------------------------------------------------------------- enqueueing


def test_job_runs_once() -> None:
    note.enqueue(name="a")
    work()
    work()
    assert list(Lease.objects.values_list("name", flat=True)) == ["a"]
    assert (only_job().status, len(only_job().worker_ids)) == ("SUCCESSFUL", 1)


def test_job_of_a_change_that_was_rolled_back_does_not_exist() -> None:
    with transaction.atomic():
        note.enqueue(name="a")
        transaction.set_rollback(True)
    work()
    assert (DBTaskResult.objects.count(), Lease.objects.count()) == (0, 0)


def test_enqueue_once_adds_no_second_of_a_job_that_waits() -> None:
    added = [enqueue_once(note, name=name) for name in ("a", "a", "b")]
    assert added == [True, False, True]
    work()
    assert enqueue_once(note, name="a")


def test_enqueue_once_adds_another_while_the_first_runs() -> None:
    """The one that runs may have looked before the change: another must look after it."""
    enqueue_once(note, name="a")
    DBTaskResult.objects.update(status="RUNNING")
    assert enqueue_once(note, name="a")


# ---------------------------------------------------------------- trying again


def test_failed_job_is_tried_again_with_growing_pauses_and_then_stays_failed() -> None:
    stumble.enqueue()
    pauses = []
    for _ in range(TRIES):
        began = timezone.now()
        DBTaskResult.objects.update(run_after=began)
        work()
        row = only_job()
        pauses.append(
            round((row.run_after - began).total_seconds(), -1) if row.status == "READY" else None
        )
    assert pauses == [10, 40, 160, 640, None]
    assert (only_job().status, len(only_job().worker_ids)) == ("FAILED", TRIES)
    assert "đá vướng chân" in only_job().traceback


def test_failed_job_does_not_run_before_its_time() -> None:
    stumble.enqueue()
    work()
    work()
    assert len(only_job().worker_ids) == 1


def test_pauses_grow() -> None:
    pauses = [pause_before(attempt).total_seconds() for attempt in range(1, TRIES + 1)]
    assert pauses == sorted(pauses)
    assert pauses[0] >= 10


def test_failing_job_does_not_stop_the_others() -> None:
    stumble.enqueue()
    note.enqueue(name="after")
    work()
    assert Lease.objects.filter(name="after").exists()


# ---------------------------------------------------------------- the reaper


def test_job_of_a_dead_worker_is_given_back_at_once() -> None:
    """A beat of two seconds ago means nothing when the process is gone."""
    worker = dead_worker()
    leave_running(worker)
    lease.beat(worker, now=timezone.now())
    assert lease.reap(now=timezone.now()) == 1
    work()
    assert Lease.objects.filter(name="x").exists()


def test_job_of_a_worker_whose_number_another_process_got_is_given_back() -> None:
    worker = f"{HOST}:{os.getpid()}:1:abcdef"
    leave_running(worker)
    lease.beat(worker, now=timezone.now())
    assert lease.reap(now=timezone.now()) == 1


def test_job_of_a_silent_worker_elsewhere_is_given_back_after_its_lease() -> None:
    worker = "other-machine:12:34:abcdef"
    leave_running(worker)
    now = timezone.now()
    lease.beat(worker, now=now)
    assert lease.reap(now=now + lease.LEASE - timedelta(seconds=1)) == 0
    assert lease.reap(now=now + lease.LEASE + timedelta(seconds=1)) == 1


def test_job_of_a_living_worker_is_left_to_it() -> None:
    worker = name_process()
    leave_running(worker)
    lease.beat(worker, now=timezone.now())
    assert lease.reap(now=timezone.now()) == 0
    assert only_job().status == "RUNNING"


def test_job_that_kills_each_worker_ends_failed() -> None:
    leave_running(dead_worker(), tries=DEATHS)
    assert lease.reap(now=timezone.now()) == 0
    row = only_job()
    assert (row.status, row.exception_class_path) == ("FAILED", "haidang.WorkerDied")
    work()
    assert not Lease.objects.filter(name="x").exists()


def test_job_that_killed_all_but_the_last_worker_gets_its_last_try() -> None:
    leave_running(dead_worker(), tries=DEATHS - 1)
    assert lease.reap(now=timezone.now()) == 1
    work()
    assert only_job().status == "SUCCESSFUL"


def test_reaped_and_failed_tries_count_together() -> None:
    """A job that sometimes kills and sometimes fails comes to its end all the same."""
    stumble.enqueue()
    DBTaskResult.objects.update(status="RUNNING", worker_ids=[f"{dead_worker()}/d"] * (DEATHS - 1))
    lease.reap(now=timezone.now())
    work()
    assert (only_job().status, len(only_job().worker_ids)) == ("FAILED", DEATHS)


def test_worker_failed_by_the_reaper_can_be_read_afterwards() -> None:
    """The store shows such a job like any other: reading its result raises nothing."""
    leave_running(dead_worker(), tries=DEATHS)
    lease.reap(now=timezone.now())
    assert str(only_job().task_result.status) == "FAILED"


def test_old_beats_are_forgotten() -> None:
    now = timezone.now()
    lease.beat("gone:1:1:abcdef", now=now - HOUR)
    lease.beat("here:1:1:abcdef", now=now)
    lease.reap(now=now)
    assert list(WorkerBeat.objects.values_list("worker", flat=True)) == ["here:1:1:abcdef"]


def test_worker_names_differ_and_fit_their_column() -> None:
    names = {name_process() for _ in range(5)}
    assert len(names) == 5
    assert max(len(f"{name}/f999") for name in names) <= 64


def test_done_jobs_are_pruned_and_failed_ones_kept_longer() -> None:
    now = timezone.now()
    note.enqueue(name="a")
    stumble.enqueue()
    for status, task in (("SUCCESSFUL", "note"), ("FAILED", "stumble")):
        DBTaskResult.objects.filter(task_path__endswith=task).update(
            status=status, finished_at=now - 2 * HOUR
        )
    rhythm.prune_done_jobs(now)
    assert only_job().status == "FAILED"
    rhythm.prune_done_jobs(now + timedelta(days=15))
    assert DBTaskResult.objects.count() == 0


# ---------------------------------------------------------------- periodic work


def counting(every: timedelta = HOUR) -> tuple[list[datetime], tuple[Periodic, ...]]:
    ran: list[datetime] = []
    return ran, (Periodic("count", every, ran.append),)


def test_periodic_runs_at_once_and_then_when_due(now: datetime) -> None:
    ran, periodics = counting()
    for minutes in (0, 30, 59, 60, 61, 200):
        rhythm.run_due(periodics, now=now + timedelta(minutes=minutes))
    assert [(at - now).seconds // 60 for at in ran] == [0, 60, 200]


def test_periodic_survives_a_clock_that_jumps_back(now: datetime) -> None:
    ran, periodics = counting()
    rhythm.run_due(periodics, now=now + timedelta(days=300))
    rhythm.run_due(periodics, now=now)
    rhythm.run_due(periodics, now=now + timedelta(minutes=5))
    assert ran == [now + timedelta(days=300), now]


def test_periodic_runs_once_among_many_workers(now: datetime) -> None:
    Rhythm.objects.create(name="count", next_at=now - HOUR)
    ran, periodics = counting()
    start = Barrier(4)

    def turn() -> None:
        start.wait()
        rhythm.run_due(periodics, now=now)
        connection.close()

    threads = [Thread(target=turn) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ran == [now]


def test_periodic_that_fails_does_not_stop_the_next_ones(now: datetime) -> None:
    """One broken task of the house must not end the worker, nor starve what comes after it."""
    ran: list[Any] = []

    def fail(_now: datetime) -> None:
        raise ValueError("đá vướng chân")

    rhythm.run_due((Periodic("a", HOUR, fail), Periodic("b", HOUR, ran.append)), now=now)
    assert ran == [now]
