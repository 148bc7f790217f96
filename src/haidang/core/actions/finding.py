"""Writing search rows of public texts: the index holds words only, keyed by the item's number.

SQLite: a contentless FTS5 table, whose rows are deleted by telling it the words they held. PostgreSQL: a
table of two tsvectors. What was withdrawn is not in it.
"""

from __future__ import annotations

from django.db import connection

from haidang.core.models import PublicItem
from haidang.engine.search import index_form


def index_item(item: PublicItem) -> None:
    """Make a public text findable; in the transaction that publishes it."""
    form = index_form(item.title, "", item.body)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO core_search (key, exact, folded)"
                " VALUES (%s, to_tsvector('simple', %s), to_tsvector('simple', %s))",
                [item.pk, form.exact, form.folded],
            )
        else:
            cursor.execute(
                "INSERT INTO core_search (rowid, exact, folded) VALUES (%s, %s, %s)",
                [item.pk, form.exact, form.folded],
            )


def unindex_item(item: PublicItem) -> None:
    """Take a text's words out of the index; call it before they change."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM core_search WHERE key = %s", [item.pk])
            return
        form = index_form(item.title, "", item.body)
        cursor.execute(
            "INSERT INTO core_search (core_search, rowid, exact, folded)"
            " VALUES ('delete', %s, %s, %s)",
            [item.pk, form.exact, form.folded],
        )


def empty_index() -> None:
    """Forget all rows of the index; no text is touched."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM core_search")
        else:
            cursor.execute("INSERT INTO core_search (core_search) VALUES ('delete-all')")


def fill_index() -> int:
    """Empty the index and fill it from what is public and stands; how many."""
    empty_index()
    count = 0
    for item in PublicItem.objects.filter(withdrawn_why="").iterator(500):
        index_item(item)
        count += 1
    return count
