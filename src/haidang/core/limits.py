"""How often somebody outside may ask or press: counted in the memory of the one web process, and nowhere else.

Who asks without a token is known by a keyed hash of where they ask from, made anew at each start; no address
is kept, and whoever was quiet for as long as a limit lasts is forgotten (promise 11).
"""

from __future__ import annotations

import hashlib
import math
import secrets
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from django.http import HttpRequest

READERS_MAX = 20_000  # remembered at once; the one longest quiet is forgotten first
DAY_S = 86_400.0


class Pace:
    """So many at once, refilled evenly within a time: a leaking bucket for each reader, and one for all.

    `each` and `together` within `within_s` seconds; what is refused costs nothing. Thread-safe.
    """

    def __init__(
        self,
        each: int,
        *,
        together: int = sys.maxsize,
        within_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._each, self._together = float(each), float(together)
        self._within_s, self._clock = within_s, clock
        self._lock = threading.Lock()
        self._key = secrets.token_bytes(16)
        self._buckets = OrderedDict[bytes, tuple[float, float]]()
        self._all = (self._together, clock())

    def ask(self, reader: str) -> int:
        """0 if this reader may go on; otherwise whole seconds to wait, at least 1."""
        known = hashlib.blake2b(reader.encode(), key=self._key, digest_size=16).digest()
        with self._lock:
            now = self._clock()
            own = self._fill(self._buckets.pop(known, (self._each, now)), self._each, now)
            all_ = self._fill(self._all, self._together, now)
            wait = max(self._wait(own, self._each), self._wait(all_, self._together))
            spent = 0 if wait else 1
            self._buckets[known], self._all = (own - spent, now), (all_ - spent, now)
            self._forget_quiet(now)
        return wait

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._buckets.clear()
            self._all = (self._together, self._clock())

    def _fill(self, bucket: tuple[float, float], size: float, now: float) -> float:
        left, at = bucket
        return min(size, left + max(0.0, now - at) * size / self._within_s)

    def _wait(self, left: float, size: float) -> int:
        return 0 if left >= 1 else max(1, math.ceil((1 - left) * self._within_s / size - 1e-6))

    def _forget_quiet(self, now: float) -> None:
        """Those whose bucket is full again, and whoever is too many."""
        while self._buckets:
            known, (_left, at) = next(iter(self._buckets.items()))
            if len(self._buckets) <= READERS_MAX and now - at < self._within_s:
                return
            del self._buckets[known]


def count_as(request: HttpRequest) -> str:
    """Where a request comes from, as it is counted."""
    return name_place(str(request.META.get("REMOTE_ADDR", "")))


def name_place(told: str) -> str:
    """Where somebody asks from, as it is counted: one IPv4 address, or the 64 bits of an IPv6 network."""
    try:
        address = ip_address(told)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(int(address.ipv4_mapped or int(address) >> 64))
    return str(int(address))
