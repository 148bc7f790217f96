"""Vietnamese order: ă â đ ê ô ơ ư are letters of their own, tones decide last, people go by given name.

Method: the three levels of the Unicode collation algorithm (UTS 10) with the Vietnamese tailoring of CLDR
(letters, then tones in the order none, huyền, hỏi, ngã, sắc, nặng, then case), for Latin script; letters of other
scripts follow in the order of Unicode. A key is a string, so a database can sort by it.
"""

from __future__ import annotations

import unicodedata

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LETTERS = {  # what a base letter and its own mark make: the letter it follows, and its place after it
    ("a", "\u0306"): "a1",
    ("a", "\u0302"): "a2",
    ("e", "\u0302"): "e1",
    ("o", "\u0302"): "o1",
    ("o", "\u031b"): "o2",
    ("u", "\u031b"): "u1",
}
_LEVEL = "\x01"


def sort_key(text: str) -> str:
    """A string whose order is the Vietnamese order of `text`; the same for any normal form of it.

    Letters decide first ("an" < "ăn" < "ân" < "ba"), then tones ("ba" < "bà" < "bả" < "bã" < "bá" <
    "bạ"), then small before capital.
    """
    letters: list[str] = []
    tones: list[str] = []
    cases: list[str] = []
    for char in unicodedata.normalize("NFD", text.strip()):
        if unicodedata.combining(char):
            if not letters:
                continue
            base = letters[-1][0]
            if char in _TONES:
                tones[-1] = _TONES[char]
            else:
                letters[-1] = _LETTERS.get((base, char), letters[-1])
            continue
        small = char.lower()
        letters.append("d1" if small == "đ" else f"{small[0]}0")
        tones.append("0")
        cases.append("1" if char != small else "0")
    return _LEVEL.join(("".join(letters), "".join(tones), "".join(cases)))


def name_key(name: str) -> str:
    """The order of people's names: by given name, which is the last word, then by the whole name."""
    words = name.split()
    return f"{sort_key(words[-1])}\x00{sort_key(name)}" if words else ""
