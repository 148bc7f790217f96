"""The language in which a person asks, and the forms that the index and the screen need of it.

    typed text -> parse_query -> Query -> to_fts5 / to_tsquery -> (the room asks its database)
    article    -> index_form -> two columns of tokens            -> hits -> rank -> snippet
    one article against one standing query -> matches

Words with and without Vietnamese marks, phrases, AND OR NOT, filters. Both columns hold tokens cut
here, so the query and the index can never disagree about a word. It refuses to touch a database,
to pass on any syntax that a person typed, and to rank more than the newest hits.
"""

from haidang.engine.search.backends import Column, to_fts5, to_tsquery, to_typed_condition
from haidang.engine.search.index import IndexForm, index_form, title_form
from haidang.engine.search.marking import SNIPPET_LENGTH, Pieces, highlight, snippet
from haidang.engine.search.matching import matches
from haidang.engine.search.parse import parse_query
from haidang.engine.search.query import (
    DEPTH_MAX,
    QUERY_FAULTS,
    QUERY_MAX,
    TERMS_MAX,
    And,
    Filter,
    Or,
    Query,
    Term,
)
from haidang.engine.search.ranking import (
    RANKED_MAX,
    CandidateForRanking,
    RankedHit,
    rank,
    title_words,
)

__all__ = [
    "DEPTH_MAX",
    "QUERY_FAULTS",
    "QUERY_MAX",
    "RANKED_MAX",
    "SNIPPET_LENGTH",
    "TERMS_MAX",
    "And",
    "CandidateForRanking",
    "Column",
    "Filter",
    "IndexForm",
    "Or",
    "Pieces",
    "Query",
    "RankedHit",
    "Term",
    "highlight",
    "index_form",
    "matches",
    "parse_query",
    "rank",
    "snippet",
    "title_form",
    "title_words",
    "to_fts5",
    "to_tsquery",
    "to_typed_condition",
]
