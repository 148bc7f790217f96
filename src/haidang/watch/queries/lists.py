"""Long lists read page by page, each beginning behind the last row of the one before."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from haidang.watch.models import Article, Story
from haidang.watch.queries.cards import StoryCard, build_cards

Place = tuple[datetime, int]  # of the last row seen: its moment and its number


def find_stories_after(place: Place | None, *, limit: int, now: datetime) -> tuple[StoryCard, ...]:
    """Stories by their newest article."""
    stories = Story.objects.select_related("first_publication").filter(articles__gt=0)
    if place is not None:
        moment, number = place
        stories = stories.filter(Q(last_at__lt=moment) | Q(last_at=moment, id__lt=number))
    return build_cards(stories.order_by("-last_at", "-id")[:limit], now=now)


def find_articles_after(place: Place | None, *, limit: int) -> list[Article]:
    """Articles, newest first, without their texts."""
    articles = Article.objects.select_related("publication").defer("text", "why", "reprint_why")
    if place is not None:
        moment, number = place
        articles = articles.filter(Q(sort_at__lt=moment) | Q(sort_at=moment, id__lt=number))
    return list(articles.order_by("-sort_at", "-id")[:limit])
