"""Whether a story is two: events that look alike, told apart once some articles of each are there.

Two elections, two quakes, two fires share most of their words, so an article of one is as near to the
other's story as to a poor report of its own. Several together show it: within each part articles are much
nearer to one another than across. The best cut in two is that of the leading eigenvector of the pairs'
log-odds around their means (the spectral cut of modularity, M. Newman 2006, "Modularity and community
structure in networks"), then each article goes to the part it is nearer to.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from haidang.engine.group import weights
from haidang.engine.group.evidence import KINDS, TERM_BITS
from haidang.engine.group.stories import ODDS_MAX, features
from haidang.engine.group.window import Held, Window

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

MEMBERS_MIN = 4
PART_MIN = 2
_FEW = 3
"""A part of fewer articles than these is told apart only by `_ACROSS_FEW`."""
_ACROSS, _ACROSS_FEW = 1.0, -1.0
"""Log-odds, the mean over the pairs across, from which two parts are one story after all."""
_NEARER, _NEARER_FEW = 1.2, 3.0
"""By how many log-odds the pairs within each part are nearer than those across: the first, and the second
divided by the articles of the smaller part, as few pairs tell little."""
_LIKELY = (-4.0, 6.0)
"""What pairs count when parts are looked for: within this, so that no lone article is a part."""
_ROUNDS = 8


def measure_odds(window: Window, some: Sequence[Held]) -> Floats:
    """(articles, articles): log-odds of each pair of one language, as the window weighs them now."""
    kinds = len(KINDS)
    vectors = window.vectors([held.evidence for held in some])
    counts = np.array([window.totals.get(held.evidence.language, 0) for held in some], float)
    counted = np.array([held.slot >= 0 and held.is_counted for held in some])
    usual = window.usual_of(vectors, counts, counted)
    keys = (vectors.pieces % kinds).astype(np.uint32) << np.uint32(TERM_BITS) | vectors.terms
    known, column = np.unique(keys, return_inverse=True)
    parts = vectors.weights / vectors.lengths.ravel()[vectors.pieces]
    table = np.zeros((len(some), len(known)), np.float32)
    table[vectors.pieces // kinds, column] = parts
    ends = known.searchsorted(np.arange(kinds + 1, dtype=np.uint32) << np.uint32(TERM_BITS))
    each = [table[:, start:end] for start, end in itertools.pairwise(ends)]
    one, other = np.triu_indices(len(some), 1)
    cosines = np.stack([(few @ few.T)[one, other] for few in each], axis=1).astype(float)
    days = np.array([held.published for held in some])
    rows = features(cosines, np.sqrt(usual[one] * usual[other]), np.abs(days[one] - days[other]))
    odds = np.zeros((len(some), len(some)))
    told = (rows @ weights.WEIGHTS + weights.BIAS).clip(-ODDS_MAX, ODDS_MAX)
    odds[one, other] = odds[other, one] = told
    return odds


def find_cut(odds: Floats) -> tuple[list[int], list[int]] | None:
    """The places of the articles of two parts that are two stories; None if they are one."""
    if len(odds) < MEMBERS_MIN:
        return None
    first = _leading_part(odds)
    for _ in range(_ROUNDS):
        nearer = _mean_with(odds, first) > _mean_with(odds, ~first)
        if (nearer == first).all():
            break
        first = nearer
    parts = first.nonzero()[0], (~first).nonzero()[0]
    return (parts[0].tolist(), parts[1].tolist()) if are_two(odds, *parts) else None


def compare(window: Window, one: Sequence[Held], other: Sequence[Held]) -> tuple[float, bool]:
    """Log-odds, the mean over the pairs across two groups of articles, and whether they are two stories."""
    odds = measure_odds(window, [*one, *other])
    places = np.arange(len(odds))
    mine, theirs = places[: len(one)], places[len(one) :]
    return float(odds[np.ix_(mine, theirs)].mean()), are_two(odds, mine, theirs)


def are_two(odds: Floats, one: Places, other: Places) -> bool:
    """Whether two parts of some articles are two stories."""
    few = min(len(one), len(other))
    if few < PART_MIN:
        return False
    across = float(odds[np.ix_(one, other)].mean())
    within = min(_mean_within(odds, one), _mean_within(odds, other))
    limit = _ACROSS if few >= _FEW else _ACROSS_FEW
    return across < limit and within - across > _NEARER + _NEARER_FEW / few


def _leading_part(odds: Floats) -> npt.NDArray[np.bool_]:
    likely = odds.clip(*_LIKELY)
    np.fill_diagonal(likely, 0.0)
    np.fill_diagonal(likely, likely.sum(axis=0) / (len(odds) - 1))
    likely -= likely.mean(axis=0)
    likely -= likely.mean(axis=1)[:, None]
    _, vectors = np.linalg.eigh((likely + likely.T) / 2)
    told: npt.NDArray[np.bool_] = vectors[:, -1] > 0
    return told


def _mean_with(odds: Floats, part: npt.NDArray[np.bool_]) -> Floats:
    """Each article's mean with the others of a part; its diagonal is zero."""
    others = part.sum() - part
    told: Floats = odds[:, part].sum(axis=1) / np.maximum(others, 1)
    return told


def _mean_within(odds: Floats, part: Places) -> float:
    count = len(part)
    return float(odds[np.ix_(part, part)].sum()) / (count * (count - 1))
