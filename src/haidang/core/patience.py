"""How often a stranger may press a public button: counted in memory, forgotten with the process.

A sender is remembered as a hash under a key that is made at start and never written down.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from hashlib import blake2b


class Patience:
    """At most `each` times for one sender and `together` times for all, within `seconds`."""

    def __init__(
        self,
        *,
        each: int,
        together: int,
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._each, self._together, self._seconds, self._clock = each, together, seconds, clock
        self._key = secrets.token_bytes(16)
        self._times: deque[tuple[float, bytes]] = deque()
        self._counts: Counter[bytes] = Counter()
        self._lock = threading.Lock()

    def allows(self, sender: str) -> bool:
        """Whether the sender may now; if so, it counts."""
        who = blake2b(sender.encode(), key=self._key, digest_size=8).digest()
        now = self._clock()
        with self._lock:
            while self._times and self._times[0][0] <= now - self._seconds:
                _at, other = self._times.popleft()
                self._counts[other] -= 1
                if not self._counts[other]:
                    del self._counts[other]
            if self._counts[who] >= self._each or len(self._times) >= self._together:
                return False
            self._times.append((now, who))
            self._counts[who] += 1
        return True

    def forget(self) -> None:
        """Forget everybody."""
        with self._lock:
            self._times.clear()
            self._counts.clear()
