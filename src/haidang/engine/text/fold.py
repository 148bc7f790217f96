"""The two forms that are searched and matched, never shown: folded (no marks) and exact (marks kept).

Refuses to know languages beyond Vietnamese tone placement: one rule for every text.
"""

from __future__ import annotations

import re
import unicodedata

from haidang.engine.text.clean import compose

# Marks that sit on Latin, Greek and Cyrillic letters. Those of other scripts carry the sound itself
# (kana, Arabic, Indic, Thai) and stay.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)

# Letters that Unicode does not decompose, as a searcher types them; typographic signs as typed.
_PLAIN = str.maketrans(
    {
        "đ": "d", "ð": "d", "ɖ": "d", "ƌ": "d", "ɗ": "d", "ł": "l", "ø": "o", "ħ": "h", "ŧ": "t",
        "ı": "i", "ɨ": "i", "ŋ": "n", "æ": "ae", "œ": "oe", "þ": "th", "ƀ": "b", "ɓ": "b",
        "‘": "'", "’": "'", "ʼ": "'", "‛": "'", "′": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    }
)  # fmt: skip

_INVISIBLE = ("Cf", "Cs", "Cc")
_JAMO = (("\u3131", "\u318e"), ("\uffa1", "\uffdc"))
_ROUNDS = 4


class _Folds(dict[int, str]):
    """Character → its folded form, worked out once for each character of the first plane."""

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        if code < 0x10000:
            self[code] = folded
        return folded


def _fold_char(char: str) -> str:
    if char in "\n\t":
        return char
    if _is_invisible(char):
        return ""
    if any(first <= char <= last for first, last in _JAMO):
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    # Unfolding can bring forth a capital and lowering a mark, so it goes on until nothing moves.
    folded = char
    for _ in range(_ROUNDS):
        bare = _MARKS.sub("", unicodedata.normalize("NFKD", folded))
        lowered = bare.casefold().translate(_PLAIN)
        if lowered == folded:
            break
        folded = lowered
    return unicodedata.normalize("NFC", folded)


def _is_invisible(char: str) -> bool:
    return (
        unicodedata.category(char) in _INVISIBLE
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )


_FOLDS = _Folds()
_THAI_AM = re.compile("([\u0e48-\u0e4b])\u0e4d")

# hòa = hoà, khỏe = khoẻ, thủy = thuỷ: the tone goes to the second vowel, where the spelling of
# 1984 puts it and where "quý" and "hoàn" have it anyway (so "hòan" and "hùynh" are mended too).
_TONED_PAIRS = {
    first_toned + second: first + second_toned
    for first, second, firsts, seconds in (
        ("o", "a", "òóỏõọ", "àáảãạ"),
        ("o", "e", "òóỏõọ", "èéẻẽẹ"),
        ("u", "y", "ùúủũụ", "ỳýỷỹỵ"),
    )
    for first_toned, second_toned in zip(firsts, seconds, strict=True)
}
_TONED = re.compile("[òóỏõọ][ae]|[ùúủũụ]y")
_MARKED = re.compile("[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0300-\u036f\u1e00-\u1eff]")


def fold(text: str) -> str:
    """The text for searching and matching only: small letters, no marks, đ → d, full width → ASCII.

    hòa = hoà = HOA, NFD = NFC, Ⅳ = iv, ß = ss, ２０２６ = ٢٠٢٦ = 2026; typographic quotes and dashes as
    typed. Hangul, kana and the vowel signs of other scripts stay whole. Idempotent; never raises.
    """
    if text.isascii():
        return text.lower()
    folded = compose(text).translate(_FOLDS)
    if folded.isascii():
        return folded
    folded = compose(folded)
    return _THAI_AM.sub("\u0e4d\\1", folded) if "\u0e4d" in folded else folded


def exact(text: str) -> str:
    """The text for searching with its marks: NFC, small letters, one place for the Vietnamese tone.

    hòa = hoà, khoẻ = khỏe, thuý = thúy, but má ≠ ma. Idempotent; never raises.
    """
    if text.isascii():
        return text.lower()
    lowered = compose(compose(text).casefold())
    return _TONED.sub(lambda pair: _TONED_PAIRS[pair.group()], lowered)


def has_marks(text: str) -> bool:
    """Whether a Latin letter of the text carries a mark (á, đ, ø, or a combining one)."""
    return not text.isascii() and _MARKED.search(text) is not None
