"""What leads to a person: mail address, home, passport, plate, and the name of a child in context."""

from __future__ import annotations

import re
from collections.abc import Iterator

from haidang.engine.scan.kinds import Place, ScanKind

_UPPER = "".join(
    chr(code) for code in range(0xC0, 0x1EFA) if chr(code).isupper() and chr(code).isalpha()
)
_LOWER = "".join(
    chr(code) for code in range(0xC0, 0x1EFA) if chr(code).islower() and chr(code).isalpha()
)
_WORD = f"[A-Z{_UPPER}][a-z{_LOWER}]{{0,14}}"
NAME = f"{_WORD}(?: {_WORD}){{1,4}}"

EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9._%+-]{1,64}(?:@| ?[\[(](?:at|a|@)[\])] ?)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
)
PASSPORT = re.compile(r"(?:hộ chiếu|passport)[^\n;]{0,30}?\b([A-Z]{1,2}\d{6,8})\b", re.IGNORECASE)
PLATE = re.compile(
    r"(?<![\w/.-])[1-9]\d ?[A-Z][A-Z0-9]?(?: ?- ?| )?(?:\d{3}\.\d{2}|\d{4,5})(?![\w/-])"
)
SAYS_PLATE = re.compile(
    r"biển (?:số|kiểm soát|đăng ký)|\bbks\b|(?:licen[cs]e|number) plate|registration", re.IGNORECASE
)

HOUSE = re.compile(
    r"(?P<number>số(?: nhà)?:? )?(?<![\d/.,])\d{1,4}[A-Za-z]?(?:/\d{1,4}[A-Za-z]?){0,4},? "
    rf"(?:đường|phố|ngõ|ngách|hẻm|kiệt) (?:số )?(?:\d{{1,4}}(?:/\d{{1,4}}){{0,3}}(?: {NAME})?|{_WORD}(?: {_WORD}){{0,3}})",
    re.IGNORECASE,
)
LIVES = re.compile(
    r"\b(?:thường trú|tạm trú|trú|ngụ|nhà riêng|địa chỉ nhà)(?: tại| ở|:)? "
    r"(?:tại |ở )?(?:thôn|xóm|ấp|tổ|khóm|bản|buôn|khu|số|ngõ|hẻm|đường) [^\n.;()]{2,60}",
    re.IGNORECASE,
)
HOUSE_EN = re.compile(
    r"(?<![\w,.])\d{1,5}[A-Za-z]? (?:[A-Z][a-z]{1,20} ){1,3}(?:Street|Road|Avenue|Lane|Drive|St\.|Rd\.|Ave\.)"
)
SAYS_HOME = re.compile(r"nhà|trú|ngụ|địa chỉ|sống|sinh sống|ở |address|lives?|home", re.IGNORECASE)

ADULT = 16  # the Law on Children, 102/2016/QH13, article 1: under sixteen
CHILD = re.compile(rf"\b(?:[Cc]háu|[Ee]m|[Bb]é)(?: (?:trai|gái))? (?P<name>{NAME})")
AGE_AFTER = re.compile(
    rf"(?P<name>{NAME}),? ?\(?(?:aged? |mới )?(?P<age>\d{{1,2}})(?: tuổi| years? old|-year-old|\))"
)
AGE_BEFORE = re.compile(
    rf"\b(?P<age>\d{{1,2}})(?:-year-old| tuổi)(?: (?:boy|girl|tên|là))? (?P<name>{NAME})"
)
AGE = re.compile(
    r"\b(\d{1,2}) (?:tuổi|tháng tuổi)|\blớp ([1-9])\b|\b(?:sinh năm|SN|born in) ?(\d{4})|\b(?:mầm non|mẫu giáo|tiểu học|THCS|trung học cơ sở)\b"
)
NEAR = 80


def find_people(text: str, *, year: int) -> Iterator[Place]:
    """Mail addresses, passports, plates, homes, and names of children."""
    for found in EMAIL.finditer(text):
        yield ScanKind.EMAIL, found.start(), found.end()
    for found in PASSPORT.finditer(text):
        yield ScanKind.PASSPORT, found.start(1), found.end(1)
    for found in PLATE.finditer(text):
        if "." in found[0] or SAYS_PLATE.search(_before(text, found)):
            yield ScanKind.PLATE, found.start(), found.end()
    yield from _find_homes(text)
    yield from _find_children(text, year=year)


def _find_homes(text: str) -> Iterator[Place]:
    for found in HOUSE.finditer(text):
        named = any(one.isupper() or one.isdigit() for one in found[0].rsplit(" ", 1)[-1][:1])
        if named and (found["number"] or SAYS_HOME.search(_before(text, found))):
            yield ScanKind.ADDRESS, found.start(), found.end()
    for pattern in (LIVES, HOUSE_EN):
        for found in pattern.finditer(text):
            yield ScanKind.ADDRESS, found.start(), found.end()


def _find_children(text: str, *, year: int) -> Iterator[Place]:
    for found in CHILD.finditer(text):
        around = text[max(0, found.start() - NEAR) : found.end() + NEAR]
        if any(_is_child(age, year=year) for age in AGE.finditer(around)):
            yield ScanKind.MINOR, found.start("name"), found.end("name")
    for pattern in (AGE_AFTER, AGE_BEFORE):
        for found in pattern.finditer(text):
            if int(found["age"]) < ADULT:
                yield ScanKind.MINOR, found.start("name"), found.end("name")


def _is_child(age: re.Match[str], *, year: int) -> bool:
    if age[1]:
        return int(age[1]) < ADULT or "tháng" in age[0]
    return year - int(age[3]) < ADULT if age[3] else True


def _before(text: str, found: re.Match[str]) -> str:
    line = text[max(0, found.start() - 48) : found.start()]
    return line[line.rfind("\n") + 1 :]
