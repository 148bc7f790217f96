"""How often a program may ask: counted in the memory of the one web process, and nowhere else.

A reader without a token is known by a keyed hash of where they ask from, made anew at each start; no address
is kept, and what is counted is gone after a minute of quiet.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

READERS_MAX = 20_000  # remembered at once; the one longest quiet is forgotten first


class Pace:
    """So many at once, refilled evenly within a minute (a leaking bucket for each reader). Thread-safe."""

    def __init__(self, a_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._clock = float(a_minute), clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._key = secrets.token_bytes(16)

    def ask(self, reader: str) -> int:
        """0 if this reader may go on; otherwise whole seconds to wait, at least 1."""
        known = hashlib.blake2b(reader.encode(), key=self._key, digest_size=16).digest()
        now = self._clock()
        with self._lock:
            left, at = self._buckets.pop(known, (self._size, now))
            left = min(self._size, left + (now - at) * self._size / 60)
            goes = left >= 1
            self._buckets[known] = (left - 1 if goes else left, now)
            while len(self._buckets) > READERS_MAX:
                self._buckets.popitem(last=False)
        return 0 if goes else max(1, math.ceil((1 - left) * 60 / self._size - 1e-6))

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._buckets.clear()


def name_place(told: str) -> str:
    """Where somebody asks from, as it is counted: one IPv4 address, or the 64 bits of an IPv6 network."""
    try:
        address = ip_address(told)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(int(address.ipv4_mapped or int(address) >> 64))
    return str(int(address))
