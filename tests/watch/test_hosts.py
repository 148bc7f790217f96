"""Whose turn it is at a host, shared by all processes through the desk's own table."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from tests.engine.net.server import AGENT, LoopbackServer

from haidang.core.processes import name_process
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.net import Gate, GateSettings, HostState, NotYetError
from haidang.watch.actions import forget_idle_hosts
from haidang.watch.actions.hosts import IDLE_S, DatabaseTurns
from haidang.watch.models import HostTurn

DELAY_S, EACH = 0.2, 5
PROCESS = """
import sys, django
django.setup()
from django.db import connection
from haidang.engine.net import Gate, GateSettings
from haidang.watch.actions.hosts import DatabaseTurns
from haidang.watch.models import HostTurn
url, agent, delay, each = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4])
if not each:
    with connection.schema_editor() as editor:
        editor.create_model(HostTurn)
settings = GateSettings(
    user_agent=agent, host_delay_s=delay, allowed_private=frozenset({url.split("/")[2]})
)
gate = Gate(settings, turns=DatabaseTurns())
for number in range(each):
    gate.fetch(f"{url}{number}", obey_robots=False)
"""


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(name="127.0.0.1") as server:
        yield server


def make_gate(server: LoopbackServer, **changes: object) -> Gate:
    """The gate of one process; two of them know of each other by the table alone."""
    allowed = frozenset({f"127.0.0.1:{server.port}"})
    settings = GateSettings(user_agent=AGENT, allowed_private=allowed, **changes)  # type: ignore[arg-type]
    return Gate(settings, turns=DatabaseTurns())


def ask(gate: Gate, server: LoopbackServer, **told: object) -> int:
    return gate.fetch(server.url("/a"), obey_robots=False, **told).status  # type: ignore[arg-type]


def test_two_processes_never_break_the_delay_of_a_host(
    tmp_path: Path, server: LoopbackServer
) -> None:
    for number in range(EACH):
        server.answers(f"/{number}", b"x")
    env = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "HAIDANG_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "haidang.project.settings",
    }

    def start(each: int) -> subprocess.Popen[bytes]:
        told = (server.url("/"), AGENT, str(DELAY_S), str(each))
        return subprocess.Popen([sys.executable, "-c", PROCESS, *told], env=env)

    assert start(0).wait() == 0
    assert [one.wait(60) for one in [start(EACH), start(EACH)]] == [0, 0]
    began = sorted(asked.began for asked in server.asked)
    gaps = [after - before for before, after in pairwise(began)]
    assert (len(began), server.most_at_once) == (2 * EACH, 1)
    assert min(gaps) >= DELAY_S


@pytest.mark.django_db
def test_turn_that_is_not_soon_is_told_and_costs_the_host_nothing(server: LoopbackServer) -> None:
    server.answers("/a", b"x")
    one, other = make_gate(server, host_delay_s=30.0), make_gate(server, host_delay_s=30.0)
    assert ask(one, server) == 200
    with pytest.raises(NotYetError) as caught:
        ask(other, server, patience_s=1.0)
    assert 25 < caught.value.wait_s <= 30
    assert 25 < other.wait_s(server.url("/a")) <= 30
    assert len(server.asked) == 1


@pytest.mark.django_db
def test_retry_after_and_being_down_are_known_to_the_other_process(server: LoopbackServer) -> None:
    server.answers("/a", b"", status="429 Too Many Requests", headers=("Retry-After: 120",))
    one, other = make_gate(server, host_delay_s=0.0), make_gate(server, host_delay_s=0.0)
    for gate in (one, other):
        with pytest.raises(EngineError) as caught:
            ask(gate, server)
        assert caught.value.trouble is Trouble.HOST_BUSY
        assert caught.value.facts["status"] == 429
    assert len(server.asked) == 1


@pytest.mark.django_db
def test_turn_of_a_killed_process_comes_free_by_itself() -> None:
    turns, now = DatabaseTurns(), time.time()
    assert turns.swap("a.example", HostState(), HostState(held_until=now + 30))
    with LoopbackServer(name="127.0.0.1") as server:
        server.answers("/a", b"x")
        turns.swap("127.0.0.1", HostState(), HostState(held_until=now + 0.4))
        assert ask(make_gate(server, host_delay_s=0.0), server) == 200
        assert time.time() >= now + 0.4


@pytest.mark.django_db
def test_turn_of_a_process_known_to_be_dead_passes_on_after_the_pause(
    server: LoopbackServer,
) -> None:
    server.answers("/a", b"x")
    dead = subprocess.Popen(["true"])
    name = name_process().split(":")
    name[1:3] = [str(dead.pid), "1"]
    dead.wait()
    held = HostState(held_until=time.time() + 35, holder=":".join(name))
    DatabaseTurns().swap("127.0.0.1", HostState(), held)
    began = time.monotonic()
    assert ask(make_gate(server, host_delay_s=DELAY_S), server) == 200
    assert DELAY_S <= time.monotonic() - began < 10


@pytest.mark.django_db
def test_moment_far_ahead_means_that_the_clock_was_set_back(server: LoopbackServer) -> None:
    server.answers("/a", b"x")
    ahead = time.time() + 10 * 86_400
    DatabaseTurns().swap(
        "127.0.0.1", HostState(), HostState(left_at=ahead, held_until=ahead, busy_until=ahead)
    )
    assert ask(make_gate(server), server, patience_s=1.0) == 200


@pytest.mark.django_db
def test_state_is_changed_only_by_who_read_it_last() -> None:
    turns = DatabaseTurns()
    assert turns.swap("a.example", HostState(), HostState(stalls=1))
    read = turns.read(["a.example", "b.example"])
    assert {name: (state.version, state.stalls) for name, state in read.items()} == {
        "a.example": (1, 1)
    }
    assert not turns.swap("a.example", HostState(), HostState(stalls=9))
    assert turns.swap("a.example", read["a.example"], HostState(stalls=2))
    assert not turns.swap("a.example", read["a.example"], HostState(stalls=9))
    assert turns.read(["a.example"])["a.example"].stalls == 2


@pytest.mark.django_db
def test_hosts_of_which_nothing_holds_are_forgotten() -> None:
    now = time.time()
    HostTurn.objects.create(name="old.example", left_at=now - IDLE_S - 1)
    HostTurn.objects.create(name="busy.example", left_at=now - IDLE_S - 1, busy_until=now + 60)
    HostTurn.objects.create(name="new.example", left_at=now)
    assert forget_idle_hosts() == 1
    assert sorted(HostTurn.objects.values_list("name", flat=True)) == [
        "busy.example",
        "new.example",
    ]
