"""Adding up, for many articles at once, how much each held article shares with each of them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

_CELLS = 1 << 19  # sums held at a time: they stay near the processor


@dataclass(frozen=True, slots=True)
class Found:
    """What one article shares with others: their slots, the highest score first."""

    slots: list[int]
    scores: list[float]


class Tally:
    """Sums by article and slot, kept between two uses so that no memory is asked for."""

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
        of_best: float,
        count: int,
        width: int,
    ) -> list[Found]:
        """Of each row the at most `count` slots of the highest sums of weights, the older of equals first.

        `rows` number the articles, `len(least)` of them; slots are under `width`. Sums under the row's
        `least`, or under `of_best` times its highest, are left out.
        """
        if width > len(self._sums):
            self._sums = np.zeros(2 * width, np.float32)
            self._last = np.zeros(2 * width, np.int32)
        order = rows.argsort(kind="stable")
        rows, slots, weights = rows[order], slots[order], weights[order]
        together = len(self._sums) // max(1, width)
        found: list[Found] = []
        for start in range(0, len(least), together):
            end = min(start + together, len(least))
            first, last = rows.searchsorted((start, end)).tolist()
            cells = (rows[first:last] - start) * width + slots[first:last]
            np.add.at(self._sums, cells, weights[first:last])
            near = cells[self._sums[cells] >= least[rows[first:last]]]
            self._last[near] = np.arange(len(near), dtype=np.int32)
            near = near[self._last[near] == np.arange(len(near))]  # each once
            near.sort()
            sums = self._sums[near]
            self._sums[cells] = 0.0
            found += _chosen(near, sums, width, end - start, of_best=of_best, count=count)
        return found


def _chosen(
    cells: Places, sums: Scores, width: int, rows: int, *, of_best: float, count: int
) -> list[Found]:
    row = cells // width
    # One number by which to order: the row, and within it the highest sum first.
    order = (row - sums / (sums.max(initial=0.0) + 1.0).astype(float)).argsort(kind="stable")
    cuts = row.searchsorted(np.arange(rows + 1)).tolist()
    told, scores = (cells % width)[order].tolist(), sums[order].tolist()
    found = []
    for start, stop in itertools.pairwise(cuts):
        end = min(stop, start + count)
        while end > start and scores[end - 1] < of_best * scores[start]:
            end -= 1
        found.append(Found(told[start:end], scores[start:end]))
    return found
