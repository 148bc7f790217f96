"""What is due to be looked at again, and what the article page tells of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from haidang.watch.models import Entry, Look


@dataclass(frozen=True, slots=True, kw_only=True)
class LookLine:
    """How looking again at a page has gone."""

    looked_at: datetime | None
    next_at: datetime | None
    trouble: str
    facts: dict[str, str | int | float]


def find_looks(article_ids: Collection[int]) -> list[Look]:
    """These looks with their articles."""
    rows = Look.objects.filter(article_id__in=article_ids)
    return list(rows.select_related("article__publication"))


def find_look(article_id: int) -> Look | None:
    """One look as it is now."""
    rows = Look.objects.filter(article_id=article_id)
    return rows.select_related("article__publication").first()


def find_entry_of(look: Look) -> Entry | None:
    """The entry that brought the article."""
    return Entry.objects.filter(id=look.article_id).first()


def find_look_line(article_id: int) -> LookLine | None:
    """How looking again has gone; None where nobody did and nobody will."""
    row = Look.objects.filter(article_id=article_id).first()
    if row is None:
        return None
    return LookLine(
        looked_at=row.looked_at, next_at=row.next_at, trouble=row.trouble, facts=row.trouble_facts
    )
