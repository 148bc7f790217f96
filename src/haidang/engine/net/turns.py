"""Whose turn it is: one request at a time for each host, and a pause between two.

Hosts that asked for patience, or that are down, are left alone. What is remembered lies in a `Turns`,
so that processes which share one ask a host in turn as the threads of one process do.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.net.hosts_known import HostState, MemoryTurns, Turns
from haidang.engine.net.settings import GateSettings
from haidang.engine.net.urls import Target

LONGEST_PAUSE_S = 60.0  # after this long any host may be asked again
LONGEST_BUSY_S = 86_400.0
STALLS_MAX = 2  # a batch of twenty pages must not hold a thread for ten minutes
POLL_S = 0.2  # how often another process's request is asked after
KNOWN_MAX = 5_000  # hosts whose state is told again without being read
_UNKNOWN = HostState()


class GateClosedError(RuntimeError):
    """The gate was closed under a running fetch: the worker is ending, no one's server is at fault."""


class NotYetError(RuntimeError):
    """It is not the host's turn within the time that the caller has; nothing is wrong with the host."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"not before {wait_s:.1f} s")
        self.wait_s = wait_s


class Visit:
    """One turn. Call `knocked()` once a packet may have left: then the pause is owed."""

    def __init__(self) -> None:
        self.owes_pause = False

    def knocked(self) -> None:
        self.owes_pause = True


class HostTurns:
    """Thread-safe. Hosts are told apart by name alone: two ports of one host are one host.

    The turn of a process that is known to be dead passes on after the host's pause; one that died
    unseen holds its turn at most as long as one request may last and then some. Moments further ahead than any that we write mean that the clock
    was set back, and are passed over.
    """

    def __init__(self, settings: GateSettings, *, turns: Turns) -> None:
        self._settings = settings
        self._turns = turns
        self._held_s = settings.total_s + settings.connect_s
        self._changed = threading.Condition()
        self._asked: set[str] = set()  # hosts of which a thread of ours has, or tries for, the turn
        self._known: dict[str, tuple[float, HostState]] = {}
        self._closed = False

    @classmethod
    def of_this_process(cls, settings: GateSettings, *, clock: Callable[[], float]) -> HostTurns:
        """Turns that no other process knows of."""
        return cls(settings, turns=MemoryTurns(clock))

    @contextmanager
    def turn(self, target: Target, *, patience_s: float) -> Iterator[Visit]:
        """Wait for the host's turn, at most `patience_s`, and keep it to the end of the block.

        Raises CONNECT_FAILED (known to be down) and HOST_BUSY (asked to stay away, with its status)
        at once; HOST_BUSY with status 0 as soon as the wait would be too long.
        """
        self._take(target, patience_s)
        visit = Visit()
        try:
            yield visit
        finally:
            self._give_back(target, pause=visit.owes_pause)

    def wait_s(self, target: Target) -> float:
        """Seconds until a request to this host could begin, as far as is known now."""
        host, port = self._recall(target.host), self._recall(target.authority)
        now = self._turns.now()
        wait = max(self._free_at(target, host, now), self._busy_until(host, now), port.down_until)
        under_way = target.host in self._asked or self._held_until(host, now) > now
        return max(0.0, wait - now, self._delay(target, host) if under_way else 0.0)

    def mark_busy(self, target: Target, *, status: int, seconds: float) -> None:
        """The host asked to be left alone for `seconds`."""
        until = self._turns.now() + seconds
        self._change(
            target.host, lambda state: replace(state, busy_until=until, busy_status=status)
        )

    def mark_down(self, target: Target) -> None:
        """Nothing answers there; do not knock again for a while."""
        until = self._turns.now() + self._settings.host_down_s
        self._change(target.authority, lambda state: replace(state, down_until=until))

    def mark_stalled(self, target: Target) -> None:
        """A request ran into its deadline; hosts that do so again and again count as down."""
        after = self._change(target.host, lambda state: replace(state, stalls=state.stalls + 1))
        if after.stalls >= STALLS_MAX:
            self.mark_down(target)

    def mark_answered(self, target: Target) -> None:
        """The host answers in time."""
        self._change(target.host, lambda state: replace(state, stalls=0))

    def slow_down(self, target: Target, *, crawl_delay_s: float) -> None:
        """What the host's robots.txt asks for; the longer of it and our own pause holds."""
        told = min(crawl_delay_s, self._settings.crawl_delay_max_s)
        self._change(target.host, lambda state: replace(state, crawl_delay_s=told))

    def close(self) -> None:
        """No more turns; those who wait for one get a GateClosedError."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    # ------------------------------------------------------------ taking a turn

    def _take(self, target: Target, patience_s: float) -> None:
        patience = self._turns.now() + patience_s
        while True:
            self._stand_first(target, patience)
            try:
                wait = self._claim(target)
            except BaseException:
                self._step_aside(target.host)
                raise
            if wait <= 0:
                return
            self._step_aside(target.host)
            now = self._turns.now()
            if now >= patience or now + wait > patience:
                raise _busy(0, wait)
            with self._changed:
                self._complain_if_closed()
                self._changed.wait(wait)

    def _stand_first(self, target: Target, patience: float) -> None:
        """Wait until no other thread of this process has, or tries for, the turn of this host."""
        with self._changed:
            while True:
                self._complain_if_closed()
                if target.host not in self._asked:
                    self._asked.add(target.host)
                    return
                left = patience - self._turns.now()
                if left <= 0:
                    raise _busy(0, self._settings.host_delay_s)
                self._changed.wait(left)

    def _step_aside(self, host: str) -> None:
        with self._changed:
            self._asked.discard(host)
            self._changed.notify_all()

    def _claim(self, target: Target) -> float:
        """0 if the turn is ours now, else the seconds to wait. Raises as `turn`."""
        found = self._turns.read((target.host, target.authority))
        host, port = found.get(target.host, _UNKNOWN), found.get(target.authority, _UNKNOWN)
        self._keep(target.host, host)
        self._keep(target.authority, port)
        now = self._turns.now()
        busy_until = self._busy_until(host, now)
        if busy_until > now:
            raise _busy(host.busy_status, busy_until - now)
        if now < port.down_until <= now + self._settings.host_down_s:
            raise EngineError(Trouble.CONNECT_FAILED, host=target.host)
        free_at = self._free_at(target, host, now)
        if free_at > now:
            return free_at - now
        if self._held_until(host, now) > now:
            if self._turns.is_dead(
                host.holder
            ):  # when it last knocked is not known: now, at the latest
                self._swap(target.host, host, replace(host, held_until=0.0, holder="", left_at=now))
                return max(POLL_S / 10, self._delay(target, host))
            return POLL_S
        after = replace(host, held_until=now + self._held_s, holder=self._turns.me)
        return 0.0 if self._swap(target.host, host, after) else POLL_S / 10

    def _give_back(self, target: Target, *, pause: bool) -> None:
        now = self._turns.now()

        def left(state: HostState) -> HostState:
            return replace(
                state, held_until=0.0, holder="", left_at=now if pause else state.left_at
            )

        try:
            self._change(target.host, left)
        finally:
            self._step_aside(target.host)

    def _free_at(self, target: Target, host: HostState, now: float) -> float:
        """When the pause ends. Reckoned each time: robots.txt may have lengthened it meanwhile."""
        left_at = host.left_at if host.left_at <= now + LONGEST_PAUSE_S else -math.inf
        return left_at + self._delay(target, host)

    def _held_until(self, host: HostState, now: float) -> float:
        return host.held_until if host.held_until <= now + self._held_s else 0.0

    def _busy_until(self, host: HostState, now: float) -> float:
        return host.busy_until if host.busy_until <= now + LONGEST_BUSY_S else 0.0

    def _delay(self, target: Target, host: HostState) -> float:
        ours = self._settings.delay_for(host=target.host, authority=target.authority)
        return max(ours, host.crawl_delay_s)

    # ------------------------------------------------------------ what is known

    def _recall(self, name: str) -> HostState:
        """The state as it was a moment ago, read if that is too long ago."""
        fresh = self._turns.fresh_s
        at, state = self._known.get(name, (-math.inf, _UNKNOWN))
        if not 0 <= self._turns.now() - at < fresh:
            state = self._turns.read((name,)).get(name, _UNKNOWN)
            self._keep(name, state)
        return state

    def _keep(self, name: str, state: HostState) -> None:
        if self._turns.fresh_s:
            if len(self._known) >= KNOWN_MAX:
                self._known = {}
            self._known[name] = (self._turns.now(), state)

    def _change(self, name: str, change: Callable[[HostState], HostState]) -> HostState:
        """Change what is known, whoever else changes it meanwhile; what stands there then."""
        while True:
            before = self._turns.read((name,)).get(name, _UNKNOWN)
            after = change(before)
            if after == before or self._swap(name, before, after):
                return after

    def _swap(self, name: str, before: HostState, after: HostState) -> bool:
        done = self._turns.swap(name, before, after)
        if done:
            self._keep(name, replace(after, version=before.version + 1))
        return done

    def _complain_if_closed(self) -> None:
        if self._closed:
            raise GateClosedError("the gate is closed")


def _busy(status: int, seconds: float) -> EngineError:
    return EngineError(Trouble.HOST_BUSY, status=status, retry_after_s=max(1, math.ceil(seconds)))
