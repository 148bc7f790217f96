"""Addresses of WATCH. Numbers in addresses fit a database's integer; anything longer is no page."""

from __future__ import annotations

from django.urls import path, register_converter

from haidang.watch import feeds, views


class RowNumber:
    """A row's number: positive, at most 18 digits, no leading zero."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class ListFormat:
    """The forms in which a list can be taken away."""

    regex = "atom|rss|json|csv"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RowNumber, "row")
register_converter(ListFormat, "list_format")

app_name = "watch"
urlpatterns = [
    path("watch/", views.show_today, name="today"),
    path("watch/news", views.show_news, name="news"),
    path("watch.<list_format:kind>", feeds.list_today, name="today_list"),
    path("s/<row:story_id>", views.show_story, name="story"),
    path("s/<row:story_id>.<list_format:kind>", feeds.list_story, name="story_list"),
    path("a/<row:article_id>", views.show_article, name="article"),
    path("search", views.show_search, name="search"),
    path("search.<list_format:kind>", feeds.list_search, name="search_list"),
    path("sources/", views.show_sources, name="sources"),
    path("sources/add", views.add_source, name="add_source"),
    path("sources.<list_format:kind>", feeds.list_sources, name="sources_list"),
]
