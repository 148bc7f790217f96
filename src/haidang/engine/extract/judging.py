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
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from haidang.engine.extract.blocks import Blocks

Numbers = NDArray[np.float64]
Part = tuple[str, ...]

_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")  # says as much as three letters
_ENDS = frozenset('.!?…。！？:"”»۔؟।」』)')
_MARK = re.compile("[©|@»›→*]")
_DIGIT = re.compile(r"\d")
_TAGS = {
    **dict.fromkeys(("div", "section", "article", "body", "main"), "div"),
    **dict.fromkeys(("li", "dd", "dt"), "li"),
    **dict.fromkeys(("td", "th"), "td"),
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), "h"),
    **{tag: tag for tag in ("p", "h1", "blockquote", "figcaption", "pre")},
}
_HOLDERS = frozenset(("div", "section", "article", "td", "body", "main"))
_SIZES, _LINKED, _SHARES = (
    (12, 25, 50, 90, 180, 400),
    (0.0, 0.15, 0.5, 0.9),
    (0.01, 0.1, 0.3, 0.6, 0.9),
)
PROSE = 50  # letters from which a block counts as running text
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
    sizes = [size_of(text) for text in blocks.texts]
    alone = np.array(
        [around + sum(map(_weigh, parts)) for parts, around in describe(blocks, sizes)]
    )
    verdicts = _vote(among_neighbours(blocks, sizes, alone))
    judged = choose_stretch(verdicts, sizes)
    inside = frozenset(judged.chosen)
    kept = [at for at in judged.chosen if not _leads_out(at, blocks, inside)]
    return Judged(kept, judged.doubt)


def _leads_out(at: int, blocks: Blocks, inside: frozenset[int]) -> bool:
    """Whether a short block stands right above links that were judged out: "Related stories"."""
    below = at + 1
    return (
        len(blocks.texts[at]) < PROSE
        and below < len(blocks.texts)
        and below not in inside
        and 2 * blocks.links[below] > len(blocks.texts[below])
    )


def choose_stretch(verdicts: Numbers, sizes: Sequence[int]) -> Judged:
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
    chosen = [at for at in range(first, last) if verdicts[at] > 0]
    likely = np.array(sizes) / (1 + np.exp(-verdicts))
    left = float(likely.sum() - likely[chosen].sum())
    return Judged(chosen, left / max(100, sum(sizes[at] for at in chosen)))


def size_of(text: str) -> int:
    """Length in letters of an alphabet."""
    return len(text) if text.isascii() else len(text) + 2 * len(_WIDE.findall(text))


def describe(
    blocks: Blocks, sizes: Sequence[int], *, words: dict[str, float] | None = None
) -> Iterator[tuple[list[Part], float]]:
    """Per block: what it is, and the sum of the words that name its elements.

    What it is are keys of the linear model, in parts that come back on many blocks. `words` are the
    weights of the words, by default the learned ones.
    """
    named = _learned()["words"] if words is None else words
    parents, homes = blocks.parents, blocks.homes
    around = [0.0]
    own: dict[tuple[str, ...], float] = {}
    for names, parent in zip(blocks.names[1:], parents[1:], strict=True):
        if names not in own:
            own[names] = sum(named.get(word, 0.0) for word in names)
        around.append(around[parent] + own[names])
    shares, up, down, main_share = _places(blocks, sizes)
    tags = [_TAGS.get(blocks.tags[home], "other") for home in homes]
    cells = [
        f"{bisect_right(_SIZES, size)}{bisect_left(_LINKED, links / len(text))}{'e' if text[-1] in _ENDS else '-'}"
        for size, links, text in zip(sizes, blocks.links, blocks.texts, strict=True)
    ]
    first_h1 = tags.index("h1") if "h1" in tags else -1
    around_cells = ["none", *cells, "none"]
    for at, home in enumerate(homes):
        above = parents[home] if home else 0
        over = parents[above] if above else 0
        top = parents[over] if over else 0
        title = 2 if first_h1 < 0 else (at > first_h1) - (at < first_h1)
        yield (
            [
                _of_cells(*around_cells[at : at + 3]),
                _of_place(cells[at][:2], tags[at], f"{up[home]}{down[home]}", main_share, title),
                _of_shares(shares[home], shares[above], shares[over], shares[top]),
                _marks(blocks.texts[at]),
            ],
            around[home],
        )


@cache
def _of_cells(before: str, cell: str, behind: str) -> Part:
    return "bias", f"cell {cell}", f"before {before}", f"behind {behind}"


@cache
def _of_place(cell: str, tag: str, place: str, main_share: int, title: int) -> Part:
    return (
        f"tag {tag}", f"tag {tag} {cell}", f"place {place}", f"place {place} {cell}", f"main {main_share} {place}",
        f"title {title}",
    )  # fmt: skip


@cache
def _of_shares(home: int, above: int, over: int, top: int) -> Part:
    return f"home {home}", f"above {above}", f"over {over}", f"top {top}"


@cache
def _weigh(part: Part) -> float:
    weights = _learned()["weights"]
    return float(sum(weights.get(key, 0.0) for key in part))


def _places(blocks: Blocks, sizes: Sequence[int]) -> tuple[list[int], list[int], list[int], int]:
    """Per element: its share of the page's prose (in steps), and its way from the main element.

    That is the one which holds most prose directly: so many up from there, so many down again. Last
    its own share.
    """
    parents = blocks.parents
    mass = [0] * len(parents)
    held = [0] * len(parents)
    for home, size, links in zip(blocks.homes, sizes, blocks.links, strict=True):
        prose = max(0, size - 2 * links) if size >= PROSE else 0
        mass[home] += prose
        held[home if blocks.tags[home] in _HOLDERS else parents[home]] += prose
    for element in range(len(parents) - 1, 0, -1):
        mass[parents[element]] += mass[element]
    total = max(1, mass[0])
    main = max(range(len(parents)), key=held.__getitem__)
    up, down = [0] * len(parents), [0] * len(parents)
    on_way: dict[int, int] = {}
    element = main
    while element >= 0:
        on_way[element] = len(on_way)
        element = parents[element]
    for element, parent in enumerate(parents):
        own = on_way.get(element)
        up[element] = up[parent] if own is None else min(own, 4)
        down[element] = min(down[parent] + 1, 3) if own is None else 0
    return (
        [bisect_right(_SHARES, one / total) for one in mass],
        up,
        down,
        bisect_right(_SHARES, held[main] / total),
    )


def _marks(text: str) -> Part:
    """Small signs of furniture in a short block."""
    if len(text) >= 200:
        return ("long @",) if "@" in text or "©" in text else ()
    found = sorted({f"mark {mark}" for mark in _MARK.findall(text)})
    if text[-1] == ":":
        found.append("ends :")
    if ":" in text[:25]:
        found.append("starts :")
    if text.endswith(("...", "…")):
        found.append("ends …")
    if 5 * len(_DIGIT.findall(text)) >= len(text):
        found.append("digits")
    if text.isupper():
        found.append("capitals")
    if text[0] in "([-–•*":
        found.append("opens")
    return tuple(found)


def among_neighbours(blocks: Blocks, sizes: Sequence[int], alone: Numbers) -> Numbers:
    """The columns of the second model, a row a block: first judgements near it and around it."""
    count = len(alone)
    own = np.clip(alone, -4, 4)
    weights = np.sqrt(np.minimum(sizes, 400))
    padded = np.concatenate((np.full(6, -4.0), own, np.full(6, -4.0)))
    near = [padded[6 + away : 6 + away + count] for away in (-1, 1, -2, 2, -3, 3)]
    sums = np.concatenate(
        ((0.0,), np.cumsum(np.concatenate((np.full(6, -4.0), own * weights, np.full(6, -4.0)))))
    )
    heft = np.concatenate(((0.0,), np.cumsum(np.concatenate((np.ones(6), weights, np.ones(6))))))
    at = np.arange(6, 6 + count)
    wide = [
        (sums[at + reach + 1] - sums[at - reach]) / (heft[at + reach + 1] - heft[at - reach])
        for reach in (2, 5)
    ]
    homes = blocks.homes
    above = [blocks.parents[home] if home else 0 for home in homes]
    over = [blocks.parents[home] if home else 0 for home in above]
    kinds: dict[tuple[str, ...], int] = {}
    kind = [kinds.setdefault(names, len(kinds)) for names in blocks.names]
    tags = blocks.tags
    alike = [(kind[home], kind[up]) for home, up in zip(homes, above, strict=True)]
    alike_by_tag = [(tags[home], kind[up]) for home, up in zip(homes, above, strict=True)]
    groups = _means_of_groups((homes, above, over, alike, alike_by_tag), own, weights)
    gains = np.maximum(own, 0) * weights
    ran = np.cumsum(gains)
    total = max(1e-6, float(ran[-1]))
    return np.stack(
        [
            own, *near, *wide, *groups, (ran - gains) / total, 1 - ran / total, np.log1p(sizes),
            np.array([links / len(text) for links, text in zip(blocks.links, blocks.texts, strict=True)]),
            np.full(count, math.log1p(total)), (np.arange(count) - int(gains.argmax())) / 10,
        ],
        axis=1,
    )  # fmt: skip


def _means_of_groups(
    groupings: Sequence[Sequence[Any]], values: Numbers, weights: Numbers
) -> Numbers:
    """For each grouping a row: each block's group's mean, by weight."""
    numbers: dict[Any, int] = {}
    at = [
        numbers.setdefault((which, key), len(numbers))
        for which, keys in enumerate(groupings)
        for key in keys
    ]
    many = len(groupings)
    sums = np.bincount(at, np.tile(values * weights, many))
    means: Numbers = (sums / np.bincount(at, np.tile(weights, many))).take(at)
    return means.reshape(many, -1)


def _vote(rows: Numbers) -> Numbers:
    """The sum of all trees for each row: all trees go down one step at a time, side by side."""
    trees = _trees()
    flat = rows.ravel()
    row_starts = (np.arange(len(rows)) * rows.shape[1])[:, None]
    places = np.tile(trees.roots, (len(rows), 1))
    for _ in range(trees.depth):
        is_right = flat.take(row_starts + trees.columns.take(places)) > trees.limits.take(places)
        places = trees.below.take(2 * places + is_right)
    votes: Numbers = trees.values.take(places).sum(axis=1) + trees.start
    return votes


@dataclass(frozen=True, slots=True)
class _Trees:
    """Nodes of all trees in one row. `below`: the left and the right one below each; a leaf leads to itself."""

    start: float
    depth: int
    roots: NDArray[np.int64]
    columns: NDArray[np.int64]
    limits: Numbers
    below: NDArray[np.int64]
    values: Numbers


@cache
def _trees() -> _Trees:
    told = _learned()["trees"]
    columns, limits, lefts, rights, values = zip(*told["nodes"], strict=True)
    return _Trees(
        start=told["start"],
        depth=told["depth"],
        roots=np.array(told["roots"]),
        columns=np.array(columns),
        limits=np.array(limits),
        below=np.array([lefts, rights]).T.ravel(),
        values=np.array(values),
    )


@cache
def _learned() -> dict[str, Any]:
    told = resources.files("haidang.engine.extract").joinpath("learned.json").read_text("utf-8")
    learned: dict[str, Any] = json.loads(told)
    return learned
