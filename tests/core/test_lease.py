"""A lease: one holder at a time, and a fence by which an old holder is known."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from haidang.core.actions import drop_lease, take_lease
from haidang.core.models import Lease
from haidang.core.processes import HOST, name_process

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def test_lease_has_one_holder(now: datetime) -> None:
    assert take_lease("grouper", holder="a", seconds=60, now=now) == 1
    assert take_lease("grouper", holder="b", seconds=60, now=now) is None


def test_lease_is_renewed_without_a_new_fence(now: datetime) -> None:
    fences = [take_lease("grouper", holder="a", seconds=90, now=now + n * MINUTE) for n in range(3)]
    assert fences == [1, 1, 1]
    assert take_lease("grouper", holder="b", seconds=90, now=now + 3 * MINUTE) is None


def test_lease_passes_on_when_its_time_is_over(now: datetime) -> None:
    take_lease("grouper", holder="a", seconds=60, now=now)
    assert take_lease("grouper", holder="b", seconds=60, now=now + MINUTE) == 2
    assert take_lease("grouper", holder="a", seconds=60, now=now + MINUTE) is None


def test_lease_given_back_is_free_and_keeps_the_fence_of_its_last_holder(now: datetime) -> None:
    take_lease("grouper", holder="a", seconds=60, now=now)
    drop_lease("grouper", holder="a", now=now)
    assert take_lease("grouper", holder="a", seconds=60, now=now) == 1
    drop_lease("grouper", holder="a", now=now)
    assert take_lease("grouper", holder="b", seconds=60, now=now) == 2


def test_lease_of_another_is_not_given_back(now: datetime) -> None:
    take_lease("grouper", holder="a", seconds=60, now=now)
    drop_lease("grouper", holder="b", now=now)
    assert take_lease("grouper", holder="b", seconds=60, now=now) is None


def test_lease_late_holder_learns_by_the_fence_that_another_was_there(now: datetime) -> None:
    first = take_lease("grouper", holder="a", seconds=60, now=now)
    take_lease("grouper", holder="b", seconds=60, now=now + MINUTE)
    drop_lease("grouper", holder="b", now=now + MINUTE)
    again = take_lease("grouper", holder="a", seconds=60, now=now + MINUTE)
    assert (first, again) == (1, 3)


def test_lease_of_a_dead_process_of_this_machine_is_free_at_once(now: datetime) -> None:
    dead = f"{HOST}:{os.getpid()}:1:abcdef"  # this number is another process's by now
    take_lease("grouper", holder=dead, seconds=60, now=now)
    assert take_lease("grouper", holder="b", seconds=60, now=now) == 2


def test_lease_of_a_living_process_is_not_taken_from_it(now: datetime) -> None:
    take_lease("grouper", holder=name_process(), seconds=60, now=now)
    assert take_lease("grouper", holder="b", seconds=60, now=now) is None


@pytest.mark.django_db(transaction=True)
def test_lease_has_one_holder_even_when_many_ask_at_once(now: datetime) -> None:
    Lease.objects.create(name="grouper", holder="", until=now)
    start, got = Barrier(6), []

    def ask(holder: str) -> None:
        start.wait()
        got.append(take_lease("grouper", holder=holder, seconds=60, now=now))
        connection.close()

    threads = [Thread(target=ask, args=(f"h{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got, key=str) == [1, None, None, None, None, None]
