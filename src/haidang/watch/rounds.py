"""A round of errands to hosts, whichever host is free first; no thread waits long for a turn.

errands ──► the host that is free soonest ──► do it ──► what it led to joins the errands
                │                                │
                │ none within a second           │ it takes more than two seconds
                ▼                                ▼
          handed on, to be taken           the other errands are handed on to other
          up when a host is free           threads, and one more thread is asked for
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import connection

from haidang.core.jobs.waiting import begin_waiting, end_waiting
from haidang.engine.errors import EngineError
from haidang.engine.net import Gate, NotYetError

PATIENCE_S = 1.0  # a thread waits so long for a turn
LONG_S = 60.0  # a host that is not free within this is busy or down: pages are put off
STUCK_S = 2.0  # an errand that takes longer must not delay the others


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to be asked of a host. `subject` is what is handed on with it: a feed, an article."""

    url: str
    subject: int
    page: int | None = None  # the entry whose page it is; None: the subject's own address


@dataclass(slots=True)
class Round:
    """How errands are done, handed on and put off.

    `do` does one errand and tells what it led to; `hand_on` has subjects taken up after seconds;
    `put_off` leaves pages of a host that is busy or down for later.
    """

    wait_s: Callable[[str], float]
    do: Callable[[Errand], Iterable[Errand]]
    hand_on: Callable[[list[int], float], None]
    put_off: Callable[[list[Errand], float], None]

    def run(self, errands: Iterable[Errand]) -> set[int]:
        """Do them all, or hand on what cannot be done now; the subjects that were handed on."""
        work = _Work(self, errands)
        while (errand := work.next()) is not None:
            with work.watched(errand):
                try:
                    more = list(self.do(errand))
                except NotYetError:
                    more = [errand]  # another took the turn: whichever host is free comes first
            work.add(more)
        return work.gone


class _Work:
    """The errands of one round that are left."""

    def __init__(self, owner: Round, errands: Iterable[Errand]) -> None:
        self._round = owner
        self._lock = threading.Lock()
        self._left: dict[str, deque[Errand]] = {}
        self._current: Errand | None = None
        self._stuck = False
        self.gone: set[int] = set()
        self.add(errands)

    def add(self, errands: Iterable[Errand]) -> None:
        with self._lock:
            for errand in errands:
                if errand.subject not in self.gone:
                    self._left.setdefault(_host(errand.url), deque()).append(errand)

    def next(self) -> Errand | None:
        """The next errand, or None when no host is free soon: what is left was handed on."""
        while True:
            with self._lock:
                firsts = {host: errands[0].url for host, errands in self._left.items()}
            if not firsts:
                return None
            waits = {host: self._round.wait_s(url) for host, url in firsts.items()}
            host = min(waits, key=lambda name: waits[name])
            if waits[host] <= PATIENCE_S:
                return self._take(host)
            if waits[host] <= LONG_S:
                self._hand_on(self._left_but(None), waits[host])
                return None
            # Busy or down: a feed hears so at once, without a request; pages are left for later.
            errand = self._leave_pages(host, waits[host])
            if errand is not None:
                return errand

    @contextmanager
    def watched(self, errand: Errand) -> Iterator[None]:
        """Hand on the rest if this takes long."""
        self._current = errand
        timer = threading.Timer(STUCK_S, self._tell_stuck, (errand,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._lock:
                self._current, stuck, self._stuck = None, self._stuck, False
            if stuck:
                end_waiting()

    def _tell_stuck(self, errand: Errand) -> None:
        """In the timer's thread: the errand takes long."""
        with self._lock:
            if self._current is not errand:
                return
            self._stuck = True
            begin_waiting()
        try:
            self._hand_on(self._left_but(errand.subject), 0.0)
        finally:
            connection.close()

    def _take(self, host: str) -> Errand | None:
        with self._lock:
            errands = self._left.get(host)
            if not errands:
                return None
            errand = errands.popleft()
            if not errands:
                del self._left[host]
            return errand

    def _leave_pages(self, host: str, wait_s: float) -> Errand | None:
        with self._lock:
            errands = self._left.pop(host, deque())
            own = [errand for errand in errands if errand.page is None]
            pages = [errand for errand in errands if errand.page is not None]
            if own[1:]:
                self._left[host] = deque(own[1:])
        if pages:
            self._round.put_off(pages, wait_s)
        return own[0] if own else None

    def _left_but(self, subject: int | None) -> list[int]:
        """Take away the subjects that are left, but for one."""
        with self._lock:
            left = [errand for errands in self._left.values() for errand in errands]
            taken = list(dict.fromkeys(one.subject for one in left if one.subject != subject))
            self.gone.update(taken)
            kept = [one for one in left if one.subject == subject]
            self._left = {}
            for errand in kept:
                self._left.setdefault(_host(errand.url), deque()).append(errand)
        return taken

    def _hand_on(self, subjects: list[int], wait_s: float) -> None:
        if subjects:
            self._round.hand_on(subjects, wait_s)


def wait_for(http: Gate) -> Callable[[str], float]:
    """How long a host is to be waited for; an address that cannot be read is told so by its fetch."""

    def wait_s(url: str) -> float:
        try:
            return http.wait_s(url)
        except EngineError:
            return 0.0

    return wait_s


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
