"""Learning from a desk's own labelled sentences what is worth checking; applied with numpy alone.

    text -> runs of characters, words and pairs, signs -> hashed, weighted by rarity -> logistic regression

No model comes with the program. What is learnt is a table of numbers; no sentence is kept.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haidang.engine.match.signs import SIGNS, signs_of
from haidang.engine.text import exact, words

BUCKETS = 1 << 18
RUNS = (2, 3, 4, 5)  # characters
GROUP_SCALES = (1.0, 0.8, 0.6)  # characters, words, signs
COST = 3.0
# Where few are wanted, words and signs of the month in which they were labelled mislead: characters alone.
RARE_SHARE, RARE_SCALES, RARE_COST = 0.3, (1.0, 0.0, 0.0), 1.5
FOLDS = 5
ACCURACY_GIVEN = 0.005
_NEWTON_MAX, _CG_MAX, _CLOSE = 12, 25, 1e-3
_TEXT_MAX = 4000
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_AT = re.compile(r"@\w+")
_MIX = np.uint64(0x9E3779B97F4A7C15)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Table:
    """A sparse table: row, column and value of each entry, sorted by row; `rows` their number."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    value: Floats
    rows: int

    def times(self, weights: Floats) -> Floats:
        summed = np.bincount(self.row, self.value * weights[self.column], self.rows)
        return summed.astype(np.float64)

    def turned_times(self, rows: Floats, columns: int) -> Floats:
        summed = np.bincount(self.column, self.value * rows[self.row], columns)
        return summed.astype(np.float64)

    def only(self, kept: NDArray[np.bool_]) -> _Table:
        here = kept[self.row]
        place = np.cumsum(kept) - 1
        return _Table(place[self.row[here]], self.column[here], self.value[here], int(kept.sum()))


@dataclass(frozen=True, slots=True)
class TrainedChecker:
    """What was learnt: rarity and weight of each bucket, the constant, and the score from which on it says yes.

    `rare`: few of the labelled were wanted, so that it goes by the characters within words alone.
    """

    rarity: Floats
    weights: Floats
    constant: float
    threshold: float
    rare: bool

    def scores(self, texts: Sequence[str]) -> Floats:
        """For each text how likely (0 to 1) its author's labellers would call it checkable."""
        table = _weigh(_count(texts, within_words=self.rare), self.rarity, _scales(self.rare))
        return _chance(table.times(self.weights) + self.constant)


def learn_checkable(texts: Sequence[str], labels: Sequence[int]) -> TrainedChecker:
    """Learn from labelled texts (1: to be checked). Linear in their length; the same input gives the same.

    The threshold is chosen in five-fold cross-validation: the best F1 that costs next to no accuracy.
    Raises ValueError if the labels are not of both kinds.
    """
    wanted = np.array(labels, np.float64)
    if len(texts) != len(wanted) or len(set(wanted.tolist())) != 2:
        raise ValueError("learning needs as many labels as texts, of both kinds")
    rare = bool(wanted.mean() < RARE_SHARE)
    cost = RARE_COST if rare else COST
    counted = _count(texts, within_words=rare)
    held = np.bincount(counted.column, minlength=_COLUMNS)
    rarity = np.log((1 + len(texts)) / (1 + held)) + 1
    rarity[held < 2] = 0  # seen once proves nothing
    rarity[2 * BUCKETS :] = 1
    weighed = _weigh(counted, rarity, _scales(rare))
    told = weighed.value != 0
    used, column = np.unique(weighed.column[told], return_inverse=True)
    table = _Table(weighed.row[told], column, weighed.value[told], weighed.rows)
    size = len(used)
    held_out = np.zeros(len(wanted))
    fold = np.random.default_rng(20261125).permutation(len(wanted)) % FOLDS
    for number in range(FOLDS):
        here = fold != number
        weights, constant = _fit(table.only(here), wanted[here], size, cost)
        held_out[~here] = table.only(~here).times(weights) + constant
    weights, constant = _fit(table, wanted, size, cost)
    spread = np.zeros(_COLUMNS)
    spread[used] = weights
    return TrainedChecker(rarity, spread, constant, _threshold(_chance(held_out), wanted), rare)


def _scales(rare: bool) -> tuple[float, float, float]:  # noqa: FBT001 -- of this module
    return RARE_SCALES if rare else GROUP_SCALES


def _threshold(chances: Floats, wanted: Floats) -> float:
    """The score with the best F1 among those whose accuracy is within ACCURACY_GIVEN of the best."""
    tried = []
    for threshold in np.arange(0.2, 0.71, 0.02):
        said = chances >= threshold
        right = float((said & (wanted == 1)).sum())
        f1 = 2 * right / max(1.0, float(said.sum() + wanted.sum()))
        tried.append((float((said == (wanted == 1)).mean()), f1, float(threshold)))
    enough = max(accuracy for accuracy, _, _ in tried) - ACCURACY_GIVEN
    return max((f1, threshold) for accuracy, f1, threshold in tried if accuracy >= enough)[1]


def _fit(table: _Table, wanted: Floats, size: int, cost: float) -> tuple[Floats, float]:
    """Ridge logistic regression by Newton steps, each solved by conjugate gradients (Lin, Weng, Keerthi 2008)."""
    weights = np.zeros(size + 1)
    ones = np.append(np.full(size, 1 / cost), 0.0)

    def slope_of(rows: Floats) -> Floats:
        return np.append(table.turned_times(rows, size), rows.sum())

    first = 0.0
    for step in range(_NEWTON_MAX):
        chance = _chance(table.times(weights[:-1]) + weights[-1])
        slope = slope_of(chance - wanted) + ones * weights
        steep = float(np.linalg.norm(slope))
        first = first or steep
        if steep <= _CLOSE * first:
            break
        bend = chance * (1 - chance)

        def curve(way: Floats, bend: Floats = bend) -> Floats:
            return slope_of(bend * (table.times(way[:-1]) + way[-1])) + ones * way

        # The first full step from zero is safe; later ones start near the bottom.
        weights = weights - _solve(curve, slope, close=0.1 if step else 0.3)
    return weights[:-1], float(weights[-1])


def _solve(curve: object, slope: Floats, *, close: float) -> Floats:
    assert callable(curve)
    found, left = np.zeros_like(slope), slope.copy()
    way, size = left.copy(), float(left @ left)
    stop = close * close * size
    for _ in range(_CG_MAX):
        bent = curve(way)
        share = size / max(float(way @ bent), 1e-12)
        found += share * way
        left -= share * bent
        new = float(left @ left)
        if new <= stop:
            break
        way = left + new / size * way
        size = new
    return found


def _chance(scores: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
    return chance


_COLUMNS = 2 * BUCKETS + len(SIGNS)


def _count(texts: Sequence[str], *, within_words: bool) -> _Table:
    """How often each text holds each bucket; three groups of columns: characters, words, signs."""
    rows, columns = [], []
    signs: list[tuple[int, int, float]] = []
    for number, text in enumerate(texts):
        plain = _AT.sub("@", _ADDRESS.sub("~", text[:_TEXT_MAX]))
        told = exact(plain)
        for found, first in ((_runs(told, within_words=within_words), 0), (_words(told), BUCKETS)):
            columns.append((found >> np.uint64(46)).astype(np.int64) + first)
            rows.append(np.full(len(found), number, np.int64))
        signs += [
            (number, 2 * BUCKETS + at, value) for at, value in signs_of(text[:_TEXT_MAX]).items()
        ]
    key = np.concatenate([np.zeros(0, np.int64), *rows]) << 32
    key |= np.concatenate([np.zeros(0, np.int64), *columns])
    seen, counts = np.unique(key, return_counts=True)
    row = np.concatenate([seen >> 32, np.array([one[0] for one in signs], np.int64)])
    column = np.concatenate([seen & 0xFFFFFFFF, np.array([one[1] for one in signs], np.int64)])
    value = np.concatenate([1 + np.log(counts), np.array([one[2] for one in signs], np.float64)])
    order = np.argsort(row, kind="stable")
    return _Table(row[order], column[order], value[order], len(texts))


def _weigh(table: _Table, rarity: Floats, scales: tuple[float, float, float]) -> _Table:
    """Each group of each row brought to its length."""
    value = table.value * rarity[table.column]
    group = np.minimum(table.column // BUCKETS, 2)
    place = table.row * 3 + group
    length = np.sqrt(np.bincount(place, value * value, minlength=table.rows * 3))
    scale = np.array(scales)[group] / np.maximum(length[place], 1e-9)
    return _Table(table.row, table.column, value * scale, table.rows)


def _runs(text: str, *, within_words: bool) -> NDArray[np.uint64]:
    """Hashes of all runs of 2 to 5 characters; 18 good bits at the top. `within_words`: with the spaces at its ends."""
    joint = "  " if within_words else " "
    codes = np.array([ord(char) for char in f" {joint.join(text.split())} "], np.uint64)
    word = np.cumsum((codes[1:] == ord(" ")) & (codes[:-1] == ord(" ")))
    word = np.concatenate([np.zeros(1, np.int64), word])
    found = []
    with np.errstate(over="ignore"):
        for length in RUNS:
            if len(codes) < length:
                break
            mixed = np.full(len(codes) - length + 1, length, np.uint64)
            for at in range(length):
                mixed = (mixed ^ codes[at : at + len(mixed)]) * _MIX
                mixed ^= mixed >> np.uint64(29)
            whole = word[: len(mixed)] == word[length - 1 :]
            found.append(mixed[whole] * _MIX)
    return np.concatenate(found) if found else np.zeros(0, np.uint64)


def _words(text: str) -> NDArray[np.uint64]:
    codes = np.array([zlib.crc32(word.encode()) for word in words(text)], np.uint64)
    with np.errstate(over="ignore"):
        pairs = (codes[:-1] * _MIX) ^ (codes[1:] + np.uint64(7))
        both = np.concatenate([codes + np.uint64(1), pairs]) * _MIX
        return (both ^ (both >> np.uint64(31))) * _MIX
