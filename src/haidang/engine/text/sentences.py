"""Cutting a text into sentences by its punctuation.

Refuses to guess where there is none: a line without a full stop is one sentence.
"""

from __future__ import annotations

import re

# A Latin sentence ends before a space, a CJK one anywhere; closing quotes belong to it. The look
# ahead brings the first letter behind, which tells an abbreviation from an end.
_END = re.compile(
    r"(?P<stop>[.!?…]+)[\"'”’»)\]]*(?=(?P<gap>\s+)[\"'“‘«(\[¿¡–-]*\s?(?P<next>.)|\s*$)"
    r"|[。！？｡]+[」』”’）)》]*"
)
_BEFORE = re.compile(r"[\w.]+$")
_BEFORE_MAX = 24

# Written with a full stop and followed by a name or a number, so that a capital behind proves nothing.
_ABBREVIATIONS = frozenset(
    "tp tx tt ths ts pgs gs bs ks kts ls nsnd nsưt nxb đh đc stt mr mrs ms dr prof gen col "
    "capt lt sgt sen rep gov hon rev st no nos vol pp fig vs jr sr inc ltd co corp dept est approx u.s "
    "u.k u.n e.g i.e a.m p.m jan feb mar apr jun jul aug sep sept oct nov dec mm mme mlle art av bd "
    "hr fr nr bzw usw z.b d.h sra srta ud uds".split()
)


def sentences(text: str) -> list[str]:
    """The sentences of a text, stripped, in order; a line break always ends one.

    Knows Vietnamese and common Western abbreviations ("TP.", "ThS.", "Mr."), initials, decimals and
    list numbers, and the CJK full stop, question and exclamation marks. Linear in the text.
    """
    found: list[str] = []
    for line in text.split("\n"):
        start = 0
        for end in _END.finditer(line):
            if _ends_sentence(line, end, start):
                found.append(line[start : end.end()].strip())
                start = end.end()
        found.append(line[start:].strip())
    return [sentence for sentence in found if sentence]


def _ends_sentence(line: str, end: re.Match[str], start: int) -> bool:
    stop = end["stop"]
    if stop is None or end["next"] is None:
        return True
    if end["next"].islower():
        return False
    if stop != ".":
        return True
    at = end.start()
    before = _BEFORE.search(line[max(start, at - _BEFORE_MAX) : at])
    if before is None:
        return True
    word = before.group()
    is_initial = len(word) == 1 and word.isupper()
    is_list_number = word.isdigit() and not line[start : at - len(word)].strip()
    return not (is_initial or is_list_number or word.lower() in _ABBREVIATIONS)
