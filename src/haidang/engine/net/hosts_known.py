"""What is remembered of hosts: in the memory of one process, or wherever the owner shares it.

All judgement is in `turns`; a `Turns` only keeps states and changes one if nobody changed it meanwhile.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

HOSTS_MAX = 20_000  # remembered; idle ones are forgotten first
IDLE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HostState:
    """What is known of one host, or of one port of it. Moments are those of `Turns.now`."""

    version: int = 0  # 0: nothing is known
    left_at: float = -math.inf  # when the last request that owes a pause ended
    held_until: float = 0.0  # a request is under way, and ends by then
    holder: str = ""  # whose request it is
    busy_until: float = 0.0  # Retry-After
    busy_status: int = 0
    crawl_delay_s: float = 0.0
    stalls: int = 0  # requests in a row that ran into the deadline
    down_until: float = 0.0


class Turns(Protocol):
    """The memory of hosts. Thread-safe. `fresh_s`: how long what was read may be told again."""

    @property
    def fresh_s(self) -> float: ...

    @property
    def me(self) -> str:
        """The name under which this process holds turns."""
        ...

    def is_dead(self, holder: str) -> bool:
        """Whether the process of that name is known to be gone, so that its turn ends by itself."""
        ...

    def now(self) -> float:
        """The clock that all who share this memory go by, in seconds."""
        ...

    def read(self, names: Sequence[str]) -> Mapping[str, HostState]:
        """What is known; a name that is not there is not known."""
        ...

    def swap(self, name: str, before: HostState, after: HostState) -> bool:
        """Put `after` in the place of `before`; False if another state stands there by now."""
        ...


class MemoryTurns:
    """One process's own memory, by its own clock."""

    fresh_s = 0.0
    me = ""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[str, HostState] = {}

    def now(self) -> float:
        """The clock it was given."""
        return self._clock()

    def is_dead(self, holder: str) -> bool:  # noqa: ARG002 -- as `Turns` has it
        """Never: this memory goes with its process."""
        return False

    def read(self, names: Sequence[str]) -> Mapping[str, HostState]:
        """What is known."""
        with self._lock:
            return {name: self._hosts[name] for name in names if name in self._hosts}

    def swap(self, name: str, before: HostState, after: HostState) -> bool:
        """As `Turns.swap`."""
        with self._lock:
            if self._hosts.get(name, HostState()).version != before.version:
                return False
            if name not in self._hosts and len(self._hosts) >= HOSTS_MAX:
                self._forget_idle()
            self._hosts[name] = replace(after, version=before.version + 1)
            return True

    def _forget_idle(self) -> None:
        now = self._clock()
        self._hosts = {
            name: state
            for name, state in self._hosts.items()
            if now
            < max(state.left_at + IDLE_S, state.held_until, state.busy_until, state.down_until)
        }
