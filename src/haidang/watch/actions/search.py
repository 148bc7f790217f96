"""Writing search rows: the index holds words only, the text stays in its article.

SQLite: a contentless FTS5 table, whose rows are deleted by telling it the words they held.
PostgreSQL: a table of two tsvectors. Both are keyed by time, so that "newest first" is the order in
which the index is read.
"""

from __future__ import annotations

from django.db import connection

from haidang.engine.search import IndexForm, index_form, title_form
from haidang.watch.models import Article
from haidang.watch.queries.index import facet_words

# Of a title's words that ranking sees: both forms must fit into a row of an index (2,704 bytes).
TITLE_MAX = 400


def cut_title(article: Article) -> None:
    """Keep the title's words on the article, before it is saved."""
    form = title_form(article.title)
    article.title_exact = form.exact[:TITLE_MAX]
    article.title_folded = form.folded[:TITLE_MAX]


def index_article(article: Article) -> IndexForm:
    """Make an article findable; in the transaction that stores it. What the index now holds of it."""
    form = index_form(article.title, article.lead, article.text)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO watch_search (key, exact, folded)"
                " VALUES (%s, to_tsvector('simple', %s), to_tsvector('simple', %s))",
                [article.search_key, form.exact, form.folded],
            )
        else:
            cursor.execute(
                "INSERT INTO watch_search (rowid, exact, folded, facets) VALUES (%s, %s, %s, %s)",
                [article.search_key, form.exact, form.folded, facet_words(article, form)],
            )
    return form


def unindex_article(article: Article) -> None:
    """Take an article's words out of the index; call it before its text changes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM watch_search WHERE key = %s", [article.search_key])
            return
        form = index_form(article.title, article.lead, article.text)
        cursor.execute(
            "INSERT INTO watch_search (watch_search, rowid, exact, folded, facets)"
            " VALUES ('delete', %s, %s, %s, %s)",
            [article.search_key, form.exact, form.folded, facet_words(article, form)],
        )


def empty_index() -> None:
    """Forget all rows of the index; no article is touched."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM watch_search")
        else:
            cursor.execute("INSERT INTO watch_search (watch_search) VALUES ('delete-all')")


def rebuild_index() -> int:
    """Empty the index and fill it from the articles; how many."""
    empty_index()
    count = 0
    for article in Article.objects.select_related("publication").iterator(500):
        cut_title(article)
        article.save(update_fields=["title_exact", "title_folded"])
        index_article(article)
        count += 1
    return count
