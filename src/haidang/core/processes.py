"""Processes: their names, whether the process of a name is dead, and how one that stays begins.

A name says on which machine and in which process its bearer lives, so that a death on this machine
is seen at once. Of a process elsewhere nothing is known here: its silence must tell.
"""

from __future__ import annotations

import gc
import os
import socket
from pathlib import Path

from django.utils.crypto import get_random_string

_YOUNG = 2000
"""Objects after which the collector looks at the newest ones: Python's own figure since 3.13, 700 before."""

HOST = socket.gethostname()[:24].replace(":", "-")


def spare_the_collector() -> None:
    """For a process that stays: what is loaded by now is no garbage, so the collector need not walk over it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])


def name_process() -> str:
    """A name that no other process has: machine, process, when that process began, and chance."""
    pid = os.getpid()
    return f"{HOST}:{pid}:{_began(pid)}:{get_random_string(6)}"


def is_dead_here(name: str) -> bool:
    """Whether the process of this name lived on this machine and is gone."""
    host, pid, began, *_chance = [*name.split(":"), "", ""]
    here = host == HOST and pid.isdigit() and Path("/proc/self").exists()
    return here and _began(int(pid)) != began


def _began(pid: int) -> str:
    """The process's start in clock ticks since boot (proc(5), field 22); "" if it is not there."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state == "Z" else rest[18]
