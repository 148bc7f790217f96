"""A story's numbers, kept beside it so that pages need not count."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Max, Min, Q

from haidang.core.queries import find_desk
from haidang.watch.enums import Level, ReprintKind
from haidang.watch.models import Article, Story

EMPTY = {
    "articles": 0, "originals": 0, "edited": 0, "foreign_originals": 0, "foreign_edited": 0,
    "foreign_copies": 0, "publications": 0, "languages": [], "level_bits": 0,
}  # fmt: skip


def open_story(article: Article, *, now: datetime) -> Story:
    """A new story with that article's headline; the article is put into it by the caller."""
    return Story.objects.create(
        title=article.title,
        lead=article.lead,
        language=article.language,
        section=article.section,
        first_publication_id=article.publication_id,
        first_at=article.sort_at,
        last_at=article.sort_at,
        opened_at=now,
    )


def settle(story_id: int, *, gone_to: int) -> None:
    """Count a story anew; one that lost its last article leads to where it went."""
    if Article.objects.filter(story_id=story_id).exists():
        Story.objects.filter(id=story_id).update(merged_into=None)
        recount_story(story_id)
    else:
        Story.objects.filter(id=story_id).update(**EMPTY, merged_into=gone_to)


def recount_story(story_id: int) -> None:
    """Count a story's articles anew, and choose the headline that stands for it."""
    rows = Article.objects.filter(story_id=story_id)
    original, edited = Q(original=None), Q(reprint_kind=ReprintKind.EDITED)
    foreign = Q(publication__level=Level.FOREIGN)
    numbers = rows.aggregate(
        articles=Count("id"),
        originals=Count("id", filter=original),
        edited=Count("id", filter=edited),
        foreign_originals=Count("id", filter=foreign & original),
        foreign_edited=Count("id", filter=foreign & edited),
        foreign_all=Count("id", filter=foreign),
        publications=Count("publication", distinct=True),
        first_at=Min("sort_at"),
        last_at=Max("sort_at"),
    )
    foreign_all = numbers.pop("foreign_all")
    copies = foreign_all - numbers["foreign_originals"] - numbers["foreign_edited"]
    languages = rows.order_by().values_list("language", flat=True).distinct()
    levels = rows.order_by().values_list("publication__level", flat=True).distinct()
    head = _choose_head(story_id)
    Story.objects.filter(id=story_id).update(
        **numbers,
        foreign_copies=copies,
        languages=sorted(languages),
        level_bits=sum(Level(level).bit for level in levels),
        title=head.title,
        lead=head.lead,
        language=head.language,
        section=head.section,
        first_publication_id=head.publication_id,
    )


def _choose_head(story_id: int) -> Article:
    """The earliest original at home; where the story is foreign only, the earliest original."""
    first = Article.objects.filter(story_id=story_id, original=None).order_by("sort_at", "id")
    desk = find_desk()
    at_home = first.filter(publication__country=desk.country if desk else "VN").first()
    head = at_home or first.first()
    return head or Article.objects.filter(story_id=story_id).earliest("sort_at", "id")
