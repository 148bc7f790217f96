"""Pages in place of feeds: the article links of a section page, and the feeds a page announces.

A headline is a link with enough words that stands in a repeated structure or in a heading, on the
page's own site. Left out: navigation, footers, tags, shares, other sites, comment feeds.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds.decode import decode_text
from haidang.engine.feeds.mend import drop_forbidden
from haidang.engine.feeds.plain import absolute_url, plain_text
from haidang.engine.feeds.selectors import learn_selector, read_selector, stands_in
from haidang.engine.sandbox import look_over
from haidang.engine.text.dates import read_date
from haidang.engine.types import TITLE_MAX, EntryData, FeedData, FeedKind, When

LINKS_MAX = 500
FEEDS_MAX = 20
_REPEATED = 3  # so many links of one structure make a list
_TITLE_MIN = 8  # characters of a headline where a person said where to look
_LEVELS = 4  # of ancestors that make up a structure, and within which a date is a link's own

_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
_COMMENTS = re.compile(r"comment|bình luận", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:!doctype\s{1,9}html|html|head|body|a|div|p|h[1-6])\b", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_ASIDE_TAGS = frozenset({"nav", "footer", "form", "noscript", "template"})
_ASIDE_WORDS = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|footer|breadcrumbs?|tags?|social|shares?|sharing|paginat\w*|"
    r"paging|pager|login|comments?|banner|ads?|advert\w*|cookie\w*|copyright)(?:$|[\s_-])",
    re.IGNORECASE,
)
_OTHER_PATHS = re.compile(
    r"/(?:tags?|topics?|chu-de|tu-khoa|author|tac-gia|search|tim-kiem|login|dang-nhap|register|"
    r"lien-he|contact|about|gioi-thieu|rss|feed|video-list)(?:/|\.|$)"
    r"|\.(?:jpe?g|png|gif|webp|svg|pdf|zip|docx?|xlsx?|mp[34]|rss|xml|json|css|js)$",
    re.IGNORECASE,
)
_WIDE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class _Link:
    url: str
    title: str
    structure: str
    in_heading: bool
    published: When | None
    chain: tuple[Any, ...]  # the link's element, then its ancestors


def read_page_links(
    html: bytes,
    *,
    url: str,
    content_type: str | None,
    now: datetime,
    selector: str = "",
    given: bool = False,
) -> FeedData:
    """The article links on the page fetched from `url`, in page order, at most 500.

    `selector` says where on the page they stood so far. One that a person has `given` is obeyed to
    the letter; a learned one that finds nothing any more is learned anew. The answer's `selector`
    is the one to keep. `now` is what a date must not lie after. Errors: NOT_HTML, HOSTILE_MARKUP,
    NO_LINKS.
    """
    root = _parse(html, content_type=content_type)
    paths = read_selector(selector)
    best: dict[str, _Link] = {}
    if paths:
        links = _links(root, url=url, given=given)
        best = _best_of(link for link in links if stands_in(link.chain, paths))
    if not best and not (given and paths):
        best = _choose(list(_links(root, url=url)))
        selector = learn_selector([link.chain for link in best.values()])
    if not best:
        raise EngineError(Trouble.NO_LINKS)
    entries = [_entry(link, now=now) for link in best.values()]
    return FeedData(
        kind=FeedKind.PAGE,
        title=plain_text(root.findtext(".//title") or "", most=TITLE_MAX, is_html=False),
        home_url=absolute_url(url, base=url),
        language=root.get("lang") or None,
        entries=tuple(entries[:LINKS_MAX]),
        left_out=max(0, len(entries) - LINKS_MAX),
        selector=selector,
    )


def _choose(links: list[_Link]) -> dict[str, _Link]:
    """The links that stand in a list or in a heading, by address."""
    sizes = Counter(structure for structure, _ in {(link.structure, link.url) for link in links})
    return _best_of(link for link in links if link.in_heading or sizes[link.structure] >= _REPEATED)


def _best_of(links: Iterable[_Link]) -> dict[str, _Link]:
    """Each address once: of two links to it, the one in a heading."""
    best: dict[str, _Link] = {}
    for link in links:
        known = best.get(link.url)
        if known is None or (link.in_heading and not known.in_heading):
            best[link.url] = link
    return best


def find_feeds(html: bytes, *, url: str) -> tuple[str, ...]:
    """Addresses of the feeds that the page announces, in its order; comment feeds are not ours.

    Errors: NOT_HTML, HOSTILE_MARKUP.
    """
    found: dict[str, None] = {}
    for link in _parse(html, content_type=None).iter("link"):
        kinds = (link.get("rel") or "").lower().split()
        told = (link.get("type") or "").lower().partition(";")[0].strip()
        address = absolute_url(link.get("href") or "", base=url)
        if "alternate" not in kinds or told not in _FEED_TYPES or address is None:
            continue
        if not _COMMENTS.search(f"{link.get('title') or ''} {urlsplit(address).path}"):
            found[address] = None
    return tuple(found)[:FEEDS_MAX]


def _parse(html: bytes, *, content_type: str | None) -> Any:
    look_over(html)
    text = drop_forbidden(decode_text(html, content_type=content_type).text)
    if not _MARKUP.search(text[:100_000]):
        raise EngineError(Trouble.NOT_HTML, content_type=content_type or "")
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        raise EngineError(Trouble.NOT_HTML, content_type=content_type or "")
    return root


def _links(root: Any, *, url: str, given: bool = False) -> Iterator[_Link]:
    """The links that read as headlines; where a person said where to look, any with some words."""
    host = (urlsplit(url).hostname or "").lower()
    here = (absolute_url(url, base=url) or url).rstrip("/")
    for anchor in root.iter("a"):
        address = absolute_url(anchor.get("href") or "", base=url)
        if address is None or address.rstrip("/") == here or not _same_site(address, host=host):
            continue
        path = urlsplit(address).path
        if path == "/" or _OTHER_PATHS.search(path):
            continue
        around = list(anchor.iterancestors())
        title, in_heading = _headline(anchor, around)
        chain = (anchor, *around)
        if not (len(title) >= _TITLE_MIN if given else _is_headline(title)):
            continue
        if given or not any(_is_aside(element) for element in chain):
            structure = _structure(anchor, around)
            yield _Link(address, title, structure, in_heading, _date_near(around), chain)


def _same_site(address: str, *, host: str) -> bool:
    """One host, or one below the other (www., m., thethao.); siblings do not count."""
    other = (urlsplit(address).hostname or "").lower()
    one, two = other.removeprefix("www."), host.removeprefix("www.")
    return one == two or one.endswith("." + two) or two.endswith("." + one)


def _headline(anchor: Any, around: list[Any]) -> tuple[str, bool]:
    """The link's headline, and whether a heading stands in or around it."""
    inner = next((part for part in anchor.iter(*_HEADINGS)), None)
    text = "".join((anchor if inner is None else inner).itertext("*"))
    title = plain_text(text or anchor.get("title") or "", most=TITLE_MAX, is_html=False)
    return title, inner is not None or any(one.tag in _HEADINGS for one in around[:_LEVELS])


def _is_headline(title: str) -> bool:
    wide = len(_WIDE.findall(title))
    return wide >= 8 or (len(title) >= 20 and len(title.split()) >= 4)


def _is_aside(element: Any) -> bool:
    if element.tag in _ASIDE_TAGS:
        return True
    if element.tag in ("html", "body", "main", "article", "a"):
        return False
    words = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''}"
    return bool(_ASIDE_WORDS.search(words[:300]))


def _structure(anchor: Any, around: list[Any]) -> str:
    """Tag and first class of the link and its nearest ancestors: equal for items of one list."""
    return "<".join(
        f"{one.tag}.{((one.get('class') or '').split() or [''])[0]}"
        for one in (anchor, *around[:_LEVELS])
    )


def _date_near(around: list[Any]) -> When | None:
    """The date in the smallest element around the link that has one; of two, neither is its own."""
    for one in around[:_LEVELS]:
        times = list(one.iter("time"))[:2]
        if times:
            told = times[0].get("datetime") or "".join(times[0].itertext("*"))
            return read_date(told) if len(times) == 1 else None
    return None


def _entry(link: _Link, *, now: datetime) -> EntryData:
    published = link.published if link.published and link.published.at <= now else None
    return EntryData(key=link.url, url=link.url, title=link.title, published=published)
