"""Numbers of people: identity, phone, account, card. What is written as money or as a document's number is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from haidang.engine.scan.kinds import Place, ScanKind

# A run of digits with at most two marks of parting between them: enough for "(+84) 91-234 56 78".
RUN = re.compile(r"(?<![\w])(?:\(?\+ ?|\()?\d(?:[ .\-()\u00a0\u2010-\u2013]{0,2}\d){5,21}(?![\w])")
MONEY = re.compile(r"[1-9]\d{0,2}(?:([.,\u00a0 ])\d{3})(?:\1\d{3}){0,5}")
SPELT = re.compile(
    r"\b(?:(?:không|một|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín)[ ,.\-]{1,2}){8,11}"
    r"(?:không|một|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín)\b",
    re.IGNORECASE,
)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")

BEFORE = 48  # characters in which a word tells what a number is
AFTER_QUANTITY = re.compile(
    r"[ \u00a0]?(?:đồng|đ\b|vnđ|vnd|usd|eur|%|tỷ|tỉ|triệu|nghìn|kg|tấn|ha\b|km|m2|m²|m3|m³|người|lượt|hộ\b|con\b|cây)",
    re.IGNORECASE,
)
AFTER_DOCUMENT = re.compile(r"\s?/\s?[\w-]")
SAYS_IDENTITY = re.compile(
    r"cccd|cmnd|\bcmt\b|căn cước|chứng minh (?:nhân dân|thư)|định danh|identity (?:card|number|no)|\bid (?:card|number|no)|citizen id",
    re.IGNORECASE,
)
SAYS_ACCOUNT = re.compile(
    r"tài khoản|\bstk\b|\btk\b|account (?:no|number)|bank account|\ba/c\b", re.IGNORECASE
)
SAYS_PHONE = re.compile(
    r"điện thoại|\bđt\b|\bsđt\b|\bđtdđ\b|di động|zalo|viber|whatsapp|hotline|liên hệ|gọi|phone|\btel\b|mobile|\bcall\b",
    re.IGNORECASE,
)
SAYS_DOCUMENT = re.compile(
    r"(?:quyết định|nghị định|công văn|thông tư|kế hoạch|hợp đồng|mã số thuế|\bmst\b|tax code|isbn|issn|mã hồ sơ|decision|decree)[^.;\n]{0,24}$",
    re.IGNORECASE,
)
# Codes of provinces in identity numbers (Circular 59/2021/TT-BCA, annex), before the mergers of 2025.
PROVINCES = frozenset(
    int(code)
    for code in (
        "1 2 4 6 8 10 11 12 14 15 17 19 20 22 24 25 26 27 30 31 33 34 35 36 37 38 40 42 44 45 46 48 49 51 "
        "52 54 56 58 60 62 64 66 67 68 70 72 74 75 77 79 80 82 83 84 86 87 89 91 92 93 94 95 96"
    ).split()
)


def find_numbers(text: str, *, year: int) -> Iterator[Place]:
    """Identity numbers, phones, accounts and cards."""
    for found in RUN.finditer(text):
        kind = _judge(text, found, year=year)
        if kind is not None:
            start = found.start() + (len(found[0]) - len(found[0].lstrip("( ")))
            yield kind, start, found.end()
    for found in SPELT.finditer(text):
        if found[0].lower().startswith(("không", "tám bốn", "tám tư")):
            yield ScanKind.PHONE, found.start(), found.end()
    for found in IBAN.finditer(text):
        if is_iban(found[0]):
            yield ScanKind.ACCOUNT, found.start(), found.end()


def _judge(text: str, found: re.Match[str], *, year: int) -> ScanKind | None:
    told = found[0]
    digits = "".join(str(unicodedata.decimal(one)) for one in told if one.isdecimal())
    before = text[max(0, found.start() - BEFORE) : found.start()]
    before = before[before.rfind("\n") + 1 :]
    if AFTER_DOCUMENT.match(text, found.end()) or SAYS_DOCUMENT.search(before):
        return None
    if SAYS_IDENTITY.search(before) and len(digits) in {9, 12}:
        return ScanKind.IDENTITY
    if (
        SAYS_ACCOUNT.search(before)
        and len(digits) >= 6
        and not AFTER_QUANTITY.match(text, found.end())
    ):
        return ScanKind.CARD if is_card(digits) else ScanKind.ACCOUNT
    if MONEY.fullmatch(told) or AFTER_QUANTITY.match(text, found.end()):
        return None
    if is_phone(digits, plus="+" in told, said=bool(SAYS_PHONE.search(before))):
        return ScanKind.PHONE
    if is_identity(digits, year=year):
        return ScanKind.IDENTITY
    return ScanKind.CARD if is_card(digits) else None


def is_identity(digits: str, *, year: int) -> bool:
    """Twelve digits: province, then sex and century (0, 1: 19xx; 2, 3: 20xx), then year of birth."""
    if len(digits) != 12 or int(digits[:3]) not in PROVINCES or digits[3] not in "0123":
        return False
    born = (1900 if digits[3] in "01" else 2000) + int(digits[4:6])
    return year - 110 <= born <= year


def is_phone(digits: str, *, plus: bool, said: bool) -> bool:
    """Mobile and landline numbers of Vietnam in all spellings; of elsewhere with a plus or 00."""
    if digits.startswith("0084"):
        plus, digits = True, digits[2:]
    if digits.startswith("84") and (plus or said):
        digits = "0" + digits[2:].removeprefix("0")
    elif plus:
        return 8 <= len(digits) <= 15
    mobile = len(digits) == 10 and digits[:2] in {"03", "05", "07", "08", "09"}
    landline = len(digits) in {10, 11} and digits[:2] == "02"
    return mobile or landline


def is_card(digits: str) -> bool:
    """By the issuers' first digits, the length, and Luhn's sum (ISO/IEC 7812-1)."""
    issued = re.match(r"4|5[1-5]|2[2-7]|3[47]|35|62|9704", digits)
    if not issued or not 15 <= len(digits) <= 19:
        return False
    total = 0
    for place, one in enumerate(reversed(digits)):
        number = int(one) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def is_iban(told: str) -> bool:
    """ISO 13616: the rest by 97 is one."""
    plain = told.replace(" ", "")
    turned = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and int("".join(str(int(one, 36)) for one in turned)) % 97 == 1
