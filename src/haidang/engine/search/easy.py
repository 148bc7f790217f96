"""Where a folded word stands in a text of Latin letters, without cutting the text into all its tokens.

In an easy text every run of letters and digits is one token, and every letter folds to one letter: then a
word can be looked for by all its spellings at once ("tinh": [tT][iIìÌíÍ…][nN…][hH]). It refuses no text,
it only says which are easy; the others are cut whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from haidang.engine.search.cut import SIMPLE, folded_pieces

_WORD = re.compile(r"[^\W_]+")
_PATTERNS_KEPT = 2_048


def is_easy(text: str) -> bool:
    """Whether `places_of` and `next_word` know every token of this NFC text."""
    return _easy_text().fullmatch(text) is not None


def places_of(word: str, text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each token of an easy text that folds to this word."""
    for found in _any_spelling(word).finditer(text):
        start, end = found.span()
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield start, end


def next_word(text: str, place: int) -> tuple[str, int] | None:
    """The first token of an easy text from that place on as it is written, and its end."""
    found = _WORD.search(text, place)
    return (found.group(), found.end()) if found else None


@lru_cache(maxsize=_PATTERNS_KEPT)
def _any_spelling(word: str) -> re.Pattern[str]:
    letters = _spellings()
    return re.compile("".join(f"[{letters.get(char, char)}]" for char in word))


@cache
def _easy_text() -> re.Pattern[str]:
    easy = {char for spellings in _spellings().values() for char in spellings}
    chars = (chr(code) for first, last in SIMPLE for code in range(first, last + 1))
    held = "".join(re.escape(char) for char in chars if char in easy or not char.isalnum())
    return re.compile(f"[{held}]*+")


@cache
def _spellings() -> dict[str, str]:
    """Letter or digit → the characters that fold to it and to nothing more."""
    found: dict[str, str] = {}
    for first, last in SIMPLE:
        for char in map(chr, range(first, last + 1)):
            pieces = folded_pieces(char) if char.isalnum() else ()
            if len(pieces) == 1 and len(pieces[0]) == 1:
                found[pieces[0]] = found.get(pieces[0], "") + char
    return found
