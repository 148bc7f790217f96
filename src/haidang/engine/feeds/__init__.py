"""Feeds of every kind to one kind of data, and when to come back for more.

Pure functions over bytes; no network, no clock. Refuses: bylines (never read, promise 2), addresses
that are not http(s), external entities, more than 500 entries at once.
"""

from haidang.engine.feeds.entries import ENTRIES_MAX
from haidang.engine.feeds.opml import (
    REFUSALS,
    OpmlData,
    OpmlFeed,
    OpmlRefusal,
    read_opml,
    write_opml,
)
from haidang.engine.feeds.pages import find_feeds, read_page_links
from haidang.engine.feeds.parse import parse_feed
from haidang.engine.feeds.visits import VISIT_REASONS, choose_next_visit

__all__ = [
    "ENTRIES_MAX",
    "REFUSALS",
    "VISIT_REASONS",
    "OpmlData",
    "OpmlFeed",
    "OpmlRefusal",
    "choose_next_visit",
    "find_feeds",
    "parse_feed",
    "read_opml",
    "read_page_links",
    "write_opml",
]
