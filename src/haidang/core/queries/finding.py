"""Searching what is public: marks as typed first, then without; the newest of each first; bounded in time.

The index holds words only (`actions/finding.py`); language and days are asked of the items. A search that
runs over its time shows what it found until then.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any, Literal

from django.db import connection
from django.db.utils import OperationalError
from django.utils import timezone

from haidang.core.models import PublicItem
from haidang.core.queries.timing import time_limit
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.search import (
    Filter,
    Pieces,
    Query,
    highlight,
    parse_query,
    snippet,
    to_fts5,
    to_tsquery,
    to_typed_condition,
)

PAGE = 10
TIME_S = 1.0
COUNT_MAX = 1_000
SHOWN = ("id", "kind", "page", "language", "title", "text", "published_at", "changed_at")

Phase = Literal["typed", "folded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A public text found. `exact`: it holds the words with their marks as typed."""

    item: PublicItem
    title_pieces: Pieces
    snippet_pieces: Pieces
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """A page of texts. `total` None: not counted; `cut_short`: the time ran out."""

    hits: tuple[Found, ...]
    total: int | None
    total_is_floor: bool
    next_page: str
    cut_short: bool
    typed_marks: bool


def search_items(text: str, *, page: str = "") -> FoundPage:
    """A page of public texts. Raises EngineError(BAD_QUERY) for words that cannot be asked."""
    query = parse_query(text)
    asker = _Asker(query, deadline=time.monotonic() + TIME_S)
    phase, before = _read_place(page, asker.phases)
    keys: list[tuple[int, bool]] = []
    while phase is not None and len(keys) <= PAGE:
        found = asker.find(phase, before=before, limit=PAGE + 1 - len(keys))
        keys += [(key, phase == "typed") for key in found]
        rest = asker.phases[asker.phases.index(phase) + 1 :]
        phase, before = (rest[0] if rest else None), None
    shown, more = keys[:PAGE], keys[PAGE:]
    next_page = ""
    if more:
        (_key, exact), last = more[0], shown[-1]
        same = exact == last[1]
        next_page = f"{'t' if exact else 'f'}{last[0] if same else ''}"
    total = asker.count() if not page else None
    return FoundPage(
        hits=_build(shown, query),
        total=None if total is None or asker.ran_out else min(total, COUNT_MAX),
        total_is_floor=total is not None and total > COUNT_MAX,
        next_page=next_page,
        cut_short=asker.ran_out,
        typed_marks="typed" in asker.phases,
    )


def _read_place(page: str, phases: Sequence[Phase]) -> tuple[Phase | None, int | None]:
    """Where a page begins: its phase, and the number before which its texts lie."""
    for phase in phases:
        if page[:1] == phase[0]:
            number = page[1:]
            known = number.isascii() and number.isdigit() and len(number) < 19
            return phase, int(number) if known else None
    return (phases[0] if phases else None), None


def _build(keys: Sequence[tuple[int, bool]], query: Query) -> tuple[Found, ...]:
    items = _load([key for key, _exact in keys])
    return tuple(
        Found(
            item=items[key],
            title_pieces=highlight(items[key].title, query),
            snippet_pieces=snippet(items[key].body, query),
            exact=exact,
        )
        for key, exact in keys
        if key in items
    )


def _load(numbers: Sequence[int]) -> dict[int, PublicItem]:
    """These texts with what a list shows of them; written out, as every search asks for it."""
    if not numbers:
        return {}
    places = ", ".join(["%s"] * len(numbers))
    statement = f"SELECT {', '.join(SHOWN)} FROM core_publicitem WHERE id IN ({places})"  # noqa: S608 -- our own names
    return {item.id: item for item in PublicItem.objects.raw(statement, numbers)}


class _Asker:
    """One query's way to the index. `ran_out` becomes true when its time is over."""

    def __init__(self, query: Query, *, deadline: float) -> None:
        self.query, self.deadline, self.ran_out = query, deadline, False
        self._narrow, self._values = _narrow(query.filters)
        marked = any(term.marked for term in query.wanted_terms())
        self.phases: tuple[Phase, ...] = ("typed", "folded") if marked else ("folded",)
        if query.root is None:
            self.phases = ("folded",) if query.filters else ()

    def find(self, phase: Phase, *, before: int | None, limit: int) -> list[int]:
        """Numbers of texts, newest first; those of the phase before are left out."""
        met, values = self._met(phase, leave_out_typed=phase == "folded" and len(self.phases) > 1)
        # The index is read in the order of its own key, which is the item's number.
        key = "i.id"
        if self.query.root is not None:
            key = "s.key" if connection.vendor == "postgresql" else "s.rowid"
        statement = f"SELECT {key} {met} AND {key} < %s ORDER BY {key} DESC LIMIT %s"
        return [row[0] for row in self._run(statement, [*values, before or 2**62, limit])]

    def count(self) -> int:
        """How many there are, one more than COUNT_MAX at most."""
        if not self.phases:
            return 0
        met, values = self._met("folded", leave_out_typed=False)
        statement = f"SELECT COUNT(*) FROM (SELECT 1 {met} LIMIT {COUNT_MAX + 1}) AS found"  # noqa: S608 -- our own words; what was typed is a value
        rows = self._run(statement, values)
        return int(rows[0][0]) if rows else 0

    def _met(self, phase: Phase, *, leave_out_typed: bool) -> tuple[str, list[Any]]:
        values: list[Any] = []
        if self.query.root is None:
            met = "FROM core_publicitem i WHERE TRUE"
        elif connection.vendor == "postgresql":
            met = "FROM core_search s JOIN core_publicitem i ON i.id = s.key WHERE "
            told, values = _postgresql(self.query, phase)
            met += told
            if leave_out_typed:
                told, more = _postgresql(self.query, "typed")
                met, values = f"{met} AND NOT {told}", [*values, *more]
        else:
            match = to_fts5(self.query, column=phase)
            if leave_out_typed:
                match = f"({match}) NOT ({to_fts5(self.query, column='typed')})"
            met = "FROM core_search s CROSS JOIN core_publicitem i ON i.id = s.rowid"
            met, values = f"{met} WHERE core_search MATCH %s", [match]
        return f"{met} AND i.withdrawn_why = ''{self._narrow}", [*values, *self._values]

    def _run(self, statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
        if time.monotonic() >= self.deadline:
            self.ran_out = True
            return []
        rows: list[tuple[Any, ...]] = []
        try:
            with time_limit(self.deadline), connection.cursor() as cursor:
                cursor.execute(statement, values)
                while more := cursor.fetchmany(100):
                    rows += more
        except OperationalError:
            if time.monotonic() < self.deadline:
                raise
            self.ran_out = True
        return rows


def _narrow(filters: Sequence[Filter]) -> tuple[str, list[Any]]:
    """A condition on items for the filters that public texts know. Raises EngineError for others."""
    met, values = "", list[Any]()
    for one in filters:
        if one.name == "language":
            met += f" AND i.language {'=' if one.wanted else '<>'} %s"
            values.append(one.value.lower())
        elif one.name in {"since", "until"} and one.day is not None:
            met += f" AND i.published_at {'>=' if one.name == 'since' else '<'} %s"
            until = one.name == "until" and one.day < date.max
            values.append(_moment(one.day + timedelta(days=1) if until else one.day))
        else:
            raise EngineError(Trouble.BAD_QUERY, what="unknown_filter", at=0)
    return met, values


def _moment(day: date) -> Any:
    """The first moment of a day here, as the database keeps moments."""
    told = timezone.make_aware(datetime.combine(day, clock.min))
    return connection.ops.adapt_datetimefield_value(told)


def _postgresql(query: Query, phase: Phase) -> tuple[str, list[Any]]:
    assert query.root is not None
    if phase == "folded":
        return "s.folded @@ %s::tsquery", [to_tsquery(query, exact=False)]
    return to_typed_condition(query, table="s")
