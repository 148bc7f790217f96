"""A story's numbers, kept beside it so that pages need not count."""

from __future__ import annotations

from django.db.models import Count, Max, Min, Q

from haidang.core.queries import find_desk
from haidang.watch.enums import Level, ReprintKind
from haidang.watch.models import Article, Story


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
    head = _choose_head(story_id)
    Story.objects.filter(id=story_id).update(
        **numbers,
        foreign_copies=copies,
        languages=sorted(languages),
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
