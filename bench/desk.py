"""A desk of its own for a bench, and the quick way to fill its tables with a grown archive.

Rows and index are those of the real actions; only the way there is shorter (bulk inserts, tokens cut
once for each sentence). What the index costs is measured on the real way.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.growing import Grown, Sentence, Text
from bench.measuring import progress

PUBLICATIONS = 60
DAYS = 365
STORY = 8  # articles in one story
BATCH = 2000


def wake(home: Path) -> None:
    """Open the desk of that folder, with its tables, in this process. Once for each process."""
    os.environ["HAIDANG_HOME"] = str(home)
    os.environ.pop("HAIDANG_DATABASE_URL", None)
    from haidang.project.cli.main import wake_django

    wake_django()
    from haidang.project import supervisor

    supervisor.prepare_data()


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
    """Put grown articles into the open desk, evenly over so many days before `now`, oldest first."""
    from django.db import connection

    papers = register_papers(now=now)
    step = timedelta(days=days) / size
    left = iter(articles)
    while batch := list(islice(left, BATCH)):
        _store(batch, papers, first=now - timedelta(days=days), step=step)
        if batch[-1].number % 50_000 < BATCH:
            progress(f"{batch[-1].number} of {size} articles stored")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _store(batch: list[Grown], papers: list[Any], *, first: datetime, step: timedelta) -> None:
    from django.db import connection, transaction

    from haidang.watch.models import Article, Story

    rows = [_row(one, papers, at=first + step * one.number) for one in batch]
    stories = {row.story_id: row for row in reversed(rows)}
    with transaction.atomic(), connection.cursor() as cursor:
        Story.objects.bulk_create(
            [
                Story(
                    id=number, title=row.title, language="vi", first_publication=row.publication,
                    first_at=row.sort_at, last_at=row.sort_at, opened_at=row.sort_at, articles=STORY,
                )
                for number, row in stories.items()
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        Article.objects.bulk_create(rows)
        cursor.executemany(
            "INSERT INTO watch_search (rowid, exact, folded, facets) VALUES (%s, %s, %s, %s)",
            list(_index_rows(batch, rows)),
        )


def _index_rows(batch: list[Grown], rows: list[Any]) -> Iterator[tuple[Any, ...]]:
    from haidang.watch.queries.index import facet_words

    for one, row in zip(batch, rows, strict=True):
        yield row.search_key, one.exact, one.folded, facet_words(row)


def _row(one: Grown, papers: list[Any], *, at: datetime) -> Any:
    from haidang.watch.enums import PageKind, Precision
    from haidang.watch.models import Article
    from haidang.watch.queries.index import search_key

    paper = papers[one.number * 7 % PUBLICATIONS]
    return Article(
        id=one.number,
        story_id=1 + one.number // STORY,
        publication=paper,
        url=f"{paper.organisation_page}{one.number}",
        title=one.title.words[:1000],
        lead="",
        text=one.text,
        language="vi",
        page_kind=PageKind.ARTICLE,
        published_at=at,
        precision=Precision.TIME,
        first_seen=at,
        sort_at=at,
        search_key=search_key(at, one.number),
        original_id=one.copy_of,
        reprint_kind="verbatim" if one.copy_of else "",
        share=1.0 if one.copy_of else None,
        title_exact=one.title.exact,
        title_folded=one.title.folded,
    )


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
            row = _row(one, papers, at=now - timedelta(days=DAYS) + step * number)
            row.title = text.title if titled else ""
            Story.objects.get_or_create(
                id=row.story_id,
                defaults={
                    "title": text.title[:200], "language": "vi", "first_publication": papers[0],
                    "first_at": now, "last_at": now, "opened_at": now,
                },
            )  # fmt: skip
            search.cut_title(row)
            row.save(force_insert=True)
            search.index_article(row)


def _papers() -> list[Any]:
    from haidang.watch.models import Publication

    return list(Publication.objects.order_by("id"))
