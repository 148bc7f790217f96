"""Where tokens begin and end, the same for the index, the query and the marking of hits.

Runs of letters and digits are tokens; scripts written without spaces are cut into overlapping
pairs of characters, so that any two neighbouring characters can be searched as a phrase. What
leaves here holds letters and digits only, of kinds that every database tokenizer has known since
Unicode 3.2: any other character is spelt out in hexadecimal, so that no tokenizer can cut or lose
it. It refuses nothing and is linear in its input.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from haidang.engine.text import exact, fold

# Han, Kana, Bopomofo, Hangul, Thai, Lao, Myanmar, Khmer: written without spaces, or (Hangul)
# with endings glued to the word.
_UNSPACED = (
    "\u0e01-\u0e2e\u0e30-\u0e46\u0e81-\u0ec6\u1000-\u103f\u1780-\u17d3"
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31a0-\u31bf"
    "\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9d"
    "\U00020000-\U0003fffd"
)


def _mark_ranges() -> str:
    """The combining marks as a character class; `re` has no name for them."""
    parts: list[str] = []
    start = last = -1
    for point in (*range(0x300, 0x1E000), *range(0xA000, 0xABFF), *range(0xFE00, 0xFE30)):
        if unicodedata.category(chr(point))[0] != "M":
            continue
        if point != last + 1:
            if start >= 0:
                parts.append(f"{chr(start)}-{chr(last)}")
            start = point
        last = point
    parts.append(f"{chr(start)}-{chr(last)}")
    return "".join(parts)


_MARKS = _mark_ranges()
_RUN = re.compile(
    rf"(?P<pairs>(?:[{_UNSPACED}][{_MARKS}]*)+)|(?:(?![{_UNSPACED}])[^\W_][{_MARKS}]*)+"
)
_CLUSTER = re.compile(rf"[{_UNSPACED}][{_MARKS}]*")
# Latin letters without combining marks, and usual punctuation: here every run of letters and digits is
# one token, which a far simpler expression finds.
SIMPLE = ((0x00, 0x2FF), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20A0, 0x20BF))
_SIMPLE = re.compile(f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in SIMPLE)}]*+")
_SIMPLE_RUN = re.compile(r"[^\W_]+")
_KNOWN_MAX = 100_000
_OLD = unicodedata.ucd_3_2_0


class Span(NamedTuple):
    """A token's place in the text. `single`: a last or lone character of an unspaced run."""

    start: int
    end: int
    single: bool = False


def spans(text: str) -> list[Span]:
    """The places of all tokens of an NFC text, in order; pairs overlap by one character."""
    if _SIMPLE.fullmatch(text):
        return [Span(*match.span()) for match in _SIMPLE_RUN.finditer(text)]
    found: list[Span] = []
    for match in _RUN.finditer(text):
        if match["pairs"] is None:
            found.append(Span(match.start(), match.end()))
        else:
            found.extend(_pairs(text, match.start(), match.end()))
    return found


def _pairs(text: str, start: int, end: int) -> list[Span]:
    clusters = [match.span() for match in _CLUSTER.finditer(text, start, end)]
    pairs = [Span(first[0], second[1]) for first, second in pairwise(clusters)]
    # The last character stands alone too, so that a search for one character by prefix finds it.
    return [*pairs, Span(clusters[-1][0], clusters[-1][1], single=True)]


def joined_pieces(text: str) -> tuple[str, str]:
    """The tokens of an NFC text with a space between them: with their marks, and without.

    What `spans`, `exact_pieces` and `folded_pieces` give, for a whole text at once; a line that needs
    the full expression does not slow the others down.
    """
    words: list[str] = []
    for line in (text,) if _SIMPLE.fullmatch(text) else text.split("\n"):
        if _SIMPLE.fullmatch(line):
            words += _SIMPLE_RUN.findall(line)
        else:
            words += [line[span.start : span.end] for span in spans(line)]
    exact_ones, folded_ones = _EXACT_KNOWN, _FOLDED_KNOWN
    return (
        " ".join(filter(None, [exact_ones[word] for word in words])),
        " ".join(filter(None, [folded_ones[word] for word in words])),
    )


class _Known(dict[str, str]):
    """Word → its tokens, joined; forgotten all at once when there are too many."""

    def __init__(self, cut: Callable[[str], tuple[str, ...]]) -> None:
        super().__init__()
        self._cut = cut

    def __missing__(self, word: str) -> str:
        if len(self) >= _KNOWN_MAX:
            self.clear()
        joined = self[word] = " ".join(self._cut(word))
        return joined


@lru_cache(maxsize=65_536)
def exact_pieces(word: str) -> tuple[str, ...]:
    """The index tokens of one span with its marks: usually one, never with a separator inside."""
    return _pieces(exact(word))


@lru_cache(maxsize=65_536)
def folded_pieces(word: str) -> tuple[str, ...]:
    """The index tokens of one span without marks."""
    return _pieces(fold(word))


_EXACT_KNOWN = _Known(exact_pieces.__wrapped__)
_FOLDED_KNOWN = _Known(folded_pieces.__wrapped__)


def _pieces(word: str) -> tuple[str, ...]:
    if word.isascii() and word.isalnum():
        return (sys.intern(word),)
    return tuple("".join(_plain(char) for char in piece) for piece in _split(word))


def _split(word: str) -> list[str]:
    joined = "".join(f"{char}" if _is_word(char) else " " for char in word)
    return joined.split()


def _is_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"


@lru_cache(maxsize=4_096)
def _plain(char: str) -> str:
    known = _OLD.category(char)[0] in "LN" and unicodedata.category(char)[0] in "LN"
    return char if known and char <= "\uffff" else f"zq{ord(char):x}q"
