from __future__ import annotations

import itertools
import threading
import time

import pytest

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.net import GateClosedError, GateSettings
from haidang.engine.net.turns import HostTurns
from haidang.engine.net.urls import parse_url

from .server import AGENT, Clock

A, A_TLS, B = (
    parse_url(u) for u in ("http://a.example/", "https://a.example/", "http://b.example/")
)


def turns(clock: object, **changes: object) -> HostTurns:
    return HostTurns.of_this_process(GateSettings(user_agent=AGENT, **changes), clock=clock)  # type: ignore[arg-type]


def visit(taken: HostTurns, *, knock: bool = True) -> None:
    with taken.turn(A, patience_s=60.0) as turn:
        if knock:
            turn.knocked()


def refused(taken: HostTurns) -> EngineError:
    with pytest.raises(EngineError) as caught, taken.turn(A, patience_s=60.0):
        pass
    return caught.value


def test_pause_is_owed_after_a_knock_for_both_ports_of_a_host() -> None:
    clock = Clock()
    taken = turns(clock)
    visit(taken, knock=False)
    assert taken.wait_s(A) == 0.0
    visit(taken)
    assert (taken.wait_s(A), taken.wait_s(A_TLS), taken.wait_s(B)) == (2.0, 2.0, 0.0)
    clock.passes(1.5)
    assert taken.wait_s(A) == 0.5


def test_named_delay_and_crawl_delay_choose_the_longer() -> None:
    taken = turns(Clock(), host_delays={"a.example": 0.5, "b.example:80": 3.0})
    taken.slow_down(A, crawl_delay_s=999)
    visit(taken)
    assert taken.wait_s(A) == 30.0
    with taken.turn(B, patience_s=60.0) as turn:
        turn.knocked()
    assert taken.wait_s(B) == 3.0


def test_host_that_asked_for_patience_gets_it() -> None:
    clock = Clock()
    taken = turns(clock)
    taken.mark_busy(A, status=429, seconds=90.5)
    error = refused(taken)
    assert (error.trouble, error.facts) == (
        Trouble.HOST_BUSY,
        {"status": 429, "retry_after_s": 91},
    )
    clock.passes(90.5)
    visit(taken)


def test_host_that_is_down_is_left_alone_for_ten_minutes_on_that_port() -> None:
    clock = Clock()
    taken = turns(clock)
    taken.mark_down(A)
    assert (refused(taken).trouble, taken.wait_s(A)) == (Trouble.CONNECT_FAILED, 600.0)
    with taken.turn(A_TLS, patience_s=60.0):
        pass
    clock.passes(600)
    visit(taken)


def test_wait_beyond_patience_is_told_at_once() -> None:
    taken = turns(Clock(), crawl_delay_max_s=3_600.0)
    taken.slow_down(A, crawl_delay_s=3_600)
    visit(taken)
    assert refused(taken).trouble is Trouble.HOST_BUSY


def test_host_that_stalls_twice_in_a_row_counts_as_down() -> None:
    taken = turns(Clock())
    taken.mark_stalled(A)
    taken.mark_answered(A)
    taken.mark_stalled(A)
    visit(taken)
    taken.mark_stalled(A)
    assert refused(taken).trouble is Trouble.CONNECT_FAILED


def test_eight_threads_are_served_one_at_a_time_and_apart() -> None:
    taken = turns(time.monotonic, host_delay_s=0.03)
    spans: list[tuple[float, float]] = []

    def work() -> None:
        with taken.turn(A, patience_s=60.0) as turn:
            turn.knocked()
            began = time.monotonic()
            spans.append((began, time.monotonic()))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spans.sort()
    gaps = [later[0] - earlier[1] for earlier, later in itertools.pairwise(spans)]
    assert len(spans) == 8
    assert min(gaps) >= 0.03


def test_those_who_wait_are_freed_by_close() -> None:
    taken = turns(time.monotonic, host_delay_s=30.0)
    visit(taken)
    ended: list[type] = []

    def work() -> None:
        try:
            visit(taken)
        except GateClosedError:
            ended.append(GateClosedError)

    thread = threading.Thread(target=work)
    thread.start()
    taken.close()
    thread.join(timeout=5)
    assert ended == [GateClosedError]
