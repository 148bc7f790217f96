"""What one can find in WATCH, as frozen values ready to be shown."""

from haidang.watch.queries.article import (
    ArticlePage,
    Neighbour,
    SnapshotLine,
    VersionLine,
    find_article,
)
from haidang.watch.queries.cards import Dot, StoryCard, TopicMark
from haidang.watch.queries.regrouping import RegroupingLine, find_successor
from haidang.watch.queries.search import Hit, SearchFilters, SearchPage, search_articles
from haidang.watch.queries.sources import (
    FilterChoices,
    SourceLine,
    SourcesPage,
    find_filter_choices,
    find_sources,
)
from haidang.watch.queries.story import (
    Copy,
    SpreadDot,
    SpreadRow,
    StoryArticle,
    StoryPage,
    find_story,
)
from haidang.watch.queries.today import Hour, TodayPage, find_today
from haidang.watch.queries.topics import (
    TopicLine,
    TopicPage,
    TopicPreview,
    TopicRule,
    find_topic,
    find_topic_for_change,
    find_topics,
    preview_rule,
)

__all__ = [
    "ArticlePage",
    "Copy",
    "Dot",
    "FilterChoices",
    "Hit",
    "Hour",
    "Neighbour",
    "RegroupingLine",
    "SearchFilters",
    "SearchPage",
    "SnapshotLine",
    "SourceLine",
    "SourcesPage",
    "SpreadDot",
    "SpreadRow",
    "StoryArticle",
    "StoryCard",
    "StoryPage",
    "TodayPage",
    "TopicLine",
    "TopicMark",
    "TopicPage",
    "TopicPreview",
    "TopicRule",
    "VersionLine",
    "find_article",
    "find_filter_choices",
    "find_sources",
    "find_story",
    "find_successor",
    "find_today",
    "find_topic",
    "find_topic_for_change",
    "find_topics",
    "preview_rule",
    "search_articles",
]
