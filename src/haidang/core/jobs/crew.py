"""The threads of a worker: as many fetchers as were asked for, and one more for each that waits long.

Sixteen hosts that accept a connection and say nothing hold sixteen threads for half a minute; the
others' articles must not wait for them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django_tasks_db.management.commands.db_worker import Worker

from haidang.core.jobs.waiting import count_waiting

SPARE_MAX = 32  # threads beside those that were asked for; each has a connection to the database


class Crew:
    """Threads that each run a `Worker` of the library. Used by the worker's main thread only."""

    def __init__(
        self,
        fetchers: int,
        *,
        make: Callable[[int], Worker],
        run: Callable[[Worker, threading.Event], None],
        stop: threading.Event,
    ) -> None:
        self._fetchers = fetchers
        self._make, self._run, self._stop = make, run, stop
        self._number = 0
        self._hands: list[tuple[Worker, threading.Thread]] = []
        self._others: list[tuple[Worker, threading.Thread]] = []
        self.fit()

    @property
    def size(self) -> int:
        """Fetching threads that live."""
        return len(self._hands)

    def start(self, hand: Worker) -> None:
        """Run a hand of another queue, for as long as the crew works."""
        self._others.append((hand, self._begin(hand)))

    def fit(self) -> None:
        """Add threads for those that wait long; let spare ones go when these are back."""
        self._hands = [one for one in self._hands if one[1].is_alive()]
        wanted = self._fetchers + min(count_waiting(), SPARE_MAX)
        while len(self._hands) < wanted:
            hand = self._make(self._number)
            self._number += 1
            self._hands.append((hand, self._begin(hand)))
        staying = sum(1 for hand, _thread in self._hands if hand.running)
        for hand, _thread in self._hands:
            if staying > wanted and hand.running and not hand.running_task:
                hand.running = False
                staying -= 1

    def end(self, seconds: float) -> None:
        """Let all end; those that are still at work after so many seconds are left alone."""
        ends = time.monotonic() + seconds
        for hand, _thread in (*self._hands, *self._others):
            hand.running = False
        for _hand, thread in (*self._hands, *self._others):
            thread.join(max(0.0, ends - time.monotonic()))

    def _begin(self, hand: Worker) -> threading.Thread:
        thread = threading.Thread(target=self._run, args=(hand, self._stop), daemon=True)
        thread.start()
        return thread
