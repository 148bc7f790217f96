"""Which articles hold a key: an index that grows by appending and is read by bisection.

A short open list takes what is new; full lists are frozen into sorted arrays, and arrays of like
size are merged (P. O'Neil and others 1996, "The log-structured merge-tree"), so that a lookup
reads a handful of contiguous pieces and an entry is moved a logarithmic number of times.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint32]
Slots = npt.NDArray[np.int32]

_OPEN_MAX = 1 << 14  # entries in the open list before it is frozen
_NO_SLOTS: Slots = np.zeros(0, np.int32)


class Postings:
    """Key → slots of articles, in the order in which they were added."""

    def __init__(self) -> None:
        self._runs: list[
            tuple[Keys, Slots]
        ] = []  # each sorted by key, then by age; the oldest first
        self._open: dict[int, list[int]] = {}
        self._open_count = 0

    def add(self, slot: int, keys: Keys) -> None:
        """Note that the article in `slot` holds `keys`, each once."""
        for key in keys.tolist():
            self._open.setdefault(key, []).append(slot)
        self._open_count += len(keys)
        if self._open_count >= _OPEN_MAX:
            self._freeze()

    def find(self, keys: Keys, *, cap: int) -> tuple[npt.NDArray[np.int64], Slots]:
        """(places in `keys`, slots): the oldest `cap` holders of each key in each piece."""
        places: list[npt.NDArray[np.int64]] = []
        slots: list[Slots] = []
        for run_keys, run_slots in self._runs:
            first = np.searchsorted(run_keys, keys, side="left")
            count = np.minimum(np.searchsorted(run_keys, keys, side="right") - first, cap)
            total = int(count.sum())
            if not total:
                continue
            ends = np.cumsum(count)
            steps = np.arange(total) - np.repeat(ends - count, count)
            slots.append(run_slots[np.repeat(first, count) + steps])
            places.append(np.repeat(np.arange(len(keys)), count))
        found = [(place, self._open.get(key)) for place, key in enumerate(keys.tolist())]
        held = [(place, holders[:cap]) for place, holders in found if holders]
        if held:
            slots.append(np.array([slot for _, few in held for slot in few], np.int32))
            counts = [len(few) for _, few in held]
            places.append(np.repeat(np.array([place for place, _ in held]), counts))
        if not slots:
            return np.zeros(0, np.int64), _NO_SLOTS
        return np.concatenate(places), np.concatenate(slots)

    def _freeze(self) -> None:
        keys = np.array(sorted(self._open), np.uint32)
        counts = [len(self._open[key]) for key in keys.tolist()]
        slots = np.array([slot for key in keys.tolist() for slot in self._open[key]], np.int32)
        self._runs.append((np.repeat(keys, counts), slots))
        self._open = {}
        self._open_count = 0
        while len(self._runs) > 1 and len(self._runs[-2][0]) <= 2 * len(self._runs[-1][0]):
            newer = self._runs.pop()
            older = self._runs.pop()
            self._runs.append(_merged(older, newer))


def _merged(older: tuple[Keys, Slots], newer: tuple[Keys, Slots]) -> tuple[Keys, Slots]:
    keys = np.concatenate((older[0], newer[0]))
    order = np.argsort(keys, kind="stable")
    return keys[order], np.concatenate((older[1], newer[1]))[order]


def strongest(scores: npt.NDArray[Any], count: int) -> list[int]:
    """The slots of the `count` highest scores above zero, the highest first, the older of equals."""
    slots = np.flatnonzero(scores)
    if len(slots) > 4 * count:
        slots = slots[scores[slots] >= np.partition(scores[slots], -count)[-count]]
    best = slots[np.argsort(-scores[slots], kind="stable")][:count]
    return [int(slot) for slot in best]
