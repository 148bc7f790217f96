"""The order of hits by relevance, from light facts about each: pure arithmetic, no index.

Meant for at most the newest 5,000 hits (`RANKED_MAX`), which the caller says on the page. A hit in
the title weighs most, then the marks as typed, then how often, then how new. The weights are
chosen by hand; each is worth what its comment says.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from haidang.engine.search.query import Query, Term

RANKED_MAX = 5_000

_ALL_IN_TITLE = 4.0  # every word of the query stands in the title
_PHRASE_IN_TITLE = 1.0  # ... in the typed order, side by side
_EXACT = 10.0  # the marks as typed: more than all else together, so exact hits come first
_EXACT_TITLE = 2.0
_OFTEN = 0.5  # for each doubling of occurrences, at most four
_NEW = 1.5  # today, against half of it a week ago
_HALF_LIFE_DAYS = 7.0


class CandidateForRanking(NamedTuple):
    """A hit of the folded query. The titles are those of `title_form`, or "" where `title_words` are not held."""

    id: int
    published: datetime
    title_folded: str
    title_exact: str
    in_exact: bool = False  # also a hit of the query on the exact column
    occurrences: int = 1  # of the query's words, where the caller knows it


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedHit:
    """A hit with its score; the highest first. `why`: the parts of the score that are not zero."""

    id: int
    score: float
    why: tuple[tuple[str, float], ...]


_PARTS = ("in_title", "side_by_side", "exact", "exact_in_title", "often", "new")
_Worth = tuple[float, float, float, float, float, float]


def rank(
    query: Query,
    candidates: Iterable[CandidateForRanking],
    *,
    now: datetime,
    limit: int | None = None,
) -> tuple[RankedHit, ...]:
    """Order hits by relevance; equal scores by time, newest first, then the higher number first.

    Linear but the sort. Only the first `limit` are told; without it all.
    """
    worth = _measure_of(query, now=now)
    scored = []
    for hit in candidates:
        parts = worth(hit)
        scored.append((-sum(parts), -hit.published.timestamp(), -hit.id, parts))
    scored.sort()
    return tuple(
        RankedHit(
            id=-number,
            score=-score,
            why=tuple(
                part for part in zip(_PARTS, parts, strict=True) if part[1] or part[0] == "new"
            ),
        )
        for score, _, number, parts in scored[:limit]
    )


def title_words(query: Query) -> list[str]:
    """What is looked for in a folded title with a space at both ends; a title without any of it is worth nothing."""
    return [_spaced(term.folded, term) for term in query.wanted_terms()]


def _spaced(tokens: tuple[str, ...], term: Term) -> str:
    return f" {' '.join(tokens)}{'' if term.prefix else ' '}"


def _measure_of(query: Query, *, now: datetime) -> Callable[[CandidateForRanking], _Worth]:
    """What a hit of this query is worth, part by part."""
    terms = query.wanted_terms()
    folded = title_words(query)
    exact = [_spaced(term.exact, term) for term in terms]
    run = f" {' '.join(' '.join(term.folded) for term in terms)} " if len(terms) > 1 else ""
    # A query typed without marks asks for no marks: nothing is more exact than another.
    marked = any(term.marked for term in terms)
    present = now.timestamp()

    def worth(hit: CandidateForRanking) -> _Worth:
        in_title = side = exact_title = 0.0
        title = f" {hit.title_folded} "
        held = sum(term in title for term in folded)
        if held:
            in_title = _ALL_IN_TITLE * (held / len(folded)) ** 2
            side = _PHRASE_IN_TITLE if run and run in title else 0.0
            if marked:
                title = f" {hit.title_exact} "
                exact_title = _EXACT_TITLE * sum(term in title for term in exact) / len(exact)
        often = hit.occurrences > 1
        days = max(0.0, (present - hit.published.timestamp()) / 86_400)
        return (
            in_title,
            side,
            _EXACT if marked and hit.in_exact else 0.0,
            exact_title,
            _OFTEN * min(4.0, math.log2(hit.occurrences)) if often and folded else 0.0,
            _NEW * 0.5 ** (days / _HALF_LIFE_DAYS),
        )

    return worth
