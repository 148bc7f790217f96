"""Small decision trees as tables: every comparison of every tree at once, then one look-up a tree.

A tree of at most eight comparisons has 256 outcomes, and each leads to one leaf, whose value is
worked out beforehand (the idea of Lucchese et al., "QuickScorer", SIGIR 2015, for trees so small
that the outcomes themselves are the index).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
COMPARISONS = 8  # of a tree, at most
_ROWS = 1_024  # looked at together: 240 comparisons of a row are 2 kB


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees side by side. Of each its comparisons (column above limit?), and a value for each outcome."""

    start: float
    columns: NDArray[np.intp]
    limits: Numbers
    values: Numbers
    first_values: NDArray[np.intp]


def read_forest(told: dict[str, Any]) -> Forest:
    """The trees of `learned.json`. Raises ValueError for a tree of more than eight comparisons."""
    nodes, roots = told["nodes"], told["roots"]
    columns = np.zeros((len(roots), COMPARISONS), np.intp)
    limits = np.full((len(roots), COMPARISONS), np.inf)
    values = np.zeros((len(roots), 1 << COMPARISONS))
    for number, root in enumerate(roots):
        inner = _inner_nodes(nodes, root)
        if len(inner) > COMPARISONS:
            raise ValueError(f"tree {number} has {len(inner)} comparisons, at most {COMPARISONS}")
        for at, node in enumerate(inner):
            columns[number, at], limits[number, at] = nodes[node][:2]
        places = {node: at for at, node in enumerate(inner)}
        for outcome in range(1 << COMPARISONS):
            node = root
            while node in places:
                # The first comparison is the highest bit.
                is_right = outcome >> (COMPARISONS - 1 - places[node]) & 1
                node = nodes[node][3 if is_right else 2]
            values[number, outcome] = nodes[node][4]
    return Forest(
        start=told["start"],
        columns=columns.ravel(),
        limits=limits.ravel(),
        values=values.ravel(),
        first_values=np.arange(len(roots)) << COMPARISONS,
    )


def _inner_nodes(nodes: Sequence[Sequence[float]], root: int) -> list[int]:
    """The comparisons of a tree, the root first; a leaf leads to itself."""
    found, todo = [], [root]
    while todo:
        node = todo.pop()
        left, right = int(nodes[node][2]), int(nodes[node][3])
        if left != node:
            found.append(node)
            todo += [right, left]
    return found


def vote(forest: Forest, rows: Numbers) -> Numbers:
    """The sum of all trees for each row."""
    votes = np.empty(len(rows))
    for first in range(0, len(rows), _ROWS):
        some = rows[first : first + _ROWS]
        outcomes = np.packbits(some.take(forest.columns, axis=1) > forest.limits, axis=1)
        found = forest.values.take(outcomes + forest.first_values)
        votes[first : first + _ROWS] = found.sum(axis=1)
    return votes + forest.start
