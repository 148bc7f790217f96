"""What the grouper needs to know: who waits, what stands in its window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F

from haidang.engine.types import ArticleForGrouping, GroupedArticle, ReprintKind
from haidang.watch.enums import EntryState
from haidang.watch.models import Article, Entry


def find_entries_to_place(limit: int) -> list[Entry]:
    """Entries read and not placed yet, oldest publication first."""
    waiting = Entry.objects.filter(state=EntryState.READ).select_related("feed__publication")
    return list(waiting.order_by(F("published_at").asc(nulls_last=True), "id")[:limit])


def has_entries_to_place() -> bool:
    return Entry.objects.filter(state=EntryState.READ).exists()


def count_entries_to_place() -> int:
    return Entry.objects.filter(state=EntryState.READ).count()


def find_article_at(publication_id: int, *, url: str, entry: Entry) -> Article | None:
    """The article this entry already brought, or that stands at this address."""
    if entry.article_id is not None:
        return Article.objects.select_related("publication").get(id=entry.article_id)
    known = Article.objects.filter(publication_id=publication_id, url=url)
    return known.select_related("publication").first()


def find_window(*, since: datetime, until: datetime | None = None) -> Iterator[GroupedArticle]:
    """The articles of a stretch of time, both ends left out, oldest first."""
    rows = Article.objects.filter(sort_at__gt=since).order_by("sort_at", "id")
    if until is not None:
        rows = rows.filter(sort_at__lt=until)
    for row in rows.iterator(1000):
        article = ArticleForGrouping(
            id=row.id,
            publication=row.publication_id,
            title=row.title,
            lead=row.lead,
            text=row.text,
            language=row.language,
            published=row.sort_at,
            first_seen=row.first_seen,
            section=row.section,
            canonical_url=row.canonical_url or None,
        )
        kind = ReprintKind(row.reprint_kind) if row.reprint_kind else None
        yield GroupedArticle(
            article=article, story=row.story_id, original=row.original_id, kind=kind
        )
