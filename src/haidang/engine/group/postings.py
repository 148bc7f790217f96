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
Run = tuple[Keys, npt.NDArray[np.int32], Slots]
"""Keys, ascending; where the slots of each begin, and of the last end; the slots, by age."""

_OPEN_MAX = 1 << 14  # entries in the open list before it is frozen
_NO_SLOTS: Slots = np.zeros(0, np.int32)


class Postings:
    """Key → slots of articles, in the order in which they were added."""

    def __init__(self) -> None:
        self._runs: list[Run] = []  # the oldest first
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
        for known, firsts, run_slots in self._runs:
            at = np.searchsorted(known, keys)
            at[at == len(known)] = 0
            here = np.flatnonzero(known[at] == keys)
            if not len(here):
                continue
            at = at[here]
            first = firsts[at]
            count = np.minimum(firsts[at + 1] - first, cap)
            ends = np.cumsum(count)
            steps = np.arange(ends[-1]) + np.repeat(first - ends + count, count)
            slots.append(run_slots[steps])
            places.append(np.repeat(here, count))
        found = [(place, self._open.get(key)) for place, key in enumerate(keys.tolist())]
        held = [(place, holders[:cap]) for place, holders in found if holders]
        if held:
            slots.append(np.array([slot for _, few in held for slot in few], np.int32))
            counts = [len(few) for _, few in held]
            places.append(np.repeat(np.array([place for place, _ in held]), counts))
        if not slots:
            return np.zeros(0, np.int64), _NO_SLOTS
        return np.concatenate(places), np.concatenate(slots)

    @property
    def held_bytes(self) -> int:
        """What the index takes up; the open list as if it were frozen."""
        return 8 * self._open_count + sum(part.nbytes for run in self._runs for part in run)

    def _freeze(self) -> None:
        keys = np.array(sorted(self._open), np.uint32)
        counts = [len(self._open[key]) for key in keys.tolist()]
        slots = np.array([slot for key in keys.tolist() for slot in self._open[key]], np.int32)
        self._runs.append((keys, np.concatenate(([0], np.cumsum(counts))).astype(np.int32), slots))
        self._open = {}
        self._open_count = 0
        while len(self._runs) > 1 and len(self._runs[-2][2]) <= 2 * len(self._runs[-1][2]):
            newer = self._runs.pop()
            older = self._runs.pop()
            self._runs.append(_merged(older, newer))


def _merged(older: Run, newer: Run) -> Run:
    keys = np.concatenate(
        [np.repeat(known, np.diff(firsts)) for known, firsts, _ in (older, newer)]
    )
    order = np.argsort(keys, kind="stable")
    known, firsts = np.unique(keys[order], return_index=True)
    slots = np.concatenate((older[2], newer[2]))[order]
    return known, np.append(firsts, len(slots)).astype(np.int32), slots


def strongest(scores: npt.NDArray[Any], count: int) -> list[int]:
    """The slots of the `count` highest scores above zero, the highest first, the older of equals."""
    slots = np.flatnonzero(scores)
    if len(slots) > 4 * count:
        slots = slots[scores[slots] >= np.partition(scores[slots], -count)[-count]]
    best = slots[np.argsort(-scores[slots], kind="stable")][:count]
    return [int(slot) for slot in best]
