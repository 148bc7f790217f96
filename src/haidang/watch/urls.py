"""Addresses of WATCH. Numbers in addresses fit a database's integer; anything longer is no page."""

from __future__ import annotations

from django.urls import path, register_converter

from haidang.core.views.site import in_all
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


class FileHash:
    """The SHA-256 of a kept file."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class HubToken:
    """The part of a callback's address that only its hub knows."""

    regex = "[A-Za-z0-9_-]{43}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RowNumber, "row")
register_converter(HubToken, "hub_token")
register_converter(FileHash, "sha256")
register_converter(ListFormat, "list_format")

app_name = "watch"
urlpatterns = [
    path("watch/", views.show_today, name="today"),
    path("watch/news", views.show_news, name="news"),
    path("watch.<list_format:kind>", feeds.list_today, name="today_list"),
    path("s/<row:story_id>", views.show_story, name="story"),
    path("s/<row:story_id>/edit", views.edit_story, name="edit_story"),
    path("s/<row:story_id>/undo/<row:act_id>", views.undo_regrouping, name="undo_regrouping"),
    path("s/<row:story_id>.<list_format:kind>", feeds.list_story, name="story_list"),
    path("a/<row:article_id>", views.show_article, name="article"),
    path("a/<row:article_id>/look", views.look_again, name="look_again"),
    path("a/<row:article_id>/keep", views.keep_record, name="keep_record"),
    path("desk/disk", views.show_disk, name="disk"),
    path("articles/add", views.add_article, name="add_article"),
    path("articles/drafts/<row:draft_id>", views.show_draft, name="draft"),
    path("articles/files/<sha256:name>", views.send_file, name="file"),
    path("search", views.show_search, name="search"),
    path("search.<list_format:kind>", feeds.list_search, name="search_list"),
    path("topics/", views.show_topics, name="topics"),
    path("topics/add", views.add_topic, name="add_topic"),
    path("topics/preview", views.preview_topic, name="preview_topic"),
    path("topics/<row:topic_id>", views.show_topic, name="topic"),
    path("topics/<row:topic_id>/change", views.change_topic, name="change_topic"),
    path("topics/<row:topic_id>/confirm", views.confirm_topic, name="confirm_topic"),
    path("topics/<row:topic_id>/close", views.close_topic, name="close_topic"),
    path("topics.<list_format:kind>", feeds.list_topics, name="topics_list"),
    path("topics/<row:topic_id>.<list_format:kind>", feeds.list_topic, name="topic_list"),
    path("sources/feeds/<row:feed_id>", views.show_feed, name="feed"),
    path("websub/<hub_token:token>", views.hear_hub, name="hub"),
    path("account/feeds/", views.show_private_feeds, name="private_feeds"),
    path("account/feeds/<row:number>/end", views.end_private_feed, name="end_private_feed"),
    path("f/<hub_token:token>.<list_format:kind>", views.send_private_feed, name="private_feed"),
    path("sources/", views.show_sources, name="sources"),
    path("sources/add", views.add_source, name="add_source"),
    path("sources/proposals/<row:proposal_id>", views.show_proposal, name="proposal"),
    path("sources/proposals/<row:proposal_id>/<str:act>", views.decide_proposal, name="decide"),
    *in_all("sources/public", views.show_register, "register"),
    path("sources/public.<list_format:kind>", views.take_register, name="register_list"),
    *in_all("sources/public/<row:publication_id>/person", views.mark_person, "mark_person"),
    path("sources/import", views.import_sources, name="import_sources"),
    path("sources/export.<str:kind>", views.export_sources, name="export_sources"),
    path("sources/<row:publication_id>", views.show_source, name="source"),
    path("sources/<row:publication_id>/<str:act>", views.act_on_source, name="source_act"),
    path("sources.<list_format:kind>", feeds.list_sources, name="sources_list"),
]
