"""Feeds that are not well-formed, through feedparser: the only place that calls it.

Its input is always a buffer: given bytes or a string it would first try them as a file name and as
an address. Its cleaning of HTML is off, since ours gives plain text. It raises on some inputs.
"""

from __future__ import annotations

import io
import re
from typing import Any

import feedparser

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds.mend import first_entries
from haidang.engine.feeds.raw import RawEntry, RawFeed
from haidang.engine.types import FeedKind

# It reads some 1,000 entries a second; the newest 500 are kept in the end.
_ENTRIES_READ = 1_000
# Links are resolved against the fetched address only, so a base told inside must not count.
_BASE = re.compile(r"\bxml:base(?=\s{0,9}=)", re.IGNORECASE)


def read_tolerant(text: str) -> RawFeed:
    """What can be read of a broken feed. Errors: BAD_FEED if nothing can."""
    start, cut = first_entries(text, most=_ENTRIES_READ)
    body = io.BytesIO(_BASE.sub("xml:besa", start).encode("utf-8", "replace"))
    try:
        told = feedparser.parse(
            body,
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - no list of what its parts raise was ever complete
        raise EngineError(Trouble.BAD_FEED, detail=type(error).__name__) from None
    entries = [_entry(item) for item in told.get("entries", [])]
    head = told.get("feed", {})
    version = str(told.get("version") or "")
    if not entries and not version:
        raise EngineError(Trouble.BAD_FEED, detail="unreadable")
    return RawFeed(
        kind=FeedKind.ATOM if version.startswith("atom") else FeedKind.RSS,
        title=_told(head, "title"),
        home=_told(head, "link"),
        language=_told(head, "language"),
        ttl=_told(head, "ttl"),
        entries=entries,
        cut=cut,
        ill_formed=True,
    )


def _entry(item: Any) -> RawEntry:
    detail = dict.get(item, "title_detail") or {}
    content = dict.get(item, "content") or [{}]
    return RawEntry(
        guid=_told(item, "id"),
        link=_told(item, "link"),
        title=_told(item, "title"),
        title_is_html=dict.get(detail, "type", "text/html") != "text/plain",
        summary=_told(item, "summary") or _told(content[0], "value"),
        published=_told(item, "published") or _told(item, "created"),
        updated=_told(item, "updated"),
        language=_told(item, "language"),
    )


def _told(where: Any, name: str) -> str:
    """As stored: feedparser's own `get` makes up some values and warns about others."""
    value = dict.get(where, name)
    return value if isinstance(value, str) else ""
