"""The grouper's windows in this process: one on the present, one that follows older articles.

A window lives in memory. It is rebuilt from the tables at start, whenever another process held the
lease meanwhile, and after a failed transaction: memory never knows more than the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter

from haidang.engine.group import Grouper
from haidang.watch.actions.pages import moment_of_page
from haidang.watch.actions.sketches import drop_sketches
from haidang.watch.models import Entry
from haidang.watch.queries.placing import find_regrouped, find_window
from haidang.watch.queries.regrouping import (
    find_changed_since,
    find_closed_stories,
    find_separations,
)

WINDOW = timedelta(days=14)
BELIEVED_FROM = 1990  # an earlier year on a page is an ill date, as in `feeds.believe`
# Trimming rebuilds a window (2 s for 20,000 articles), so it is done when a seventh of it is old.
TRIM = timedelta(days=2)


@dataclass
class _Seat:
    """A grouper and the stretch of time whose stored articles it holds; `until` None: all later."""

    grouper: Grouper
    since: datetime
    until: datetime | None


@dataclass
class Seats:
    """The windows of one process, under one lease."""

    fence: int | None = None
    turn: int | None = None  # the last act of a person that the windows know
    _seats: dict[bool, _Seat] = field(default_factory=dict)

    def forget(self) -> None:
        """Throw the windows away; they are rebuilt when they are wanted."""
        self._seats.clear()

    def find_grouper(
        self, run: Sequence[Entry], *, fence: int, turn: int, now: datetime
    ) -> Grouper:
        """The grouper whose window holds what the articles of this run may stand near to.

        `turn` counts what people did to the grouping; the caller holds it, so that none is missed.
        """
        if self.fence != fence:
            self.forget()
            self.fence = fence
        if self.turn is not None and self.turn != turn:
            self._learn()
        self.turn = turn
        first, last = moment_of(run[0]), moment_of(run[-1])
        present = first >= now - WINDOW
        seat = self._seats.get(present)
        since = now - WINDOW if present else first - WINDOW
        until = None if present else last + WINDOW
        if seat is None or seat.since > since + TRIM:
            seat = _build(since, until)
            self._seats[present] = seat
        _reach(seat, until)
        if since - seat.since > TRIM:
            seat.grouper.drop_before(since)
            seat.since = since
            if present:
                drop_sketches(before=since)
        return seat.grouper

    def _learn(self) -> None:
        """Put the articles that people placed meanwhile where they stand now."""
        assert self.turn is not None
        for seat in self._seats.values():
            for row in find_regrouped(find_changed_since(self.turn)):
                seat.grouper.regroup(
                    row.article.id,
                    story=row.story,
                    original=row.original,
                    kind=row.kind,
                    pinned=row.pinned,
                )
            _respect(seat)


def split_runs(batch: Sequence[Entry], *, now: datetime) -> Iterator[list[Entry]]:
    """The batch in order of time, cut where more than a window lies between two articles."""
    ordered = sorted(((moment_of(entry), entry.id, entry) for entry in batch), key=itemgetter(0, 1))
    run: list[Entry] = []
    before: datetime | None = None
    for moment, _number, entry in ordered:
        began = before is not None and before < now - WINDOW <= moment
        if before is not None and (began or moment - before > WINDOW):
            yield run
            run = []
        run.append(entry)
        before = moment
    if run:
        yield run


def moment_of(entry: Entry) -> datetime:
    """About when the article was published: by its page, else by the feed, else when first seen."""
    told = moment_of_page(entry.page) if entry.page else None
    at = told if told is not None and told.year >= BELIEVED_FROM else entry.published_at
    return min(at, entry.first_seen) if at else entry.first_seen


def _build(since: datetime, until: datetime | None) -> _Seat:
    grouper = Grouper(window_days=WINDOW.days)
    grouper.load(find_window(since=since, until=until))
    seat = _Seat(grouper, since, until)
    _respect(seat)
    return seat


def _respect(seat: _Seat) -> None:
    seat.grouper.respect(closed=find_closed_stories(since=seat.since), apart=find_separations())


def _reach(seat: _Seat, until: datetime | None) -> None:
    """Load what lies between the end of the window and `until`."""
    if seat.until is None or until is None or until <= seat.until:
        return
    seat.grouper.load(find_window(since=seat.until, until=until))
    seat.until = until
