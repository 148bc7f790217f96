"""Today: what the press printed, newest or largest stories first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from django.db.models import CharField, Count, F, Func, Q, QuerySet

from haidang.watch.enums import Level
from haidang.watch.models import Article, Story
from haidang.watch.queries.cards import StoryCard, build_cards
from haidang.watch.queries.sources import SourceLine, count_feeds, find_troubled_sources

HOURS = 48
PAGE = 35  # the lead, two under it, and 16 pairs
RECENT = timedelta(hours=48)
DAY = timedelta(hours=24)
GONE_BY = timedelta(days=14)

Order = Literal["newest", "largest"]


@dataclass(frozen=True, slots=True)
class Hour:
    """How many articles an hour brought."""

    start: datetime
    originals: int
    reprints: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayPage:
    """The front page of the desk. Its counts are of the last 24 hours."""

    now: datetime
    articles: int
    originals: int
    reprints: int
    feeds_alive: int
    feeds_total: int
    hours: tuple[Hour, ...]
    stories: tuple[StoryCard, ...]
    next_page: str | None
    troubled: tuple[SourceLine, ...]
    changed_since: datetime | None
    new_articles: int
    new_stories: int


def find_today(
    *,
    now: datetime,
    order: Order = "newest",
    page: str | None = None,
    since: datetime | None = None,
    level: Level | None = None,
) -> TodayPage:
    """The page. `page` is the `next_page` of the one before; anything else shows the first.

    `level`: only stories in which a publication of that level has an article; counts stay whole.
    """
    start = _read_page(page)
    listed = list(_ordered(order, level=level, now=now)[start : start + PAGE + 1])
    if start == 0:
        listed = _lead_first(listed, now=now)
    lately = Article.objects.filter(sort_at__gt=now - DAY, sort_at__lte=now)
    counts = lately.aggregate(all=Count("id"), originals=Count("id", filter=Q(original=None)))
    alive, total = count_feeds()
    return TodayPage(
        now=now,
        articles=counts["all"],
        originals=counts["originals"],
        reprints=counts["all"] - counts["originals"],
        feeds_alive=alive,
        feeds_total=total,
        hours=_find_hours(now=now),
        stories=build_cards(listed[:PAGE], now=now, since=since),
        next_page=str(start + PAGE) if len(listed) > PAGE else None,
        troubled=find_troubled_sources(now=now),
        changed_since=since,
        new_articles=Article.objects.filter(first_seen__gt=since).count() if since else 0,
        new_stories=_count_new(since) if since else 0,
    )


def _count_new(since: datetime) -> int:
    return Story.objects.filter(opened_at__gt=since, articles__gt=0).count()


def _read_page(page: str | None) -> int:
    if page is None or not page.isascii() or not page.isdigit() or len(page) > 6:
        return 0
    return int(page)


def _ordered(order: Order, *, level: Level | None, now: datetime) -> QuerySet[Story]:
    """Newest: by the latest original or copy. Largest: of the last two days first, then older ones."""
    stories = Story.objects.select_related("first_publication").filter(articles__gt=0)
    if level is not None:
        stories = stories.annotate(at_level=F("level_bits").bitand(level.bit)).filter(
            at_level__gt=0
        )
    if order == "largest":
        recent = stories.filter(last_at__gt=now - RECENT)
        if recent.exists():
            return recent.order_by("-articles", "-last_at", "-id")
        return stories.order_by("-articles", "-last_at", "-id")
    return stories.filter(last_at__gt=now - GONE_BY).order_by(F("last_at").desc(), "-id")


def _lead_first(listed: list[Story], *, now: datetime) -> list[Story]:
    """The largest story of the last 24 hours before the others, which keep their order."""
    fresh = [story for story in listed[:PAGE] if story.last_at > now - DAY]
    if not fresh:
        return listed
    lead = max(fresh, key=lambda story: (story.articles, story.last_at))
    return [lead, *(story for story in listed if story is not lead)]


class _HourOf(Func):
    """The hour of a moment, in UTC, as text. Django's own way calls Python for each row on SQLite."""

    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 13)", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        told = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"
        return self.as_sql(compiler, connection, template=told, **more)


def _find_hours(*, now: datetime) -> tuple[Hour, ...]:
    """The last 48 hours, the current one last."""
    current = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    first = current - timedelta(hours=HOURS - 1)
    rows = (
        Article.objects.filter(sort_at__gte=first, sort_at__lte=now)
        .order_by()
        .annotate(hour=_HourOf("sort_at"))
        .values("hour")
        .annotate(all=Count("id"), originals=Count("id", filter=Q(original=None)))
    )
    counted = {row["hour"]: (row["originals"], row["all"] - row["originals"]) for row in rows}
    starts = [first + timedelta(hours=number) for number in range(HOURS)]
    return tuple(Hour(start, *counted.get(f"{start:%Y-%m-%d %H}", (0, 0))) for start in starts)
