"""The geometry of our pictures: plain numbers out of plain data, so that it can be tested by itself.

Templates write these numbers into SVG attributes. Positions across are percentages, so that a
picture fits any width without stretching its dots or its letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.utils import timezone

BEAM_HEIGHT = 64
BEAM_TOP = 8  # left free above the highest bar
BAR_SHARE = 0.72  # of the width that one hour has
EDGE_PERCENT = 2.5  # of a spread picture, left free at both ends so that no dot is cut
TICKS_MOST = 5
ROOM_AT_NOW = 20  # per cent of the beam that the words at its end need, on a phone too
STEPS = (1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720)  # hours between two marks of a time line


class HourLike(Protocol):
    """An hour of the day's beam: how much was printed in it."""

    @property
    def start(self) -> datetime: ...
    @property
    def originals(self) -> int: ...
    @property
    def reprints(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One hour: originals stand on the ground, reprints on top of them. SVG numbers as text."""

    x: str
    width: str
    original_y: str
    original_height: str
    reprint_y: str
    reprint_height: str
    start: datetime
    end: datetime
    originals: int
    reprints: int
    is_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark on a time line: where, the moment, and whether a day begins there."""

    x: str
    at: datetime
    is_midnight: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Beam:
    """The hours as bars, with a mark at each midnight and noon."""

    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    height: int = BEAM_HEIGHT


def draw_beam(hours: Sequence[HourLike]) -> Beam:
    """Bars and marks for hours in order; the last hour is the current one."""
    if not hours:
        return Beam(bars=(), marks=())
    step = 100 / len(hours)
    most = max((hour.originals + hour.reprints for hour in hours), default=0) or 1
    scale = (BEAM_HEIGHT - BEAM_TOP) / most
    bars = tuple(
        _draw_bar(hour, x=index * step, step=step, scale=scale, is_now=index == len(hours) - 1)
        for index, hour in enumerate(hours)
    )
    marks: list[Mark] = []
    for index, hour in enumerate(hours):
        local = timezone.localtime(hour.start)
        room_left = 100 - index * step
        if local.hour in {0, 12} and room_left > ROOM_AT_NOW:
            marks.append(Mark(x=_percent(index * step), at=hour.start, is_midnight=not local.hour))
    return Beam(bars=bars, marks=tuple(marks))


def _draw_bar(hour: HourLike, *, x: float, step: float, scale: float, is_now: bool) -> Bar:
    # An hour with nothing in it keeps a hairline, so that the row reads as time and not as a gap.
    low = max(hour.originals * scale, 1.0 if not hour.reprints else 0.0)
    high = hour.reprints * scale
    return Bar(
        x=_percent(x + step * (1 - BAR_SHARE) / 2),
        width=_percent(step * BAR_SHARE),
        original_y=_number(BEAM_HEIGHT - low),
        original_height=_number(low),
        reprint_y=_number(BEAM_HEIGHT - low - high),
        reprint_height=_number(high),
        start=hour.start,
        end=hour.start + timedelta(hours=1),
        originals=hour.originals,
        reprints=hour.reprints,
        is_now=is_now,
    )


def place_on_line(at: datetime, *, start: datetime, end: datetime) -> str:
    """Where a moment stands between start and end, as a percentage inside the free edges."""
    span = (end - start).total_seconds()
    share = (at - start).total_seconds() / span if span > 0 else 0.5
    share = min(max(share, 0.0), 1.0)
    return _percent(EDGE_PERCENT + share * (100 - 2 * EDGE_PERCENT))


def choose_marks(start: datetime, end: datetime) -> tuple[Mark, ...]:
    """At most five marks at round hours of the reader's clock between start and end."""
    hours = (end - start).total_seconds() / 3600
    step = next((step for step in STEPS if hours / step <= TICKS_MOST - 1), STEPS[-1])
    local = timezone.localtime(start)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    passed = (local - midnight).total_seconds() / 3600
    at = midnight + timedelta(hours=step * -(-passed // step))
    marks: list[Mark] = []
    while at <= end and len(marks) < TICKS_MOST:
        x = place_on_line(at, start=start, end=end)
        marks.append(Mark(x=x, at=at, is_midnight=at.hour == 0))
        at += timedelta(hours=step)
    return tuple(marks)


def _percent(value: float) -> str:
    return f"{value:.2f}%"


def _number(value: float) -> str:
    return f"{value:.2f}"
