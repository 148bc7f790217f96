"""The order of the steps, for a desk with tables and for a digest in memory alike.

    visit_feed:  gate ──► sandbox[ read as feed ] ──► when to come back, and entries
    read_page:   gate ──► archive (WARC) ──► sandbox[ look over, extract ] ──► page
    Grouper:     page ──► fingerprint: reprint of what? ──► which story, and why

Nothing here writes to a database, and nothing raises for a stranger's fault: what went wrong comes
back as a trouble with its facts, so that one bad source never stops a batch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from haidang.engine import feeds
from haidang.engine.archive import WarcStore
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.types import (
    FeedData,
    FeedPast,
    PageData,
    PageKind,
    RecordPlace,
    Reply,
    VisitDecision,
)

FEED_ACCEPT = (
    "application/feed+json, application/atom+xml, application/rss+xml, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, text/html;q=0.7, */*;q=0.1"
)
PAGE_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"

# A page that failed for one of these may be read another day; any other fault stays.
PASSING = frozenset(
    {
        Trouble.NO_SUCH_HOST,
        Trouble.CONNECT_FAILED,
        Trouble.TIMED_OUT,
        Trouble.HOST_BUSY,
        Trouble.ROBOTS_UNREACHABLE,
        Trouble.BAD_HTTP,
        Trouble.READER_DIED,
    }
)


class Http(Protocol):
    """The gate, as the pipeline needs it."""

    def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = "*/*",
        obey_robots: bool = True,
        want: Literal["feed", "page", "sitemap"] = "page",
    ) -> Reply: ...


class Reader(Protocol):
    """The sandbox, as the pipeline needs it."""

    def run(self, target: str, *args: Any, **kwargs: Any) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedForUpdate:
    """A feed as its owner remembers it."""

    url: str
    is_page: bool = False  # a page without a feed: its links are the entries
    etag: str = ""
    last_modified: str = ""
    interval_s: float = 900.0
    failures: int = 0
    known_keys: frozenset[str] = frozenset()
    entries_per_day: float | None = None
    shortest_s: float = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedVisit:
    """What came of a visit. `data` None: nothing new (304) or nothing readable (`trouble`)."""

    data: FeedData | None
    next: VisitDecision
    etag: str = ""
    last_modified: str = ""
    trouble: Trouble | None = None
    facts: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """What came of reading a page."""

    page: PageData | None
    record: RecordPlace | None = None
    fetched_at: datetime | None = None
    final_url: str = ""
    trouble: Trouble | None = None
    facts: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def worth_another_try(self) -> bool:
        if self.trouble is Trouble.HTTP_STATUS:
            return int(self.facts.get("status", 0)) >= 500
        return self.trouble in PASSING


def visit_feed(feed: FeedForUpdate, *, http: Http, reader: Reader, now: datetime) -> FeedVisit:
    """Visit a feed once and decide when to come back. Never raises for the feed's fault."""
    try:
        reply = http.fetch(
            feed.url,
            etag=feed.etag or None,
            last_modified=feed.last_modified or None,
            accept=FEED_ACCEPT,
            want="feed",
        )
        if reply.not_modified:
            return FeedVisit(
                data=None,
                next=_next_visit(feed, reply=reply, data=None, now=now),
                etag=feed.etag,
                last_modified=feed.last_modified,
            )
        data = _read_feed(feed, reply=reply, reader=reader, now=now)
    except EngineError as error:
        return _failed_visit(feed, error=error, now=now)
    return FeedVisit(
        data=data,
        next=_next_visit(feed, reply=reply, data=data, now=now),
        etag=reply.header("etag") or "",
        last_modified=reply.header("last-modified") or "",
    )


def _read_feed(feed: FeedForUpdate, *, reply: Reply, reader: Reader, now: datetime) -> FeedData:
    target = "read_page_links" if feed.is_page else "parse_feed"
    data = reader.run(
        f"haidang.engine.feeds:{target}",
        reply.body,
        url=reply.final_url,
        content_type=reply.header("content-type"),
        now=now,
    )
    assert isinstance(data, FeedData)
    return data


def _failed_visit(feed: FeedForUpdate, *, error: EngineError, now: datetime) -> FeedVisit:
    retry_after = error.facts.get("retry_after_s")
    past = FeedPast(
        interval_s=feed.interval_s,
        failures=feed.failures + 1,
        retry_after_s=float(retry_after) if retry_after is not None else None,
        gone=error.trouble is Trouble.GONE,
    )
    decision = feeds.choose_next_visit(past, now=now, shortest_s=feed.shortest_s)
    return FeedVisit(data=None, next=decision, trouble=error.trouble, facts=error.facts)


def _next_visit(
    feed: FeedForUpdate, *, reply: Reply, data: FeedData | None, now: datetime
) -> VisitDecision:
    new = 0
    if data is not None:
        new = sum(1 for entry in data.entries if entry.key not in feed.known_keys)
    past = FeedPast(
        interval_s=feed.interval_s,
        new_entries=new,
        entries_per_day=feed.entries_per_day,
        max_age_s=_max_age(reply, data),
    )
    return feeds.choose_next_visit(past, now=now, shortest_s=feed.shortest_s)


def _max_age(reply: Reply, data: FeedData | None) -> float | None:
    """Seconds for which the server says that its answer stays fresh: Cache-Control, else ttl."""
    for part in (reply.header("cache-control") or "").lower().split(","):
        name, _equals, value = part.strip().partition("=")
        if name == "max-age" and value.strip('"').isdigit():
            return float(min(int(value.strip('"')), 31 * 86_400))
    if data is not None and data.ttl_minutes:
        return float(data.ttl_minutes * 60)
    return None


def read_page(
    url: str,
    *,
    http: Http,
    reader: Reader,
    store: WarcStore | None,
    now: datetime,
    hint_language: str | None = None,
    hint_title: str | None = None,
) -> PageRead:
    """Fetch a page, keep its record, read it. Never raises for the page's fault."""
    try:
        reply = http.fetch(url, accept=PAGE_ACCEPT, want="page")
    except EngineError as error:
        return PageRead(page=None, trouble=error.trouble, facts=error.facts)
    told = {"fetched_at": reply.fetched_at, "final_url": reply.final_url}
    try:
        page: PageData = reader.run(
            "haidang.engine.extract:extract_page",
            reply.body,
            url=reply.final_url,
            content_type=reply.header("content-type"),
            now=now,
            hint_language=hint_language,
            hint_title=hint_title,
            robots_header=reply.header("x-robots-tag"),
        )
    except EngineError as error:
        record = store.append(reply) if store else None
        return PageRead(page=None, record=record, trouble=error.trouble, facts=error.facts, **told)  # type: ignore[arg-type]  # the two keys above
    # A publisher that says `noarchive` keeps its page to itself: text and hash only.
    record = store.append(reply) if store and not page.noarchive else None
    if page.kind is PageKind.EMPTY or not page.text.strip():
        return PageRead(page=None, record=record, trouble=Trouble.NO_TEXT, **told)  # type: ignore[arg-type]  # the two keys above
    return PageRead(page=page, record=record, **told)  # type: ignore[arg-type]  # the two keys above


def pause_before_try(number: int) -> timedelta:
    """How long to wait before reading a page again; `number` counts the tries so far, from 1."""
    return timedelta(minutes=2 * 4 ** min(number - 1, 5))
