"""Which articles hold a key: an index that grows by appending and is read by bisection.

A short open list takes what is new; full lists are frozen into sorted arrays, and arrays of like
size are merged (P. O'Neil and others 1996, "The log-structured merge-tree"), so that a lookup
reads a handful of contiguous pieces and an entry is moved a logarithmic number of times. Eight
bytes an entry, ten while it is in the open list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint32]
Slots = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Run = tuple[Keys, Slots]
"""Keys, ascending; beside each the slot that holds it, of equal keys the older first."""

_OPEN_MAX = 1 << 11  # entries in the open list before it is frozen
_GROWTH = 4  # a run is merged with the one before it, if that is not so many times longer
_LOW_BITS = 16
_NO_SLOTS: Slots = np.zeros(0, np.int32)
_NO_PLACES: Places = np.zeros(0, np.int64)
_WANTED = np.zeros(1 << _LOW_BITS, bool)  # clean between two lookups


class Postings:
    """Key → slots of articles, in the order in which they were added."""

    def __init__(self) -> None:
        self._runs: list[Run] = []  # the oldest first
        self._count = 0  # of the open list
        self._keys: Keys = np.zeros(0, np.uint32)
        self._slots: Slots = np.zeros(0, np.int32)
        self._lows: npt.NDArray[np.uint16] = np.zeros(0, np.uint16)

    def add(self, slot: int, keys: Keys) -> None:
        """Note that the article in `slot` holds `keys`, each once."""
        end = self._count + len(keys)
        if end > len(self._keys):
            self._widen(end)
        here = slice(self._count, end)
        self._keys[here] = keys
        self._slots[here] = slot
        self._lows[here] = keys.astype(np.uint16)
        self._count = end
        if end >= _OPEN_MAX:
            self._freeze()

    def add_all(self, slots: Sequence[int], keys: Sequence[Keys]) -> None:
        """The same for many articles at once, in ascending order of their slots."""
        if not slots:
            return
        if self._count:
            self._freeze()
        lengths = [len(few) for few in keys]
        self._push(np.concatenate(keys), np.repeat(np.array(slots, np.int32), lengths))

    def find(self, keys: Keys, *, cap: int) -> tuple[Places, Slots]:
        """(places in `keys`, slots): the oldest `cap` holders of each key in each piece."""
        places: list[Places] = []
        slots: list[Slots] = []
        for known, held in self._runs:
            first = known.searchsorted(keys)
            here = (known.take(first, mode="clip") == keys).nonzero()[0]
            if not len(here):
                continue
            first = first[here]
            count = np.minimum(known.searchsorted(keys[here], "right") - first, cap)
            ends = count.cumsum()
            if ends[-1] == len(here):
                slots.append(held[first])
                places.append(here)
            else:
                slots.append(held[np.arange(ends[-1]) + (first - ends + count).repeat(count)])
                places.append(here.repeat(count))
        if self._count:
            here, found = self._find_open(keys)
            places.append(here)
            slots.append(found)
        if not slots:
            return _NO_PLACES, _NO_SLOTS
        if len(slots) == 1:
            return places[0], slots[0]
        return np.concatenate(places), np.concatenate(slots)

    @property
    def held_bytes(self) -> int:
        """What the index takes up; the open list as if it were frozen."""
        return 8 * self._count + sum(part.nbytes for run in self._runs for part in run)

    def _find_open(self, keys: Keys) -> tuple[Places, Slots]:
        """The open list is short enough to be read whole; of no key it has `cap` holders often."""
        lows = keys.astype(np.uint16)
        _WANTED[lows] = True
        near = _WANTED[self._lows[: self._count]].nonzero()[0]
        _WANTED[lows] = False
        if not len(near):
            return _NO_PLACES, _NO_SLOTS
        order = keys.argsort()
        ordered = keys[order]
        seen = self._keys[near]
        at = ordered.searchsorted(seen)
        hit = ordered.take(at, mode="clip") == seen
        return order[at[hit]], self._slots[near[hit]]

    def _widen(self, size: int) -> None:
        size = max(size, min(_OPEN_MAX + _OPEN_MAX // 4, 2 * size))
        for name in ("_keys", "_slots", "_lows"):
            old = getattr(self, name)
            new = np.zeros(size, old.dtype)
            new[: self._count] = old[: self._count]
            setattr(self, name, new)

    def _freeze(self) -> None:
        self._push(self._keys[: self._count], self._slots[: self._count])
        self._count = 0

    def _push(self, keys: Keys, slots: Slots) -> None:
        order = keys.argsort(kind="stable")
        self._runs.append((keys[order], slots[order]))
        while len(self._runs) > 1 and len(self._runs[-2][0]) <= _GROWTH * len(self._runs[-1][0]):
            newer = self._runs.pop()
            older = self._runs.pop()
            self._runs.append(_merged(older, newer))


def _merged(older: Run, newer: Run) -> Run:
    size = len(older[0]) + len(newer[0])
    at = older[0].searchsorted(newer[0], "right") + np.arange(len(newer[0]))
    is_old = np.ones(size, bool)
    is_old[at] = False
    keys, slots = np.empty(size, np.uint32), np.empty(size, np.int32)
    keys[at], slots[at] = newer
    keys[is_old], slots[is_old] = older
    return keys, slots


def strongest(scores: npt.NDArray[Any], count: int) -> list[int]:
    """The slots of the `count` highest scores above zero, the highest first, the older of equals."""
    slots = scores.nonzero()[0]
    known = scores[slots]
    if len(slots) > 4 * count:
        near = (known >= np.partition(known, -count)[-count]).nonzero()[0]
        slots, known = slots[near], known[near]
    best = slots[(-known).argsort(kind="stable")][:count]
    told: list[int] = best.tolist()
    return told
