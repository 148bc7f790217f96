"""When a page was published and changed: the page's own statements first, guesses last.

Refuses a moment in the future: a date more than ten minutes ahead of `now` is no date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from haidang.engine.extract.blocks import Blocks
from haidang.engine.extract.jsonld import SaidOfItself
from haidang.engine.extract.meta import Head, short_text
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
_DATED = re.compile(
    r"(?:^|[-_ ])(?:date|time|publish\w*|pub-?date|posted|timestamp|ngay|thoi-?gian|datetime)(?:$|[-_ ])|date|publish"
)
_OTHERS = re.compile(
    r"related|sidebar|comment|footer|widget|most-?read|latest|lien-?quan|header-?top|weather"
)
_NOT_OURS = frozenset(
    "<aside <footer related comment comments latest weather current today now clock copyright".split()
)
_MAYBE_DATED = ",".join(
    f'[{name}*="{part}" i]'
    for part in ("date", "time", "pub", "posted", "ngay", "gian")
    for name in ("class", "id")
)
_CLOCK = re.compile(r"current|today|now|clock|server")
_IN_URL = re.compile(r"/(20\d{2})[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?=[/-]|$)")
_ANCESTORS_MAX = 12
TIMES_MAX, DATED_MAX, LINES_MAX = 50, 200, 40


def read_moments(
    tree: LexborHTMLParser,
    *,
    blocks: Blocks,
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
    sources = _published(tree, blocks=blocks, start=start, head=head, said=said, url=url, zone=zone)
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
    tree: LexborHTMLParser,
    *,
    blocks: Blocks,
    start: int,
    head: Head,
    said: SaidOfItself,
    url: str,
    zone: tzinfo,
) -> Iterator[When | None]:
    yield _read(said.published, zone)
    for name in _PUBLISHED:
        yield _read(head.first((name,)), zone)
    yield from (_read(told, zone) for told in _time_elements(tree))
    yield from (_read(told, zone) for told in _datelines(tree))
    if in_url := _IN_URL.search(url):
        yield _read("-".join(in_url.groups()), zone)
    yield from (_as_day(_read(told, zone)) for told in _short_lines(blocks, start))


def _time_elements(tree: LexborHTMLParser) -> Iterator[str]:
    found = [
        element for element in tree.css("time")[:TIMES_MAX] if not _stands_among_others(element)
    ]
    named = [
        element
        for element in found
        if "publish" in (element.attributes.get("itemprop") or "").lower()
        or "pubdate" in element.attributes
    ]
    for element in (named + found)[:6]:
        yield element.attributes.get("datetime") or short_text(element, most=VISIBLE_MAX)
    for element in tree.css('[itemprop="datePublished"]:not(time):not(meta)')[:2]:
        yield element.attributes.get("content") or short_text(element, most=VISIBLE_MAX)


def _datelines(tree: LexborHTMLParser) -> Iterator[str]:
    told = 0
    for element in tree.css(_MAYBE_DATED)[:DATED_MAX]:
        named = _name_of(element)
        if (
            element.tag not in ("span", "div", "p", "li", "em", "small")
            or not _DATED.search(named)
            or _CLOCK.search(named)
            or _stands_among_others(element)
        ):
            continue
        text = short_text(element, most=VISIBLE_MAX)
        if 6 <= len(text) <= VISIBLE_MAX and any(char.isdigit() for char in text):
            yield text
            told += 1
            if told == 5:
                return


def _name_of(element: LexborNode) -> str:
    told = element.attributes
    return f"{told.get('class') or ''} {told.get('id') or ''}".lower()


def _stands_among_others(element: LexborNode) -> bool:
    """Whether the element belongs to another article: a side column, a list of links, a comment."""
    ancestor = element.parent
    for _ in range(_ANCESTORS_MAX):
        if ancestor is None or not ancestor.is_element_node:
            break
        if ancestor.tag in ("aside", "footer", "nav", "a") or (
            ancestor.tag != "body" and _OTHERS.search(_name_of(ancestor))
        ):
            return True
        ancestor = ancestor.parent
    return False


def _short_lines(blocks: Blocks, start: int) -> Iterator[str]:
    """Short blocks with digits, the nearest to the start of the text first, none that tells of others."""
    others = [False] * len(blocks.parents)
    for element in range(1, len(others)):
        names = blocks.names[element]
        others[element] = others[blocks.parents[element]] or not _NOT_OURS.isdisjoint(names)
    lines = [
        (abs(at - start), text)
        for at, (text, home) in enumerate(zip(blocks.texts, blocks.homes, strict=True))
        if len(text) <= VISIBLE_MAX and not others[home] and any(map(str.isdigit, text))
    ]
    return (text for _, text in sorted(lines)[:LINES_MAX])


def _as_day(when: When | None) -> When | None:
    """A guess, hence only a day; a lone month is not even that."""
    return When(when.at, Precision.DAY) if when and when.precision != Precision.MONTH else None
