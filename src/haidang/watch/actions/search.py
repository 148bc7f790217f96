"""Keeping the articles findable: their search rows, keyed by time, so that "newest first" is the order of reading."""

from __future__ import annotations

from haidang.core.actions.words import WordTable
from haidang.engine.search import IndexForm, index_form, title_form
from haidang.watch.models import Article
from haidang.watch.queries.index import facet_words

_TABLE = WordTable("watch_search")
# Of a title's words that ranking sees: both forms must fit into a row of an index (2,704 bytes).
TITLE_MAX = 400


def cut_title(article: Article) -> None:
    """Keep the title's words on the article, before it is saved."""
    form = title_form(article.title)
    article.title_exact = form.exact[:TITLE_MAX]
    article.title_folded = form.folded[:TITLE_MAX]


def index_article(article: Article) -> IndexForm:
    """Make an article findable; in the transaction that stores it. What the table now holds of it."""
    form = _form_of(article)
    _TABLE.write(article.search_key, form, facet_words(article, form))
    return form


def unindex_article(article: Article) -> None:
    """Take an article's words out of the table; call it before its text changes."""
    form = _form_of(article)
    _TABLE.erase(article.search_key, form, facet_words(article, form))


def empty_index() -> None:
    """Forget all rows; no article is touched."""
    _TABLE.empty()


def rebuild_index() -> int:
    """Empty the table and fill it from the articles; how many."""
    empty_index()
    count = 0
    for article in Article.objects.select_related("publication").iterator(500):
        cut_title(article)
        article.save(update_fields=["title_exact", "title_folded"])
        index_article(article)
        count += 1
    return count


def _form_of(article: Article) -> IndexForm:
    return index_form(article.title, article.lead, article.text)
