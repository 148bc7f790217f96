"""What the grouper needs to know: who waits, what stands in its window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import F

from haidang.engine.group import can_unpack
from haidang.engine.types import ArticleForGrouping, GroupedArticle, ReprintKind
from haidang.watch.enums import EntryState
from haidang.watch.models import Article, Entry

CHUNK = 500


def find_entries_to_place(limit: int) -> list[Entry]:
    """Entries read and not placed yet, oldest publication first."""
    # Many come of one feed: it is read once, not beside each entry.
    waiting = Entry.objects.filter(state=EntryState.READ).prefetch_related("feed__publication")
    return list(waiting.order_by(F("published_at").asc(nulls_last=True), "id")[:limit])


def has_entries_to_place() -> bool:
    return Entry.objects.filter(state=EntryState.READ).exists()


def count_entries_to_place() -> int:
    return Entry.objects.filter(state=EntryState.READ).count()


def find_article(number: int) -> Article:
    """An article that an entry brought already, with its publication."""
    return Article.objects.select_related("publication").get(id=number)


def number_addresses(told: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """Which of these addresses, each with its publication, an article has already; its number."""
    wanted = set(told)
    rows = Article.objects.filter(url__in={url for _, url in wanted})
    rows = rows.filter(publication_id__in={publication for publication, _ in wanted})
    return {
        (publication, url): number
        for publication, url, number in rows.values_list("publication_id", "url", "id")
    }


def find_window(*, since: datetime, until: datetime | None = None) -> Iterator[GroupedArticle]:
    """The articles of a stretch of time, both ends left out.

    Where the grouper's sketch was kept the text is not read; those without come last.
    """
    rows = Article.objects.filter(sort_at__gt=since)
    if until is not None:
        rows = rows.filter(sort_at__lt=until)
    unread: list[int] = []
    columns = ("id", "publication_id", "language", "sort_at", "first_seen", "canonical_url",
               "story_id", "original_id", "reprint_kind", "pinned", "sketch__data")  # fmt: skip
    for told in rows.values(*columns).order_by("id").iterator(1000):
        kept = bytes(told["sketch__data"] or b"")
        if can_unpack(kept):
            yield _grouped(Article(**{name: told[name] for name in columns[:-1]}), kept=kept)
        else:
            unread.append(told["id"])
    for start in range(0, len(unread), CHUNK):
        for row in Article.objects.filter(id__in=unread[start : start + CHUNK]):
            yield _grouped(row)


def find_regrouped(ids: Iterable[int]) -> list[GroupedArticle]:
    """Where these articles stand now."""
    return [_grouped(row) for row in Article.objects.filter(id__in=list(ids))]


def _grouped(row: Article, *, kept: bytes = b"") -> GroupedArticle:
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
    return GroupedArticle(
        article=article,
        story=row.story_id,
        original=row.original_id,
        kind=ReprintKind(row.reprint_kind) if row.reprint_kind else None,
        pinned=row.pinned,
        kept=kept,
    )
