"""A story's numbers, kept beside it so that pages need not count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce

from haidang.core.actions.rows import insert_row, update_rows
from haidang.core.queries import find_desk
from haidang.watch.enums import Level, ReprintKind
from haidang.watch.models import Article, Story

EMPTY = {
    "articles": 0, "originals": 0, "edited": 0, "foreign_originals": 0, "foreign_edited": 0,
    "foreign_copies": 0, "publications": 0, "languages": [], "level_bits": 0,
}  # fmt: skip

_ORIGINAL, _EDITED = Q(original=None), Q(reprint_kind=ReprintKind.EDITED)
_FOREIGN = Q(publication__level=Level.FOREIGN)
# Counted by a column of the index `article_story`, which has no `id`: so no row is read.
_COUNTS = {
    "articles": Count("search_key"),
    "originals": Count("search_key", filter=_ORIGINAL),
    "edited": Count("search_key", filter=_EDITED),
    "foreign_originals": Count("search_key", filter=_FOREIGN & _ORIGINAL),
    "foreign_edited": Count("search_key", filter=_FOREIGN & _EDITED),
    "foreign_copies": Count("search_key", filter=_FOREIGN & ~_ORIGINAL & ~_EDITED),
    "publications": Count("publication_id", distinct=True),
    "first_at": Min("sort_at"),
    "last_at": Max("sort_at"),
}
_OF_A_HEAD = ("title", "lead", "language", "section", "publication_id")
_WRITTEN = (
    *EMPTY,
    "first_at",
    "last_at",
    "title",
    "lead",
    "language",
    "section",
    "first_publication",
    "merged_into",
)


def open_story(article: Article, *, now: datetime) -> Story:
    """A new story with that article's headline; the article is put into it by the caller."""
    story = Story(
        title=article.title,
        lead=article.lead,
        language=article.language,
        section=article.section,
        first_publication_id=article.publication_id,
        first_at=article.sort_at,
        last_at=article.sort_at,
        opened_at=now,
    )
    insert_row(story)
    return story


def settle(story_id: int, *, gone_to: int) -> None:
    """Count a story anew; one that lost its last article leads to where it went."""
    settle_all({story_id: gone_to})


def settle_all(touched: Mapping[int, int]) -> None:
    """Settle stories, each with where its articles went: counted together, for a batch touches many."""
    for story_id in touched.keys() - _count_anew(touched):
        Story.objects.filter(id=story_id).update(**EMPTY, merged_into=touched[story_id])


def recount_story(story_id: int) -> None:
    """Count a story's articles anew, and choose the headline that stands for it."""
    _count_anew([story_id])


def _count_anew(stories: Iterable[int]) -> set[int]:
    """Write the numbers and headlines of those of the stories that hold articles; which they are."""
    rows = Article.objects.filter(story_id__in=list(stories))
    counts = rows.values("story_id").annotate(**_COUNTS, head=_head(home=_home()))
    counted: dict[int, dict[str, Any]] = {told["story_id"]: {**told} for told in counts}
    for told in counted.values():
        told["languages"], told["levels"] = set(), set()
    kinds = rows.values_list("story_id", "language", "publication__level").distinct()
    for story_id, language, level in kinds:
        if story_id in counted:
            counted[story_id]["languages"].add(language)
            counted[story_id]["levels"].add(level)
    heads = Article.objects.only("search_key", *_OF_A_HEAD)
    heads_by_key = heads.in_bulk(
        [told["head"] for told in counted.values()], field_name="search_key"
    )
    update_rows((_story(told, heads_by_key[told["head"]]) for told in counted.values()), _WRITTEN)
    return set(counted)


def _story(told: dict[str, Any], head: Article) -> Story:
    """A story with what is `_WRITTEN`, and nothing else."""
    return Story(
        id=told["story_id"],
        **{name: told[name] for name in _COUNTS},
        languages=sorted(told["languages"]),
        level_bits=sum(Level(level).bit for level in told["levels"]),
        title=head.title,
        lead=head.lead,
        language=head.language,
        section=head.section,
        first_publication_id=head.publication_id,
    )


def _head(*, home: str) -> Coalesce:
    """Search key of the earliest original at home; where the story is foreign only, of the earliest original."""
    at_home = Q(publication__country=home)
    return Coalesce(
        Min("search_key", filter=_ORIGINAL & at_home),
        Min("search_key", filter=_ORIGINAL),
        Min("search_key", filter=at_home),
        Min("search_key"),
    )


def _home() -> str:
    """The desk's country."""
    desk = find_desk()
    return desk.country if desk else "VN"
