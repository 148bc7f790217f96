"""The peers of our search: plain SQLite FTS5, tantivy, PostgreSQL. One shape: fill, newest, relevant, any.

Each has the settings that its own documents recommend for text with diacritics.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

POSTGRESQL = "postgres://root@127.0.0.1:5432/test"
PAGE = 20

Row = tuple[int, str, str]
"""A number that grows with time, a title, a text."""


class Peer(Protocol):
    """One engine over one archive."""

    def fill(self, rows: Iterable[Row]) -> None: ...
    def size(self) -> int:
        """Bytes of the index, without the texts where it can be told."""
        ...

    def newest(self, words: str) -> list[int]: ...
    def relevant(self, words: str) -> list[int]: ...
    def any_of(self, words: str) -> list[int]:
        """By relevance, with any of the words: what a peer does best with a whole title."""
        ...

    def close(self) -> None: ...


def _tokens(words: str) -> list[str]:
    return re.findall(r"\w+", words)


class Fts5:
    """SQLite's FTS5 with `unicode61 remove_diacritics 2` and its own bm25."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="haidang-bench-")
        self._link = sqlite3.connect(Path(self._folder) / "peer.sqlite3")
        self._link.execute("PRAGMA journal_mode=WAL")
        self._link.execute(
            "CREATE VIRTUAL TABLE found USING fts5(title, text, content='',"
            " tokenize='unicode61 remove_diacritics 2')"
        )

    def fill(self, rows: Iterable[Row]) -> None:
        self._link.executemany("INSERT INTO found (rowid, title, text) VALUES (?, ?, ?)", rows)
        self._link.commit()

    def size(self) -> int:
        return int(self._link.execute("SELECT SUM(LENGTH(block)) FROM found_data").fetchone()[0])

    def newest(self, words: str) -> list[int]:
        return self._ask(self._all(words), "rowid DESC")

    def relevant(self, words: str) -> list[int]:
        return self._ask(self._all(words), "rank")

    def any_of(self, words: str) -> list[int]:
        return self._ask(" OR ".join(f'"{one}"' for one in _tokens(words)), "rank")

    def close(self) -> None:
        self._link.close()
        shutil.rmtree(self._folder)

    def _all(self, words: str) -> str:
        if words.startswith('"'):
            return f'"{" ".join(_tokens(words))}"'
        return " ".join(f'"{one}"' for one in _tokens(words))

    def _ask(self, match: str, order: str) -> list[int]:
        statement = f"SELECT rowid FROM found WHERE found MATCH ? ORDER BY {order} LIMIT {PAGE}"
        return [row[0] for row in self._link.execute(statement, [match])]


class Tantivy:
    """tantivy with its `ascii_fold` filter; the order of time by a fast field."""

    def __init__(self) -> None:
        import tantivy

        self._module = tantivy
        self._folder = tempfile.mkdtemp(prefix="haidang-bench-")
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("number", stored=True, indexed=True, fast=True)
        for name in ("title", "text"):
            schema.add_text_field(name, stored=False, tokenizer_name="folded")
        self._index = tantivy.Index(schema.build(), path=self._folder)
        tokenizer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        for one in (tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold()):
            tokenizer = tokenizer.filter(one)
        self._index.register_tokenizer("folded", tokenizer.build())

    def fill(self, rows: Iterable[Row]) -> None:
        writer = self._index.writer(num_threads=1)
        for number, title, text in rows:
            writer.add_document(self._module.Document(number=number, title=title, text=text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def size(self) -> int:
        return sum(file.stat().st_size for file in Path(self._folder).iterdir())

    def newest(self, words: str) -> list[int]:
        return self._ask(self._all(words), order_by_field="number")

    def relevant(self, words: str) -> list[int]:
        return self._ask(self._all(words))

    def any_of(self, words: str) -> list[int]:
        return self._ask(" ".join(_tokens(words)))

    def close(self) -> None:
        shutil.rmtree(self._folder)

    def _all(self, words: str) -> str:
        if words.startswith('"'):
            return f'"{" ".join(_tokens(words))}"'
        return " ".join(f"+{one}" for one in _tokens(words))

    def _ask(self, words: str, **told: Any) -> list[int]:
        query = self._index.parse_query(words, ["title", "text"])
        hits = self._searcher.search(query, PAGE, count=False, **told).hits
        return [self._searcher.doc(place)["number"][0] for _score, place in hits]


class Postgresql:
    """PostgreSQL's full text search over `unaccent`, a GIN index, `ts_rank_cd`."""

    def __init__(self, address: str = POSTGRESQL) -> None:
        import psycopg

        self._link: Any = psycopg.connect(address, connect_timeout=3, autocommit=True)
        self._link.execute("DROP SCHEMA IF EXISTS haidang_bench CASCADE")
        self._link.execute("CREATE SCHEMA haidang_bench")
        self._link.execute("CREATE EXTENSION IF NOT EXISTS unaccent")
        self._link.execute(
            "CREATE TABLE haidang_bench.found (number bigint PRIMARY KEY, words tsvector)"
        )

    def fill(self, rows: Iterable[Row]) -> None:
        with self._link.cursor() as cursor:
            cursor.execute("CREATE INDEX found_words ON haidang_bench.found USING gin (words)")
            cursor.executemany(
                "INSERT INTO haidang_bench.found"
                " VALUES (%s, setweight(to_tsvector('simple', unaccent(%s)), 'A')"
                " || to_tsvector('simple', unaccent(%s)))",
                rows,
            )
            cursor.execute("ANALYZE haidang_bench.found")

    def size(self) -> int:
        told = self._link.execute("SELECT pg_total_relation_size('haidang_bench.found')").fetchone()
        return int(told[0])

    def newest(self, words: str) -> list[int]:
        return self._ask(self._all(words), "number DESC")

    def relevant(self, words: str) -> list[int]:
        return self._ask(self._all(words), "ts_rank_cd(words, query) DESC")

    def any_of(self, words: str) -> list[int]:
        return self._ask(" | ".join(_tokens(words)), "ts_rank_cd(words, query) DESC")

    def close(self) -> None:
        self._link.execute("DROP SCHEMA haidang_bench CASCADE")
        self._link.close()

    def _all(self, words: str) -> str:
        return (" <-> " if words.startswith('"') else " & ").join(_tokens(words))

    def _ask(self, query: str, order: str) -> list[int]:
        statement = (
            "SELECT number FROM haidang_bench.found, to_tsquery('simple', unaccent(%s)) query"
            f" WHERE words @@ query ORDER BY {order} LIMIT {PAGE}"
        )
        return [row[0] for row in self._link.execute(statement, [query])]


PEERS = {"fts5_bm25": Fts5, "tantivy": Tantivy, "postgresql": Postgresql}


def answers(address: str = POSTGRESQL) -> bool:
    """Whether a PostgreSQL with `unaccent` answers there."""
    import psycopg

    try:
        with psycopg.connect(address, connect_timeout=3) as link:
            told = "SELECT 1 FROM pg_available_extensions WHERE name = 'unaccent'"
            return link.execute(told).fetchone() is not None
    except psycopg.Error:
        return False
