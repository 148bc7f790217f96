"""The gate, the reading children and the archive of this process, made once from the settings."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from haidang import __version__
from haidang.engine.archive import WarcStore
from haidang.engine.net import Gate, GateSettings
from haidang.engine.sandbox import Sandbox

_lock = threading.Lock()
_allowed: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Machines:
    """What a job needs of the engine beyond pure functions."""

    http: Gate
    reader: Sandbox
    store: WarcStore


def evidence_folder() -> Path:
    """Where the records of fetched pages lie."""
    return Path(settings.HOME) / "evidence"


def user_agent() -> str:
    """Our name, and how a publisher can reach the desk (RFC 9309 asks for the first)."""
    contact = settings.OPTIONS["CONTACT"] or settings.BASE_URL
    return f"HaiDang/{__version__}" + (f" (+{contact})" if contact else "")


def allow_hosts(delays: Mapping[str, float]) -> None:
    """Let named private hosts be fetched, each with its delay; call it before the first fetch."""
    _allowed.update(delays)


def find_machines() -> Machines:
    """The machines of this process; made at the first call."""
    with _lock:
        return _make_machines()


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
            )
        ),
        reader=Sandbox(
            size=options["SANDBOX_CHILDREN"],
            preload=("haidang.engine.feeds", "haidang.engine.extract"),
        ),
        store=WarcStore(evidence_folder()),
    )
