"""The geometry of the pictures: nothing outside the frame, nothing lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from haidang.watch.pictures import BEAM_HEIGHT, choose_marks, draw_beam, place_on_line

START = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)  # midnight on the desk's clock


@dataclass(frozen=True)
class Hour:
    start: datetime
    originals: int
    reprints: int


def hours(numbers: list[tuple[int, int]]) -> list[Hour]:
    return [Hour(START + timedelta(hours=at), *pair) for at, pair in enumerate(numbers)]


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=48))
def test_bars_stay_in_the_frame_and_stand_on_the_ground(numbers: list[tuple[int, int]]) -> None:
    for bar in draw_beam(hours(numbers)).bars:
        top = float(bar.reprint_y)
        assert top > -0.011
        assert abs(float(bar.original_y) + float(bar.original_height) - BEAM_HEIGHT) < 0.011
        assert float(bar.x.rstrip("%")) + float(bar.width.rstrip("%")) <= 100


def test_only_the_last_hour_is_lit() -> None:
    bars = draw_beam(hours([(1, 2)] * 48)).bars
    assert [bar.is_now for bar in bars] == [False] * 47 + [True]


def test_marks_of_the_beam_are_midnights_and_noons() -> None:
    marks = draw_beam(hours([(1, 0)] * 48)).marks
    assert [(mark.x, mark.is_midnight) for mark in marks] == [
        ("0.00%", True), ("25.00%", False), ("50.00%", True), ("75.00%", False),
    ]  # fmt: skip


def test_no_hours_draw_nothing() -> None:
    assert draw_beam([]).bars == ()


@given(st.integers(0, 90 * 24 * 60), st.integers(-2_000, 90 * 24 * 120))
def test_dot_stays_inside_its_track(span: int, at: int) -> None:
    end = START + timedelta(minutes=span)
    x = place_on_line(START + timedelta(minutes=at), start=START, end=end)
    assert 2.5 <= float(x.rstrip("%")) <= 97.5


@given(st.integers(0, 120 * 24 * 60))
def test_marks_are_few_and_at_whole_hours(minutes: int) -> None:
    end = START + timedelta(minutes=minutes)
    marks = choose_marks(START, end)
    assert len(marks) <= 5
    assert [mark.at.minute for mark in marks] == [0] * len(marks)
    assert all(START <= mark.at <= end for mark in marks)


def test_a_day_of_spread_is_marked_every_six_hours() -> None:
    marks = choose_marks(START + timedelta(minutes=30), START + timedelta(hours=23))
    assert [mark.at.hour for mark in marks] == [6, 12, 18]
