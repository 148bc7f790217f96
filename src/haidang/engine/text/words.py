"""Cutting a text into words and sentences, in one pass, for any script.

Refuses dictionaries: Vietnamese words are syllables here, and scripts written without spaces are
cut into pairs of characters, so that both the index and the query need no model.
"""

from __future__ import annotations

import re

from haidang.engine.text.clean import MARK_CLASS

WORD_MAX = 64
"""Longer runs of letters are cut; no word of a newspaper is longer, but a stranger's page may be."""


UNSPACED_CLASS = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u30fa\u30fc-\u318f"
    "\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc"
    "\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)
"""Scripts without spaces between words, and Hangul, whose particles stick to the word."""

_WORD = re.compile(
    f"[{UNSPACED_CLASS}][{UNSPACED_CLASS}{MARK_CLASS}]*"
    f"|[^\\W_{UNSPACED_CLASS}]+(?:[{MARK_CLASS}]+[^\\W_{UNSPACED_CLASS}]*)*"
)
_ASCII_WORD = re.compile(rf"[A-Za-z0-9]{{1,{WORD_MAX}}}")
_UNSPACED_RUN = re.compile(f"[{UNSPACED_CLASS}]")
_UNSPACED_LETTERS = re.compile(rf"(?:[^\W_]|[{MARK_CLASS}])+")


def words(text: str) -> list[str]:
    """The words of a text in order: letters, digits and their marks; nothing is folded.

    Runs of Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese come as overlapping pairs of
    characters (a lone character comes alone). Linear; a word has at most 64 characters.
    """
    if text.isascii():
        return _ASCII_WORD.findall(text)
    found = _WORD.findall(text)
    if not found or (max(map(len, found)) <= WORD_MAX and not _UNSPACED_RUN.search(text)):
        return found
    return [piece for word in found for piece in _pieces(word)]


def _pieces(word: str) -> list[str]:
    """A run of an unspaced script as pairs, any other word cut to length."""
    if _UNSPACED_RUN.match(word):
        return [pair for run in _UNSPACED_LETTERS.findall(word) for pair in _pairs(run)]
    return [word[at : at + WORD_MAX] for at in range(0, len(word), WORD_MAX)]


def _pairs(run: str) -> list[str]:
    if len(run) == 1:
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)]
