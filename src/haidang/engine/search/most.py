"""Where no article holds all words of a query: which hold the most of it.

A word weighs by how rare it is among the newest articles, an article by BM25 over the words of the query
(Robertson, Zaragoza 2009), and a word with its marks as typed counts more. Pure arithmetic; it refuses
articles that hold less than a third of the query's weight.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from haidang.engine.search.index import IndexForm
from haidang.engine.search.query import And, Query, Term

WORDS_MIN = 4  # of fewer words, each one is meant
_SHARE_MIN = 1 / 3
_TF, _LENGTH = 1.2, 0.75  # k1 and b, as usual
_AS_TYPED = 0.25


def plain_terms(query: Query) -> tuple[Term, ...]:
    """The words of a query that is nothing but four words or more; else none."""
    root = query.root
    if not isinstance(root, And) or root.without or len(root.parts) < WORDS_MIN:
        return ()
    terms = [part for part in root.parts if isinstance(part, Term)]
    return tuple(dict.fromkeys(terms)) if len(terms) == len(root.parts) else ()


def weigh(found: Sequence[Sequence[int]], *, limit: int) -> list[float]:
    """How much each word counts, from its newest hits: their keys, newest first, at most `limit`.

    A list that was cut at `limit` tells by the stretch of keys that it needed how common its word is.
    """
    held = [keys for keys in found if keys]
    if not held:
        return [0.0] * len(found)
    top, end = max(keys[0] for keys in held) + 1, min(keys[-1] for keys in held)
    rates = [
        max(1, len(keys)) / (top - (keys[-1] if len(keys) >= limit else end)) for keys in found
    ]
    return [math.log(1 + 2 * max(rates) / rate) for rate in rates]


def choose_candidates(
    found: Sequence[Sequence[int]], weights: Sequence[float], *, limit: int
) -> list[int]:
    """The keys with the most weight in these lists, the newest first among equals."""
    worth: dict[int, float] = {}
    for keys, weight in zip(found, weights, strict=True):
        for key in keys:
            worth[key] = worth.get(key, 0.0) + weight
    return sorted(worth, key=lambda key: (-worth[key], -key))[:limit]


def rank_most(
    terms: Sequence[Term], weights: Sequence[float], articles: Iterable[tuple[int, IndexForm]]
) -> list[int]:
    """The keys of articles that hold enough of the query, best first. Linear in the texts."""
    read = [(key, f" {form.exact} ", f" {form.folded} ") for key, form in articles]
    usual = sum(len(folded) for _key, _exact, folded in read) / max(1, len(read))
    total = sum(weights)
    scored = []
    for key, exact, folded in read:
        length = 1 - _LENGTH + _LENGTH * len(folded) / usual
        score = held = 0.0
        for term, weight in zip(terms, weights, strict=True):
            often = folded.count(_spaced(term.folded, term))
            if often:
                held += weight
                score += weight * often * (_TF + 1) / (often + _TF * length)
                if term.marked and _spaced(term.exact, term) in exact:
                    score += weight * _AS_TYPED
        if held >= total * _SHARE_MIN:
            scored.append((-score, -key))
    return [-key for _score, key in sorted(scored)]


def _spaced(tokens: tuple[str, ...], term: Term) -> str:
    return f" {' '.join(tokens)}{'' if term.prefix else ' '}"
