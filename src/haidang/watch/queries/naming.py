"""WATCH's part of the one search box: sources and topics by name, and the first articles."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import get_language

from haidang.core.queries.naming import LOOKED, Found, bears
from haidang.watch.models import Publication, PublicationHost, Topic
from haidang.watch.queries.search import SearchFilters, SearchPage, search_articles


def find_named_sources(words: tuple[str, ...]) -> list[Found]:
    """Publications by their name, their organisation's or their host."""
    hosts = Prefetch("hosts", queryset=PublicationHost.objects.order_by("id"))
    rows = Publication.objects.prefetch_related(hosts).order_by("name", "id")
    return [
        Found(title=one.name, address=f"/sources/{one.pk}", note=one.organisation)
        for one in rows[:LOOKED]
        if bears(words, one.name, one.organisation, *(host.host for host in one.hosts.all()))
    ]


def find_topics_by_name(words: tuple[str, ...]) -> list[Found]:
    """Open topics by either of their names."""
    english = get_language() != "vi"
    return [
        Found(
            title=topic.title_en if english and topic.title_en else topic.title_vi,
            address=f"/topics/{topic.pk}",
            language="" if english and topic.title_en else "vi",
        )
        for topic in Topic.objects.filter(closed_at=None).order_by("title_vi", "id")[:LOOKED]
        if bears(words, topic.title_vi, topic.title_en)
    ]


def find_first_articles(text: str, *, now: datetime) -> SearchPage:
    """The newest articles that hold the words. Raises EngineError as `search_articles` does."""
    return search_articles(text, filters=SearchFilters(), now=now)
