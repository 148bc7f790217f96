"""Asking the database for a limited time."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

AGAIN_S = 0.02  # an interruption that fell between two statements is lost, so it is tried again


@contextmanager
def time_limit(deadline: float) -> Iterator[None]:
    """Have the database give up at `deadline` (time.monotonic()): it then raises OperationalError."""
    left = deadline - time.monotonic()
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {max(1, math.ceil(left * 1000))}")
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
        return
    if left <= 0:
        raise OperationalError("interrupted")
    connection.ensure_connection()
    with _interrupter.watch(connection.connection, deadline):
        yield


class _Interrupter:
    """A thread beside all others that interrupts SQLite where a statement's time is over.

    Asking the clock from inside (a progress handler) would need the interpreter every few instructions:
    other threads of a busy web process then hold up each search many times over. One thread serves all
    connections, and is woken only for a deadline that comes before the one it waits for.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._deadlines: dict[object, tuple[float, Any]] = {}
        self._wakes_at = math.inf
        self._thread: threading.Thread | None = None

    @contextmanager
    def watch(self, handle: Any, deadline: float) -> Iterator[None]:
        """Interrupt this connection from `deadline` on, as long as the block runs."""
        turn = object()
        with self._changed:
            self._deadlines[turn] = (deadline, handle)
            if self._thread is None or not self._thread.is_alive():  # a forked process has none
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            elif deadline < self._wakes_at:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                del self._deadlines[turn]

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for deadline, handle in self._deadlines.values():
                    if deadline <= now:
                        handle.interrupt()
                turns = (
                    deadline if deadline > now else now + AGAIN_S
                    for deadline, _handle in self._deadlines.values()
                )  # fmt: skip
                self._wakes_at = min(turns, default=math.inf)
                self._changed.wait(None if self._wakes_at == math.inf else self._wakes_at - now)


_interrupter = _Interrupter()
