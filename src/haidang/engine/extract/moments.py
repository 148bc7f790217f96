"""When a page was published and changed: the page's own statements first, guesses last.

Refuses a moment in the future: a date more than ten minutes ahead of `now` is no date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from htmldate import find_date
from lxml.html import HtmlElement

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
_ASIDE = re.compile(r"related|sidebar|most-?read|lien-?quan|weather")
_CLOCK = re.compile(r"current|today|now|clock|server")
_IN_URL = re.compile(r"/(20\d{2})[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?=[/-]|$)")
_ANCESTORS_MAX = 12


def read_moments(
    tree: HtmlElement,
    *,
    head: Head,
    said: SaidOfItself,
    url: str,
    language: str | None,
    now: datetime,
) -> tuple[When | None, When | None]:
    """(published, modified), each None where the page does not tell or tells the future.

    Order for the first: JSON-LD, meta elements, `time` elements, visible datelines, the address,
    then htmldate's search, which knows days only. The modification never lies before the
    publication. Times without a zone are Vietnam's on Vietnamese pages, else UTC.
    """
    zone = _zone(url, language)
    latest = now + AHEAD_MAX
    sources = _published(tree, head=head, said=said, url=url, zone=zone, now=now)
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
    tree: HtmlElement, *, head: Head, said: SaidOfItself, url: str, zone: tzinfo, now: datetime
) -> Iterator[When | None]:
    yield _read(said.published, zone)
    for name in _PUBLISHED:
        yield _read(head.first((name,)), zone)
    yield from (_read(told, zone) for told in _time_elements(tree))
    yield from (_read(told, zone) for told in _datelines(tree))
    if in_url := _IN_URL.search(url):
        yield _read("-".join(in_url.groups()), zone)
    yield _searched(tree, url=url, now=now, zone=zone)


def _time_elements(tree: HtmlElement) -> Iterator[str]:
    found = [element for element in tree.iter("time") if not _stands_among_others(element)]
    named = [
        element
        for element in found
        if "publish" in (element.get("itemprop") or "").lower()
        or element.get("pubdate") is not None
    ]
    for element in (named + found)[:6]:
        yield element.get("datetime") or short_text(element, most=VISIBLE_MAX)
    for element in tree.xpath("//*[@itemprop='datePublished'][not(self::time)][not(self::meta)]")[
        :2
    ]:
        yield element.get("content") or short_text(element, most=VISIBLE_MAX)


def _datelines(tree: HtmlElement) -> Iterator[str]:
    told = 0
    for element in tree.iter("span", "div", "p", "li", "em", "small"):
        named = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
        if (
            len(named) < 3
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


def _stands_among_others(element: HtmlElement) -> bool:
    """Whether the element belongs to another article: a side column, a list of links, a comment."""
    for up, ancestor in enumerate(element.iterancestors()):
        if up == _ANCESTORS_MAX:
            break
        named = f"{ancestor.get('class') or ''} {ancestor.get('id') or ''}".lower()
        if ancestor.tag in ("aside", "footer", "nav", "a") or (
            ancestor.tag != "body" and _OTHERS.search(named)
        ):
            return True
    return False


def _searched(tree: HtmlElement, *, url: str, now: datetime, zone: tzinfo) -> When | None:
    """The day that htmldate finds in the visible text: a guess, hence only a day."""
    article = _without_others(tree)
    try:
        found = find_date(
            article,
            original_date=True,
            extensive_search=False,
            url=url,
            max_date=now.strftime("%Y-%m-%d"),
        )
    except Exception:  # noqa: BLE001 - a library's guess at a stranger's page may fail in any way; no date then
        return None
    when = _read(found or "", zone)
    return When(when.at, Precision.DAY) if when else None


def _without_others(tree: HtmlElement) -> HtmlElement:
    """A copy without JSON-LD (read already), side columns, links to other articles, running clocks."""
    article = deepcopy(tree)
    for element in list(article.iter("script", "aside", "nav", "div", "span", "section", "ul")):
        if (
            element.getparent() is not None
            and _tells_other_dates(element)
            and element.find(".//h1") is None
        ):
            element.drop_tree()
    return article


def _tells_other_dates(element: HtmlElement) -> bool:
    if element.tag == "script":
        return "ld+json" in (element.get("type") or "")
    named = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    is_clock = _CLOCK.search(named) is not None and _DATED.search(named) is not None
    return element.tag in ("aside", "nav") or _ASIDE.search(named) is not None or is_clock
