"""Marks of classification: MẬT, TỐI MẬT, TUYỆT MẬT and what stands for them in English. Found, never given.

A mark is a stamp: it stands alone on its line or in brackets, follows "Độ mật", or is written in capitals
in the midst of a line that is not. A story about honey ("MẬT ONG") or a secret ("BÍ MẬT") has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from haidang.engine.scan.kinds import Place, ScanKind

_VI = r"(?:(?:TUY[ỆE]T|T[ỐO]I) ?)?M ?[ẬA] ?T"
_EN = r"(?:TOP SECRET|SECRET|CONFIDENTIAL|CLASSIFIED|RESTRICTED|STATE SECRET)(?://[A-Z]{2,12}){0,3}"
ALONE = re.compile(
    rf"^[ \t*\[(«\"“:._-]{{0,12}}(?P<mark>{_VI}|{_EN})[ \t*\])»\"”:._-]{{0,12}}$", re.MULTILINE
)
BRACKETS = re.compile(rf"[\[(](?P<mark>{_VI}|{_EN})[\])]")
SAID = re.compile(
    rf"(?:độ mật|mức độ mật|đóng dấu(?: độ)?|dấu chỉ độ(?: mật)?|dấu|classification|marked|stamped)[ :“\"'(]{{1,4}}(?P<mark>{_VI}|{_EN})\b",
    re.IGNORECASE,
)
STRONG = re.compile(r"(?<!\w)(?P<mark>TUYỆT MẬT|TỐI MẬT|MẬT|TOP SECRET|STATE SECRET|BMNN)(?!\w)")


def find_marks(text: str) -> Iterator[Place]:
    """Where a mark of classification stands."""
    for pattern in (ALONE, BRACKETS, SAID):
        for found in pattern.finditer(text):
            yield ScanKind.MARK, found.start("mark"), found.end("mark")
    for found in STRONG.finditer(text):
        if not _is_shouted(text, found) and not _is_of_a_word(text, found):
            yield ScanKind.MARK, found.start("mark"), found.end("mark")


def _is_shouted(text: str, found: re.Match[str]) -> bool:
    """Whether the words around stand in capitals too: then it is a headline, not a stamp."""
    around = text[max(0, found.start() - 30) : found.start()].rpartition("\n")[2]
    around += text[found.end() : found.end() + 30].partition("\n")[0]
    letters = [one for one in around if one.isalpha()]
    return len(letters) > 3 and sum(one.isupper() for one in letters) > 0.8 * len(letters)


def _is_of_a_word(text: str, found: re.Match[str]) -> bool:
    """Whether it is half of another word in capitals, as in "BÍ MẬT" and "MẬT KHẨU"."""
    if found["mark"] != "MẬT":
        return False
    before = text[max(0, found.start() - 12) : found.start()].split()[-1:]
    after = text[found.end() : found.end() + 12].split()[:1]
    return any(word.isupper() for word in (*before, *after))
