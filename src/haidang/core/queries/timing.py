"""Asking the database for a limited time."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Virtual machine instructions between two looks at the clock. Reading a list of hits inside FTS5 counts
# a few for each page of 4 kB, so a larger step is not reached at all by words that never meet.
STEP = 50


@contextmanager
def time_limit(deadline: float) -> Iterator[None]:
    """Have the database give up at `deadline` (time.monotonic()): it then raises OperationalError."""
    if connection.vendor == "postgresql":
        left = max(1, math.ceil((deadline - time.monotonic()) * 1000))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {left}")
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
        return
    connection.ensure_connection()
    handle = connection.connection
    handle.set_progress_handler(lambda: time.monotonic() > deadline, STEP)
    try:
        yield
    finally:
        handle.set_progress_handler(None, 0)
