"""What a person typed, as a tree: words, phrases, AND, OR, NOT, parentheses and filters.

The reader is forgiving: a quote or a parenthesis left open closes at the end, one too many is
passed over, an operator with nothing on one side is dropped. It refuses only what it could not
answer honestly, with `EngineError(BAD_QUERY, what=..., at=...)`, `at` being the place of the
character and `what` one of `QUERY_FAULTS`. Nothing of the typed syntax reaches a database.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

QUERY_MAX = 1_000
TERMS_MAX = 30
DEPTH_MAX = 10

QUERY_FAULTS: tuple[tuple[str, str], ...] = (
    ("too_long", "more than 1,000 characters"),
    ("too_many_terms", "more than 30 words, phrases and filters"),
    ("too_deep", "more than 10 parentheses inside one another"),
    ("only_not", "says only what is not wanted"),
    ("filter_in_or", "a filter as one side of OR, or in parentheses behind NOT"),
    ("bad_date", "a date that is neither 2026-11-23 nor 23/11/2026"),
    ("empty_filter", "a filter without a value"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word or a phrase. The tokens must follow one another; one word may be several tokens."""

    exact: tuple[str, ...]
    folded: tuple[str, ...]
    marked: bool  # typed with marks, so exact and folded differ
    prefix: bool = False  # one character of an unspaced script: matches as a token's beginning
    typed: str = field(default="", compare=False, repr=False)  # with its capitals: for rules on it


@dataclass(frozen=True, slots=True)
class And:
    """All of `parts`, none of `without`."""

    parts: tuple[Node, ...]
    without: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Or:
    """One of `parts` at least."""

    parts: tuple[Node, ...]


Node = Term | And | Or


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """`name`: source, country, language, level, topic, since, until. `value` as typed; a date for the last two.

    `until` is the last day that is wanted, inclusive, in the reader's own time zone.
    """

    name: str
    value: str
    day: dt.date | None = None
    wanted: bool = True  # False: leave these out


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query as understood. `root` None: no words, only filters, or nothing at all."""

    root: Node | None = None
    filters: tuple[Filter, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.root is None and not self.filters

    def wanted_terms(self) -> tuple[Term, ...]:
        """The terms that a hit can hold, in typed order: all but those behind NOT."""
        return _wanted(self.root)


def _wanted(node: Node | None) -> tuple[Term, ...]:
    if node is None:
        return ()
    if isinstance(node, Term):
        return (node,)
    return tuple(term for part in node.parts for term in _wanted(part))
