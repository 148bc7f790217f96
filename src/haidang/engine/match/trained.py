"""Learning from a desk's own labelled sentences what is worth checking; applied with numpy alone.

    text -> runs of characters, words and pairs, signs -> hashed, weighted by rarity -> logistic regressions

Four regressions look at the text in different ways, and their mean is asked: one alone follows the words of
the months in which it was taught. As all are linear, the mean is one regression again. No model comes
with the program. What is learnt is a table of numbers; no sentence is kept.
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
GROUPS = ("inside", "across", "words", "pairs", "signs")
"""Runs of characters inside words and across their edges, words, neighbouring words, signs."""
MEMBERS: tuple[tuple[tuple[float, ...], float, float], ...] = (
    ((1.0, 0.0, 0.0, 0.0, 0.0), 1.0, 0.4),
    ((0.0, 1.0, 0.0, 0.0, 0.0), 3.0, 0.2),
    ((0.0, 0.0, 1.0, 0.0, 0.0), 3.0, 0.2),
    ((0.0, 1.0, 0.6, 0.6, 0.6), 3.0, 0.2),
)
"""Of each regression: the weight of each group, the cost of an error, and its part of the say."""
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
    """What was learnt: rarity and weight of each bucket, the constant, and the score from which on it says yes."""

    rarity: Floats
    weights: Floats
    constant: float
    threshold: float

    def scores(self, texts: Sequence[str]) -> Floats:
        """For each text how likely (0 to 1) its author's labellers would call it checkable."""
        table = _weigh(_count(texts), self.rarity)
        return _chance(table.times(self.weights) + self.constant)


def learn_checkable(texts: Sequence[str], labels: Sequence[int]) -> TrainedChecker:
    """Learn from labelled texts (1: to be checked). Linear in their length; the same input gives the same.

    The threshold is chosen in five-fold cross-validation: the best F1 that costs next to no accuracy.
    Raises ValueError if the labels are not of both kinds.
    """
    wanted = np.array(labels, np.float64)
    if len(texts) != len(wanted) or len(set(wanted.tolist())) != 2:
        raise ValueError("learning needs as many labels as texts, of both kinds")
    counted = _count(texts)
    held = np.bincount(counted.column, minlength=_COLUMNS)
    rarity = np.log((1 + len(texts)) / (1 + held)) + 1
    rarity[held < 2] = 0  # seen once proves nothing
    rarity[_SIGNS_FROM:] = 1
    weighed = _weigh(counted, rarity)
    fold = np.random.default_rng(20261125).permutation(len(wanted)) % FOLDS
    spread, constant, held_out = np.zeros(_COLUMNS), 0.0, np.zeros(len(wanted))
    for scales, cost, part in MEMBERS:
        scale = np.array(scales)[weighed.column // BUCKETS]
        told = weighed.value * scale != 0
        used, column = np.unique(weighed.column[told], return_inverse=True)
        value = weighed.value[told] * scale[told]
        table = _Table(weighed.row[told], column, value, weighed.rows)
        for number in range(FOLDS):
            here = fold != number
            weights, first = _fit(table.only(here), wanted[here], len(used), cost)
            held_out[~here] += part * (table.only(~here).times(weights) + first)
        weights, first = _fit(table, wanted, len(used), cost)
        spread[used] += part * weights * np.array(scales)[used // BUCKETS]
        constant += part * first
    return TrainedChecker(rarity, spread, constant, _threshold(_chance(held_out), wanted))


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


_SIGNS_FROM = (len(GROUPS) - 1) * BUCKETS
_COLUMNS = _SIGNS_FROM + len(SIGNS)


def _count(texts: Sequence[str]) -> _Table:
    """How often each text holds each bucket, damped; the groups of columns one behind the other."""
    rows, columns = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    signs: list[tuple[int, int, float]] = []
    for number, text in enumerate(texts):
        for group, found in enumerate(_hashes(text[:_TEXT_MAX])):
            columns.append((found >> np.uint64(46)).astype(np.int64) + group * BUCKETS)
            rows.append(np.full(len(found), number, np.int64))
        signs += [
            (number, _SIGNS_FROM + at, value) for at, value in signs_of(text[:_TEXT_MAX]).items()
        ]
    seen, counts = np.unique(
        np.concatenate(rows) << 32 | np.concatenate(columns), return_counts=True
    )
    row = np.concatenate([seen >> 32, np.array([one[0] for one in signs], np.int64)])
    column = np.concatenate([seen & 0xFFFFFFFF, np.array([one[1] for one in signs], np.int64)])
    value = np.concatenate([1 + np.log(counts), np.array([one[2] for one in signs], np.float64)])
    order = np.argsort(row, kind="stable")
    return _Table(row[order], column[order], value[order], len(texts))


def _weigh(table: _Table, rarity: Floats) -> _Table:
    """Each group of each row brought to length 1."""
    value = table.value * rarity[table.column]
    place = table.row * len(GROUPS) + table.column // BUCKETS
    length = np.sqrt(np.bincount(place, value * value, minlength=table.rows * len(GROUPS)))
    return _Table(table.row, table.column, value / np.maximum(length[place], 1e-9), table.rows)


def _hashes(text: str) -> tuple[NDArray[np.uint64], ...]:
    """Of each group but the signs what the text holds, with 18 good bits at the top."""
    told = exact(_AT.sub("@", _ADDRESS.sub("~", text)))
    codes = np.array([zlib.crc32(word.encode()) for word in words(told)], np.uint64)
    with np.errstate(over="ignore"):
        pairs = (codes[:-1] * _MIX) ^ (codes[1:] + np.uint64(7))
    split = told.split()
    inside, across = _runs(f" {'  '.join(split)} "), _runs(f" {' '.join(split)} ")
    return inside, across, _mixed(codes + np.uint64(1)), _mixed(pairs)


def _mixed(codes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        both = codes * _MIX
        return (both ^ (both >> np.uint64(31))) * _MIX


def _runs(text: str) -> NDArray[np.uint64]:
    """Hashes of all runs of 2 to 5 characters that do not pass two spaces."""
    codes = np.array([ord(char) for char in text], np.uint64)
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
