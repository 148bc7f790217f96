"""Which blocks of a page are its article: each judged by itself, then again among its neighbours.

First a linear model over what a block is (size, links, how it ends, the words that name the
elements around it, its place beside the page's main text), then a few small trees over those
first judgements of the blocks before, behind and around it. The article is the stretch with the
greatest sum of judgements (Pasternak and Roth, "Extracting article text from the web with maximum
subsequence segmentation", 2009), without the blocks in it that are judged out. Both models are
learned by `bench/learn_extract.py`; `learned.json` holds nothing but their numbers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from haidang.engine.extract.blocks import Blocks
from haidang.engine.extract.describing import KEYS, PROSE, SIGNS, Described, describe
from haidang.engine.extract.forest import Forest, read_forest, vote

Numbers = NDArray[np.float64]
Sizes = NDArray[np.int64]

CLIP, DAMP = -1.0, 0.3
"""A block judged out costs a stretch at most so much, so that an advertisement does not end it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The numbers of the chosen blocks.

    `doubt`: how much likely text was left out, as a share of what was chosen; 0 is certain.
    """

    chosen: list[int]
    doubt: float


def choose_article(blocks: Blocks) -> Judged:
    """The blocks of the article. Linear in blocks and elements."""
    if not blocks.texts:
        return Judged([], math.inf)
    described = describe(blocks)
    alone = judge_alone(described, blocks)
    verdicts = vote(_model().forest, among_neighbours(blocks, described, alone))
    judged = choose_stretch(verdicts, described.sizes)
    inside = frozenset(judged.chosen)
    kept = [at for at in judged.chosen if not _leads_out(at, blocks, inside)]
    return Judged(kept, judged.doubt)


def judge_alone(described: Described, blocks: Blocks) -> Numbers:
    """The linear model's judgement of each block: what it is, and the words that name its elements."""
    model = _model()
    get = model.words.get
    of_names = np.array([sum(map(get, names, repeat(0.0))) for names in blocks.named])
    around = [0.0]
    own = of_names.take(described.looks[1:]).tolist()
    for weight, parent in zip(own, blocks.parents[1:], strict=True):
        around.append(around[parent] + weight)
    judged: Numbers = (
        model.of_keys.take(described.keys).sum(axis=1)
        + described.signs @ model.of_signs
        + np.array(around).take(described.homes)
        + model.bias
    )
    return judged


def _leads_out(at: int, blocks: Blocks, inside: frozenset[int]) -> bool:
    """Whether a short block stands right above links that were judged out: "Related stories"."""
    below = at + 1
    return (
        len(blocks.texts[at]) < PROSE
        and below < len(blocks.texts)
        and below not in inside
        and 2 * blocks.links[below] > len(blocks.texts[below])
    )


def choose_stretch(verdicts: Numbers, sizes: Sizes) -> Judged:
    """The stretch with the greatest sum, without the blocks in it that are judged out."""
    weights = np.sqrt(np.minimum(sizes, 600))
    gains = np.where(verdicts > 0, verdicts, np.maximum(verdicts, CLIP) * DAMP) * weights
    best, first, last, running, start = 0.0, 0, 0, 0.0, 0
    for at, gain in enumerate(gains.tolist()):
        if running <= 0:
            running, start = 0.0, at
        running += gain
        if running > best:
            best, first, last = running, start, at + 1
    chosen = first + np.flatnonzero(verdicts[first:last] > 0)
    likely = sizes / (1 + np.exp(-verdicts))
    left = float(likely.sum() - likely[chosen].sum())
    return Judged(chosen.tolist(), left / max(100, int(sizes[chosen].sum())))


def among_neighbours(blocks: Blocks, described: Described, alone: Numbers) -> Numbers:
    """The columns of the second model, a row a block: first judgements near it and around it."""
    count = len(alone)
    own = alone.clip(-4, 4)
    weights = np.sqrt(np.minimum(described.sizes, 400))
    weighed = own * weights
    padded, heavy = np.full(count + 12, -4.0), np.ones(count + 12)
    padded[6:-6], heavy[6:-6] = own, weights
    sums, heft = np.zeros((2, count + 13))
    np.cumsum(padded * heavy, out=sums[1:])
    np.cumsum(heavy, out=heft[1:])
    rows = np.empty((count, 6 + 2 + 1 + 5 + 6))
    rows[:, 0] = own
    for column, away in enumerate((-1, 1, -2, 2, -3, 3), 1):
        rows[:, column] = padded[6 + away : 6 + away + count]
    for column, reach in enumerate((2, 5), 7):
        first, last = slice(6 - reach, 6 - reach + count), slice(7 + reach, 7 + reach + count)
        rows[:, column] = (sums[last] - sums[first]) / (heft[last] - heft[first])
    rows[:, 9:14] = _means(_groups(blocks, described), weighed, weights)
    gains = np.maximum(weighed, 0)
    ran = gains.cumsum()
    total = max(1e-6, float(ran[-1]))
    rows[:, 14] = (ran - gains) / total
    rows[:, 15] = 1 - ran / total
    rows[:, 16] = np.log1p(described.sizes)
    rows[:, 17] = described.links / described.lengths
    rows[:, 18] = math.log1p(total)
    rows[:, 19] = (np.arange(count) - int(gains.argmax())) / 10
    return rows


def _means(groups: NDArray[np.intp], weighed: Numbers, weights: Numbers) -> Numbers:
    """The weighed mean of each block's group, a column for each way of grouping."""
    ways, count = groups.shape
    places = (groups + (np.arange(ways) * (int(groups.max()) + 1))[:, None]).ravel()
    sums = np.bincount(places, np.tile(weighed, ways))
    means = sums / np.bincount(places, np.tile(weights, ways)).clip(1e-9)
    found: Numbers = means[places].reshape(ways, count).T
    return found


def _groups(blocks: Blocks, described: Described) -> NDArray[np.intp]:
    """Blocks that belong together, a number for each: by their elements, and by elements named alike."""
    looks, many = described.looks, len(blocks.named)
    tags: dict[str, int] = {}
    kinds = np.array([tags.setdefault(blocks.tags[home], len(tags)) for home in blocks.homes])
    around = looks[described.above]
    groups = np.empty((5, len(blocks.homes)), np.intp)
    groups[0], groups[1], groups[2] = described.homes, described.above, described.over
    groups[3] = _numbered(looks[described.homes] * many + around)
    groups[4] = _numbered(kinds * many + around)
    return groups


def _numbered(kinds: NDArray[np.intp]) -> list[int]:
    """A number below their count for each, the same for equal ones."""
    return list(map(dict[int, int]().setdefault, kinds.tolist(), range(len(kinds))))


@dataclass(frozen=True, slots=True)
class _Model:
    """The learned numbers, in the order of the columns that they weigh."""

    bias: float
    of_keys: Numbers
    of_signs: Numbers
    words: dict[str, float]
    forest: Forest


@cache
def _model() -> _Model:
    told = resources.files("haidang.engine.extract").joinpath("learned.json").read_text("utf-8")
    learned: dict[str, Any] = json.loads(told)
    weights = learned["weights"]
    return _Model(
        bias=weights.get("bias", 0.0),
        of_keys=_in_order(weights, KEYS),
        of_signs=_in_order(weights, SIGNS),
        words=learned["words"],
        forest=read_forest(learned["trees"]),
    )


def _in_order(weights: dict[str, float], keys: Sequence[str]) -> Numbers:
    return np.array([weights.get(key, 0.0) for key in keys])
