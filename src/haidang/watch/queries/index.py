"""Asking the full-text index: SQLite's FTS5 or PostgreSQL's tsvector, always within a time.

Rows are keyed by time (seconds in the high bits, the article's number in the low twenty-four), so that
the index itself is read newest first, and a span of dates is a span of keys.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q
from django.db.utils import OperationalError

from haidang.core.queries.timing import time_limit
from haidang.engine.search import (
    And,
    IndexForm,
    Or,
    Query,
    Term,
    to_fts5,
    to_tsquery,
    to_typed_condition,
)
from haidang.watch.models import Article, ArticleTopic

SEARCH_ID_BITS = 24
NEWEST = 2**62
NEAR = 300

Phase = Literal["typed", "folded"]
Node = Term | And | Or

# The letter of each facet's words. Topics have none: they change after an article was indexed.
FACETS = {"publication": "p", "country": "c", "language": "l", "level": "v"}


def search_key(sort_at: datetime, number: int) -> int:
    """Seconds since 1970 in the high bits, the article's number in the low twenty-four."""
    seconds = max(0, int(sort_at.timestamp()))
    return (seconds << SEARCH_ID_BITS) | (number & ((1 << SEARCH_ID_BITS) - 1))


def number_of(key_or_number: int) -> int:
    """An article's number as far as its search key tells it: of two under sixteen million, the number itself."""
    return key_or_number & ((1 << SEARCH_ID_BITS) - 1)


def moment_of(key: int) -> datetime:
    """The moment that a search key tells, to the second."""
    return datetime.fromtimestamp(key >> SEARCH_ID_BITS, UTC)


def facet_words(article: Article, form: IndexForm) -> str:
    """What of an article's search row are no words of its own: what it can be narrowed by, and its common pairs."""
    language = "".join(filter(str.isalnum, article.language.lower()))
    country = article.publication.country.lower()
    level = article.publication.level
    told = f"fp{article.publication_id} fc{country} fl{language} fv{level}"
    return f"{told} {form.pairs}"


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the archive is searched: facets that must or must not hold, and a span of keys."""

    wanted: tuple[tuple[str, frozenset[str]], ...] = ()
    unwanted: tuple[tuple[str, frozenset[str]], ...] = ()
    oldest: int = 0
    newest: int = NEWEST

    def within(self, name: str, values: frozenset[str]) -> Scope:
        return replace(self, wanted=(*self.wanted, (name, values)))

    def without(self, name: str, values: frozenset[str]) -> Scope:
        return replace(self, unwanted=(*self.unwanted, (name, values)))

    def between(self, since: datetime | None, until: datetime | None) -> Scope:
        """Narrow to [since, until)."""
        oldest = max(self.oldest, search_key(since, 0)) if since else self.oldest
        newest = min(self.newest, search_key(until, 0)) if until else self.newest
        return replace(self, oldest=oldest, newest=newest)


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest hits of the folded query, newest first. `whole`: there are no others."""

    keys: tuple[int, ...]
    whole: bool

    def before(self, newest: int, limit: int) -> list[int] | None:
        """The next hits before that key; None if they are not all among these."""
        found = [key for key in self.keys if key < newest][:limit]
        return found if self.whole or len(found) == limit else None


@dataclass
class Finder:
    """One query's way to the index. `ran_out` becomes true when its time is over."""

    query: Query
    scope: Scope
    deadline: float  # time.monotonic()
    ran_out: bool = field(default=False, init=False)
    _seen: Seen | None = field(default=None, init=False)
    _typed_seen: frozenset[int] | None = field(default=None, init=False)
    _all_typed: frozenset[int] | None = field(default=None, init=False)  # if they were few

    def phases(self) -> tuple[Phase, ...]:
        """As typed first, where a word has marks; then folded."""
        if any(term.marked for term in self.query.wanted_terms()):
            return ("typed", "folded")
        return ("folded",)

    def find(self, phase: Phase, *, before: int | None, limit: int) -> list[int]:
        """Keys of hits, newest first; those of the phase before are left out."""
        newest = min(before if before is not None else NEWEST, self.scope.newest)
        if self.query.root is None:
            return self._without_words(newest, limit)
        known = self._find_seen(phase, newest, limit)
        if known is not None:
            return known
        twice = phase == "folded" and "typed" in self.phases() and limit <= 1000
        if twice and self._all_typed is not None:  # the index need not look for them again
            keys = self._keys(phase, newest=newest, limit=limit + len(self._all_typed))
            return [key for key in keys if key not in self._all_typed][:limit]
        keys = self._keys(phase, newest=newest, limit=limit, leave_out_typed=twice)
        if phase == "typed" and before is None and len(keys) < limit and not self.ran_out:
            self._all_typed = frozenset(keys)
        return keys

    def look(self, limit: int, *, seconds: float) -> Seen:
        """Walk once over the newest hits, for the count and for what is asked next; at most so long.

        When the seconds are over, what was found until then are still the newest.
        """
        if self.query.root is None:
            keys = self._without_words(self.scope.newest, limit)
            return Seen(tuple(keys), whole=len(keys) < limit)
        ends = min(self.deadline, time.monotonic() + seconds)
        inner = replace(self, deadline=ends)
        keys = inner._keys("folded", newest=self.scope.newest, limit=limit)  # noqa: SLF001 -- of this class
        self.ran_out |= inner.ran_out and ends == self.deadline
        self._seen = Seen(tuple(keys), whole=len(keys) < limit and not inner.ran_out)
        return self._seen

    def _find_seen(self, phase: Phase, newest: int, limit: int) -> list[int] | None:
        """The same as asking the index, where `look` saw enough."""
        seen = self._seen
        if seen is None or (seen.whole and not seen.keys and _is_positive(self.query.root)):
            return None if seen is None else []
        if "typed" not in self.phases():
            return seen.before(newest, limit)
        if not seen.whole or not _is_positive(self.query.root):
            return None
        # Each hit with the marks as typed is a hit without them, so all of them are among these.
        if self._typed_seen is None:
            narrow = replace(self, scope=replace(self.scope, oldest=seen.keys[-1]))
            found = narrow._keys("typed", newest=self.scope.newest, limit=len(seen.keys))  # noqa: SLF001 -- of this class
            self.ran_out |= narrow.ran_out
            self._typed_seen = frozenset(found)
        typed, both = self._typed_seen, phase == "folded" and limit > 1000
        keys = [key for key in seen.keys if both or (key in typed) == (phase == "typed")]
        return [key for key in keys if key < newest][:limit]

    def among(self, phase: Phase, keys: Collection[int]) -> set[int]:
        """Which of these keys are hits of the phase (of either, for `folded`)."""
        if not keys:
            return set()
        if self.query.root is None:
            rows = self._articles().filter(search_key__in=keys)
            return set(rows.values_list("search_key", flat=True))
        found: set[int] = set()
        if phase == "folded" and self._seen is not None:
            known = set(self._seen.keys)
            oldest = self._seen.keys[-1] if self._seen.keys and not self._seen.whole else -1
            oldest = NEWEST if not self._seen.keys and not self._seen.whole else oldest
            found = {key for key in keys if key in known}
            keys = [key for key in keys if key < oldest]
        if not keys:
            return found
        # Originals lie shortly before their copies: one walk over that stretch finds most of them.
        near = replace(self, scope=replace(self.scope, oldest=min(keys)))
        walked = near._keys(phase, newest=max(keys) + 1, limit=NEAR)  # noqa: SLF001 -- of this class
        found |= set(walked) & set(keys)
        left = sorted(key for key in keys if len(walked) == NEAR and key < walked[-1])
        for start in range(0, len(left), 500):
            part = left[start : start + 500]
            found.update(near._keys(phase, newest=NEWEST, limit=len(part), only=part))  # noqa: SLF001 -- of this class
        self.ran_out |= near.ran_out
        return found

    def find_among_newest(self, phase: Phase, newest: Sequence[int]) -> set[int]:
        """Which of these, the newest hits of the folded query, are hits of the phase too."""
        if not newest:
            return set()
        inner = replace(self, scope=replace(self.scope, oldest=newest[-1]))
        found = set(inner.find(phase, before=None, limit=len(newest)))
        self.ran_out |= inner.ran_out
        return found

    # -- queries without words ------------------------------------------------

    def _articles(self) -> Any:
        asked = Q(search_key__gte=self.scope.oldest, search_key__lt=self.scope.newest)
        for name, values in self.scope.wanted:
            asked &= _facet_of_rows(name, values)
        for name, values in self.scope.unwanted:
            asked &= ~_facet_of_rows(name, values)
        return Article.objects.filter(asked)

    def _without_words(self, newest: int, limit: int) -> list[int]:
        rows = self._articles().filter(search_key__lt=newest).order_by("-search_key")
        return list(rows.values_list("search_key", flat=True)[:limit])

    # -- the index ------------------------------------------------------------

    def _keys(
        self,
        phase: Phase,
        *,
        newest: int,
        limit: int,
        leave_out_typed: bool = False,
        only: Sequence[int] | None = None,
    ) -> list[int]:
        ask = self._ask_postgresql if connection.vendor == "postgresql" else self._ask_sqlite
        statement, values = ask(phase, leave_out_typed=leave_out_typed)
        key = "key" if connection.vendor == "postgresql" else "rowid"
        if only is not None:
            statement += f" AND {key} IN ({', '.join(map(str, only))})"
        else:
            statement += f" AND {key} >= %s AND {key} < %s ORDER BY {key} DESC LIMIT %s"
            values += [self.scope.oldest, newest, limit]
        return self._run(statement, values)

    def _ask_sqlite(self, phase: Phase, *, leave_out_typed: bool) -> tuple[str, list[Any]]:
        match = to_fts5(self.query, column=phase, pairs="facets")
        if leave_out_typed:
            match = f"({match}) NOT ({to_fts5(self.query, column='typed', pairs='facets')})"
        topics = ""
        for name, values in self.scope.wanted:
            if name == "topic":
                topics += f" AND +rowid IN ({_keys_of_topics(values)})"
            else:
                match = f"({match}) AND ({_facets(name, values)})"
        for name, values in self.scope.unwanted:
            if name == "topic":
                topics += f" AND +rowid NOT IN ({_keys_of_topics(values)})"
            else:
                match = f"({match}) NOT ({_facets(name, values)})"
        statement = "SELECT rowid FROM watch_search WHERE watch_search MATCH %s"
        return statement + topics, [match]

    def _ask_postgresql(self, phase: Phase, *, leave_out_typed: bool) -> tuple[str, list[Any]]:
        assert self.query.root is not None
        statement = "SELECT key FROM watch_search WHERE "
        values: list[Any]
        if phase == "typed":
            met, values = to_typed_condition(self.query)
            statement += met
        else:
            statement += "folded @@ %s::tsquery"
            values = [to_tsquery(self.query, exact=False)]
        if leave_out_typed:
            met, more = to_typed_condition(self.query)
            statement, values = f"{statement} AND NOT {met}", [*values, *more]
        if self.scope.wanted or self.scope.unwanted:
            try:
                inner, params = self._articles().values("search_key").query.sql_with_params()
            except EmptyResultSet:  # a facet that nothing holds, such as a source of no such name
                inner, params = "NULL", ()
            statement += f" AND key IN ({inner})"
            values += params
        return statement, values

    def _run(self, statement: str, values: list[Any]) -> list[int]:
        """The keys found until the time is over."""
        keys: list[int] = []
        if time.monotonic() >= self.deadline:
            self.ran_out = True
            return keys
        try:
            with time_limit(self.deadline), connection.cursor() as cursor:
                cursor.execute(statement, values)
                while rows := cursor.fetchmany(100):
                    keys += [row[0] for row in rows]
        except OperationalError:
            if time.monotonic() < self.deadline:
                raise
            self.ran_out = True
        return keys


def _is_positive(node: Node | None) -> bool:
    """Whether nothing is left out: then a hit with the marks as typed is a hit without them too."""
    if isinstance(node, And):
        return not node.without and all(map(_is_positive, node.parts))
    return isinstance(node, Term) or (isinstance(node, Or) and all(map(_is_positive, node.parts)))


def find_titles(
    keys: Sequence[int], *, holding: Sequence[str] = ()
) -> list[tuple[int, int | None, str, str]]:
    """Key, original and title's words of those that are copies or whose title holds one of these words.

    A title without them is told as ""; in no order. `holding` as `engine.search.title_words` gives it. All of it
    lies in the index `article_ranking`, which has no column `id`: no row is read, no text, and no other title
    leaves the database.
    """
    postgresql = connection.vendor == "postgresql"
    place = "strpos" if postgresql else "instr"
    held = " OR ".join([f"{place}(' ' || title_folded || ' ', %s) > 0"] * len(holding)) or "FALSE"
    # Left to itself SQLite would walk over all articles and look each up among the keys.
    asked = (
        "unnest(%s::bigint[]) AS asked(value) JOIN"
        if postgresql
        else "json_each(%s) AS asked CROSS JOIN"
    )
    statement = f"""
        SELECT search_key, original_id, CASE WHEN held THEN title_folded ELSE '' END,
            CASE WHEN held THEN title_exact ELSE '' END
        FROM (SELECT search_key, original_id, title_folded, title_exact, {held} AS held
              FROM {asked} watch_article ON search_key = asked.value) AS found
        WHERE held OR original_id IS NOT NULL
    """  # noqa: S608 -- no value stands in it
    given = list(keys) if postgresql else json.dumps(list(keys))
    with connection.cursor() as cursor:
        cursor.execute(statement, [*holding, given])
        return list(cursor.fetchall())


def _facet_of_rows(name: str, values: frozenset[str]) -> Q:
    """The same as a condition on articles."""
    if name == "topic":
        met = ArticleTopic.objects.filter(topic_id__in=[int(value) for value in values])
        return Q(id__in=met.values("article_id"))
    names = {"publication": "publication_id", "country": "publication__country"}
    names["level"] = "publication__level"
    return Q(**{f"{names.get(name, name)}__in": values})


def _keys_of_topics(values: frozenset[str]) -> str:
    """A subquery for the keys of these topics' articles. Numbers only: nothing typed gets here.

    With the plus before `rowid` SQLite reads the index once, and not once for each key.
    """
    numbers = ", ".join(str(int(value)) for value in values) or "NULL"
    return f"SELECT search_key FROM watch_articletopic WHERE topic_id IN ({numbers})"  # noqa: S608 -- numbers of ours


def _facets(name: str, values: frozenset[str]) -> str:
    """An FTS5 expression for one facet; a value of none is a word that nothing holds."""
    letter = FACETS[name]
    words = ["".join(filter(str.isalnum, value.lower())) for value in sorted(values)] or ["none"]
    return "{facets} : (" + " OR ".join(f'"f{letter}{word}"' for word in words) + ")"
