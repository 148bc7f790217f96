"""A desk of its own for a bench, and the quick way to fill its tables with a grown archive.

Rows and index are those of the real actions; only the way there is shorter (bulk inserts, tokens cut
once for each sentence). What the index costs is measured on the real way.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.growing import Grown, Sentence, Text
from bench.measuring import progress
from haidang.engine.search import IndexForm

PUBLICATIONS = 60
DAYS = 365
STORY = 8  # articles in one story
BATCH = 2000
LAST = 2000  # of the articles are stored as on a desk ...
PLACED = 40  # ... so many in a transaction
HURRIED = ("foreign_keys = OFF", "journal_mode = OFF", "synchronous = OFF", "cache_size = -256000")
AS_ON_A_DESK = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "cache_size = -16000",
    "foreign_keys = ON",
)


def wake(home: Path) -> None:
    """Open the desk of that folder, with its tables, in this process. Once for each process."""
    os.environ["HAIDANG_HOME"] = str(home)
    os.environ.pop("HAIDANG_DATABASE_URL", None)
    from haidang.project.cli.main import wake_django

    wake_django()
    from haidang.project import supervisor

    supervisor.prepare_data()
    from haidang.core.processes import spare_the_collector
    from haidang.watch import jobs  # noqa: F401 -- a worker has them

    spare_the_collector()  # as a worker does


def register_papers(*, now: datetime) -> list[Any]:
    """Sixty publications, each with one feed."""
    from haidang.watch.enums import Level
    from haidang.watch.models import Feed, Publication, PublicationHost

    papers = []
    for number in range(PUBLICATIONS):
        paper = Publication.objects.create(
            name=f"Báo Thử {number}",
            organisation="Tổ chức thử",
            organisation_page=f"http://bao{number}.example/",
            country="VN" if number % 6 else "XE",
            language="vi",
            level=Level.NATIONAL if number % 6 else Level.FOREIGN,
            registered_at=now,
        )
        PublicationHost.objects.create(publication=paper, host=f"bao{number}.example")
        Feed.objects.create(publication=paper, url=f"http://bao{number}.example/rss", kind="rss")
        papers.append(paper)
    return papers


def fill(articles: Iterable[Grown], *, size: int, now: datetime, days: float = DAYS) -> None:
    """Put grown articles into the open desk, evenly over so many days before `now`, oldest first.

    A million takes minutes: rows go into the tables as they are, nothing waits for the disk, and the index is merged
    seldom. The last ones come forty in a transaction, as on a desk, so that the index has its small parts too.
    """
    papers = register_papers(now=now)
    first, step = now - timedelta(days=days), timedelta(days=days) / size
    many, left = max(0, size - LAST), iter(articles)
    with _hurried():
        for start in range(0, many, BATCH):
            _store(list(islice(left, min(BATCH, many - start))), papers, first=first, step=step)
            if start % 50_000 == 0:
                progress(f"{start} of {size} articles stored")
    while batch := list(islice(left, PLACED)):
        _store(batch, papers, first=first, step=step)
    with _cursor() as cursor:
        # An article has the number of its entry: the next entry comes after them.
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'watch_entry'")
        cursor.execute("INSERT INTO sqlite_sequence VALUES ('watch_entry', %s)", [size])
        cursor.execute("PRAGMA analysis_limit = 1000")
        cursor.execute("ANALYZE")


@contextmanager
def _hurried() -> Iterator[None]:
    """No journal, and an index that gathers 64 MB before it writes a part of itself.

    Whoever is stopped meanwhile has to fill anew.
    """
    kept = "INSERT INTO watch_search (watch_search, rank) VALUES ('hashsize', %s)"
    with _cursor() as cursor:
        for pragma in HURRIED:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(kept, [64 * 1024 * 1024])
        yield
        cursor.execute(kept, [1024 * 1024])
        for pragma in AS_ON_A_DESK:
            cursor.execute(f"PRAGMA {pragma}")


def _store(batch: list[Grown], papers: list[Any], *, first: datetime, step: timedelta) -> None:
    """Articles with their stories and search rows, in one transaction."""
    from django.db import transaction

    from haidang.watch.models import Article, Story

    rows = [_values(one, papers, at=first + step * one.number) for one in batch]
    stories = {row["story_id"]: _story_values(row) for row in reversed(rows)}
    with transaction.atomic(), _cursor() as cursor:
        _insert(cursor, Story, list(stories.values()))
        _insert(cursor, Article, rows)
        cursor.executemany(
            "INSERT INTO watch_search (rowid, exact, folded, facets) VALUES (%s, %s, %s, %s)",
            [
                (row["search_key"], form.exact, form.folded, _facets(one, papers, form))
                for one, row in zip(batch, rows, strict=True)
                if (form := IndexForm(exact=one.exact, folded=one.folded))
            ],
        )


def _insert(cursor: Any, model: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows that all have the same fields, with the model's defaults in the others; past the ORM."""
    from django.db import connection

    table = model._meta  # noqa: SLF001 -- the columns are the model's own
    fields = table.concrete_fields
    blank = model()
    usual = [field.get_db_prep_save(getattr(blank, field.attname), connection) for field in fields]
    differs = [(place, field) for place, field in enumerate(fields) if field.attname in rows[0]]
    names = ", ".join(f'"{field.column}"' for field in fields)
    told = []
    for row in rows:
        values = usual.copy()
        for place, field in differs:
            value = row[field.attname]
            is_plain = value is None or isinstance(value, int | float | str)
            values[place] = value if is_plain else field.get_db_prep_save(value, connection)
        told.append(values)
    marks = ", ".join(["%s"] * len(fields))
    cursor.executemany(f"INSERT OR IGNORE INTO {table.db_table} ({names}) VALUES ({marks})", told)


def _facets(one: Grown, papers: list[Any], form: IndexForm) -> str:
    from haidang.watch.models import Article
    from haidang.watch.queries.index import facet_words

    return facet_words(Article(publication=papers[_paper_of(one)], language="vi"), form)


def _paper_of(one: Grown) -> int:
    return one.number * 7 % PUBLICATIONS


def _values(one: Grown, papers: list[Any], *, at: datetime) -> dict[str, Any]:
    """What of an article's row is not the default, by the names of its fields."""
    from haidang.watch.enums import PageKind, Precision
    from haidang.watch.queries.index import search_key

    paper = papers[_paper_of(one)]
    return {
        "id": one.number,
        "story_id": 1 + one.number // STORY,
        "publication_id": paper.id,
        "url": f"{paper.organisation_page}{one.number}",
        "title": one.title.words[:1000],
        "text": one.text,
        "language": "vi",
        "page_kind": PageKind.ARTICLE.value,
        "published_at": at,
        "precision": Precision.TIME.value,
        "first_seen": at,
        "sort_at": at,
        "search_key": search_key(at, one.number),
        "original_id": one.copy_of,
        "reprint_kind": "verbatim" if one.copy_of else "",
        "share": 1.0 if one.copy_of else None,
        "title_exact": one.title.exact,
        "title_folded": one.title.folded,
    }


def _story_values(row: dict[str, Any]) -> dict[str, Any]:
    """The story of such an article."""
    at = row["sort_at"]
    return {
        "id": row["story_id"],
        "title": row["title"],
        "language": "vi",
        "first_publication_id": row["publication_id"],
        "first_at": at,
        "last_at": at,
        "opened_at": at,
        "articles": STORY,
        "languages": ["vi"],
    }


def _cursor() -> Any:
    from django.db import connection

    return connection.cursor()


def index_bytes() -> int:
    """What the search index holds on disk, in bytes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT SUM(LENGTH(block)) FROM watch_search_data")
        data = cursor.fetchone()[0] or 0
        cursor.execute("SELECT SUM(LENGTH(sz)) + 9 * COUNT(*) FROM watch_search_docsize")
        return int(data + (cursor.fetchone()[0] or 0))


def refill(texts: list[Text], *, titled: bool, now: datetime) -> None:
    """Empty the open desk's archive and put these texts there as they are, their titles indexed or not."""
    from django.db import transaction

    from haidang.watch.actions import search
    from haidang.watch.models import Article, Story

    papers = register_papers(now=now) if not Article.objects.exists() else _papers()
    with transaction.atomic():
        Article.objects.all().delete()
        search.rebuild_index()
        step = timedelta(days=DAYS) / (len(texts) + 1)
        for number, text in enumerate(texts, 1):
            sentence = Sentence(text.title, "", "")
            one = Grown(number, sentence, (Sentence(text.body, "", ""),), None)
            values = _values(one, papers, at=now - timedelta(days=DAYS) + step * number)
            story = _story_values(values)
            Story.objects.get_or_create(id=story.pop("id"), defaults=story)
            row = Article(**values | {"title": text.title if titled else ""})
            search.cut_title(row)
            row.save(force_insert=True)
            search.index_article(row)


def _papers() -> list[Any]:
    from haidang.watch.models import Publication

    return list(Publication.objects.order_by("id"))
