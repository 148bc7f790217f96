"""Sources and their health: which are alive, quiet, failing, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import Count, Max, Q

from haidang.engine.net import host_of
from haidang.watch.enums import PauseWhy
from haidang.watch.models import Article, Feed, Publication
from haidang.watch.queries.topics import find_topic_choices

QUIET_DAYS = 3
OUT = (PauseWhy.LEFT, PauseWhy.PERSON)  # no longer followed
TROUBLED = 6
UNVISITED = (
    "import",
    "backfill",
    "hand",
)  # not feeds to visit, but the ways of articles without one

State = Literal[
    "alive", "quiet", "failing", "robots", "gone", "paused", "new", "import", "hand", "left"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One feed, its publication, and how it does."""

    id: int
    name: str
    publication_id: int
    host: str
    url: str
    kind: str
    country: str
    language: str
    level: str
    state: State
    trouble: str
    trouble_facts: dict[str, Any]
    last_visit: datetime | None
    last_new: datetime | None
    next_visit: datetime | None
    articles_7d: int
    failures: int
    silent_days: int | None


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """All sources, those in trouble first."""

    lines: tuple[SourceLine, ...]
    alive: int
    total: int


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the search form offers."""

    publications: tuple[tuple[int, str], ...]
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    topics: tuple[tuple[int, str, str], ...] = ()  # number, Vietnamese name, English name


def find_sources(*, now: datetime) -> SourcesPage:
    """Every feed with its health, worst first. Two queries, however many."""
    rows = Feed.objects.select_related("publication").defer("history")
    feeds = rows.order_by("publication__name", "id")
    week = _count_week(now=now)
    lines = [_line(feed, week, now=now) for feed in feeds]
    worst = [
        "gone",
        "failing",
        "robots",
        "quiet",
        "paused",
        "new",
        "import",
        "hand",
        "alive",
        "left",
    ]
    lines.sort(key=lambda line: worst.index(line.state))
    alive = sum(line.state in {"alive", "quiet"} for line in lines)
    total = sum(line.state not in {*UNVISITED, "left"} for line in lines)
    return SourcesPage(tuple(lines), alive, total)


def find_troubled_sources(*, now: datetime) -> tuple[SourceLine, ...]:
    """The few sources that want an editor's eye: those failing, then those long silent."""
    silent_since = now - timedelta(days=QUIET_DAYS)
    feeds = (
        Feed.objects.exclude(kind__in=UNVISITED)
        .filter(publication__paused_at=None, stopped_at=None)
        .filter(Q(failures__gt=0) | Q(last_new_at__lt=silent_since))
        .select_related("publication")
        .order_by("-failures", "last_new_at", "id")[:TROUBLED]
    )
    listed = list(feeds)
    week = _count_week(now=now, publications=[feed.publication_id for feed in listed])
    lines = (_line(feed, week, now=now) for feed in listed)
    return tuple(line for line in lines if line.state != "alive")


def count_feeds() -> tuple[int, int]:
    """How many feeds answered at their last visit, and how many there are."""
    feeds = Feed.objects.exclude(kind__in=UNVISITED).exclude(
        Q(stopped_at__isnull=False) | Q(publication__pause_why__in=OUT)
    )
    numbers = feeds.aggregate(
        total=Count("id"), alive=Count("id", filter=Q(failures=0, last_ok_at__isnull=False))
    )
    return numbers["alive"], numbers["total"]


def find_filter_choices() -> FilterChoices:
    """Publications, countries and languages that the archive holds, and the open topics."""
    publications = tuple(Publication.objects.order_by("name").values_list("id", "name"))
    countries = Publication.objects.order_by("country").values_list("country", flat=True).distinct()
    languages = (
        Publication.objects.order_by("language").values_list("language", flat=True).distinct()
    )
    return FilterChoices(publications, tuple(countries), tuple(languages), find_topic_choices())


def _count_week(
    *, now: datetime, publications: list[int] | None = None
) -> dict[int, tuple[int, datetime]]:
    rows = Article.objects.filter(first_seen__gt=now - timedelta(days=7)).order_by()
    if publications is not None:
        rows = rows.filter(publication_id__in=publications)
    counted = rows.values_list("publication_id").annotate(count=Count("id"), last=Max("sort_at"))
    return {publication: (count, last) for publication, count, last in counted}


def _line(feed: Feed, week: dict[int, tuple[int, datetime]], *, now: datetime) -> SourceLine:
    publication = feed.publication
    count, last = week.get(publication.id, (0, None))
    newest = max(filter(None, (last, feed.last_new_at)), default=None)
    silent = (now - newest).days if newest else None
    return SourceLine(
        id=feed.id,
        name=publication.name,
        publication_id=publication.id,
        host=host_of(feed.url) or publication.name,
        url=feed.url,
        kind=feed.kind,
        country=publication.country,
        language=publication.language,
        level=publication.level,
        state=_state(feed, silent),
        trouble=feed.trouble,
        trouble_facts=feed.trouble_facts,
        last_visit=feed.last_visit_at,
        last_new=feed.last_new_at,
        next_visit=None if _rests(feed) else feed.next_visit_at,
        articles_7d=count,
        failures=feed.failures,
        silent_days=silent,
    )


def _rests(feed: Feed) -> bool:
    return feed.stopped_at is not None or feed.publication.paused_at is not None


def _state(feed: Feed, silent: int | None) -> State:
    if feed.kind in {"import", "backfill"}:
        return "import"
    if feed.kind == "hand":
        return "hand"
    if feed.stopped_at is not None or feed.publication.pause_why in OUT:
        return "left"
    if feed.publication.paused_at is not None:
        return "paused"
    if feed.trouble == "gone":
        return "gone"
    if feed.trouble == "robots_denied":
        return "robots"
    if feed.failures:
        return "failing"
    if feed.last_ok_at is None:
        return "new"
    return "quiet" if silent is not None and silent >= QUIET_DAYS else "alive"
