"""The values that pass between the steps of the engine: frozen, named by their stage.

Times are aware UTC. Texts are NFC. Addresses are absolute http(s) URLs of at most 2,048 characters.
Nothing here names an author: bylines are never data (promise 2).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

URL_MAX = 2_048
TITLE_MAX = 1_000


class Precision(StrEnum):
    """How exactly a source told a date."""

    TIME = "time"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class When:
    """A moment as told by a source: `at` in UTC, and how exactly it was told."""

    at: datetime
    precision: Precision = Precision.TIME


# ---------------------------------------------------------------- net


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One redirect: from where, with which status, to where."""

    url: str
    status: int
    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered (2xx or 304 only; all else is an EngineError)."""

    url: str  # as asked
    final_url: str  # after redirects
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]  # as sent, in order, names as sent
    body: bytes  # decoded; empty on 304
    raw_body: bytes  # as on the wire, after de-chunking, before decompression
    fetched_at: datetime
    peer: str = ""  # the address that was connected to
    hops: tuple[Hop, ...] = ()

    @property
    def not_modified(self) -> bool:
        return self.status == 304

    def header(self, name: str) -> str | None:
        """The first header of that name, or None."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


# ---------------------------------------------------------------- feeds


class FeedKind(StrEnum):
    """What a feed turned out to be."""

    RSS = "rss"
    ATOM = "atom"
    JSON = "json"
    SITEMAP = "sitemap"
    PAGE = "page"  # a page without a feed: its links are the entries


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryData:
    """One entry as the feed gave it, cleaned: plain text, absolute address."""

    key: str  # guid or, failing that, the address; unique within the feed
    url: str
    title: str
    summary: str = ""
    published: When | None = None
    updated: When | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedData:
    """A feed as read. `ill_formed` feeds are read as far as they go."""

    kind: FeedKind
    title: str = ""
    home_url: str | None = None
    language: str | None = None
    entries: tuple[EntryData, ...] = ()
    ill_formed: bool = False
    left_out: int = 0  # entries over the cap, or without a usable address
    ttl_minutes: int | None = None
    next_url: str | None = None  # where older entries stand (RFC 5005)
    hub_url: str | None = None  # who tells of new entries (WebSub) ...
    topic_url: str | None = None  # ... and under which name it knows this feed
    selector: str = ""  # of a page without a feed: where its headlines stood


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapPlace:
    """A sitemap that an index names. `news`: by its name, it lists the latest."""

    url: str
    changed: When | None = None
    news: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapData:
    """One sitemap file as read: an index names other sitemaps, any other file names pages."""

    pages: tuple[EntryData, ...] = ()
    places: tuple[SitemapPlace, ...] = ()
    is_index: bool = False
    left_out: int = 0  # pages or sitemaps over the cap, undated where dates are asked for, unusable


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPast:
    """What choosing the next visit needs to know of the visits so far."""

    interval_s: float  # the pause before this visit
    failures: int = 0  # in a row, this one included
    new_entries: int = 0  # at this visit
    entries_per_day: float | None = None  # over the last fortnight, where known
    retry_after_s: float | None = None
    max_age_s: float | None = None  # Cache-Control or ttl
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDecision:
    """When to come back, and why. `at` None: never again (the feed is gone)."""

    at: datetime | None
    interval_s: float
    why: str  # a word of feeds.VISIT_REASONS


# ---------------------------------------------------------------- extract


class PageKind(StrEnum):
    """What a fetched page turned out to be."""

    ARTICLE = "article"
    PAYWALL = "paywall"
    CONSENT = "consent"
    EMPTY = "empty"  # a page with no text of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class PageData:
    """An article as read from its page. Paragraphs of `text` are separated by one newline."""

    title: str
    lead: str
    text: str
    kind: PageKind = PageKind.ARTICLE
    published: When | None = None
    modified: When | None = None
    canonical_url: str | None = None  # only within the same registrable domain
    language: str = "und"  # BCP 47, "und" where unknown
    section: str = ""
    image_url: str | None = None
    noarchive: bool = False


# ---------------------------------------------------------------- text


class Change(StrEnum):
    """One piece of a word difference."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Difference:
    change: Change
    text: str


# ---------------------------------------------------------------- group


class ReprintKind(StrEnum):
    """How a reprint relates to its original."""

    VERBATIM = "verbatim"
    EDITED = "edited"
    CUT = "cut"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleForGrouping:
    """What the grouper needs of an article. `id` is the caller's; any unique int."""

    id: int
    publication: int  # the caller's number of the publication
    title: str
    lead: str
    text: str
    language: str
    published: datetime  # min(told by the source, first seen)
    first_seen: datetime
    section: str = ""
    canonical_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedArticle:
    """An article already placed, for rebuilding the window at start.

    `kept`: what `Grouper.keep` gave of it; title, lead and text are then not read and may be empty.
    `pinned`: a person placed it.
    """

    article: ArticleForGrouping
    story: int
    original: int | None = None  # the article it reprints
    kind: ReprintKind | None = None
    pinned: bool = False
    kept: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReprintDecision:
    """`copy` reprints `original`, the first of a chain. `share`: part of the copy's text found in it, 0..1.

    `through`: where that is less than a reprint must share, the earlier copy through which it came.
    """

    copy: int
    original: int
    kind: ReprintKind
    share: float
    through: int | None = None
    why: tuple[tuple[str, str], ...] = ()  # (reason word, detail) pairs; words of group.REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryDecision:
    """`story` None: a new story. `score` 0..1 against the best article of the story."""

    story: int | None
    score: float = 0.0
    nearest: int | None = None  # the article it stood nearest to
    why: tuple[tuple[str, str], ...] = ()  # (reason word, detail) pairs; words of group.REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryCall:
    """An original placed earlier that now comes into another story, reprints with it."""

    article: int
    why: tuple[tuple[str, str], ...] = ()  # (reason word, detail) pairs; words of group.REASONS


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMend:
    """Originals placed earlier that leave their story together, reprints with them."""

    articles: tuple[int, ...]
    story: int | None  # where they go; None: to a new story of their own
    why: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """All that follows from one article's arrival."""

    story: StoryDecision
    reprint: ReprintDecision | None = None  # this article is a copy
    translated_from: int | None = None  # this article is an original, translated from that one
    reparented: tuple[ReprintDecision, ...] = ()  # earlier arrivals that now copy this (late) one
    called: tuple[StoryCall, ...] = ()  # earlier arrivals that come into this one's story
    mend: StoryMend | None = None  # what shows by now of a story, this one or another

    def moves(self, *, story: int, opened: int | None) -> list[tuple[int, int]]:
        """(article, story) of the originals placed earlier that now stand elsewhere, reprints with them.

        `story` is that of the article at hand; `opened` the one that the caller opened for what leaves
        its own, None if it opened none: then that stays.
        """
        moved = [(call.article, story) for call in self.called]
        if self.mend is not None:
            home = opened if self.mend.story is None else self.mend.story
            if home is not None:
                moved += [(article, home) for article in self.mend.articles]
        return moved


# ---------------------------------------------------------------- archive


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPlace:
    """Where a WARC record lies. The caller keeps this as the manifest."""

    file: str  # relative to the store
    offset: int
    length: int  # bytes of the compressed record
    sha256: str  # of those bytes, hex
    payload_sha256: str  # of the page as decoded, hex
    record_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFault:
    """A record that no longer is what the manifest says. `what`: missing, cut, changed."""

    place: RecordPlace
    what: str
    facts: dict[str, str] = field(default_factory=dict)


# ---------------------------------------------------------------- import


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """One article of an import file. `source` is the name that the file gives its publication."""

    url: str
    source: str
    page: PageData
    seen: datetime | None = None  # when somebody fetched the page, if the file tells


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsRead:
    """What a stretch of an import file held. `faults`: (line number, word) of rows left out."""

    rows: tuple[ImportedRow, ...]
    faults: tuple[tuple[int, str], ...] = ()
    fields_left_out: tuple[str, ...] = ()  # names of fields that were not read, one for each sight


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignPage:
    """A page out of another's WARC file."""

    url: str
    content_type: str
    robots_header: str | None
    body: bytes
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignPages:
    """Some pages of a WARC file. `next_start`: the byte to go on from; None: the end."""

    pages: tuple[ForeignPage, ...]
    passed_over: int = 0
    next_start: int | None = None
    damaged: bool = False  # the file ends in the middle of a record
