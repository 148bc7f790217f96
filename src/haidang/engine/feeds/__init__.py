"""Feeds of every kind to one kind of data, and when to come back for more.

Pure functions over bytes; no network, no clock. Refuses: bylines (never read, promise 2), addresses
that are not http(s), external entities, more than 500 entries at once (of a sitemap read for its
older pages: 20,000).
"""

from haidang.engine.feeds.channels import find_channel_feed
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
from haidang.engine.feeds.selectors import is_selector
from haidang.engine.feeds.sitemaps import (
    SITEMAP_PAGES_MAX,
    SITEMAPS_GUESSED,
    SitemapWalk,
    read_sitemap,
)
from haidang.engine.feeds.visits import VISIT_REASONS, choose_next_visit
from haidang.engine.feeds.ways import (
    PAGED_ENTRIES_MAX,
    PAGES_MAX,
    Ways,
    is_same_site,
    join_pages,
    rank_feed,
    read_ways,
)

__all__ = [
    "ENTRIES_MAX",
    "PAGED_ENTRIES_MAX",
    "PAGES_MAX",
    "REFUSALS",
    "SITEMAPS_GUESSED",
    "SITEMAP_PAGES_MAX",
    "VISIT_REASONS",
    "OpmlData",
    "OpmlFeed",
    "OpmlRefusal",
    "SitemapWalk",
    "Ways",
    "choose_next_visit",
    "find_channel_feed",
    "find_feeds",
    "is_same_site",
    "is_selector",
    "join_pages",
    "parse_feed",
    "rank_feed",
    "read_opml",
    "read_page_links",
    "read_sitemap",
    "read_ways",
    "write_opml",
]
