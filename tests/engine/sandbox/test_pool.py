"""The pool keeps its word: limits per item, failures told apart, fresh children after them."""

from __future__ import annotations

import gc
import socket
import sys
import threading
import time
from datetime import UTC, datetime

import pytest

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.sandbox import Sandbox
from haidang.engine.sandbox.child import ChildLimits
from haidang.engine.sandbox.zygote import _Zygote

DRILL = "haidang.engine.sandbox.drill:"


@pytest.fixture(scope="module")
def strict():
    with Sandbox(size=2, cpu_s=0.3, wall_s=1.0, memory_mb=256) as sandbox:
        yield sandbox


def trouble_of(sandbox, name, *args):
    with pytest.raises(EngineError) as caught:
        sandbox.run(DRILL + name, *args)
    return caught.value.trouble, caught.value.facts


def test_endless_reader_is_stopped_by_its_cpu_limit():
    # On a busy machine .3 s of a processor may take several of the wall's.
    with Sandbox(size=1, cpu_s=0.3, wall_s=30.0) as sandbox:
        assert trouble_of(sandbox, "spin") == (Trouble.TOO_SLOW, {"seconds": 0.3})


def test_waiting_reader_is_stopped_by_the_wall_clock(strict):
    assert trouble_of(strict, "sleep", 30.0) == (Trouble.TOO_SLOW, {"seconds": 1.0})


def test_hungry_reader_is_told_apart(strict):
    assert trouble_of(strict, "swell", 600) == (Trouble.TOO_HUNGRY, {"limit_mb": 256})


def test_memory_within_the_limit_is_given(strict):
    assert strict.run(DRILL + "swell", 64) == 64 << 20


def test_crashing_reader_is_told_by_its_signal(strict):
    assert trouble_of(strict, "crash") == (Trouble.READER_DIED, {"detail": "SIGSEGV"})


def test_value_that_may_not_cross_does_not(strict):
    told = trouble_of(strict, "hand_over_a_stranger")
    assert told == (Trouble.READER_DIED, {"detail": "BadMessageError"})


def test_unexpected_exception_crosses_as_its_class_name_only(strict):
    assert trouble_of(strict, "sleep", "soon") == (Trouble.READER_DIED, {"detail": "TypeError"})


def test_engine_error_crosses_as_itself(strict):
    with pytest.raises(EngineError) as caught:
        strict.run("haidang.engine.sandbox:look_over", b"<p>" * 60_000)
    assert caught.value.trouble is Trouble.HOSTILE_MARKUP
    assert caught.value.facts == {"what": "tags", "limit": 50_000}


def test_pool_works_on_after_every_failure(strict):
    for name, args in (("crash", ()), ("spin", ()), ("swell", (600,))):
        trouble_of(strict, name, *args)
        assert strict.run(DRILL + "swell", 1) == 1 << 20


def test_child_reaches_neither_network_nor_disk_nor_programs(strict):
    if "no-sockets-no-programs" not in strict.walls():
        pytest.skip("this kernel or container refuses seccomp filters")
    assert strict.run(DRILL + "reach_out") == ()


def test_slow_item_does_not_hold_up_another_caller(strict):
    slow = threading.Thread(target=trouble_of, args=(strict, "sleep", 30.0))
    slow.start()
    begun = time.monotonic()
    for _ in range(20):
        strict.run(DRILL + "swell", 1)
    quick = time.monotonic() - begun
    slow.join()
    assert quick < 1.0


def test_many_threads_each_get_their_own_answer(strict):
    answers: dict[int, int] = {}

    def ask(size):
        answers[size] = strict.run(DRILL + "swell", size)

    threads = [threading.Thread(target=ask, args=(size,)) for size in range(1, 13)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {size: size << 20 for size in range(1, 13)}


def test_children_are_recycled_after_their_share_of_items():
    with Sandbox(size=1, recycle_after=2) as sandbox:
        pids = [sandbox.run(DRILL + "sleep", 0.0) for _ in range(5)]
    assert [pids[0] == pids[1], pids[1] == pids[2], pids[2] == pids[3], pids[3] == pids[4]] == [
        True,
        False,
        True,
        False,
    ]


def test_child_forked_before_a_reader_was_known_is_replaced_once():
    with Sandbox(size=1) as sandbox:
        first = sandbox.run(DRILL + "sleep", 0.0)
        sandbox.run("haidang.engine.feeds:find_feeds", b"<html>", url="https://a.example/")
        second = sandbox.run(DRILL + "sleep", 0.0)
        sandbox.run("haidang.engine.feeds:find_feeds", b"<html>", url="https://a.example/")
        third = sandbox.run(DRILL + "sleep", 0.0)
    assert (first == second, second == third) == (False, True)


def test_module_that_does_not_exist_spoils_nothing_for_others(strict):
    with pytest.raises(EngineError) as caught:
        strict.run("haidang.engine.no_such_step:read")
    assert caught.value.trouble is Trouble.READER_DIED
    assert strict.run(DRILL + "swell", 1) == 1 << 20


@pytest.mark.parametrize("target", ["os:system", "haidang.core:run", "haidang.engine.feeds", ""])
def test_only_functions_of_the_engine_are_run(strict, target):
    with pytest.raises(ValueError, match="not a function of the engine"):
        strict.run(target)


def test_missing_function_is_a_dead_reader_not_a_hang(strict):
    assert trouble_of(strict, "nothing_here") == (
        Trouble.READER_DIED,
        {"detail": "AttributeError"},
    )


def test_values_of_the_engine_come_back_whole(strict):
    body = b'{"version":"https://jsonfeed.org/version/1.1","title":"\xc4\x90\xc3\xa0i","items":[]}'
    feed = strict.run(
        "haidang.engine.feeds:parse_feed",
        body,
        url="https://bao.example/feed.json",
        content_type=None,
        now=datetime(2026, 11, 23, tzinfo=UTC),
    )
    assert (feed.kind.value, feed.title, feed.entries) == ("json", "Đài", ())


def test_zygote_makes_ready_what_it_preloads(tmp_path, monkeypatch):
    (tmp_path / "made_ready.py").write_text("done = []\ndef warm_up():\n    done.append(1)\n")
    monkeypatch.syspath_prepend(tmp_path)
    limits = ChildLimits(cpu_s=1.0, memory_mb=64, items=1, retire_rss_mb=64)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        zygote = _Zygote(theirs, limits=limits, walls=set())
        try:
            zygote.load(["made_ready"])
            zygote.load(["made_ready"])
        finally:
            gc.unfreeze()
            made_ready = sys.modules.pop("made_ready")
    assert made_ready.done == [1]


def test_pool_that_cannot_preload_says_so_and_does_not_hang():
    with Sandbox(preload=("haidang.engine.no_such_step",)) as sandbox:
        assert trouble_of(sandbox, "swell", 1) == (Trouble.READER_DIED, {"detail": "start"})


def test_closed_pool_refuses_work():
    sandbox = Sandbox()
    sandbox.close()
    with pytest.raises(RuntimeError, match="closed"):
        sandbox.run(DRILL + "swell", 1)
    sandbox.close()


def test_drill_refuses_to_run_outside_a_child():
    from haidang.engine.sandbox import drill

    with pytest.raises(RuntimeError, match="only inside"):
        drill.spin()
