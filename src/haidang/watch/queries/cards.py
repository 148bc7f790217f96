"""A story as a card, with its dot strip, and the little values other pages share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import Count, Q

from haidang.watch.models import Article, ArticleTopic, Story

DOTS = 12
LATELY = timedelta(hours=6)

DotKind = Literal["original", "edited", "copy"]


@dataclass(frozen=True, slots=True)
class Dot:
    """One dot of the strip: full, half or open; with an amber ring if foreign."""

    kind: DotKind
    foreign: bool


@dataclass(frozen=True, slots=True)
class TopicMark:
    """A topic as the line above a headline tells it."""

    id: int
    title_vi: str
    title_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCard:
    """A story as lists show it. `articles` = `originals` + `reprints`, always."""

    id: int
    title: str
    language: str
    lead: str
    section: str
    first_at: datetime
    last_at: datetime
    first_publication: str
    articles: int
    originals: int
    reprints: int
    dots: tuple[Dot, ...]
    languages: tuple[str, ...]
    publications: int
    foreign: int
    growing: bool
    is_new: bool
    topic: TopicMark | None = None  # the one that most of its articles have


def dot_kind(original_id: int | None, reprint_kind: str) -> DotKind:
    """The shape of an article's dot."""
    if original_id is None:
        return "original"
    return "edited" if reprint_kind == "edited" else "copy"


def choose_dots(story: Story) -> tuple[Dot, ...]:
    """At most twelve dots, in proportion, at least one of each kind present (largest remainder)."""
    copies = story.articles - story.originals - story.edited
    groups = [
        (Dot("original", foreign=False), story.originals - story.foreign_originals),
        (Dot("original", foreign=True), story.foreign_originals),
        (Dot("edited", foreign=False), story.edited - story.foreign_edited),
        (Dot("edited", foreign=True), story.foreign_edited),
        (Dot("copy", foreign=False), copies - story.foreign_copies),
        (Dot("copy", foreign=True), story.foreign_copies),
    ]
    present = [(dot, count) for dot, count in groups if count > 0]
    total = sum(count for _dot, count in present)
    if total <= DOTS:
        shares = [count for _dot, count in present]
    else:
        exact = [count * DOTS / total for _dot, count in present]
        shares = [max(1, int(share)) for share in exact]
        while sum(shares) < DOTS:
            most = max(range(len(shares)), key=lambda at: exact[at] - shares[at])
            shares[most] += 1
        while sum(shares) > DOTS:
            most = max(range(len(shares)), key=lambda at: (shares[at] > 1, shares[at] - exact[at]))
            shares[most] -= 1
    return tuple(
        dot for (dot, _count), share in zip(present, shares, strict=True) for _ in range(share)
    )


def is_growing(lately: int, *, in_all: int) -> bool:
    """A story grows when at least three of its articles, and a third of them, came lately."""
    return lately >= 3 and lately * 3 >= in_all


def build_cards(
    stories: Iterable[Story], *, now: datetime, since: datetime | None = None
) -> tuple[StoryCard, ...]:
    """Cards of these stories, in their order. Three queries, however many."""
    listed = list(stories)
    topics = _find_marks([story.id for story in listed])
    lately = _count_lately([story.id for story in listed], now=now)
    return tuple(
        StoryCard(
            id=story.id,
            title=story.title,
            language=story.language,
            lead=story.lead,
            section=story.section,
            first_at=story.first_at,
            last_at=story.last_at,
            first_publication=story.first_publication.name,
            articles=story.articles,
            originals=story.originals,
            reprints=story.articles - story.originals,
            dots=choose_dots(story),
            languages=tuple(story.languages),
            publications=story.publications,
            foreign=story.foreign_originals + story.foreign_edited + story.foreign_copies,
            growing=is_growing(lately.get(story.id, 0), in_all=story.articles),
            is_new=since is not None and story.opened_at > since,
            topic=topics.get(story.id),
        )
        for story in listed
    )


def _count_lately(story_ids: list[int], *, now: datetime) -> dict[int, int]:
    rows = Article.objects.filter(Q(story_id__in=story_ids), sort_at__gt=now - LATELY)
    return dict(rows.order_by().values_list("story_id").annotate(count=Count("id")))


def _find_marks(story_ids: list[int]) -> dict[int, TopicMark]:
    """For each of these stories the open topic that most of its articles have."""
    rows = (
        ArticleTopic.objects.filter(article__story_id__in=story_ids, topic__closed_at=None)
        .order_by()
        .values_list("article__story_id", "topic_id", "topic__title_vi", "topic__title_en")
        .annotate(count=Count("id"))
    )
    best: dict[int, tuple[int, int, TopicMark]] = {}
    for story, topic, vi, en, count in rows:
        if story not in best or (count, -topic) > best[story][:2]:
            best[story] = (count, -topic, TopicMark(topic, vi, en))
    return {story: told[2] for story, told in best.items()}
