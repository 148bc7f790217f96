"""A `Query` in the languages of SQLite's FTS5 and PostgreSQL's tsquery.

Safe by construction: the only parts taken from the query are tokens of `cut`, which hold letters
and digits alone, and each stands in quotes. The expressions fit tables filled by `index_form`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from haidang.engine.search.pairs import pairs_of
from haidang.engine.search.query import And, Node, Or, Query, Term

Column = Literal["exact", "folded", "typed"]


def to_fts5(query: Query, *, column: Column, pairs: str = "") -> str:
    """The right side of `MATCH` on the table itself; "" where the query has no words.

    The table has columns named `exact` and `folded`. With "typed", words typed with marks look in
    `exact` and words typed without in `folded`: what a careful typist means. `pairs` names the column that
    holds `IndexForm.pairs`, where the table has one: a phrase of common words is then looked for only where its
    pairs stand.
    """

    def word(term: Term) -> str:
        name = ("exact" if term.marked else "folded") if column == "typed" else column
        tokens = term.exact if name == "exact" else term.folded
        told = f'{{{name}}} : "{" ".join(tokens)}"{" *" if term.prefix else ""}'
        held = pairs_of(term.folded[:-1] if term.prefix else term.folded) if pairs else []
        if not held:
            return told
        wanted = " AND ".join(f'"{pair}"' for pair in held)
        return f"({{{pairs}}} : ({wanted}) AND {told})"

    return _render(query.root, word, ("AND", "OR", "NOT")) if query.root else ""


def to_tsquery(query: Query, *, exact: bool) -> str:
    """An argument for `to_tsquery('simple', ...)` or a cast to `tsquery`; "" without words."""

    def word(term: Term) -> str:
        tokens = term.exact if exact else term.folded
        quoted = [f"'{token}'" for token in tokens]
        if term.prefix:
            quoted[-1] += ":*"
        return quoted[0] if len(quoted) == 1 else f"({' <-> '.join(quoted)})"

    return _render(query.root, word, ("&", "|", "& !")) if query.root else ""


def to_typed_condition(query: Query, *, table: str = "") -> tuple[str, list[str]]:
    """A condition for PostgreSQL and its arguments, as "typed" of `to_fts5`: both columns are asked, each for its words.

    `table`: the name before the columns, where others are asked beside. The query must have words.
    """
    assert query.root is not None
    return _condition(query.root, f"{table}." if table else "")


def _condition(node: Node, before: str) -> tuple[str, list[str]]:
    if isinstance(node, Term):
        column = "exact" if node.marked else "folded"
        told = to_tsquery(Query(root=node), exact=node.marked)
        return f"{before}{column} @@ %s::tsquery", [told]
    joint = " OR " if isinstance(node, Or) else " AND "
    parts = [_condition(part, before) for part in node.parts]
    if isinstance(node, And):
        unwanted = [_condition(part, before) for part in node.without]
        parts += [(f"NOT {met}", values) for met, values in unwanted]
    met = joint.join(one for one, _values in parts)
    return f"({met})", [value for _one, values in parts for value in values]


def _render(node: Node, word: Callable[[Term], str], signs: tuple[str, str, str]) -> str:
    if isinstance(node, Term):
        return word(node)
    parts = [_render(part, word, signs) for part in node.parts]
    if isinstance(node, Or):
        return f"({f' {signs[1]} '.join(parts)})"
    wanted = f" {signs[0]} ".join(parts)
    if not node.without:
        return f"({wanted})"
    unwanted = f" {signs[1]} ".join(_render(part, word, signs) for part in node.without)
    return f"(({wanted}) {signs[2]} ({unwanted}))"
