"""The order of hits by relevance, from light facts about each: pure arithmetic, no index.

Meant for at most the newest 5,000 hits (`RANKED_MAX`), which the caller says on the page. A hit in
the title weighs most, then the marks as typed, then how often, then how new. The weights are
chosen by hand; each is worth what its comment says.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from haidang.engine.search.query import Query, Term

RANKED_MAX = 5_000

_ALL_IN_TITLE = 4.0  # every word of the query stands in the title
_PHRASE_IN_TITLE = 1.0  # ... in the typed order, side by side
_EXACT = 10.0  # the marks as typed: more than all else together, so exact hits come first
_EXACT_TITLE = 2.0
_OFTEN = 0.5  # for each doubling of occurrences, at most four
_NEW = 1.5  # today, against half of it a week ago
_HALF_LIFE_DAYS = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateForRanking:
    """A hit of the folded query. The two titles are those of `title_form`."""

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


def rank(
    query: Query, candidates: Iterable[CandidateForRanking], *, now: datetime
) -> tuple[RankedHit, ...]:
    """Order hits by relevance; equal scores by time, newest first, then by id. Linear but the sort."""
    terms = query.wanted_terms()
    folded = [f" {' '.join(term.folded)}{'' if term.prefix else ' '}" for term in terms]
    exact = [f" {' '.join(term.exact)}{'' if term.prefix else ' '}" for term in terms]
    run = f" {' '.join(' '.join(term.folded) for term in terms)} " if len(terms) > 1 else ""
    marked = _any_marked(terms)
    scored = []
    for hit in candidates:
        why = _reasons(hit, folded, exact, run, marked=marked, now=now)
        score = sum(worth for _, worth in why)
        scored.append((-score, -hit.published.timestamp(), hit.id, why))
    scored.sort()
    return tuple(RankedHit(id=id_, score=-score, why=why) for score, _, id_, why in scored)


def _any_marked(terms: tuple[Term, ...]) -> bool:
    return any(term.marked for term in terms)


def _reasons(
    hit: CandidateForRanking,
    folded: list[str],
    exact: list[str],
    run: str,
    *,
    marked: bool,
    now: datetime,
) -> tuple[tuple[str, float], ...]:
    why: list[tuple[str, float]] = []
    if folded:
        title = f" {hit.title_folded} "
        share = sum(term in title for term in folded) / len(folded)
        if share:
            why.append(("in_title", _ALL_IN_TITLE * share * share))
        if run and run in title:
            why.append(("side_by_side", _PHRASE_IN_TITLE))
        # A query typed without marks asks for no marks: nothing is more exact than another.
        if marked and hit.in_exact:
            why.append(("exact", _EXACT))
        if marked:
            title = f" {hit.title_exact} "
            share = sum(term in title for term in exact) / len(exact)
            if share:
                why.append(("exact_in_title", _EXACT_TITLE * share))
        if hit.occurrences > 1:
            why.append(("often", _OFTEN * min(4.0, math.log2(hit.occurrences))))
    days = max(0.0, (now - hit.published).total_seconds() / 86_400)
    why.append(("new", _NEW * 0.5 ** (days / _HALF_LIFE_DAYS)))
    return tuple(why)
