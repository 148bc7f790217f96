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
    with _interrupted_after(connection.connection, left):
        yield


@contextmanager
def _interrupted_after(handle: Any, seconds: float) -> Iterator[None]:
    """SQLite is interrupted from a thread that waits beside it.

    Asking the clock from inside (a progress handler) would need the interpreter every few instructions: other threads of
    a busy web process then hold up each search many times over.
    """
    over, turn = threading.Event(), threading.Lock()

    def wait() -> None:
        pause = seconds
        while not over.wait(pause):
            with turn:
                if not over.is_set():
                    handle.interrupt()
            pause = AGAIN_S

    threading.Thread(target=wait, daemon=True).start()
    try:
        yield
    finally:
        with turn:
            over.set()
