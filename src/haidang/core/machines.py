"""The gate, the reading children and the archive of this process, made once from the settings."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from haidang import __version__
from haidang.core.queries.contact import find_contact
from haidang.engine.archive import FileStore, WarcStore
from haidang.engine.net import Gate, GateSettings, Turns, tell_user_agent
from haidang.engine.sandbox import Sandbox

_lock = threading.Lock()
_allowed: dict[str, float] = {}
_turns: list[Callable[[], Turns]] = []


@dataclass(frozen=True, slots=True)
class Machines:
    """What a job needs of the engine beyond pure functions."""

    http: Gate
    reader: Sandbox
    store: WarcStore


def evidence_folder() -> Path:
    """Where the records of fetched pages lie."""
    return Path(settings.HOME) / "evidence"


def find_file_store() -> FileStore:
    """Where the files lie that members handed in as evidence."""
    return FileStore(evidence_folder() / "files")


def user_agent() -> str:
    """Our name, and how a publisher can reach the desk (RFC 9309 asks for the first)."""
    return tell_user_agent(__version__, contact=find_contact() or settings.BASE_URL)


def allow_hosts(delays: Mapping[str, float]) -> None:
    """Let named private hosts be fetched, each with its delay; call it before the first fetch."""
    _allowed.update(delays)


def share_turns(make: Callable[[], Turns]) -> None:
    """Let the gate keep its turns at hosts where a room shares them among all processes."""
    _turns[:] = [make]


def find_machines() -> Machines:
    """The machines of this process; made at the first call."""
    with _lock:
        machines = _make_machines()
        machines.http.introduce_as(user_agent())  # the organisation may have changed its contact
        return machines


@cache
def _make_machines() -> Machines:
    options = settings.OPTIONS
    return Machines(
        http=Gate(
            GateSettings(
                user_agent=user_agent(),
                allowed_private=frozenset((*options["ALLOW_PRIVATE"], *_allowed)),
                host_delay_s=options["HOST_DELAY"],
                host_delays={**options["HOST_DELAYS"], **_allowed},
            ),
            turns=_turns[0]() if _turns else None,
        ),
        reader=Sandbox(
            size=options["SANDBOX_CHILDREN"],
            preload=("haidang.engine.feeds", "haidang.engine.extract"),
        ),
        store=WarcStore(evidence_folder()),
    )
