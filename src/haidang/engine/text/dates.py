"""Reading the dates that feeds and pages print, in the forms people use: one reader for all.

Day comes before month unless the caller says otherwise, since Vietnam writes it so. What is
relative ("2 giờ trước"), lunar, impossible or implausible is refused with None: a source without a
usable date is told apart from one with a wrong date. Every pattern is bounded and the text is cut
first, so reading takes the same short time whatever is fed in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from haidang.engine.text.calendar_words import MONTHS, ZONES
from haidang.engine.types import Precision, When

# Vietnam has kept +07:00 without summer time since 1975.
VIETNAM = timezone(timedelta(hours=7), "ICT")

# The web's first page is of 1991; what is told as older, or as after 2100, is a slip of a program.
YEAR_MIN, YEAR_MAX = 1990, 2100
_BUDDHIST = range(2500, 2650)
_READ_MAX = 200
_OFFSET_MAX = timedelta(hours=14)

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_NAME = "|".join(re.escape(name) for name in sorted(MONTHS, key=len, reverse=True))
_ORDINAL = r"(?:st|nd|rd|th|er|º|\.)?"
_LINK = r"(?:de|of|năm|,)?"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text.replace("NAME", f"(?P<name>{_NAME})"))


_DAY_FORMS = (
    _pattern(r"(?<![\d-])(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"),
    _pattern(r"(?<!\d)(?P<y>\d{4})[/.]\s?(?P<m>\d{1,2})[/.]\s?(?P<d>\d{1,2})(?!\d)"),
    _pattern(r"(?<!\d)(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일号]"),
    _pattern(r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?=t?\d{4,6}(?!\d)|$)"),
    _pattern(r"(?<![\d-])(?P<y>\d{4})-w(?P<week>\d{2})-?(?P<weekday>[1-7])(?!\d)"),
    _pattern(r"(?<![\d-])(?P<y>\d{4})-(?P<ordinal>\d{3})(?![\d-])"),
    _pattern(r"(?<![\d/.-])(?P<a>\d{1,2})(?P<s>[/.-])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})(?!\d)"),
    # as hurried templates print it: 22/05.2016, 19 / 5 / 2016, 19/05/201600:00:00
    _pattern(
        r"(?<![\d/.-])(?P<a>\d{1,2})\s?[/.-]\s?(?P<b>\d{1,2})\s?[/.-]\s?(?P<y>(?:19|20)\d{2})"
        r"(?!\d(?!\d:\d{2}))"
    ),
    _pattern(
        rf"(?<!\d)(?P<d>\d{{1,2}}){_ORDINAL}[\s-]{{0,3}}{_LINK}\s{{0,3}}NAME(?!\w)[.,]?[\s-]{{0,3}}"
        rf"{_LINK}\s{{0,3}}/?(?P<y>\d{{4}}|\d{{2}})(?![\d:])"
    ),
    _pattern(r"NAME\.?\s{1,3}(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s{1,3}(?P<y>\d{4})(?!\d)"),
    # asctime: the time stands between day and year
    _pattern(
        r"NAME\s{1,3}(?P<d>\d{1,2})\s{1,3}(?P<time>\d{1,2}:\d{2}(?::\d{2})?)\s{1,3}"
        r"(?:[a-z]{2,5}\s{1,3})?(?P<y>\d{4})(?!\d)"
    ),
)
_MONTH_FORMS = (
    _pattern(r"^(?P<y>\d{4})[-/](?P<m>\d{1,2})$"),
    _pattern(r"^(?P<m>\d{1,2})[-/](?P<y>\d{4})$"),
    _pattern(rf"^NAME[.,]?\s{{0,3}}/?{_LINK}\s{{0,3}}(?P<y>\d{{4}})$"),
)
_TIME = re.compile(
    r"(?P<early>오전|오후|上午|下午|午前|午後)?\s?(?<![\d:+-])(?P<h>\d{1,2})\s?(?::|h|giờ|[時时点點시])\s?(?P<m>\d{2})?(?!\d)"
    r"(?:\s?[:phút'分분]{1,4}\s?(?P<s>\d{2})(?!\d))?(?:[.,](?P<f>\d{1,9})\d{0,9})?"
    r"\s{0,2}(?P<half>[ap]\.?m\b|sa\b|ch\b)?"
)
_COMPACT_TIME = re.compile(
    r"^t?(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})?(?!\d)(?P<f>)(?P<half>)(?P<early>)"
)
_OFFSET = re.compile(r"(?:gmt|utc|múi giờ)?\s?(?P<sign>[+-])(?P<h>\d{1,2}):?(?P<m>\d{2})?(?!\d)")
_ZONE_NAME = re.compile(r"(?<![a-z])(" + "|".join(ZONES) + r")(?![a-z])")
_EARLY = {"오전": "am", "上午": "am", "午前": "am", "오후": "pm", "下午": "pm", "午後": "pm"}
# What nearly every feed prints (RFC 822 and 3339), read at once; all else goes the long way.
_COMMON = (
    _pattern(
        r"^(?:[a-z]{3}, )?(?P<d>\d{1,2}) (?P<month>[a-z]{3}) (?P<y>\d{4}) "
        r"(?P<h>\d{2}):(?P<n>\d{2}):(?P<s>\d{2}) (?P<zone>gmt|utc|[+-]\d{4})$"
    ),
    _pattern(
        r"^(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})t(?P<h>\d{2}):(?P<n>\d{2}):(?P<s>\d{2})"
        r"(?P<zone>z|[+-]\d{2}:\d{2})$"
    ),
)
_THREE_DIGITS = re.compile(r"\d\D*\d\D*\d")  # no form has fewer
_STAMP = re.compile(r"^(?:\d{10}|\d{13})$")


@dataclass(frozen=True, slots=True)
class _Clock:
    hour: int
    minute: int
    second: int
    microsecond: int
    zone: tzinfo | None


class _ImpossibleError(ValueError):
    """A date or time was told, but no calendar or clock has it."""


def read_date(text: str, *, default_zone: tzinfo = VIETNAM, day_first: bool = True) -> When | None:
    """The first date in the text, in UTC, with its precision; None where there is no usable one.

    `default_zone` is for dates told without a zone or with an unknown one; a day without a time is
    that day's midnight there. `day_first` decides 03/04/2026; 13/06 and 06/13 decide themselves.
    """
    told = _prepare(text)
    if not _THREE_DIGITS.search(told) or "âm lịch" in told:
        return None
    try:
        return _read(told, zone=default_zone, day_first=day_first)
    except (ValueError, OverflowError):
        return None


def _prepare(text: str) -> str:
    cut = text.strip()[:_READ_MAX]
    return unicodedata.normalize("NFKC", cut).translate(_DASHES).lower().strip()


def _read(told: str, *, zone: tzinfo, day_first: bool) -> When | None:
    for form in _COMMON:
        found = form.match(told)
        if found and found["s"] != "60" and found["h"] != "24":
            return _read_common(found.groupdict())
    if _STAMP.match(told):
        seconds = int(told[:10])
        return _plausible(datetime.fromtimestamp(seconds, UTC), Precision.TIME)
    for form in _DAY_FORMS:
        found = form.search(told)
        if found:
            day = _day_of(found.groupdict(), day_first=day_first)
            rest = found.groupdict().get("time") or told[found.end() :]
            clock = _clock_of(rest, before=told[: found.start()], after=told[found.end() :])
            return _moment(day, clock, zone=zone)
    for form in _MONTH_FORMS:
        found = form.search(told)
        if found:
            month = _day_of({"d": "1"} | found.groupdict(), day_first=day_first)
            return _plausible(datetime(month.year, month.month, 1, tzinfo=zone), Precision.MONTH)
    return None


def _read_common(parts: dict[str, str]) -> When | None:
    month = int(parts["m"]) if "m" in parts else MONTHS.get(parts["month"], 0)
    zone = _zone_of(parts["zone"])
    hour, minute, second = int(parts["h"]), int(parts["n"]), int(parts["s"])
    day = int(parts["d"])
    at = datetime(int(parts["y"]), month, day, hour, minute, second, tzinfo=zone)
    return _plausible(at, Precision.TIME)


def _day_of(parts: Mapping[str, str | None], *, day_first: bool) -> date:
    year = _year_of(parts["y"] or "")
    if parts.get("week"):
        return date.fromisocalendar(year, int(parts["week"] or 0), int(parts["weekday"] or 0))
    if parts.get("ordinal"):
        number = int(parts["ordinal"] or 0)
        day = date(year, 1, 1) + timedelta(days=number - 1)
        if day.year != year:
            raise _ImpossibleError
        return day
    if parts.get("a"):
        first, second = int(parts["a"] or 0), int(parts["b"] or 0)
        day_number, month = (first, second) if day_first else (second, first)
        if month > 12 >= day_number:
            day_number, month = month, day_number
        return date(year, month, day_number)
    month = MONTHS[parts["name"] or ""] if parts.get("name") else int(parts.get("m") or 0)
    return date(year, month, int(parts.get("d") or 0))


def _year_of(told: str) -> int:
    """Two digits by the POSIX rule (69 is 1969); Buddhist years, as Thailand prints them, minus 543."""
    year = int(told)
    if len(told) == 2:
        return year + (1900 if year >= 69 else 2000)
    return year - 543 if year in _BUDDHIST else year


def _clock_of(rest: str, *, before: str, after: str) -> _Clock | None:
    """The time told beside a date: after it, or before it ("8h30 ngày 1/6/2026")."""
    found = _TIME.search(rest) or _COMPACT_TIME.search(rest)
    beside = after if rest != after else rest[found.end() :] if found else ""
    if found is None:
        found = _TIME.search(before)
        if found is None:
            return None
        beside = before[found.end() :] + " " + after
    hour, minute, second = int(found["h"]), int(found["m"] or 0), int(found["s"] or 0)
    half = found["half"] or _EARLY.get(found["early"] or "", "")
    if half:
        hour = _whole_day_hour(hour, late=half.startswith(("p", "c")))
    micro = int(((found["f"] or "") + "000000")[:6])
    return _Clock(hour, minute, second, micro, _zone_of(beside))


def _whole_day_hour(hour: int, *, late: bool) -> int:
    """The hour of 24. "21:24 PM" and "00:39 AM" mean what they say, "21:24 AM" means nothing."""
    if 1 <= hour <= 12:
        return hour % 12 + (12 if late else 0)
    if (late and 13 <= hour <= 23) or (not late and hour == 0):
        return hour
    raise _ImpossibleError


def _zone_of(beside: str) -> tzinfo | None:
    offset = _OFFSET.search(beside[:40])
    if offset:
        size = timedelta(hours=int(offset["h"]), minutes=int(offset["m"] or 0))
        if size > _OFFSET_MAX or int(offset["m"] or 0) > 59:
            raise _ImpossibleError
        return timezone(size if offset["sign"] == "+" else -size)
    if beside.startswith("z"):
        return UTC
    name = _ZONE_NAME.search(beside[:40])
    return timezone(timedelta(minutes=ZONES[name[1]])) if name else None


def _moment(day: date, clock: _Clock | None, *, zone: tzinfo) -> When | None:
    if clock is None:
        return _plausible(datetime(day.year, day.month, day.day, tzinfo=zone), Precision.DAY)
    hour, second, extra = clock.hour, clock.second, timedelta(0)
    if hour == 24 and clock.minute == second == 0:
        hour, extra = 0, timedelta(days=1)
    if second == 60:  # a leap second: the last one that a clock of ours can show
        second = 59
    at = datetime(
        day.year,
        day.month,
        day.day,
        hour,
        clock.minute,
        second,
        clock.microsecond,
        tzinfo=clock.zone or zone,
    )
    return _plausible(at + extra, Precision.TIME)


def _plausible(at: datetime, precision: Precision) -> When | None:
    if not YEAR_MIN <= at.year <= YEAR_MAX:
        return None
    return When(at.astimezone(UTC), precision)
