"""The order of the steps, for a desk with tables and for a digest in memory alike.

    visit_feed:  gate ──► sandbox[ read as feed ] ──► when to come back, and entries
                     (several requests where the feed needs them: `gathering`)
    read_page:   gate ──► archive (WARC) ──► sandbox[ look over, extract ] ──► page
    Grouper:     page ──► fingerprint: reprint of what? ──► which story, and why

Nothing here writes to a database, and nothing raises for a stranger's fault: what went wrong comes
back as a trouble with its facts, so that one bad source never stops a batch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from haidang.engine import feeds
from haidang.engine.archive import WarcStore
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.gathering import Gatherer, Source
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
ETAG_MAX, DATE_MAX = (
    512,
    100,
)  # a longer validator is cut: it then never fits, and the page comes whole
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
    is_new: bool = False  # its kind is not known yet: a home page may lead to its feed
    is_first: bool = False  # never read before: older pages are read too
    selector: str = ""  # where the headlines of the page stand, and whether a person said so
    selector_given: bool = False
    since: datetime | None = None  # sitemaps of an index that are surely older are passed over
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
    found_url: str = ""  # where the feed proved to be, when a page led to it
    hub_url: str = ""  # who tells of new entries (WebSub), and under which name it knows the feed
    topic_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRead:
    """What came of reading a page."""

    page: PageData | None
    record: RecordPlace | None = None
    fetched_at: datetime | None = None
    final_url: str = ""
    trouble: Trouble | None = None
    facts: dict[str, str | int | float] = field(default_factory=dict)
    etag: str = ""
    last_modified: str = ""
    unchanged: bool = False  # the server said so (304), or the page says what is known already

    @property
    def worth_another_try(self) -> bool:
        if self.trouble is Trouble.HTTP_STATUS:
            return int(self.facts.get("status", 0)) >= 500
        return self.trouble in PASSING


def visit_feed(
    feed: FeedForUpdate,
    *,
    http: Http,
    reader: Reader,
    now: datetime,
    may_follow: Callable[[str], bool] = bool,
) -> FeedVisit:
    """Visit a feed once and decide when to come back. Never raises for the feed's fault.

    `may_follow`: whether an address that a home page announces may be followed (promise 1).
    """
    try:
        reply = http.fetch(
            feed.url,
            etag=feed.etag or None,
            last_modified=feed.last_modified or None,
            accept=FEED_ACCEPT,
            want="feed",
        )
        if reply.not_modified and not (feed.etag or feed.last_modified):
            # Nothing was there to compare with: the server withholds its feed.
            raise EngineError(Trouble.HTTP_STATUS, status=reply.status)
        if reply.not_modified:
            return FeedVisit(
                data=None,
                next=_next_visit(feed, reply=reply, data=None, now=now),
                etag=feed.etag,
                last_modified=feed.last_modified,
            )
        gatherer = Gatherer(
            ask=lambda url: http.fetch(url, accept=FEED_ACCEPT, want="feed"),
            read=reader.run,
            now=now,
            may_follow=may_follow,
        )
        found = gatherer.gather(_source_of(feed), reply)
    except EngineError as error:
        return _failed_visit(feed, error=error, now=now)
    keeps = found.keeps_validators
    return FeedVisit(
        data=found.data,
        next=_next_visit(feed, reply=found.reply, data=found.data, now=now),
        etag=(found.reply.header("etag") or "") if keeps else "",
        last_modified=(found.reply.header("last-modified") or "") if keeps else "",
        found_url=found.url if found.url != feed.url else "",
        hub_url=found.ways.hub_url or "",
        topic_url=found.ways.topic_url or "",
    )


def _source_of(feed: FeedForUpdate) -> Source:
    return Source(
        url=feed.url,
        is_page=feed.is_page,
        is_new=feed.is_new,
        is_first=feed.is_first,
        selector=feed.selector,
        selector_given=feed.selector_given,
        since=feed.since,
        known_keys=feed.known_keys,
    )


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
    etag: str = "",
    last_modified: str = "",
    is_known: Callable[[PageData], bool] | None = None,
) -> PageRead:
    """Fetch a page, keep its record, read it. Never raises for the page's fault.

    For another look: the validators told the last time, and `is_known`, whether a page says what is
    known already (then no record is kept of it).
    """
    try:
        reply = http.fetch(
            url,
            accept=PAGE_ACCEPT,
            want="page",
            etag=etag or None,
            last_modified=last_modified or None,
        )
    except EngineError as error:
        return PageRead(page=None, trouble=error.trouble, facts=error.facts)
    told = {"fetched_at": reply.fetched_at, "final_url": reply.final_url}
    if reply.not_modified and (etag or last_modified):
        return PageRead(page=None, unchanged=True, **told)  # type: ignore[arg-type]  # the two keys above
    if reply.not_modified:
        facts = {"status": reply.status}
        return PageRead(page=None, trouble=Trouble.HTTP_STATUS, facts=facts, **told)  # type: ignore[arg-type]  # the two keys above
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
    known = bool(is_known and is_known(page))
    record = store.append(reply) if store and not (page.noarchive or known) else None
    if page.kind is PageKind.EMPTY or not page.text.strip():
        return PageRead(page=None, record=record, trouble=Trouble.NO_TEXT, **told)  # type: ignore[arg-type]  # the two keys above
    validators = {
        "etag": (reply.header("etag") or "")[:ETAG_MAX],
        "last_modified": (reply.header("last-modified") or "")[:DATE_MAX],
    }
    return PageRead(page=page, record=record, unchanged=known, **told, **validators)  # type: ignore[arg-type]  # the four keys above


def pause_before_try(number: int) -> timedelta:
    """How long to wait before reading a page again; `number` counts the tries so far, from 1."""
    return timedelta(minutes=2 * 4 ** min(number - 1, 5))
