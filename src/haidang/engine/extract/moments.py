"""When a page was published and changed: the page's own statements first, guesses last.

Refuses a moment in the future: a date more than ten minutes ahead of `now` is no date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from urllib.parse import urlsplit

from haidang.engine.extract.blocks import Blocks, Reading, texts_within
from haidang.engine.extract.jsonld import SaidOfItself
from haidang.engine.extract.markup import Markup
from haidang.engine.extract.meta import Head, text_of
from haidang.engine.extract.tags import attributes_of, part
from haidang.engine.text.dates import VIETNAM, read_date
from haidang.engine.types import Precision, When

AHEAD_MAX = timedelta(minutes=10)
VISIBLE_MAX = 80
"""A longer text that holds a date is prose, not a dateline."""

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "og:published_time", "pubdate",
    "publishdate", "publish_date", "publish-date", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
    "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "article_date_original", "originalpublicationdate", "date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "article:modified",
    "datemodified",
    "dcterms.modified",
    "lastmod",
    "last-modified",
)
# What may not stand before a word is asked behind it: so the search can go by the first letters.
_DATED = re.compile(
    "date|publish|(?:"
    + "|".join(rf"{word}(?<![^-_ ]{word})" for word in ("time", "posted", "timestamp", "ngay"))
    + r"|thoi(?<![^-_ ]thoi)-?gian)(?:$|[-_ ])"
)
_OTHERS = re.compile(
    r"related|sidebar|comment|footer|widget|most-?read|latest|lien-?quan|header-?top|weather"
)
_NOT_OURS = frozenset(
    "<aside <footer related comment comments latest weather current today now clock copyright".split()
)
_CLOCK = re.compile(r"current|today|now|clock|server")
_DIGIT = re.compile(r"\d")
_IN_URL = re.compile(r"/(20\d{2})[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?=[/-]|$)")
_DATELINES = frozenset(("<div", "<li", "<p"))
_ANCESTORS_MAX = 12
TIMES_MAX, DATED_MAX, LINES_MAX = 50, 40, 40


def read_moments(
    reading: Reading,
    *,
    markup: Markup,
    start: int,
    head: Head,
    said: SaidOfItself,
    url: str,
    language: str | None,
    now: datetime,
) -> tuple[When | None, When | None]:
    """(published, modified), each None where the page does not tell or tells the future.

    `start` is the number of the text's first block. Order for the first: JSON-LD, meta elements, `time` elements, visible datelines, the address,
    then a short line on the page that tells a date. The modification never lies before the
    publication. Times without a zone are Vietnam's on Vietnamese pages, else UTC.
    """
    zone = _zone(url, language)
    latest = now + AHEAD_MAX
    sources = _published(
        reading, markup=markup, start=start, head=head, said=said, url=url, zone=zone
    )
    published = next((when for when in sources if when and when.at <= latest), None)
    changed = (_read(told, zone) for told in (said.modified, head.first(_MODIFIED)))
    modified = next((when for when in changed if when and when.at <= latest), None)
    if modified and published and modified.at < published.at:
        modified = None
    return published, modified


def _zone(url: str, language: str | None) -> tzinfo:
    host = (urlsplit(url).hostname or "").lower()
    return VIETNAM if host.endswith(".vn") or (language or "").lower().startswith("vi") else UTC


def _read(told: str, zone: tzinfo) -> When | None:
    return read_date(told, default_zone=zone) if told else None


def _published(
    reading: Reading,
    *,
    markup: Markup,
    start: int,
    head: Head,
    said: SaidOfItself,
    url: str,
    zone: tzinfo,
) -> Iterator[When | None]:
    yield _read(said.published, zone)
    yield from (_read(told, zone) for told in head.every(_PUBLISHED))
    yield from (_read(told, zone) for told in _time_elements(reading, markup))
    yield from (_read(told, zone) for told in _datelines(reading, markup))
    if in_url := _IN_URL.search(url):
        yield _read("-".join(in_url.groups()), zone)
    yield from (_as_day(_read(told, zone)) for told in _short_lines(reading.blocks, start))


def _time_elements(reading: Reading, markup: Markup) -> Iterator[str]:
    """What `time` elements tell, those that call themselves a publication's first."""
    found = [
        (attributes_of(part(markup.tags[noted.at])[1]), noted.at)
        for noted in reading.noted
        if noted.name == "time"
        and not _stands_among_others(reading.blocks, noted.home, in_link=noted.in_link)
    ][:TIMES_MAX]
    named = [
        one
        for one in found
        if "publish" in one[0].get("itemprop", "").lower() or "pubdate" in one[0]
    ]
    for attributes, at in (named + found)[:6]:
        yield attributes.get("datetime") or text_of(markup, at, most=VISIBLE_MAX)
    for noted in reading.noted:
        if noted.name != "time" and "datePublished" in markup.tags[noted.at]:
            attributes = attributes_of(part(markup.tags[noted.at])[1])
            yield attributes.get("content") or text_of(markup, noted.at, most=VISIBLE_MAX)


def _datelines(reading: Reading, markup: Markup) -> Iterator[str]:
    """The texts of elements that call themselves a date, in the order of the page."""
    blocks, found = reading.blocks, list[tuple[int, int]]()
    for number, noted in enumerate(reading.noted):
        attributes = attributes_of(part(markup.tags[noted.at])[1])
        named = f"{attributes.get('class', '')} {attributes.get('id', '')}".lower()
        if (
            noted.name != "time"
            and _is_dateline(named)
            and not _stands_among_others(blocks, noted.home, in_link=noted.in_link)
        ):
            found.append((noted.home, number))
    looks = {
        look
        for look, names in enumerate(blocks.named)
        if names[0] in _DATELINES and _is_dateline("-".join(names[1:]))
    }
    for element, look in enumerate(blocks.looks):
        if look in looks:
            parent = max(0, blocks.parents[element])
            if not _stands_among_others(blocks, parent, in_link=False):
                found.append((element, -1))
    for element, number in sorted(found)[:DATED_MAX]:
        if number >= 0:
            text = text_of(markup, reading.noted[number].at, most=VISIBLE_MAX)
        else:
            text = " ".join(texts_within(blocks, element, most=VISIBLE_MAX))
        if 6 <= len(text) <= VISIBLE_MAX and _DIGIT.search(text):
            yield text


def _is_dateline(named: str) -> bool:
    return _DATED.search(named) is not None and _CLOCK.search(named) is None


def _stands_among_others(blocks: Blocks, element: int, *, in_link: bool) -> bool:
    """Whether a tag belongs to another article: a side column, a list of links, a comment."""
    for _ in range(_ANCESTORS_MAX):
        if in_link or blocks.tags[element] == "aside":
            return True
        if element == 0:
            break
        if _tells_of_others(blocks.named[blocks.looks[element]]):
            return True
        element = blocks.parents[element]
    return False


@lru_cache(maxsize=4_096)
def _tells_of_others(names: tuple[str, ...]) -> bool:
    return _OTHERS.search("-".join(names[1:])) is not None


def _short_lines(blocks: Blocks, start: int) -> Iterator[str]:
    """Short blocks with digits, the nearest to the start of the text first, none that tells of others."""
    apart = [not _NOT_OURS.isdisjoint(names) for names in blocks.named]
    others = [False]
    for look, parent in zip(blocks.looks[1:], blocks.parents[1:], strict=True):
        others.append(others[parent] or apart[look])
    lines = [
        (abs(at - start), text)
        for at, (text, home) in enumerate(zip(blocks.texts, blocks.homes, strict=True))
        if len(text) <= VISIBLE_MAX and not others[home] and _DIGIT.search(text)
    ]
    return (text for _, text in sorted(lines)[:LINES_MAX])


def _as_day(when: When | None) -> When | None:
    """A guess, hence only a day; a lone month is not even that."""
    return When(when.at, Precision.DAY) if when and when.precision != Precision.MONTH else None
