"""What may not stand as a rule: a person's name alone; an office with its holder wants more (promise 2).

A search for any word is free; a rule that goes on looking by itself is not. Every way in which the rule
can be met must hold a word of a subject.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import product

from haidang.engine.search import And, Or, Query, Term
from haidang.engine.text import WordKind, kinds_of

# One way to meet a part of a rule without any word of a subject: (names a person, names an office).
Bare = tuple[bool, bool]


class TopicRefusal(StrEnum):
    """Why a rule cannot stand, or not without more."""

    NO_WORDS = "no_words"
    FILTERS = "filters"
    NAME = "name"
    OFFICE_HOLDER = "office_holder"  # may stand with a purpose, an end and a second member


def find_topic_refusal(query: Query) -> TopicRefusal | None:
    """Why this query may not stand as a topic's rule, or None. Recognising names is a heuristic."""
    if query.filters:
        return TopicRefusal.FILTERS
    if query.root is None:
        return TopicRefusal.NO_WORDS
    ways = _bare_ways(query.root)
    if (True, False) in ways:
        return TopicRefusal.NAME
    return TopicRefusal.OFFICE_HOLDER if (True, True) in ways else None


def _bare_ways(node: Term | And | Or) -> frozenset[Bare]:
    if isinstance(node, Term):
        return _ways_of_phrase(node.typed)
    if isinstance(node, Or):
        return frozenset(way for part in node.parts for way in _bare_ways(part))
    ways = [_ways_of_phrase(phrase) for phrase in _phrases(node.parts)]
    ways += [_bare_ways(part) for part in node.parts if not isinstance(part, Term)]
    together: frozenset[Bare] = frozenset({(False, False)})
    for each in ways:
        together = frozenset(
            (one[0] or other[0], one[1] or other[1]) for one, other in product(together, each)
        )
    return together


def _ways_of_phrase(phrase: str) -> frozenset[Bare]:
    kinds = kinds_of(phrase)
    if WordKind.SUBJECT in kinds:
        return frozenset()
    return frozenset({(WordKind.NAME in kinds, WordKind.OFFICE in kinds)})


def _phrases(parts: Sequence[Term | And | Or]) -> list[str]:
    """Phrases as typed; words typed one after another are read together, as a person meant them."""
    phrases: list[str] = []
    run: list[str] = []
    for part in parts:
        if isinstance(part, Term) and not part.typed.strip().count(" "):
            run.append(part.typed)
            continue
        if run:
            phrases.append(" ".join(run))
            run = []
        if isinstance(part, Term):
            phrases.append(part.typed)
    return [*phrases, " ".join(run)] if run else phrases
