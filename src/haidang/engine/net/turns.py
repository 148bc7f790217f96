"""Whose turn it is: one request at a time for each host, and a pause between two.

Hosts that asked for patience, or that are down, are left alone. All this is in memory, by the
monotonic clock, for one process.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.net.settings import GateSettings
from haidang.engine.net.urls import Target

LONGEST_PAUSE_S = 60.0  # after this long any host may be asked again
STALLS_MAX = 2  # a batch of twenty pages must not hold a thread for ten minutes
HOSTS_MAX = 20_000  # remembered; idle ones are forgotten first


@dataclass(slots=True)
class _Host:
    asked: bool = False  # a request is under way
    left_at: float = -math.inf  # when the last request that owes a pause ended
    busy_until: float = 0.0  # Retry-After
    busy_status: int = 0
    crawl_delay_s: float = 0.0
    stalls: int = 0  # requests in a row that ran into the deadline


class GateClosedError(RuntimeError):
    """The gate was closed under a running fetch: the worker is ending, no one's server is at fault."""


class Visit:
    """One turn. Call `knocked()` once a packet may have left: then the pause is owed."""

    def __init__(self) -> None:
        self.owes_pause = False

    def knocked(self) -> None:
        self.owes_pause = True


class HostTurns:
    """Thread-safe. Hosts are told apart by name alone: two ports of one host are one host."""

    def __init__(self, settings: GateSettings, *, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._changed = threading.Condition()
        self._hosts: dict[str, _Host] = {}
        self._down: dict[str, float] = {}  # authority -> until
        self._closed = False

    @contextmanager
    def turn(self, target: Target, *, patience_s: float) -> Iterator[Visit]:
        """Wait for the host's turn, at most `patience_s`, and keep it to the end of the block.

        Raises HOST_BUSY (asked to stay away, or the wait would be too long) and CONNECT_FAILED
        (known to be down), at once.
        """
        self._take(target, patience_s)
        visit = Visit()
        try:
            yield visit
        finally:
            self._give_back(target, pause=visit.owes_pause)

    def wait_s(self, target: Target) -> float:
        """Seconds until a request to this host could begin, as far as is known now."""
        with self._changed:
            now = self._clock()
            host = self._hosts.get(target.host, _Host())
            down_until = self._down.get(target.authority, 0.0)
            wait = max(self._free_at(target, host), host.busy_until, down_until) - now
            return max(0.0, wait, self._delay(target, host) if host.asked else 0.0)

    def mark_busy(self, target: Target, *, status: int, seconds: float) -> None:
        """The host asked to be left alone for `seconds`."""
        with self._changed:
            host = self._host(target)
            host.busy_until = self._clock() + seconds
            host.busy_status = status

    def mark_down(self, target: Target) -> None:
        """Nothing answers there; do not knock again for a while."""
        with self._changed:
            now = self._clock()
            self._down = {key: until for key, until in self._down.items() if until > now}
            self._down[target.authority] = now + self._settings.host_down_s

    def mark_stalled(self, target: Target) -> None:
        """A request ran into its deadline; hosts that do so again and again count as down."""
        with self._changed:
            host = self._host(target)
            host.stalls += 1
            stalled = host.stalls >= STALLS_MAX
        if stalled:
            self.mark_down(target)

    def mark_answered(self, target: Target) -> None:
        """The host answers in time."""
        with self._changed:
            self._host(target).stalls = 0

    def slow_down(self, target: Target, *, crawl_delay_s: float) -> None:
        """What the host's robots.txt asks for; the longer of it and our own pause holds."""
        with self._changed:
            host = self._host(target)
            host.crawl_delay_s = min(crawl_delay_s, self._settings.crawl_delay_max_s)

    def close(self) -> None:
        """No more turns; those who wait for one get a GateClosedError."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _take(self, target: Target, patience_s: float) -> None:
        with self._changed:
            patience = self._clock() + patience_s
            while True:
                if self._closed:
                    raise GateClosedError("the gate is closed")
                now = self._clock()
                host = self._host(target)
                self._check_open(target, host, now)
                ready = max(self._free_at(target, host), now)
                if not host.asked and ready == now:
                    host.asked = True
                    return
                if ready > patience or now >= patience:
                    raise _busy(0, ready + self._delay(target, host) - now)
                self._changed.wait(patience - now if host.asked else ready - now)

    def _give_back(self, target: Target, *, pause: bool) -> None:
        with self._changed:
            host = self._host(target)
            host.asked = False
            if pause:
                host.left_at = self._clock()
            self._changed.notify_all()

    def _check_open(self, target: Target, host: _Host, now: float) -> None:
        if host.busy_until > now:
            raise _busy(host.busy_status, host.busy_until - now)
        if self._down.get(target.authority, 0.0) > now:
            raise EngineError(Trouble.CONNECT_FAILED, host=target.host)

    def _free_at(self, target: Target, host: _Host) -> float:
        """When the pause ends. Reckoned each time: robots.txt may have lengthened it meanwhile."""
        return host.left_at + self._delay(target, host)

    def _delay(self, target: Target, host: _Host) -> float:
        ours = self._settings.delay_for(host=target.host, authority=target.authority)
        return max(ours, host.crawl_delay_s)

    def _host(self, target: Target) -> _Host:
        if target.host not in self._hosts and len(self._hosts) >= HOSTS_MAX:
            now = self._clock()
            self._hosts = {
                name: host
                for name, host in self._hosts.items()
                if host.asked or max(host.left_at + LONGEST_PAUSE_S, host.busy_until) > now
            }
        return self._hosts.setdefault(target.host, _Host())


def _busy(status: int, seconds: float) -> EngineError:
    return EngineError(Trouble.HOST_BUSY, status=status, retry_after_s=max(1, math.ceil(seconds)))
