"""How many threads of this process wait long on others: a slow host, a turn that does not come.

A job says so while it does, and the worker puts another thread in its place.
"""

from __future__ import annotations

import threading

_lock = threading.Lock()
_count = 0


def begin_waiting() -> None:
    """A thread of this process waits long from now on."""
    _add(1)


def end_waiting() -> None:
    """It is back."""
    _add(-1)


def count_waiting() -> int:
    """How many wait now."""
    return _count


def _add(number: int) -> None:
    global _count  # noqa: PLW0603 -- one count for the life of the process
    with _lock:
        _count += number
