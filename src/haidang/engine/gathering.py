"""One visit that takes several requests: sitemaps of an index, older pages, the feed of a home page.

    answer of the address ──► feed ──────────────► its older pages, where there are any
                         ├──► index of sitemaps ─► sitemaps, the latest news first
                         ├──► page without a feed ► its headlines
                         └──► any other page ────► the best feed it announces, else a sitemap, else
                                                   its headlines (only while the kind is unknown)

Every way is bounded in requests and in time, and each address is asked once. What came before a fault
is kept: only a visit that brought nothing at all is a failed one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from haidang.engine import feeds
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.types import EntryData, FeedData, FeedKind, Reply, SitemapData

WALK_S = 90.0  # after so long no further request of a visit is begun
CANDIDATES = 5  # feeds of a home page that are looked at
ENOUGH = 3  # entries of a living feed that end the search

Ask = Callable[[str], Reply]
Read = Callable[..., Any]

# After these there is no use in asking the same host for the next file.
_STOPS = frozenset({Trouble.HOST_BUSY, Trouble.CONNECT_FAILED, Trouble.NO_SUCH_HOST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What gathering needs to know of a feed."""

    url: str
    is_page: bool = False
    is_new: bool = False  # its kind is not known yet: a home page may lead to its feed
    is_first: bool = False  # never read before
    selector: str = ""
    selector_given: bool = False
    since: datetime | None = None  # sitemaps of an index that are surely older are passed over
    known_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was gathered, at which address, and the answer whose validators are to be kept."""

    url: str
    data: FeedData
    reply: Reply
    ways: feeds.Ways = field(default_factory=feeds.Ways)
    keeps_validators: bool = True


@dataclass(slots=True)
class Gatherer:
    """`ask` fetches an address, `read` runs a function of the engine in the sandbox.

    `may_follow` says whether an address that a page announces may be followed at all (promise 1).
    """

    ask: Ask
    read: Read
    now: datetime
    may_follow: Callable[[str], bool]
    _ends: float = field(default_factory=lambda: time.monotonic() + WALK_S)

    def gather(self, source: Source, reply: Reply) -> Found:
        """The feed behind an answer. Raises EngineError when nothing could be read."""
        if source.is_page:
            return self._read_page(source, reply)
        try:
            return self._read_feed(source, reply)
        except EngineError as error:
            lost = error.trouble is Trouble.NOT_A_FEED and error.facts.get("saw") == "html"
            if not (source.is_new and lost):
                raise
            return self._discover(source, reply, fault=error)

    def _read_page(self, source: Source, reply: Reply) -> Found:
        data = self._run(
            "read_page_links", reply, selector=source.selector, given=source.selector_given
        )
        return Found(url=source.url, data=data, reply=reply)

    def _read_feed(self, source: Source, reply: Reply) -> Found:
        try:
            data = self._run("parse_feed", reply)
        except EngineError as error:
            if error.facts.get("detail") != "sitemapindex":
                raise
            return self._walk_index(source, reply)
        ways = feeds.read_ways(reply.headers, data=data, url=reply.final_url)
        data = self._follow_pages(source, data, reply=reply, next_url=ways.next_url)
        return Found(url=source.url, data=data, reply=reply, ways=ways)

    def _run(self, name: str, reply: Reply, **more: object) -> Any:
        return self.read(
            f"haidang.engine.feeds:{name}",
            reply.body,
            url=reply.final_url,
            content_type=reply.header("content-type"),
            now=self.now,
            **more,
        )

    def _has_time(self) -> bool:
        return time.monotonic() < self._ends

    # ------------------------------------------------------------ older pages

    def _follow_pages(
        self, source: Source, first: FeedData, *, reply: Reply, next_url: str | None
    ) -> FeedData:
        """The feed with its older pages (RFC 5005), at the first visit or when all of it is new."""
        if not (source.is_first or _is_all_new(first, source.known_keys)):
            return first
        pages, seen = [first], {source.url, reply.url, reply.final_url}
        known = set(source.known_keys)
        while next_url and next_url not in seen and self._wants_more(pages):
            if not feeds.is_same_site(next_url, reply.final_url):
                break
            seen.add(next_url)
            known.update(entry.key for entry in pages[-1].entries)
            try:
                older = self.ask(next_url)
                page: FeedData = self._run("parse_feed", older)
            except EngineError:
                break
            if all(entry.key in known for entry in page.entries):
                break
            seen.add(older.final_url)
            pages.append(page)
            next_url = feeds.read_ways(older.headers, data=page, url=older.final_url).next_url
        return feeds.join_pages(pages) if len(pages) > 1 else first

    def _wants_more(self, pages: list[FeedData]) -> bool:
        count = sum(len(page.entries) for page in pages)
        return len(pages) < feeds.PAGES_MAX and count < feeds.PAGED_ENTRIES_MAX and self._has_time()

    # ------------------------------------------------------------ sitemaps

    def _walk_index(self, source: Source, reply: Reply) -> Found:
        """The newest pages of the sitemaps that an index names. Raises the first fault if none came."""
        walk = feeds.SitemapWalk(url=reply.final_url, since=source.since)
        walk.add(self._run("read_sitemap", reply), depth=0)
        pages: dict[str, EntryData] = {}
        fault: EngineError | None = None
        for file in read_sitemaps(walk, ask=self.ask, read=self.read, now=self.now):
            fault = fault or file.fault
            for page in file.pages:
                pages.setdefault(page.url, page)
            stopped = file.fault is not None and file.fault.trouble in _STOPS
            if stopped or len(pages) >= feeds.ENTRIES_MAX or not self._has_time():
                break
        if fault is not None and not pages:
            raise fault
        entries = tuple(pages.values())[: feeds.ENTRIES_MAX]
        left_out = walk.left_out + len(pages) - len(entries)
        data = FeedData(kind=FeedKind.SITEMAP, entries=entries, left_out=left_out)
        # The index may stay as it is while a sitemap below it changes.
        return Found(url=source.url, data=data, reply=reply, keeps_validators=False)

    # ------------------------------------------------------------ discovery

    def _discover(self, source: Source, reply: Reply, *, fault: EngineError) -> Found:
        """The feed that a page announces, or what else tells its news. Raises `fault` if nothing does."""
        announced = self.read("haidang.engine.feeds:find_feeds", reply.body, url=reply.final_url)
        by_address = feeds.find_channel_feed(source.url)
        candidates = [*announced, *([by_address] if by_address else [])]
        found = self._choose(source, candidates)
        if found is None or not self._is_alive(found):
            roots = [urljoin(reply.final_url, path) for path in feeds.SITEMAPS_GUESSED]
            sitemap = self._choose(source, roots)
            if sitemap is not None and self._is_alive(sitemap):
                found = sitemap
        if found is not None:
            return found
        try:
            return self._read_page(source, reply)
        except EngineError as error:
            raise (fault if error.trouble is Trouble.NO_LINKS else error) from None

    def _choose(self, source: Source, candidates: list[str]) -> Found | None:
        """The first feed that lives, or else the one that did last; None if none can be read."""
        readable: list[Found] = []
        for url in [one for one in dict.fromkeys(candidates) if self.may_follow(one)][:CANDIDATES]:
            if url == source.url or not self._has_time():
                continue
            try:
                one = Source(url=url, is_first=True)
                found = self._read_feed(one, self.ask(url))
            except EngineError as error:
                if error.trouble in _STOPS:
                    break
                continue
            if self._is_alive(found) and len(found.data.entries) >= ENOUGH:
                return found
            if found.data.entries:
                readable.append(found)
        return max(readable, key=lambda one: feeds.rank_feed(one.data, now=self.now), default=None)

    def _is_alive(self, found: Found) -> bool:
        return feeds.rank_feed(found.data, now=self.now)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapFile:
    """One file of a walk: its pages, or why it could not be read; `waiting`: files still to come."""

    url: str
    waiting: int
    pages: tuple[EntryData, ...] = ()
    left_out: int = 0
    fault: EngineError | None = None


def read_sitemaps(
    walk: feeds.SitemapWalk,
    *,
    ask: Ask,
    read: Read,
    now: datetime,
    most: int = feeds.ENTRIES_MAX,
) -> Iterator[SitemapFile]:
    """The files of a walk in its order, at most `most` pages each, within the walk's days if it has any."""
    while (place := walk.next_place()) is not None:
        depth, url = place
        try:
            reply = ask(url)
            sitemap: SitemapData = read(
                "haidang.engine.feeds:read_sitemap",
                reply.body,
                url=reply.final_url,
                content_type=reply.header("content-type"),
                now=now,
                since=walk.since if walk.by_day else None,
                until=walk.until if walk.by_day else None,
                most=most,
            )
        except EngineError as error:
            yield SitemapFile(url=url, waiting=walk.waiting(), fault=error)
            continue
        walk.add(sitemap, depth=depth)
        yield SitemapFile(
            url=url, waiting=walk.waiting(), pages=sitemap.pages, left_out=sitemap.left_out
        )


def _is_all_new(data: FeedData, known: frozenset[str]) -> bool:
    return bool(data.entries) and all(entry.key not in known for entry in data.entries)
