"""By relevance, where no article holds all words: the articles that hold most of them.

Bounded like every search: the newest hits of each word, and the texts of the best few of these.
"""

from __future__ import annotations

from dataclasses import replace

from haidang.engine.search import Query
from haidang.engine.search.index import index_form
from haidang.engine.search.most import choose_candidates, plain_terms, rank_most, weigh
from haidang.watch.models import Article
from haidang.watch.queries.index import Finder

EACH = 2_000  # of the newest hits of each word
READ = 60  # texts that are looked at


def find_most(query: Query, finder: Finder, *, limit: int) -> list[int]:
    """Keys of the articles that hold most of the words, best first; none where each word is meant."""
    terms = plain_terms(query)
    if not terms:
        return []
    found: list[list[int]] = []
    for term in terms:
        one = replace(finder, query=Query(root=replace(term, marked=False)))
        found.append(one.find("folded", before=None, limit=EACH))
        finder.ran_out |= one.ran_out
    weights = weigh(found, limit=EACH)
    keys = choose_candidates(found, weights, limit=READ)
    rows = Article.objects.filter(search_key__in=keys).values_list(
        "search_key", "title", "lead", "text"
    )
    read = [(key, index_form(title, lead, text)) for key, title, lead, text in rows]
    return rank_most(terms, weights, read)[:limit]
