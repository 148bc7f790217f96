"""Where a feed leads besides its entries: older pages, its hub; and which of several feeds is best.

A `Link` header counts before the feed's own links, as WebSub asks (section 4).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from haidang.engine.feeds.plain import absolute_url
from haidang.engine.types import EntryData, FeedData

PAGES_MAX = 10  # of one paging feed
PAGED_ENTRIES_MAX = 5_000
ALIVE = timedelta(days=7)

_LINKS_READ = 8_192  # characters of all Link headers together
_LINK = re.compile(
    r"<([^<>]{1,2048})>((?:\s*+;\s*+[\w*-]{1,20}\s*+=\s*+(?:\"[^\"]*+\"|[^\s\",;]++))*+)"
)
_REL = re.compile(r";\s*+rel\s*+=\s*+(?:\"([^\"]*+)\"|([^\s\",;]++))", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Absolute addresses; None where nothing was told."""

    next_url: str | None = None
    hub_url: str | None = None
    topic_url: str | None = None


def read_ways(headers: Iterable[tuple[str, str]], *, data: FeedData, url: str) -> Ways:
    """What the headers and the feed fetched from `url` say; the headers first."""
    told = ", ".join(value for name, value in headers if name.lower() == "link")[:_LINKS_READ]
    found: dict[str, str] = {}
    for link in _LINK.finditer(told):
        rel = _REL.search(link[2])
        address = absolute_url(link[1], base=url)
        for word in (rel[1] or rel[2] or "").lower().split() if rel else ():
            if address:
                found.setdefault(word, address)
    return Ways(
        next_url=found.get("next") or data.next_url,
        hub_url=found.get("hub") or data.hub_url,
        topic_url=found.get("self") or data.topic_url,
    )


def is_same_site(one: str, other: str) -> bool:
    """Whether two addresses lie on one host, or one below the other; siblings do not count."""
    first, second = (_host(one), _host(other))
    return bool(first) and (
        first == second or first.endswith("." + second) or second.endswith("." + first)
    )


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    except ValueError:
        return ""
    return (parts.hostname or "").removeprefix("www.").rstrip(".") + port


def join_pages(pages: Sequence[FeedData]) -> FeedData:
    """The pages of one feed as one: each key and each address once, the newest page's word counts."""
    kept: dict[str, EntryData] = {}
    urls: set[str] = set()
    for entry in (entry for page in pages for entry in page.entries):
        if entry.key in kept or entry.url in urls or len(kept) == PAGED_ENTRIES_MAX:
            continue
        kept[entry.key] = entry
        urls.add(entry.url)
    return replace(
        pages[0],
        entries=tuple(kept.values()),
        left_out=sum(page.left_out for page in pages),
        ill_formed=any(page.ill_formed for page in pages),
    )


def rank_feed(data: FeedData, *, now: datetime) -> tuple[bool, bool, float, int]:
    """How good a feed is to follow, for `max`: alive, dated, how fresh, how long."""
    told = [entry.published or entry.updated for entry in data.entries]
    dates = [min(when.at, now) for when in told if when]
    newest = max(dates, default=None)
    alive = newest is not None and newest >= now - ALIVE
    return alive, bool(dates), newest.timestamp() if newest else 0.0, len(data.entries)
