"""Dates as the press prints them; nonsense is None, quickly."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.text.dates import read_date
from haidang.engine.types import Precision, When

HOSTILE = Path(__file__).parents[4] / "shared" / "hostile" / "dates.jsonl"


def told(text, **options):
    when = read_date(text, **options)
    if when is None:
        return None
    shown = when.at.astimezone(timezone(timedelta(hours=7)))
    return shown.strftime("%Y-%m-%d %H:%M:%S"), when.precision.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 01 Jun 2026 08:00:00 +0700", ("2026-06-01 08:00:00", "time")),
        ("Mon, 01 Jun 26 08:00 GMT", ("2026-06-01 15:00:00", "time")),
        ("Mon, 01-Jun-2026 08:00:00 GMT", ("2026-06-01 15:00:00", "time")),
        ("Mon, 01 Jun 2026 08:00:00 EST", ("2026-06-01 20:00:00", "time")),
        ("Mon, 01 Jun 2026 08:00:00 XYZ", ("2026-06-01 08:00:00", "time")),
        ("Mon Jun  1 08:00:00 2026", ("2026-06-01 08:00:00", "time")),
        ("Jun 1, 2026 8:00 AM ICT", ("2026-06-01 08:00:00", "time")),
        ("May 5th, 2026 at 12:05 am EDT", ("2026-05-05 11:05:00", "time")),
        ("2026-06-01T08:00:00+07:00", ("2026-06-01 08:00:00", "time")),
        ("2026-06-01T08:00:00.123456789Z", ("2026-06-01 15:00:00", "time")),
        ("2026-06-01T08:00Z", ("2026-06-01 15:00:00", "time")),
        ("2026-06-01 08:00:00 -0330", ("2026-06-01 18:30:00", "time")),
        ("2026-06-01T24:00:00+07:00", ("2026-06-02 00:00:00", "time")),
        ("2025-12-31T23:59:60Z", ("2026-01-01 06:59:59", "time")),
        ("20260601T080000Z", ("2026-06-01 15:00:00", "time")),
        ("1780276800", ("2026-06-01 08:20:00", "time")),
        ("1780276800000", ("2026-06-01 08:20:00", "time")),
        ("2026-06-01", ("2026-06-01 00:00:00", "day")),
        ("2026-W23-1", ("2026-06-01 00:00:00", "day")),
        ("2026-152", ("2026-06-01 00:00:00", "day")),
        ("2026‑06‑01", ("2026-06-01 00:00:00", "day")),
        ("２０２６-０６-０１", ("2026-06-01 00:00:00", "day")),
        ("08:00 23/11/2026", ("2026-11-23 08:00:00", "time")),
        ("Thứ Hai, 23/11/2026 08:00 (GMT+7)", ("2026-11-23 08:00:00", "time")),
        ("Thứ hai, ngày 1 tháng 6 năm 2026", ("2026-06-01 00:00:00", "day")),
        ("8h30 ngày 1/6/2026", ("2026-06-01 08:30:00", "time")),
        ("Cập nhật lúc 8 giờ 30 phút, 1 tháng 6, 2026", ("2026-06-01 08:30:00", "time")),
        ("9:05 CH, 1-6-2026", ("2026-06-01 21:05:00", "time")),
        ("31 tháng Năm năm 2026", ("2026-05-31 00:00:00", "day")),
        ("1 Thg 12 2026", ("2026-12-01 00:00:00", "day")),
        ("13/06/2026", ("2026-06-13 00:00:00", "day")),
        ("06/13/2026", ("2026-06-13 00:00:00", "day")),
        ("1.6.26", ("2026-06-01 00:00:00", "day")),
        ("01/06/2569 08:00", ("2026-06-01 08:00:00", "time")),
        ("1 มิถุนายน 2569", ("2026-06-01 00:00:00", "day")),
        ("2026年6月1日下午3时05分", ("2026-06-01 15:05:00", "time")),
        ("2026. 6. 1. 오후 3:05", ("2026-06-01 15:05:00", "time")),
        ("lundi 1er juin 2026 à 8h30", ("2026-06-01 08:30:00", "time")),
        ("1 июня 2026", ("2026-06-01 00:00:00", "day")),
        ("Tháng 6/2026", ("2026-06-01 00:00:00", "month")),
        ("June 2026", ("2026-06-01 00:00:00", "month")),
        ("2026-06", ("2026-06-01 00:00:00", "month")),
    ],
)
def test_date_is_read_as_people_mean_it(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", " \n", "hôm qua", "2 giờ trước", "vừa xong", "Mùng 5 tháng 5 âm lịch", "31/04/2026",
        "0000-00-00 00:00:00", "0001-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "-0001-06-01",
        "9999-12-31T23:59:59+14:00", "Thu, 01 Jan 1970 00:00:00 GMT", "2026-02-30", "30/02/2026",
        "2026-06-01T25:61:61", "2026-06-01T08:00:00+99:59", "13:00 AM 1/6/2026", "2026-366",
        "1" * 10_240, "(" * 5_000, "5 tháng 6", "08:00", "0", "99999999999999",
    ],
)  # fmt: skip
def test_what_is_no_usable_date_is_none(text):
    assert read_date(text) is None


def test_month_may_come_first_where_the_source_says_so():
    assert (told("03/04/2026"), told("03/04/2026", day_first=False)) == (
        ("2026-04-03 00:00:00", "day"),
        ("2026-03-04 00:00:00", "day"),
    )


def test_zone_of_the_source_is_used_where_none_is_told():
    read = read_date("2026-06-01 08:00", default_zone=UTC)
    assert read == When(datetime(2026, 6, 1, 8, 0, tzinfo=UTC), Precision.TIME)


texts = st.text(max_size=300) | st.text("0123456789:/-.+TZ thángnăm,年月日GMTapm", max_size=300)


@given(texts)
def test_any_text_gives_a_plausible_utc_time_or_none(text):
    when = read_date(text)
    assert when is None or (when.at.tzinfo is UTC and 1989 <= when.at.year <= 2101)


@given(st.integers(662_688_000, 4_070_908_800), st.integers(-14, 14))
def test_usual_forms_come_back_exactly(stamp, hours):
    at = datetime.fromtimestamp(stamp, timezone(timedelta(hours=hours)))
    forms = (
        at.isoformat(),
        at.strftime("%a, %d %b %Y %H:%M:%S %z"),
        at.strftime("%H:%M:%S %d/%m/%Y ") + at.strftime("%z"),
        at.strftime("ngày %d tháng %m năm %Y, %H:%M:%S (GMT%z)"),
    )
    assert [read_date(form) for form in forms] == [When(at.astimezone(UTC))] * 4


@pytest.mark.parametrize(
    "piece", ["1", "1/", "12:", " ", "a", "(", "tháng ", "1 tháng ", "+07", "年"]
)
def test_long_text_takes_no_longer(piece):
    text = piece * 100_000
    begun = time.process_time()
    read_date(text)
    assert time.process_time() - begun < 0.05


def test_listed_hostile_dates_are_read_or_refused():
    if not HOSTILE.exists():
        pytest.skip("the list of hostile dates is not beside the checkout")
    rows = [json.loads(line) for line in HOSTILE.read_text(encoding="utf-8").splitlines()]
    wrong = {}
    for row in rows:
        when, expected = read_date(row["text"]), row["expect"]
        if expected.endswith("Z") and expected[:4].isdigit():
            right = when is not None and when.at == datetime.fromisoformat(expected)
        elif expected.startswith("none") or "relative" in expected or "no date" in expected:
            right = when is None
        else:
            right = True
        if not right:
            wrong[row["id"]] = (expected, when)
    assert (len(rows), wrong) == (50, {})


@pytest.mark.parametrize(
    ("told", "utc"),
    [
        ("Thứ Năm, ngày 19/05/2016 17:01 PM (GMT+7)", (2016, 5, 19, 10, 1)),
        ("Thứ Ba, ngày 31/05/2016 00:39 AM (GMT+7)", (2016, 5, 30, 17, 39)),
        ("20.05.2016 | 22:20 PM", (2016, 5, 20, 15, 20)),
        ("09:53 22/05.2016", (2016, 5, 22, 2, 53)),
        ("19/05/201608:00:00 (Xem: 732)", (2016, 5, 19, 1, 0)),
        ("Cập nhật: 7:25 - 19 / 5 / 2016", (2016, 5, 19, 0, 25)),
    ],
)
def test_a_hurried_template_is_understood(told, utc):
    found = read_date(told)
    assert found is not None
    assert found.at.timetuple()[:5] == utc
