"""One publication as it stands at one moment: which version of each article, at which address, when.

The pages and the feeds are drawn from an `Issue`; it knows nothing of HTTP.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from haidang.project.demo.press.papers import Article, Papers, Publication
from haidang.project.demo.press.writing import Version

_WORDS_IN_PATH = 12
_WITHOUT_WORDS_IN_PATH = frozenset({"zh", "ja", "ko"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An article as it stands: `version` is the one readers see now. Times in the paper's zone."""

    article: Article
    version: Version
    path: str
    picture: str
    published: datetime
    updated: datetime
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A publication with all its items, the newest first. `base`: its address without a slash."""

    publication: Publication
    base: str
    items: tuple[Item, ...]
    opened_at: datetime  # in the paper's zone

    @property
    def feed_url(self) -> str:
        return self.base + self.publication.feed_path

    @property
    def updated(self) -> datetime:
        return max((item.updated for item in self.items), default=self.opened_at)

    @property
    def sections(self) -> tuple[str, ...]:
        """The six sections with the most items."""
        names = [item.article.section for item in self.items if item.article.section]
        by_size = sorted(dict.fromkeys(names), key=lambda name: -names.count(name))
        return tuple(by_size[:6])

    def find_related(self, item: Item) -> tuple[Item, ...]:
        """Up to four others: of the same section first, then the newest."""
        others = [other for other in self.items if other.path != item.path]
        others.sort(key=lambda other: other.article.section != item.article.section)
        return tuple(others[:4])


def make_issue(
    papers: Papers, publication: Publication, *, base: str, opened_at: datetime, later: bool
) -> Issue:
    """`later`: show what was changed after publication; a change is dated `opened_at`."""
    zone = timezone(timedelta(hours=publication.utc_offset))
    local = opened_at.astimezone(zone).replace(second=0, microsecond=0)
    items = tuple(
        _make_item(article, language=publication.language, opened_at=local, later=later)
        for article in papers.find_articles(publication.key)
    )
    return Issue(publication=publication, base=base, items=items, opened_at=local)


def _make_item(article: Article, *, language: str, opened_at: datetime, later: bool) -> Item:
    published = opened_at - timedelta(minutes=round(article.hours_ago * 60))
    changed = later and article.later is not None
    version = article.later if later and article.later else article.first
    return Item(
        article=article,
        version=version,
        path=_make_path(article, language=language, published=published),
        picture=f"/picture/{to_number(article.key)}.svg",
        published=published,
        updated=opened_at if changed else published,
        changed=changed,
    )


def _make_path(article: Article, *, language: str, published: datetime) -> str:
    """Words of the first headline, so that a later one leaves the address alone; CJK by the day."""
    number = to_number(article.key)
    if language in _WITHOUT_WORDS_IN_PATH:
        return f"/{published:%Y/%m/%d}/{number}.html"
    section = to_path(article.section) or "news"
    return f"/{section}/{to_path(article.first.title)}-{number}.html"


def to_number(key: str) -> int:
    """A number of eight figures that stays the same for one key."""
    return 10_000_000 + zlib.crc32(key.encode()) % 90_000_000


def to_path(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, as newspapers write addresses; "" for CJK."""
    bare = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    words = re.findall(r"[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c)))
    return "-".join(words[:_WORDS_IN_PATH])
