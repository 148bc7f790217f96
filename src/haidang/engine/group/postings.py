"""Which articles hold a key: an index that grows by appending and is read by bisection.

What is added becomes a sorted array, and arrays of like size are merged (P. O'Neil and others 1996,
"The log-structured merge-tree"), so that a lookup reads a handful of contiguous pieces and an entry
is moved a logarithmic number of times. Eight bytes an entry.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.uint32]
Slots = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Run = tuple[Keys, Slots]
"""Keys, ascending; beside each the slot that holds it, of equal keys the older first."""

_GROWTH = 4  # a run is merged with the one before it, if that is not so many times longer
_NO_SLOTS: Slots = np.zeros(0, np.int32)
_NO_PLACES: Places = np.zeros(0, np.int64)


class Postings:
    """Key → slots of articles, in the order in which they were added."""

    def __init__(self) -> None:
        self._runs: list[Run] = []  # the oldest first

    def add_all(self, slots: Sequence[int], keys: Sequence[Keys]) -> None:
        """Note which keys the articles in `slots` (ascending, beyond all before) hold, each once."""
        lengths = [len(few) for few in keys]
        if not sum(lengths):
            return
        added = np.concatenate(keys)
        order = added.argsort(kind="stable")
        self._runs.append((added[order], np.array(slots, np.int32).repeat(lengths)[order]))
        while len(self._runs) > 1 and len(self._runs[-2][0]) <= _GROWTH * len(self._runs[-1][0]):
            newer = self._runs.pop()
            older = self._runs.pop()
            self._runs.append(_merged(older, newer))

    def find(self, keys: Keys, *, cap: int) -> tuple[Places, Slots]:
        """(places in `keys`, slots): the oldest `cap` holders of each key in each piece."""
        order = keys.argsort()  # bisecting goes on where it ended, if the keys ascend
        wanted = keys[order]
        places: list[Places] = [_NO_PLACES]
        slots: list[Slots] = [_NO_SLOTS]
        for known, held in self._runs:
            first = known.searchsorted(wanted)
            here = (known.take(first, mode="clip") == wanted).nonzero()[0]
            first = first[here]
            count = np.minimum(known.searchsorted(wanted[here], "right") - first, cap)
            ends = count.cumsum()
            total = int(ends[-1]) if len(ends) else 0
            slots.append(held[np.arange(total) + (first - ends + count).repeat(count)])
            places.append(here.repeat(count))
        return order[np.concatenate(places)], np.concatenate(slots)

    @property
    def held_bytes(self) -> int:
        """What the index takes up."""
        return sum(part.nbytes for run in self._runs for part in run)


def _merged(older: Run, newer: Run) -> Run:
    size = len(older[0]) + len(newer[0])
    at = older[0].searchsorted(newer[0], "right") + np.arange(len(newer[0]))
    is_old = np.ones(size, bool)
    is_old[at] = False
    keys, slots = np.empty(size, np.uint32), np.empty(size, np.int32)
    keys[at], slots[at] = newer
    keys[is_old], slots[is_old] = older
    return keys, slots
