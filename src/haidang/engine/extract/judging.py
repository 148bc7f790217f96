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
from functools import cache, lru_cache
from importlib import resources
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
_OUTSIDE, _ONES = np.full(6, -4.0), np.ones(6)


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
    around = [0.0]
    for names, parent in zip(blocks.names[1:], blocks.parents[1:], strict=True):
        around.append(around[parent] + _weigh_names(names))
    judged: Numbers = (
        model.of_keys.take(described.keys).sum(axis=1)
        + described.signs @ model.of_signs
        + np.array(around).take(blocks.homes)
        + model.bias
    )
    return judged


@lru_cache(maxsize=8_192)
def _weigh_names(names: tuple[str, ...]) -> float:
    words = _model().words
    return sum(words.get(name, 0.0) for name in names)


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
    own = np.clip(alone, -4, 4)
    weights = np.sqrt(np.minimum(described.sizes, 400))
    weighed = own * weights
    padded = np.concatenate((_OUTSIDE, own, _OUTSIDE))
    near = [padded[6 + away : 6 + away + count] for away in (-1, 1, -2, 2, -3, 3)]
    sums = np.concatenate(((0.0,), _OUTSIDE, weighed, _OUTSIDE)).cumsum()
    heft = np.concatenate(((0.0,), _ONES, weights, _ONES)).cumsum()
    wide = [
        (sums[6 + reach + 1 :][:count] - sums[6 - reach :][:count])
        / (heft[6 + reach + 1 :][:count] - heft[6 - reach :][:count])
        for reach in (2, 5)
    ]
    groups = [
        (np.bincount(group, weighed) / np.bincount(group, weights).clip(1e-9))[group]
        for group in _groups(blocks)
    ]
    gains = np.maximum(weighed, 0)
    ran = gains.cumsum()
    total = max(1e-6, float(ran[-1]))
    return np.stack(
        [
            own, *near, *wide, *groups, (ran - gains) / total, 1 - ran / total,
            np.log1p(described.sizes), np.array(blocks.links) / described.lengths,
            np.full(count, math.log1p(total)), (np.arange(count) - int((np.maximum(own, 0) * weights).argmax())) / 10,
        ],
        axis=1,
    )  # fmt: skip


def _groups(blocks: Blocks) -> list[NDArray[np.intp]]:
    """Blocks that belong together, a number for each: by their elements, and by elements named alike."""
    homes = np.array(blocks.homes)
    parents = np.maximum(blocks.parents, 0)
    above = parents[homes]
    numbers: dict[tuple[str, ...], int] = {}
    kinds = np.array([numbers.setdefault(names, len(numbers)) for names in blocks.names])
    of_tags: dict[str, int] = {}
    tags = [of_tags.setdefault(blocks.tags[home], len(of_tags)) for home in blocks.homes]
    around = kinds[above]
    alike = kinds[homes] * len(numbers) + around
    alike_by_tag = np.array(tags) * len(numbers) + around
    return [
        homes,
        above,
        parents[above],
        np.unique(alike, return_inverse=True)[1],
        np.unique(alike_by_tag, return_inverse=True)[1],
    ]


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
