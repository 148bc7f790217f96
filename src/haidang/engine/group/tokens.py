"""Texts cut into words and hashed, all of it in arrays: no object is made for a word.

The words are those of `haidang.engine.text.words`: runs of letters and digits; scripts without
spaces as overlapping pairs of characters. Each has two 64-bit hashes, of its folded form (no marks, small
letters) and of its exact small letters: polynomials over the characters (R. Karp, M. Rabin 1987,
"Efficient randomized pattern-matching algorithms"), read off one running sum for all words at once.
Equal on all machines. Linear; many texts are read in one go, because most of the cost is in the calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from haidang.engine.text import fold
from haidang.engine.text.clean import MARK_CLASS, compose
from haidang.engine.text.words import UNSPACED_CLASS

Hashes = npt.NDArray[np.uint64]

CHARS_MAX = 120_000
"""Characters of a text that are read; the longest newspaper pieces have about 60,000."""

PORTION_CHARS = 60_000  # so that what is worked on stays near the processor
PORTION_TEXTS = 64

PLAIN, CAPITAL, DIGIT = range(3)
"""What a word begins with."""

_OTHER, _SMALL, _UPPER, _FIGURE, _UNSPACED, _MARK, _UNREAD = range(7)  # kinds of characters
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_NONE: Hashes = np.zeros(0, np.uint64)
_MIX = np.uint64(0xFF51AFD7ED558CCD)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of some texts in order, one place each in all arrays."""

    text: str  # as they were read: composed, at most CHARS_MAX of each, a line end between two
    offsets: npt.NDArray[np.int64]  # where each text begins in `text`
    firsts: npt.NDArray[
        np.int64
    ]  # the place of each text's first word; last, how many words there are
    starts: npt.NDArray[np.int64]  # where each word begins in `text`
    ends: npt.NDArray[np.int64]
    folded: Hashes
    exact: Hashes
    shapes: npt.NDArray[np.uint8]  # PLAIN, CAPITAL or DIGIT

    def __len__(self) -> int:
        return len(self.starts)

    def word(self, place: int) -> str:
        """The word as typed."""
        return self.text[self.starts[place] : self.ends[place]]


def read_tokens(texts: Sequence[str], *, with_exact: bool = True) -> Tokens:
    """Cut and hash some texts (see `portions`); without the exact forms it takes two thirds. Never raises."""
    composed = [compose(text[:CHARS_MAX]) for text in texts]
    offsets = np.zeros(len(composed), np.int64)
    np.cumsum([len(text) + 1 for text in composed[:-1]], out=offsets[1:])
    text = "\n".join(composed)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.intp)
    if not text.isascii():
        codes[codes > 0xFFFF] = 0  # signs and rare ideographs
    kinds, folded_of, exact_of = _tables()
    kind = kinds.take(codes)
    if (kind == _UNREAD).any():
        _read_chars(sorted(set(codes[kind == _UNREAD].tolist())))
        kind = kinds.take(codes)
    starts, ends = _bounds(kind)
    firsts = starts.searchsorted(np.append(offsets, len(text) + 1))
    powers, inverses = _powers(len(codes))
    back = inverses[starts]
    return Tokens(
        text,
        offsets,
        firsts,
        starts,
        ends,
        _hashes(folded_of.take(codes), powers, starts, ends, back),
        _hashes(exact_of.take(codes), powers, starts, ends, back) if with_exact else _NONE,
        _SHAPES[kind[starts]],
    )


def portions(lengths: Sequence[int]) -> Iterator[slice]:
    """Which neighbours of texts of that many characters are best read together."""
    start = total = 0
    for place, length in enumerate(lengths):
        kept = min(length, CHARS_MAX)
        if place > start and (total + kept > PORTION_CHARS or place - start == PORTION_TEXTS):
            yield slice(start, place)
            start, total = place, 0
        total += kept
    if len(lengths) > start:
        yield slice(start, len(lengths))


def _hashes(
    letters: Hashes,
    powers: Hashes,
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    back: Hashes,
) -> Hashes:
    sums = np.empty(len(letters) + 1, np.uint64)
    sums[0] = 0
    np.cumsum(letters * powers, out=sums[1:])
    found = (sums[ends] - sums[starts]) * back
    found ^= found >> np.uint64(32)
    found *= _MIX
    return found


def _bounds(kind: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Where words begin and end."""
    inside = np.zeros(len(kind) + 2, np.int8)
    inside[1:-1] = (kind > _OTHER) & (kind != _UNSPACED)
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    starts, ends = edges[::2], edges[1::2]
    unspaced = kind == _UNSPACED
    if not unspaced.any():
        return starts, ends
    after = np.append(unspaced[1:], False)
    before = np.append(False, unspaced[:-1])
    pairs = np.flatnonzero(unspaced & (after | ~before))
    firsts = np.concatenate((starts, pairs))
    lasts = np.concatenate((ends, pairs + 1 + after[pairs]))
    order = np.argsort(firsts, kind="stable")
    return firsts[order], lasts[order]


_SHAPES = np.array([PLAIN, PLAIN, CAPITAL, DIGIT, PLAIN, PLAIN], np.uint8)


@cache
def _tables() -> tuple[npt.NDArray[np.uint8], Hashes, Hashes]:
    """Of each character of the first plane: its kind, and a number for its folded and small form.

    Filled in as characters are met: texts have some hundred, the plane 65,536.
    """
    kinds = np.full(1 << 16, _UNREAD, np.uint8)
    folded, exact = np.zeros((2, 1 << 16), np.uint64)
    return kinds, folded, exact


def _read_chars(codes: list[int]) -> None:
    kinds, folded, exact = _tables()
    told = np.array([_read_char(chr(code)) for code in codes], np.uint64)
    folded[codes], exact[codes] = _spread(told[:, 1]), _spread(told[:, 2])
    kinds[codes] = told[:, 0]  # the last: who finds a kind finds the rest


def _read_char(char: str) -> tuple[int, int, int]:
    """Its kind, and the numbers of its folded and its small form; 0 for what is no part of a word."""
    if _UNSPACED_CHAR.match(char):
        kind = _UNSPACED
    elif not char.isalnum():
        return (_MARK if _MARK_CHAR.match(char) else _OTHER), 0, 0
    else:
        kind = _UPPER if char.isupper() else _FIGURE if char.isdigit() else _SMALL
    if not char.isalnum() or 0x3400 <= ord(char) <= 0xD7FF:  # ideographs and Hangul have one form
        return kind, ord(char), ord(char)
    return kind, _number(fold(char)), _number(char.lower())


_UNSPACED_CHAR = re.compile(f"[{UNSPACED_CLASS}]")
_MARK_CHAR = re.compile(f"[{MARK_CLASS}]")


def _number(form: str) -> int:
    return sum(ord(char) << 16 * place for place, char in enumerate(form[:3]))


def _spread(numbers: Hashes) -> Hashes:
    """The numbers as even noise, 0 as 0 (splitmix64, G. Steele and others 2014)."""
    mixed = numbers * np.uint64(_BASE)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed


def _powers(count: int) -> tuple[Hashes, Hashes]:
    """The base to the power of each place, and the inverse of each."""
    powers, inverses = _powers_to(max(PORTION_CHARS * 2, 1 << count.bit_length()))
    return powers[:count], inverses


@cache
def _powers_to(count: int) -> tuple[Hashes, Hashes]:
    powers, inverses = np.full((2, count), np.uint64(1))
    powers[1:], inverses[1:] = np.uint64(_BASE), np.uint64(_INVERSE)
    return np.cumprod(powers), np.cumprod(inverses)
