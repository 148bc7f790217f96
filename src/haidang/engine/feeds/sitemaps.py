"""Sitemaps: one file at a time, and in which order to read the files of an index.

An index may name fifty thousand sitemaps, itself among them. So the walk is bounded: two levels of
indexes, a number of files, each file once, and only files on the index's own site. What lists the
latest news comes first, then what changed last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds import mend
from haidang.engine.feeds.decode import decode_text, refuse_other_media
from haidang.engine.feeds.entries import ENTRIES_MAX, to_feed_data
from haidang.engine.feeds.parse import ever_more_mended, find_root
from haidang.engine.feeds.plain import absolute_url
from haidang.engine.feeds.ways import is_same_site
from haidang.engine.feeds.xml_feed import parse_xml, read_xml
from haidang.engine.sandbox import look_over
from haidang.engine.text.dates import read_date
from haidang.engine.types import Precision, SitemapData, SitemapPlace, When

DEPTH_MAX = 2
FILES_MAX = 50
PLACES_READ, PLACES_MAX = 50_000, 10_000  # of one index: looked at (sitemaps.org), and taken
SITEMAP_PAGES_MAX = 20_000  # of one file at once, the newest: what a child has read in its time
SITEMAPS_GUESSED = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml")

_NEWS = re.compile(
    r"(?:^|[/_.-])(?:google-?)?(?:news|latest|moi-nhat|tin-moi)(?:[/_.-]|$)", re.IGNORECASE
)
# 2024-05-31, 2024/05, 202405, 2024: what the names of old sitemaps carry.
_DAY_IN_NAME = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-_/.]?(0[1-9]|1[0-2])(?:[-_/.]?(0[1-9]|[12]\d|3[01]))?)?(?!\d)"
)


def read_sitemap(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    most: int = ENTRIES_MAX,
) -> SitemapData:
    """A sitemap or an index of sitemaps (or a feed in its place), fetched from `url` at `now`.

    With `since` or `until` (aware) only pages with a date in between count. Meant for the sandbox.
    Errors: NOT_A_FEED, BAD_FEED, HOSTILE_MARKUP.
    """
    root = _read_root(body, content_type=content_type)
    if _local(root) == "sitemapindex":
        return _read_index(root, url=url)
    feed = to_feed_data(
        read_xml(root),
        url=url,
        now=now,
        most=min(most, SITEMAP_PAGES_MAX),
        since=since,
        until=until,
    )
    return SitemapData(pages=feed.entries, left_out=feed.left_out)


def _read_root(body: bytes, *, content_type: str | None) -> Any:
    refuse_other_media(body)
    bare = mend.drop_outside_type(
        mend.drop_declaration(decode_text(body, content_type=content_type).text)
    )
    clean = mend.drop_forbidden(bare)
    text = clean[find_root(clean, index=True) :]
    look_over(text.encode("utf-8", "replace"), kind="xml")
    for form in ever_more_mended(text):
        try:
            return parse_xml(form)
        except ValueError:
            continue
    try:
        return parse_xml(text, recover=True)
    except ValueError:
        raise EngineError(Trouble.BAD_FEED, detail="unreadable") from None


def _read_index(root: Any, *, url: str) -> SitemapData:
    places: dict[str, SitemapPlace] = {}
    left_out = 0
    for element in root:
        if not isinstance(element.tag, str) or _local(element) != "sitemap":
            continue
        address = absolute_url(element.findtext("{*}loc") or "", base=url)
        if address is None or len(places) == PLACES_READ:
            left_out += 1
            continue
        changed = read_date((element.findtext("{*}lastmod") or "").strip())
        news = bool(_NEWS.search(urlsplit(address).path))
        places.setdefault(address, SitemapPlace(url=address, changed=changed, news=news))
    taken = list(places.values())
    if len(taken) > PLACES_MAX:
        left_out += len(taken) - PLACES_MAX
        taken = sorted(taken, key=_rank)[:PLACES_MAX]
    return SitemapData(places=tuple(taken), is_index=True, left_out=left_out)


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower()


@dataclass(slots=True)
class SitemapWalk:
    """Which file comes next. `url`: the index; `since`, `until`: what is surely older or later is passed over.

    Pure: `next_place` gives an address, `add` takes what was read there.
    """

    url: str
    since: datetime | None = None
    until: datetime | None = None
    by_day: bool = False  # pages count only when dated between `since` and `until`
    files_max: int = FILES_MAX
    left_out: int = 0
    read: int = 0
    _waiting: list[tuple[int, SitemapPlace]] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def begin(self) -> None:
        """Read the walk's own address first, whatever it turns out to be."""
        self._seen.add(self.url)
        self._waiting.append((0, SitemapPlace(url=self.url)))

    def add(self, data: SitemapData, *, depth: int) -> None:
        """Take in the sitemaps of an index that stood at `depth` (0: the walk's own)."""
        self._seen.add(self.url)
        if depth >= DEPTH_MAX:
            self.left_out += len(data.places)
            return
        for place in data.places:
            if place.url in self._seen or not self._is_wanted(place):
                self.left_out += 1
                continue
            self._seen.add(place.url)
            self._waiting.append((depth + 1, place))
        self._waiting.sort(key=lambda one: _rank(one[1]))

    def next_place(self) -> tuple[int, str] | None:
        """Depth and address of the file to read now; None at the end."""
        if not self._waiting or self.read >= self.files_max:
            self.left_out += len(self._waiting)
            self._waiting.clear()
            return None
        self.read += 1
        depth, place = self._waiting.pop(0)
        return depth, place.url

    def waiting(self) -> int:
        """How many files are known and not read yet."""
        return min(len(self._waiting), self.files_max - self.read)

    def _is_wanted(self, place: SitemapPlace) -> bool:
        if not is_same_site(place.url, self.url):
            return False
        if self.since and place.changed and place.changed.at < self.since:
            # A day without an hour lasts until its end.
            return (
                place.changed.precision is not Precision.TIME and _end(place.changed) > self.since
            )
        span = _span_in_name(place.url)
        if span is None:
            return True
        starts_late = self.until is not None and span[0] >= self.until
        ended_early = self.since is not None and span[1] <= self.since
        return not (starts_late or ended_early)


def _rank(place: SitemapPlace) -> tuple[bool, float]:
    told = place.changed
    if told is None:
        span = _span_in_name(place.url)
        return not place.news, -(span[0].timestamp() if span else 0.0)
    return not place.news, -told.at.timestamp()


def _end(told: When) -> datetime:
    days = {Precision.DAY: 1, Precision.MONTH: 31}.get(told.precision, 0)
    return datetime.fromtimestamp(told.at.timestamp() + days * 86_400, UTC)


def _span_in_name(url: str) -> tuple[datetime, datetime] | None:
    """From when to when the pages of a sitemap are, by the date in its name, a day wider each way."""
    found = list(_DAY_IN_NAME.finditer(urlsplit(url).path))
    if len(found) != 1:
        return None
    year, month, day = (int(part) if part else 0 for part in found[0].groups())
    try:
        first = datetime(year, month or 1, day or 1, tzinfo=UTC).timestamp()
    except ValueError:
        return None
    days = 1 if day else 31 if month else 366
    wide = 86_400
    return (
        datetime.fromtimestamp(first - wide, UTC),
        datetime.fromtimestamp(first + days * 86_400 + wide, UTC),
    )
