"""Topics: the rules in force, what they met, and what a rule would meet."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from haidang.engine.search import Query, parse_query
from haidang.engine.text import fold
from haidang.watch.models import Article, ArticleTopic, Story, Topic
from haidang.watch.queries.cards import StoryCard, build_cards
from haidang.watch.queries.index import SEARCH_ID_BITS, Finder, Scope, search_key

BACK = timedelta(days=90)  # how far back a new or changed rule is gone through
WEEK = timedelta(days=7)
PAGE = 24
PREVIEW_S = 0.5
PREVIEW_MAX = 10_000
PREVIEW_SHOWN = 5
SORT_S = 60.0
SORT_MAX = 1_000_000
PAGES_MAX = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRule:
    """What an article is held against."""

    topic_id: int
    query: Query
    languages: frozenset[str]
    levels: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLine:
    """A topic as the list shows it; articles are those of the last seven days."""

    id: int
    title_vi: str
    title_en: str
    medtop: str
    rule: str
    languages: tuple[str, ...]
    levels: tuple[str, ...]
    articles_7d: int
    last_at: datetime | None
    sorting: bool
    waiting: bool
    ended: bool
    proposer_id: int | None
    purpose: str
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPage:
    """A topic and its stories, those with its newest articles first."""

    topic: TopicLine
    stories: tuple[StoryCard, ...]
    next_page: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicPreview:
    """What a rule would meet in the last 90 days. `total` None: too many to count in time."""

    total: int | None
    total_is_floor: bool
    newest: tuple[tuple[int, str, str, datetime], ...]  # article, title, language, when


def in_force(*, today: date) -> Q:
    """Topics whose rule is applied: open, not ended, and confirmed where that is needed."""
    open_now = Q(closed_at=None) & (Q(ends_on=None) | Q(ends_on__gte=today))
    return open_now & (Q(needs_second=False) | Q(approver__isnull=False))


def find_topic_rules() -> tuple[TopicRule, ...]:
    """The rules in force, ready to be held against articles."""
    rows = Topic.objects.filter(in_force(today=timezone.localdate())).order_by("id")
    return tuple(read_rule(topic) for topic in rows)


def read_rule(topic: Topic) -> TopicRule:
    """A topic's rule as it is applied."""
    return TopicRule(
        topic_id=topic.id,
        query=parse_query(topic.rule),
        languages=frozenset(topic.languages),
        levels=frozenset(topic.levels),
    )


def find_topics_to_sort() -> list[Topic]:
    """Topics in force whose rule has not gone through the last 90 days yet."""
    due = Q(sorted_at=None) | Q(sorted_at__lt=F("rule_at"))
    return list(Topic.objects.filter(in_force(today=timezone.localdate())).filter(due))


def find_keys_met(rule: TopicRule, *, now: datetime) -> list[int] | None:
    """Search keys of the articles of the last 90 days that the rule meets; None if time ran out."""
    finder = Finder(rule.query, _scope(rule, now=now), deadline=time.monotonic() + SORT_S)
    keys = finder.find("typed", before=None, limit=SORT_MAX)
    return None if finder.ran_out else keys


def preview_rule(rule: TopicRule, *, now: datetime) -> TopicPreview:
    """What the rule would meet, within half a second."""
    finder = Finder(rule.query, _scope(rule, now=now), deadline=time.monotonic() + PREVIEW_S)
    keys = finder.find("typed", before=None, limit=PREVIEW_MAX + 1)
    rows = Article.objects.filter(search_key__in=keys[:PREVIEW_SHOWN]).order_by("-search_key")
    newest = tuple(rows.values_list("id", "title", "language", "sort_at"))
    total = None if finder.ran_out else min(len(keys), PREVIEW_MAX)
    return TopicPreview(total=total, total_is_floor=len(keys) > PREVIEW_MAX, newest=newest)


def _scope(rule: TopicRule, *, now: datetime) -> Scope:
    scope = Scope().between(now - BACK, None)
    if rule.languages:
        scope = scope.within("language", rule.languages)
    return scope.within("level", rule.levels) if rule.levels else scope


# ---------------------------------------------------------------- pages


def find_topics(*, now: datetime) -> tuple[TopicLine, ...]:
    """All open topics by name, those waiting for a second member first. Two queries, however many."""
    rows = list(Topic.objects.filter(closed_at=None).order_by("title_vi", "id"))
    week = _count_week(rows, now=now)
    lines = [_line(row, week, now=now) for row in rows]
    return tuple(sorted(lines, key=lambda line: not line.waiting))


def find_topic(
    topic_id: int, *, now: datetime, page: str | None = None, since: datetime | None = None
) -> TopicPage | None:
    """A topic with a page of its stories; None if there is none of that number, or it is closed."""
    row = Topic.objects.filter(id=topic_id, closed_at=None).first()
    if row is None:
        return None
    number = int(page) if page and page.isascii() and page.isdigit() and len(page) < 4 else 0
    number = min(number, PAGES_MAX)
    ids = _newest_stories(row.id, number=(number + 1) * PAGE + 1)
    shown = ids[number * PAGE : (number + 1) * PAGE]
    stories = Story.objects.select_related("first_publication").in_bulk(shown)
    more = len(ids) > (number + 1) * PAGE and number < PAGES_MAX
    return TopicPage(
        topic=_line(row, _count_week([row], now=now), now=now),
        stories=build_cards(
            [stories[one] for one in shown if one in stories], now=now, since=since
        ),
        next_page=str(number + 1) if more else None,
    )


def find_topic_for_change(topic_id: int) -> Topic | None:
    """An open topic, to be changed, confirmed or closed."""
    return Topic.objects.filter(id=topic_id, closed_at=None).first()


def find_topics_named(typed: str) -> frozenset[int]:
    """Numbers of open topics whose name holds these words, or whose IPTC term it is."""
    wanted = fold(typed)
    rows = Topic.objects.filter(closed_at=None).values_list("id", "title_vi", "title_en", "medtop")
    return frozenset(
        number
        for number, vi, en, medtop in rows
        if wanted in fold(vi) or (en and wanted in fold(en)) or (medtop and wanted == medtop)
    )


def find_topic_choices() -> tuple[tuple[int, str, str], ...]:
    """Number and names of the open topics, for a list to choose from."""
    rows = Topic.objects.filter(closed_at=None).order_by("title_vi", "id")
    return tuple(rows.values_list("id", "title_vi", "title_en"))


def _newest_stories(topic_id: int, *, number: int) -> list[int]:
    """That many different stories at most, by the topic's newest article in each."""
    rows: QuerySet[ArticleTopic] = ArticleTopic.objects.filter(topic_id=topic_id)
    ordered = rows.order_by("-search_key").values_list("article__story_id", flat=True)
    found: dict[int, None] = {}
    for story_id in ordered.iterator(200):
        found.setdefault(story_id)
        if len(found) == number:
            break
    return list(found)


def _count_week(
    topics: Sequence[Topic], *, now: datetime
) -> dict[int, tuple[int, datetime | None]]:
    """Articles of the last seven days by topic, and when the newest was printed."""
    if not topics:
        return {}
    counted = (
        ArticleTopic.objects.filter(topic__in=topics, search_key__gte=search_key(now - WEEK, 0))
        .order_by()
        .values_list("topic_id")
        .annotate(count=Count("id"), last=Max("search_key"))
    )
    return {
        topic: (count, datetime.fromtimestamp(last >> SEARCH_ID_BITS, UTC))
        for topic, count, last in counted
    }


def _line(row: Topic, week: dict[int, tuple[int, datetime | None]], *, now: datetime) -> TopicLine:
    count, last = week.get(row.id, (0, None))
    waiting = row.needs_second and row.approver_id is None
    ended = row.ends_on is not None and row.ends_on < timezone.localdate(now)
    unsorted = row.sorted_at is None or row.sorted_at < row.rule_at
    return TopicLine(
        id=row.id,
        title_vi=row.title_vi,
        title_en=row.title_en,
        medtop=row.medtop,
        rule=row.rule,
        languages=tuple(row.languages),
        levels=tuple(row.levels),
        articles_7d=count,
        last_at=last,
        sorting=unsorted and not waiting and not ended,
        waiting=waiting,
        ended=ended,
        proposer_id=row.proposer_id,
        purpose=row.purpose,
        ends_on=row.ends_on,
    )
