"""Adding up, for many articles at once, how much each held article shares with each of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

_CELLS = 1 << 19  # sums held at a time: they stay near the processor


@dataclass(frozen=True, slots=True)
class Sums:
    """What articles share with others, in one row each: ascending by article and then by slot."""

    rows: Places
    slots: Places
    sums: Scores

    def only(self, which: npt.NDArray[np.bool_]) -> Sums:
        """Those of them."""
        return Sums(self.rows[which], self.slots[which], self.sums[which])

    def highest(self, rows: int, count: int) -> list[list[tuple[int, float]]]:
        """Of each row the at most `count` highest sums, with their slots, the older of equals first."""
        # One number by which to order: the row, and within it the highest sum first.
        scale = float(self.sums.max(initial=0.0)) + 1.0
        order = (self.rows - self.sums / scale).argsort(kind="stable")
        cuts = self.rows.searchsorted(np.arange(rows + 1)).tolist()
        slots, sums = self.slots[order].tolist(), self.sums[order].tolist()
        return [
            list(zip(slots[start : start + count], sums[start : start + count], strict=True))[
                : end - start
            ]
            for start, end in pairwise(cuts)
        ]


class Tally:
    """Adds up by article and slot in a table that is kept, so that no memory is asked for."""

    def __init__(self) -> None:
        self._sums: Scores = np.zeros(_CELLS, np.float32)  # zero between two uses
        self._last = np.zeros(_CELLS, np.int32)

    def add_up(
        self,
        rows: Places,
        slots: npt.NDArray[Any],
        weights: Scores,
        *,
        least: Scores,
        width: int,
    ) -> Sums:
        """The sums of the weights that fall on the same row and slot.

        `rows` number the articles, `len(least)` of them; slots are under `width`. Sums under the row's
        `least` are left out.
        """
        if width > len(self._sums):
            self._sums = np.zeros(2 * width, np.float32)
            self._last = np.zeros(2 * width, np.int32)
        order = rows.argsort(kind="stable")
        rows, slots, weights = rows[order], slots[order], weights[order]
        together = len(self._sums) // max(1, width)
        found: list[tuple[Places, Scores]] = []
        for start in range(0, len(least), together):
            first, last = rows.searchsorted((start, start + together)).tolist()
            cells = (rows[first:last] - start) * width + slots[first:last]
            np.add.at(self._sums, cells, weights[first:last])
            near = cells[self._sums[cells] >= least[rows[first:last]]]
            self._last[near] = np.arange(len(near), dtype=np.int32)
            near = near[self._last[near] == np.arange(len(near))]  # each once
            near.sort()
            found.append((near + start * width, self._sums[near]))
            self._sums[cells] = 0.0
        every = np.concatenate([few for few, _ in found])
        return Sums(every // width, every % width, np.concatenate([sums for _, sums in found]))
