"""What people did to the grouping: the log of a story, what can be undone, where a story went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypedDict

from django.db.models import Q

from haidang.watch.enums import RegroupingKind
from haidang.watch.models import Article, Regrouping, Separation, Story

UNDO_DAYS = 14
LOG_MAX = 8
ARTICLE_COLUMNS = (
    "story_id", "pinned", "original_id", "reprint_kind", "share", "why", "reprint_why",
)  # fmt: skip
CARRIED, PINNED = ("merged_into_id",), ("pinned",)  # what an act may change of a story


class Rows(TypedDict):
    """Rows by their number, as an act writes them down."""

    articles: dict[str, dict[str, Any]]
    stories: dict[str, dict[str, Any]]


class Hindrance(StrEnum):
    """Why an act cannot be undone."""

    UNDONE = "undone"
    TOO_OLD = "too_old"
    CHANGED = "changed"
    UNDOING = "undoing"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegroupingLine:
    """An act as the story's page tells it, seen from that story."""

    id: int
    kind: str
    at: datetime
    member: str
    articles: int
    came_in: bool  # the articles came into this story
    other_id: int | None  # the story at the other end
    other_title: str
    undone_at: datetime | None
    undone_by: str
    may_be_undone: bool


def story_columns(kind: str) -> tuple[str, ...]:
    """What an act of this kind changes of a story."""
    pins = {RegroupingKind.PIN_STORY, RegroupingKind.UNPIN_STORY}
    return PINNED if kind in pins else CARRIED


def find_rows(article_ids: Iterable[int], story_ids: Iterable[int], *, kind: str) -> Rows:
    """These rows as they stand now, in what an act of this kind may change."""
    articles = Article.objects.filter(id__in=list(article_ids)).values("id", *ARTICLE_COLUMNS)
    stories = Story.objects.filter(id__in=list(story_ids)).values("id", *story_columns(kind))
    return {
        "articles": {str(row.pop("id")): row for row in articles},
        "stories": {str(row.pop("id")): row for row in stories},
    }


def find_hindrance(act: Regrouping, *, now: datetime) -> Hindrance | None:
    """Why this act cannot be undone, or None."""
    if act.kind == RegroupingKind.UNDO:
        return Hindrance.UNDOING
    if Regrouping.objects.filter(undoes=act).exists():
        return Hindrance.UNDONE
    if now - act.entry.at > timedelta(days=UNDO_DAYS):
        return Hindrance.TOO_OLD
    stand = find_rows(
        map(int, act.after["articles"]), map(int, act.after["stories"]), kind=act.kind
    )
    if stand != act.after or _originals_went_away(act):
        return Hindrance.CHANGED
    return None


def _originals_went_away(act: Regrouping) -> bool:
    """Whether a reprint would come back to a story in which its original no longer stands."""
    rows = act.before["articles"]
    wanted = {
        row["original_id"]: row["story_id"]
        for row in rows.values()
        if row["original_id"] is not None and str(row["original_id"]) not in rows
    }
    originals = Article.objects.filter(id__in=wanted, original=None)
    return dict(originals.values_list("id", "story_id")) != wanted


def find_successor(story_id: int) -> Story | None:
    """The story that stands for this one: itself, or where its articles went; None if unknown."""
    seen: set[int] = set()
    story = Story.objects.filter(id=story_id).first()
    while story is not None and story.merged_into_id is not None and story.id not in seen:
        seen.add(story.id)
        story = Story.objects.filter(id=story.merged_into_id).first()
    return story


def find_story_log(story_id: int, *, now: datetime) -> tuple[RegroupingLine, ...]:
    """The last acts on a story, newest first, in one query. An undone act says so in its own line."""
    acts = (
        Regrouping.objects.filter(Q(story_id=story_id) | Q(other_id=story_id))
        .exclude(kind=RegroupingKind.UNDO)
        .select_related("entry__member", "story", "other", "undone_by__entry__member")
        .order_by("-number")[:LOG_MAX]
    )
    return tuple(_line(act, story_id=story_id, now=now) for act in acts)


def _line(act: Regrouping, *, story_id: int, now: datetime) -> RegroupingLine:
    came_in = act.other_id == story_id
    other = act.story if came_in else act.other
    undoing = getattr(act, "undone_by", None)
    return RegroupingLine(
        id=act.id,
        kind=act.kind,
        at=act.entry.at,
        member=str(act.entry.member or ""),
        articles=len(act.before["articles"]),
        came_in=came_in,
        other_id=other.id if other else None,
        other_title=other.title if other else "",
        undone_at=undoing.entry.at if undoing else None,
        undone_by=str(undoing.entry.member or "") if undoing else "",
        may_be_undone=undoing is None and now - act.entry.at <= timedelta(days=UNDO_DAYS),
    )


def find_changed_since(number: int) -> set[int]:
    """The articles that acts after `number` touched."""
    touched: set[int] = set()
    for after in Regrouping.objects.filter(number__gt=number).values_list("after", flat=True):
        touched |= {int(id_) for id_ in after["articles"]}
    return touched


def find_closed_stories(*, since: datetime) -> list[int]:
    """The stories that people pinned, of those with articles since."""
    pinned = Story.objects.filter(pinned=True, last_at__gt=since)
    return list(pinned.values_list("id", flat=True))


def find_separations() -> list[tuple[int, int]]:
    """The pairs of articles that people took apart."""
    return list(Separation.objects.values_list("one_id", "other_id"))
