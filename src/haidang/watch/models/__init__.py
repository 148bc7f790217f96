"""What WATCH keeps: tables and their constraints, no logic.

There is no author anywhere (promise 2), and a publication is an organisation's (promise 1).
"""

from haidang.watch.models.articles import Article, ArticleVersion, Snapshot, Story
from haidang.watch.models.feeds import Entry, Feed
from haidang.watch.models.publications import URL_MAX, Publication, PublicationHost

__all__ = [
    "URL_MAX",
    "Article",
    "ArticleVersion",
    "Entry",
    "Feed",
    "Publication",
    "PublicationHost",
    "Snapshot",
    "Story",
]
