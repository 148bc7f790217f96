"""How much of a publication could be read: what stands behind a wall, what it asks not to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from haidang.watch.enums import PageKind
from haidang.watch.models import Article

DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Walls:
    """Counts of the articles of the last 30 days."""

    articles: int
    paywall: int
    consent: int
    summary: int
    noarchive: int
    gone: int

    @property
    def any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.paywall or self.consent or self.summary or self.noarchive or self.gone)


def find_walls(publication_id: int, *, now: datetime) -> Walls:
    """What a publication keeps to itself, of its articles of the last 30 days."""
    recent = Article.objects.filter(
        publication_id=publication_id, first_seen__gte=now - timedelta(days=DAYS)
    )
    told = recent.aggregate(
        articles=Count("id"),
        paywall=Count("id", filter=Q(page_kind=PageKind.PAYWALL)),
        consent=Count("id", filter=Q(page_kind=PageKind.CONSENT)),
        summary=Count("id", filter=Q(page_kind=PageKind.SUMMARY)),
        noarchive=Count("id", filter=Q(noarchive=True)),
        gone=Count("id", filter=Q(gone_at__isnull=False)),
    )
    return Walls(**told)
