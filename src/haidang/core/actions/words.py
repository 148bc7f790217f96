"""Writing the tables that are searched: they hold words only, keyed by a number.

SQLite: a contentless FTS5 table, whose rows are deleted by telling it the words they held. PostgreSQL: a
table of two tsvectors. A third column, `facets`, has SQLite alone: there PostgreSQL joins tables.
"""

from __future__ import annotations

from django.db import connection

from haidang.engine.search import IndexForm


class WordTable:
    """One such table, of that name. All it writes belongs to the caller's transaction."""

    def __init__(self, name: str) -> None:
        self._name = name

    def write(self, key: int, form: IndexForm, facets: str | None = None) -> None:
        """Make what has that key findable. `facets`: None where the table has no such column."""
        if connection.vendor == "postgresql":
            self._run(
                "INSERT INTO {0} (key, exact, folded)"
                " VALUES (%s, to_tsvector('simple', %s), to_tsvector('simple', %s))",
                key,
                form.exact,
                form.folded,
            )
        elif facets is None:
            told = "INSERT INTO {0} (rowid, exact, folded) VALUES (%s, %s, %s)"
            self._run(told, key, form.exact, form.folded)
        else:
            told = "INSERT INTO {0} (rowid, exact, folded, facets) VALUES (%s, %s, %s, %s)"
            self._run(told, key, form.exact, form.folded, facets)

    def erase(self, key: int, form: IndexForm, facets: str | None = None) -> None:
        """Take its words out, which must be those that were written."""
        if connection.vendor == "postgresql":
            self._run("DELETE FROM {0} WHERE key = %s", key)
        elif facets is None:
            told = "INSERT INTO {0} ({0}, rowid, exact, folded) VALUES ('delete', %s, %s, %s)"
            self._run(told, key, form.exact, form.folded)
        else:
            told = "INSERT INTO {0} ({0}, rowid, exact, folded, facets) VALUES ('delete', %s, %s, %s, %s)"
            self._run(told, key, form.exact, form.folded, facets)

    def empty(self) -> None:
        """Forget all rows; nothing else is touched."""
        if connection.vendor == "postgresql":
            self._run("DELETE FROM {0}")
        else:
            self._run("INSERT INTO {0} ({0}) VALUES ('delete-all')")

    def _run(self, statement: str, *values: int | str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement.format(self._name), values)
