"""A story's numbers, kept beside it so that pages need not count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from haidang.core.actions.rows import insert_row, update_row, update_rows
from haidang.core.queries import find_desk
from haidang.watch.enums import Level, ReprintKind
from haidang.watch.models import Article, Story

EMPTY = {
    "articles": 0, "originals": 0, "edited": 0, "foreign_originals": 0, "foreign_edited": 0,
    "foreign_copies": 0, "publications": 0, "languages": [], "level_bits": 0,
}  # fmt: skip


_COLUMNS = (
    "id", "original_id", "reprint_kind", "sort_at", "language", "publication_id", "publication__level",
    "publication__country",
)  # fmt: skip
_COUNTED = (
    *EMPTY,
    "first_at",
    "last_at",
    "title",
    "lead",
    "language",
    "section",
    "first_publication",
)
_OF_A_HEAD = ("title", "lead", "language", "section", "publication_id")


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
    """Settle stories, each with where its articles went: read together, for a batch touches many."""
    of_stories: dict[int, list[_Row]] = {story_id: [] for story_id in touched}
    rows = Article.objects.filter(story_id__in=touched).order_by("sort_at", "id")
    for story_id, *row in rows.values_list("story_id", *_COLUMNS):
        of_stories[story_id].append(_Row(*row))
    home = _home()
    firsts = {story: _choose_head(rows, home).id for story, rows in of_stories.items() if rows}
    heads = Article.objects.only(*_OF_A_HEAD).in_bulk(list(firsts.values()))
    update_rows(
        (
            _count(story_id, counted, heads[firsts[story_id]])
            for story_id, counted in of_stories.items()
            if counted
        ),
        (*_COUNTED, "merged_into"),
    )
    for story_id, counted in of_stories.items():
        if not counted:
            Story.objects.filter(id=story_id).update(**EMPTY, merged_into=touched[story_id])


def recount_story(story_id: int) -> None:
    """Count a story's articles anew, and choose the headline that stands for it."""
    rows = _rows_of(story_id)
    head = Article.objects.only(*_OF_A_HEAD).get(id=_choose_head(rows, _home()).id)
    update_row(_count(story_id, rows, head), _COUNTED)


class _Row(NamedTuple):
    """What of an article counts for its story."""

    id: int
    original: int | None
    kind: str
    at: datetime
    language: str
    publication: int
    level: str
    country: str

    @property
    def foreign(self) -> bool:
        return self.level == Level.FOREIGN

    @property
    def edited(self) -> bool:
        return self.kind == ReprintKind.EDITED


def _rows_of(story_id: int) -> list[_Row]:
    """The story's articles, earliest first: read once and counted here, which is one query for six."""
    rows = Article.objects.filter(story_id=story_id).order_by("sort_at", "id")
    return [_Row(*row) for row in rows.values_list(*_COLUMNS)]


def _count(story_id: int, rows: list[_Row], head: Article) -> Story:
    """The story with what `_COUNTED` names, and nothing else."""
    foreign = [row for row in rows if row.foreign]
    foreign_originals = sum(row.original is None for row in foreign)
    foreign_edited = sum(row.edited for row in foreign)
    return Story(
        id=story_id,
        articles=len(rows),
        originals=sum(row.original is None for row in rows),
        edited=sum(row.edited for row in rows),
        foreign_originals=foreign_originals,
        foreign_edited=foreign_edited,
        foreign_copies=len(foreign) - foreign_originals - foreign_edited,
        publications=len({row.publication for row in rows}),
        first_at=rows[0].at,
        last_at=rows[-1].at,
        languages=sorted({row.language for row in rows}),
        level_bits=sum(Level(level).bit for level in {row.level for row in rows}),
        title=head.title,
        lead=head.lead,
        language=head.language,
        section=head.section,
        first_publication_id=head.publication_id,
    )


def _home() -> str:
    """The desk's country."""
    desk = find_desk()
    return desk.country if desk else "VN"


def _choose_head(rows: list[_Row], home: str) -> _Row:
    """The earliest original at home; where the story is foreign only, the earliest original."""
    originals = [row for row in rows if row.original is None] or rows
    return next((row for row in originals if row.country == home), originals[0])
