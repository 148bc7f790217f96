"""Numbers and dates of a text in a form that can be compared across languages.

Refuses spelled-out numbers, ranges and units: "1.230 tỷ" and "1,230 billion" agree, "1 km" and
"1000 m" do not. What it returns is evidence for grouping, not a fact about the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

from haidang.engine.text.fold import fold

DIGITS_MAX = 18

_DECIMAL_COMMA = frozenset(
    "vi fr de es it pt id ru uk nl tr pl cs sv nb no da fi el ro hu bg sr hr sk sl lo km".split()
)
_GROUPS_BY_SPACE = frozenset("fr ru uk pl cs sv nb no fi bg sk".split())

_SCALES = {
    "nghin": 3, "ngan": 3, "trieu": 6, "ty": 9, "ti": 9, "nghin ty": 12, "ngan ty": 12, "trieu ty": 15,
    "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "mn": 6, "bn": 9, "tn": 12,
    "mille": 3, "millions": 6, "milliard": 9, "milliards": 9, "tausend": 3, "millionen": 6,
    "milliarde": 9, "milliarden": 9, "mil": 3, "millon": 6, "millones": 6, "mil millones": 9,
    "ribu": 3, "juta": 6, "miliar": 9, "triliun": 12, "тыс": 3, "тысяч": 3, "млн": 6, "миллионов": 6,
    "млрд": 9, "миллиардов": 9,
}  # fmt: skip
_CJK_SCALES = {
    "百": 2,
    "백": 2,
    "千": 3,
    "천": 3,
    "万": 4,
    "萬": 4,
    "만": 4,
    "億": 8,
    "亿": 8,
    "억": 8,
    "兆": 12,
    "조": 12,
}

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv enero januar", "february feb fevrier fevr febrero februar",
            "march mar mars marzo marz", "april apr avril avr abril", "may mai mayo", "june jun juin junio juni",
            "july jul juillet juil julio juli", "august aug aout agosto", "september sep sept septembre septiembre",
            "october oct octobre octubre oktober", "november nov novembre noviembre",
            "december dec decembre diciembre dezember",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?<![\d.,/])(?P<day>\d{1,2})"

# Their months are numbers, and looking for names costs more than all the rest.
_NO_MONTH_NAMES = frozenset({"vi", "zh", "ja", "ko"})
_DATES = (
    re.compile(r"(?<!\d)(?P<year>[12]\d{3})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"),
    re.compile(
        r"(?:(?P<year>[12]\d{3})\s?[年년]\s?)?(?<!\d)(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日号號일]"
    ),
    re.compile(
        _DAY + r"\s+thang\s+(?P<month>\d{1,2})(?!\d)(?:\s*(?:,|/|nam)\s*(?P<year>[12]\d{3})(?!\d))?"
    ),
    re.compile(
        _DAY
        + r"(?:st|nd|rd|th|er|\.)?\s+(?:of\s+|de\s+)?"
        + _MONTH
        + r"(?:,?\s+(?:de\s+)?(?P<year>[12]\d{3})(?!\d))?"
    ),
)
_MONTH_DAY = re.compile(
    r"\b"
    + _MONTH
    + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d.,]\d|\d)(?:,?\s+(?P<year>[12]\d{3})(?!\d))?"
)
_SLASHED = re.compile(
    r"(?<![\d/.,-])(?P<one>\d{1,2})(?P<mark>[/.-])(?P<two>\d{1,2})(?P=mark)(?P<year>[12]\d{3})(?![\d/])"
)
_DAY_SLASH_MONTH = re.compile(
    r"(?<![\d/.,-])(?P<day>\d{1,2})[/-](?P<month>\d{1,2})(?![\d/-]|[.,]\d)"
)
_TIME = re.compile(
    r"(?<![\d.,:])(?P<hour>[01]?\d|2[0-3])(?:\s?(?:h|gio|時|时|시)\s?|:)(?P<minute>[0-5]\d)(?![\d:])"
)

_AMOUNT = r"\d+(?:[.,]\d+)*"
_CJK = "".join(_CJK_SCALES)
_CJK_NUMBER = re.compile(rf"(?<![\d.,])(?:{_AMOUNT}\s?[{_CJK}]{{1,2}}\s?)+(?:\d+(?![\d.,]))?")
_CJK_PART = re.compile(rf"({_AMOUNT})\s?([{_CJK}]*)")
_SCALE = "|".join(re.escape(name) for name in sorted(_SCALES, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?<![\d.,]){_AMOUNT}(?:\s?(?P<percent>%)|[ -]{{0,4}}(?P<scale>{_SCALE})\b)?"
)
_SPACED_NUMBER = re.compile(
    _NUMBER.pattern.replace(_AMOUNT, r"(?:\d{1,3}(?: \d{3})+(?!\d)|\d+)(?:[.,]\d+)*", 1)
)

_DIGITS = re.compile(r"\d+")
_NEXT_WORD = re.compile(r"[ -]{1,4}([^\W\d_]+|%)")
_MONTH_BEFORE = re.compile(r"\b" + _MONTH + r"\s+$")
_MONTH_CHARS = max(map(len, _MONTHS)) + 3
_TELLING_WORDS = frozenset(
    ("thang", "gio", "h", "of", "de", "%", *_MONTHS, *(name.split()[0] for name in _SCALES))
)
"""Words behind a number that make it a date, an hour or larger; behind others it is just itself."""

Reader = tuple[re.Pattern[str], Callable[[re.Match[str]], list[str]]]


def numbers(text: str, *, language: str | None = None) -> list[str]:
    """The numbers of a text in order, normalised: "1230000000000", "1.2", "35%", "11-23", "2026", "08:30".

    A date gives month-day and, where told, the year as a second item. `language` (BCP 47) decides
    what "1.234" means; unknown reads it as English does, and a date like 04/05/2026 in English,
    which may be either, gives its year only. Amounts over 18 digits are left out. Linear.
    """
    language = (language or "").split("-")[0]
    plain = fold(text)
    with_months = language not in _NO_MONTH_NAMES
    spaced = language in _GROUPS_BY_SPACE
    readers = _readers(language)
    found: list[str] = []
    done = 0
    for run in _DIGITS.finditer(plain):
        start, end = run.span()
        if start < done:
            continue
        if with_months:
            named = _MONTH_BEFORE.search(plain, max(done, start - _MONTH_CHARS), start)
            match = _MONTH_DAY.match(plain, named.start()) if named else None
            values = _read_date(match) if match else []
            if match and values:
                found += values
                done = match.end()
                continue
        if not spaced and _is_plain(plain, start, end):
            found.append(str(int(run.group())))
            continue
        for pattern, read in readers:
            match = pattern.match(plain, start)
            values = read(match) if match else []
            if match and values:
                found += values
                done = match.end()
                break
    return found


def _is_plain(plain: str, start: int, end: int) -> bool:
    """Whether digits stand by themselves: no mark before or behind, no word that makes them more."""
    if plain[end : end + 1] not in _ENDS or plain[start - 1 : start] in _BEFORE:
        return False
    if end - start > DIGITS_MAX or not plain[start:end].isascii():
        return False
    behind = _NEXT_WORD.match(plain, end)
    if behind is not None:
        return behind[1] not in _TELLING_WORDS
    return plain[end : end + 1] != " " or not plain[end + 1 : end + 2].isspace()


_ENDS = frozenset((" ", ";", "!", "?", ")", '"', "'", "\n", ""))
_BEFORE = frozenset(".,/-:")


@cache
def _readers(language: str) -> tuple[Reader, ...]:
    """What digits may begin, the surest first, and how each is read in that language."""
    iso, other_script, with_thang, day_month = _DATES
    mark = "," if language in _DECIMAL_COMMA else "."
    number = _SPACED_NUMBER if language in _GROUPS_BY_SPACE else _NUMBER
    readers: list[Reader] = [
        (iso, _read_date),
        (other_script, _read_date),
        (with_thang, _read_date),
    ]
    if language not in _NO_MONTH_NAMES:
        readers.append((day_month, _read_date))
    readers.append((_SLASHED, lambda match: _read_slashed(match, day_first=language != "en")))
    if language == "vi":
        readers.append((_DAY_SLASH_MONTH, _read_date))
    readers.append((_TIME, lambda match: [f"{int(match['hour']):02}:{match['minute']}"]))
    readers.append((_CJK_NUMBER, lambda match: _read_cjk(match, mark)))
    readers.append((number, lambda match: _read_amount(match, mark)))
    return tuple(readers)


def _read_date(match: re.Match[str]) -> list[str]:
    told = match.groupdict()
    month = _MONTHS.get(told["month"]) or int(told["month"])
    return _month_day(month, int(told["day"]), told.get("year"))


def _read_slashed(match: re.Match[str], *, day_first: bool) -> list[str]:
    one, two = int(match["one"]), int(match["two"])
    if two > 12 >= one:
        return _month_day(one, two, match["year"])
    if one > 12 or day_first or one == two:
        return _month_day(two, one, match["year"])
    return [match["year"]]


def _month_day(month: int, day: int, year: str | None) -> list[str]:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return []
    return [f"{month:02}-{day:02}", *([year] if year else [])]


def _read_cjk(match: re.Match[str], mark: str) -> list[str]:
    total = Decimal(0)
    for amount, scales in _CJK_PART.findall(match.group()):
        value = _value(amount, mark)
        if value is None:
            return []
        total += value.scaleb(sum(_CJK_SCALES[scale] for scale in scales))
    return [_plain(total)]


def _read_amount(match: re.Match[str], mark: str) -> list[str]:
    told = match.group().replace(" ", "") if match.re is _SPACED_NUMBER else match.group()
    if told.isdecimal() and told.isascii() and len(told) <= DIGITS_MAX:  # as a rule
        return [str(int(told))]
    amount = re.match(_AMOUNT, told)
    value = _value(amount.group(), mark) if amount else None
    if value is None:
        return []
    if match["scale"]:
        value = value.scaleb(_SCALES[match["scale"]])
    return [_plain(value) + ("%" if match["percent"] else "")]


def _value(amount: str, mark: str) -> Decimal | None:
    """The value of "1.234,5" where `mark` is the decimal mark; None for what is no amount (1.2.3)."""
    if sum(char.isdigit() for char in amount) > DIGITS_MAX:
        return None
    used = {char for char in amount if char in ".,"}
    if len(used) == 2:
        mark = amount[max(amount.rfind("."), amount.rfind(","))]
    elif len(used) == 1:
        (only,) = used
        groups = amount.split(only)
        in_threes = (
            1 <= len(groups[0]) <= 3
            and groups[0] != "0"
            and all(len(group) == 3 for group in groups[1:])
        )
        if len(groups) > 2 and not in_threes:
            return None
        is_decimal = len(groups) == 2 and (only == mark or not in_threes)
        mark = only if is_decimal else {".": ",", ",": "."}[only]
    whole = amount.replace({".": ",", ",": "."}[mark], "")
    if whole.count(mark) > 1:
        return None
    return Decimal(whole.replace(mark, "."))


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
