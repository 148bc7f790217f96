"""Whether one article is a hit of a query: the index's own answer, without an index.

For rules that meet each new article once. The article's tokens are those of `index_form`, so this
agrees with FTS5 on the same form (held by a property test); a phrase is looked for as a string, which
is quicker than any list of tokens. Filters are not words: the caller holds them.
"""

from __future__ import annotations

from haidang.engine.search.backends import Column
from haidang.engine.search.index import IndexForm
from haidang.engine.search.query import And, Node, Query, Term


def matches(query: Query, form: IndexForm, *, column: Column = "typed") -> bool:
    """Whether the words of the query hold for the article. False for a query without words.

    `column` as for `to_fts5`: "typed" looks for marked words with their marks, others without.
    """
    if query.root is None:
        return False
    return _holds(query.root, f" {form.exact} ", f" {form.folded} ", column)


def _holds(node: Node, exact: str, folded: str, column: Column) -> bool:
    if isinstance(node, Term):
        in_exact = column == "exact" or (column == "typed" and node.marked)
        tokens = node.exact if in_exact else node.folded
        wanted = f" {' '.join(tokens)}{'' if node.prefix else ' '}"
        return wanted in (exact if in_exact else folded)
    if isinstance(node, And):
        return all(_holds(part, exact, folded, column) for part in node.parts) and not any(
            _holds(part, exact, folded, column) for part in node.without
        )
    return any(_holds(part, exact, folded, column) for part in node.parts)
