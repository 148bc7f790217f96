"""What each block of a page is, as numbers: the columns over which the linear model judges.

A page has about a hundred blocks, so each column is worked out for all of them at once. A value of
a column is a place in one long table (`KEYS`), where the model keeps a weight for it; the small
signs of furniture (`SIGNS`) stand beside as yes or no. What a page says in words is not read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from haidang.engine.extract.blocks import Blocks

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]

PROSE = 50  # letters from which a block counts as running text
_SHORT = 200  # characters under which a block is looked over for small signs
_STARTS = 25

_TAGS = ("other", "div", "li", "td", "h", "p", "h1", "blockquote", "figcaption", "pre")
_TAG_NUMBERS = {
    **dict.fromkeys(("div", "section", "article", "body", "main"), 1),
    **dict.fromkeys(("li", "dd", "dt"), 2),
    **dict.fromkeys(("td", "th"), 3),
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), 4),
    **{tag: 5 + at for at, tag in enumerate(_TAGS[5:])},
}
_H1 = _TAG_NUMBERS["h1"]
_HOLDERS = frozenset(("div", "section", "article", "td", "body", "main"))
_SIZES = np.array((12, 25, 50, 90, 180, 400))
_LINKED = np.array((0.0, 0.15, 0.5, 0.9))
_SHARES = np.array((0.01, 0.1, 0.3, 0.6, 0.9))
_UP_MAX, _DOWN_MAX = 4, 3
_WAYS_DOWN = _DOWN_MAX + 1  # a power of two
_ONE_DOWN = [min(way + 1, way | _DOWN_MAX) for way in range((_UP_MAX + 1) * _WAYS_DOWN)]

_MARKS = "*@|©»›→"
SIGNS = (
    *(f"mark {mark}" for mark in _MARKS),
    "opens", "ends :", "starts :", "ends …", "digits", "capitals", "long @",
)  # fmt: skip

# What a character is: one bit for each of the marks, then these.
_DIGIT, _WIDE, _ENDS, _OPENS = (1 << len(_MARKS) + at for at in range(4))
_MARK_BITS = 1 << np.arange(len(_MARKS), dtype=np.uint16)
_LAST_CHAR = 0xFFFF  # those beyond the first plane count as this one, which is nothing
_BITS = (
    *((re.escape(mark), 1 << at) for at, mark in enumerate(_MARKS)),
    (r"\d", _DIGIT),
    ("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]", _WIDE),  # says as much as three letters
    (r"[.!?…。！？:\"”»۔؟।」』)]", _ENDS),
    (r"[(\[\-–•*]", _OPENS),
)


@dataclass(frozen=True, slots=True)
class Described:
    """Blocks in numbers, a row each. `sizes` in letters of an alphabet, `lengths` and `links` in characters.

    `homes` are the numbers of their elements, `above` those of the elements around these, and `over`
    those around these again.
    """

    sizes: NDArray[np.int64]
    lengths: NDArray[np.int64]
    links: NDArray[np.int64]
    homes: Places
    above: Places
    over: Places
    keys: Places
    signs: NDArray[np.bool_]
    looks: Places


def describe(blocks: Blocks) -> Described:
    """What each block is. At least one block; linear in characters and elements."""
    count = len(blocks.texts)
    lengths = np.fromiter(map(len, blocks.texts), np.int64, count)
    links = np.array(blocks.links, np.int64)
    homes = np.array(blocks.homes, np.intp)
    parents = np.array(blocks.parents, np.intp)
    parents[0] = 0
    above = parents[homes]
    over = parents[above]
    sizes, ends, signs = _look_at(blocks.texts, lengths)
    shares, places, main_share = _stand(blocks, sizes=sizes, links=links)
    kind = _SIZES.searchsorted(sizes, "right") * 5 + _LINKED.searchsorted(links / lengths)
    cells = np.full(count + 2, 70)
    cell = cells[1:-1]
    np.add(2 * kind, ends, out=cell)
    tag = np.array([_TAG_NUMBERS.get(blocks.tags[home], 0) for home in blocks.homes])
    place = places[homes]
    keys = np.empty((count, len(_COLUMNS)), np.intp)
    for column, values in enumerate(
        (
            cell, cells[:-2], cells[2:], tag, tag * 35 + kind, place, place * 35 + kind, main_share * 20 + place,
            _beside_title(tag), shares[homes], shares[above], shares[over], shares[parents[over]],
        )
    ):  # fmt: skip
        keys[:, column] = values
    keys += _STARTS_OF_COLUMNS
    looks = np.array(blocks.looks, np.intp)
    return Described(sizes, lengths, links, homes, above, over, keys, signs, looks)


def _beside_title(tag: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 above the first h1, 1 at it, 2 below it, 3 where there is none."""
    found = np.full(len(tag), 3)
    if (h1 := (tag == _H1).nonzero()[0]).size:
        found[: h1[0]], found[h1[0]], found[h1[0] + 1 :] = 0, 1, 2
    return found


def size_of(text: str) -> int:
    """Length in letters of an alphabet."""
    return (
        len(text)
        if not text or text.isascii()
        else int(_look_at([text], np.array([len(text)]))[0][0])
    )


def _look_at(
    texts: list[str], lengths: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """(sizes, whether each ends as a sentence does, small signs of furniture)."""
    whole = "".join(texts)
    codes: NDArray[np.uint8] | NDArray[np.uint32] = (
        np.frombuffer(whole.encode("latin-1"), np.uint8)
        if whole.isascii()
        else np.frombuffer(whole.encode("utf-32-le", "replace"), np.uint32)
    )
    behind = np.cumsum(lengths)
    first, last = behind - lengths, behind - 1
    bits = _bits_of_chars().take(codes, mode="clip")
    held = np.bitwise_or.reduceat(bits, first)
    sizes = lengths
    if (held & _WIDE).any():
        sizes = lengths + 2 * np.add.reduceat((bits & _WIDE) != 0, first, dtype=np.int64)
    digits = np.add.reduceat((bits & _DIGIT) != 0, first, dtype=np.int64)
    signs = np.empty((len(texts), len(SIGNS)), np.bool_)
    marks = len(_MARKS)
    signs[:, :marks] = held[:, None] & _MARK_BITS
    signs[:, marks] = bits[first] & _OPENS
    signs[:, marks + 1] = codes[last] == ord(":")
    colons = np.append((codes == ord(":")).nonzero()[0], len(codes) + _STARTS)
    signs[:, marks + 2] = colons[colons.searchsorted(first)] < first + np.minimum(lengths, _STARTS)
    signs[:, marks + 3] = [text.endswith(("...", "…")) for text in texts]
    signs[:, marks + 4] = 5 * digits >= lengths
    signs[:, marks + 5] = [text.isupper() for text in texts]
    is_long = lengths >= _SHORT
    has_at = signs[:, _MARKS.index("@")] | signs[:, _MARKS.index("©")]
    signs[:, marks + 6] = has_at & is_long
    signs[is_long, : marks + 6] = False
    return sizes, ((bits[last] & _ENDS) != 0).astype(np.int64), signs


@cache
def _bits_of_chars() -> NDArray[np.uint16]:
    bits = np.zeros(_LAST_CHAR + 1, np.uint16)
    every = "".join(map(chr, range(_LAST_CHAR)))
    for pattern, bit in _BITS:
        bits[[found.start() for found in re.finditer(pattern, every)]] |= bit
    return bits


def _stand(
    blocks: Blocks, *, sizes: NDArray[np.int64], links: NDArray[np.int64]
) -> tuple[Places, Places, int]:
    """Per element: its share of the page's prose (in steps), and its way from the main element.

    That is the one which holds most prose directly: so many up from there, so many down again. Last
    its own share.
    """
    parents = blocks.parents
    mass = [0] * len(parents)
    held = [0] * len(parents)
    prose = np.where(sizes >= PROSE, np.maximum(sizes - 2 * links, 0), 0)
    for home, much in zip(blocks.homes, prose.tolist(), strict=True):
        if much:
            mass[home] += much
            held[home if blocks.tags[home] in _HOLDERS else parents[home]] += much
    for element in range(len(parents) - 1, 0, -1):
        if much := mass[element]:
            mass[parents[element]] += much
    total = max(1, mass[0])
    main = held.index(max(held))
    on_way: dict[int, int] = {}
    element = main
    while element >= 0:
        on_way[element] = min(len(on_way), _UP_MAX) * _WAYS_DOWN
        element = parents[element]
    way = [on_way[0]]
    for element, parent in enumerate(parents[1:], 1):
        way.append(on_way[element] if element in on_way else _ONE_DOWN[way[parent]])
    return (
        _SHARES.searchsorted(np.array(mass) / total, "right"),
        np.array(way),
        int(_SHARES.searchsorted(held[main] / total, "right")),
    )


def _key_names() -> tuple[tuple[str, ...], ...]:
    kinds = [f"{size}{linked}" for size in range(7) for linked in range(5)]
    cells = [kind + end for kind in kinds for end in "-e"]
    around = [*cells, "none"]
    places = [f"{up}{down}" for up in range(_UP_MAX + 1) for down in range(_DOWN_MAX + 1)]
    shares = range(len(_SHARES) + 1)
    return (
        tuple(f"cell {cell}" for cell in cells),
        tuple(f"before {cell}" for cell in around),
        tuple(f"behind {cell}" for cell in around),
        tuple(f"tag {tag}" for tag in _TAGS),
        tuple(f"tag {tag} {kind}" for tag in _TAGS for kind in kinds),
        tuple(f"place {place}" for place in places),
        tuple(f"place {place} {kind}" for place in places for kind in kinds),
        tuple(f"main {share} {place}" for share in shares for place in places),
        tuple(f"title {where}" for where in (-1, 0, 1, 2)),
        *(
            tuple(f"{which} {share}" for share in shares)
            for which in ("home", "above", "over", "top")
        ),
    )


_COLUMNS = _key_names()
_STARTS_OF_COLUMNS = np.cumsum([0, *map(len, _COLUMNS[:-1])])
KEYS = tuple(key for column in _COLUMNS for key in column)
"""The name of each value that a column may have, column after column."""
