"""The hosts' turns in the desk's own table, for all processes that fetch from it.

The clock is the machine's own: processes on several machines need clocks that agree to a second.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from haidang.core.processes import is_dead_here, name_process
from haidang.engine.net import HostState
from haidang.watch.models import HostTurn

IDLE_S = 2 * 86_400.0  # robots.txt is read anew after a day, and tells its delay again


class DatabaseTurns:
    """A `Turns` of the engine, kept in `HostTurn`: whoever changes a row names what it read."""

    fresh_s = 1.0

    def __init__(self) -> None:
        self.me = name_process()

    def is_dead(self, holder: str) -> bool:
        """Whether that process lived on this machine and is gone."""
        return is_dead_here(holder)

    def now(self) -> float:
        """Unix seconds."""
        return time.time()

    def read(self, names: Sequence[str]) -> Mapping[str, HostState]:
        """What is known of these hosts."""
        states = {}
        for row in HostTurn.objects.filter(name__in=set(names)).values():
            told: dict[str, Any] = dict(row)
            name = str(told.pop("name"))
            states[name] = HostState(**told)
        return states

    def swap(self, name: str, before: HostState, after: HostState) -> bool:
        """Change a row if it still is what was read; False if it is not."""
        told = asdict(after)
        told["left_at"] = max(0.0, told["left_at"])
        told["version"] = before.version + 1
        if before.version == 0:
            HostTurn.objects.bulk_create([HostTurn(name=name)], ignore_conflicts=True)
        return bool(HostTurn.objects.filter(name=name, version=before.version).update(**told))


def forget_idle_hosts() -> int:
    """Forget hosts of which nothing holds any more; how many."""
    now = time.time()
    idle = HostTurn.objects.filter(
        left_at__lt=now - IDLE_S, held_until__lt=now, busy_until__lt=now, down_until__lt=now
    )
    return idle.delete()[0]
