"""RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, sitemaps and news sitemaps, from well-formed XML.

Own reader over lxml, because dates must be read as Vietnam writes them: libraries that are fast give
dates already (mis)read, month first. External entities and DTDs are never loaded; internal ones are
expanded within libxml2's own bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds.raw import RawEntry, RawFeed
from haidang.engine.types import FeedKind

ITEMS_READ = 20_000
_ATOM = frozenset({"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"})
_DC = frozenset({"http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"})
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_NOT_THE_ARTICLE = frozenset(
    [
        "self",
        "enclosure",
        "edit",
        "replies",
        "related",
        "via",
        "license",
        "hub",
        "next",
        "prev",
        "current",
        "next-archive",
        "prev-archive",
        "first",
        "last",
        "service.edit",
    ]
)


def parse_xml(text: str, *, recover: bool = False) -> Any:
    """The root element. Errors: ValueError unless well-formed (or `recover`)."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities="internal",
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        recover=recover,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(type(error).__name__) from None
    if root is None:
        raise ValueError("no root")
    return root


def read_xml(root: Any) -> RawFeed:
    """The feed under this root. Errors: BAD_FEED for a root that is no feed's."""
    match _local(root).lower():
        case "rss" | "rdf" | "channel":
            return _read_rss(root)
        case "feed":
            return _read_atom(root)
        case "urlset":
            return _read_sitemap(root)
        case name:
            shown = name if name.isascii() and name.isalpha() and len(name) < 20 else "root"
            raise EngineError(Trouble.BAD_FEED, detail=shown)


# ---------------------------------------------------------------- RSS


def _read_rss(root: Any) -> RawFeed:
    channel = root if _local(root).lower() == "channel" else _child(root, "channel")
    feed = RawFeed(kind=FeedKind.RSS, language=root.get(_LANG) or "")
    if channel is not None:
        for part in _elements(channel):
            _read_channel_part(feed, part, own=_space(channel))
    items = [part for part in _elements(root) if _local(part) == "item"]
    if channel is not None and channel is not root:
        items += [part for part in _elements(channel) if _local(part) == "item"]
    items = items or list(root.iter("{*}item"))
    # Some feeds tell the newest first, some last; what lies in the middle of very many is not read.
    feed.cut = max(0, len(items) - ITEMS_READ)
    first = (len(items) - feed.cut + 1) // 2
    feed.entries = [_read_item(item) for item in items[:first] + items[first + feed.cut :]]
    return feed


def _read_channel_part(feed: RawFeed, part: Any, *, own: str) -> None:
    name, space = _local(part), _space(part)
    if space in _DC and name == "language":
        feed.language = feed.language or _text(part)
    if space in _ATOM and name == "link":
        _read_way(feed, part)
    if space not in (own, ""):
        return
    match name:
        case "title":
            feed.title = feed.title or _text(part)
        case "link":
            feed.home = feed.home or _text(part)
        case "language":
            feed.language = _text(part) or feed.language
        case "ttl":
            feed.ttl = _text(part)


def _read_item(item: Any) -> RawEntry:
    entry = RawEntry(language=item.get(_LANG) or "", guid=item.get(_ABOUT) or "")
    own, fallback = _space(item), RawEntry()
    permanent = False
    for part in _elements(item):
        name, space = _local(part), _space(part)
        if space in (own, ""):
            _read_item_part(entry, part, name=name)
            if name == "guid":
                permanent = (part.get("isPermaLink") or "true").strip().lower() != "false"
        elif space in _ATOM:
            _read_atom_part(fallback, part, name=name)
        elif space in _DC:
            _read_dublin_part(fallback, part, name=name)
        elif space == _CONTENT and name == "encoded":
            fallback.summary = fallback.summary or _text(part)
    if not entry.link and not fallback.link and permanent and "://" in entry.guid[:12]:
        entry.link = entry.guid
    for name in ("guid", "link", "title", "summary", "published", "updated", "language"):
        if not getattr(entry, name):
            setattr(entry, name, getattr(fallback, name))
    return entry


def _read_item_part(entry: RawEntry, part: Any, *, name: str) -> None:
    match name:
        case "title":
            entry.title = entry.title or _text(part)
        case "link":
            entry.link = entry.link or _text(part) or part.get("href") or ""
        case "guid":
            entry.guid = entry.guid or _text(part)
        case "description":
            entry.summary = entry.summary or _text(part)
        case "pubDate" | "pubdate":
            entry.published = entry.published or _text(part)


def _read_dublin_part(entry: RawEntry, part: Any, *, name: str) -> None:
    match name:
        case "title":
            entry.title = _text(part)
        case "date" | "issued" | "created" | "available":
            entry.published = entry.published or _text(part)
        case "modified":
            entry.updated = _text(part)
        case "language":
            entry.language = _text(part)


# ---------------------------------------------------------------- Atom


def _read_atom(root: Any) -> RawFeed:
    feed = RawFeed(kind=FeedKind.ATOM, language=root.get(_LANG) or "")
    head = RawEntry()
    for part in _elements(root):
        if _local(part) == "entry":
            feed.entries.append(_read_atom_entry(part))
        else:
            _read_atom_part(head, part, name=_local(part))
            if _local(part) == "link":
                _read_way(feed, part)
    feed.title, feed.home = head.title, head.link
    return feed


def _read_atom_entry(element: Any) -> RawEntry:
    entry = RawEntry(language=element.get(_LANG) or "")
    content = ""
    for part in _elements(element):
        if _space(part) not in _ATOM and _space(part) != _space(element):
            continue
        if _local(part) == "content":
            content = content or _atom_text(part)
        else:
            _read_atom_part(entry, part, name=_local(part))
    entry.summary = entry.summary or content
    return entry


def _read_atom_part(entry: RawEntry, part: Any, *, name: str) -> None:
    match name:
        case "id":
            entry.guid = entry.guid or _text(part)
        case "title":
            entry.title_is_html = (part.get("type") or "text").lower() not in ("text", "xhtml")
            entry.title = entry.title or _text(part)
        case "link":
            _read_atom_link(entry, part)
        case "summary":
            entry.summary = entry.summary or _atom_text(part)
        case "published" | "issued" | "created":
            entry.published = entry.published or _text(part)
        case "updated" | "modified":
            entry.updated = entry.updated or _text(part)


def _read_atom_link(entry: RawEntry, part: Any) -> None:
    """The first link to the article itself: rel alternate, or none."""
    rel = (part.get("rel") or "alternate").strip().lower()
    href = (part.get("href") or _text(part)).strip()
    if href and not entry.link and rel not in _NOT_THE_ARTICLE:
        entry.link = href


def _read_way(feed: RawFeed, part: Any) -> None:
    """What a link of the feed itself leads to: older entries, the hub, the feed's own address."""
    href = (part.get("href") or "").strip()
    match (part.get("rel") or "").strip().lower():
        case "next" | "prev-archive":
            feed.next = feed.next or href
        case "hub":
            feed.hub = feed.hub or href
        case "self":
            feed.topic = feed.topic or href


def _atom_text(part: Any) -> str:
    """Text for `plain_text`: what is literal text there is escaped, so that it stays so."""
    told = _text(part)
    kind = (part.get("type") or "text").lower()
    return told if kind in ("html", "text/html", "escaped") else told.replace("<", "&lt;")


# ---------------------------------------------------------------- sitemaps


def _read_sitemap(root: Any) -> RawFeed:
    feed = RawFeed(kind=FeedKind.SITEMAP)
    for place in _elements(root):
        if _local(place) != "url":
            continue
        entry = RawEntry(title_is_html=False)
        for part in place.iter(
            "{*}loc", "{*}lastmod", "{*}title", "{*}publication_date", "{*}language"
        ):
            news = "news" in _space(part)
            match _local(part):
                case "loc" if part.getparent() is place:
                    entry.link = _text(part)
                case "lastmod":
                    entry.updated = _text(part)
                case "title" if news:
                    entry.title = _text(part)
                case "publication_date":
                    entry.published = _text(part)
                case "language" if news:
                    entry.language = _text(part)
        feed.entries.append(entry)
    return feed


# ---------------------------------------------------------------- elements


def _elements(parent: Any) -> Iterator[Any]:
    return (part for part in parent if isinstance(part.tag, str))


def _child(parent: Any, name: str) -> Any:
    return next((part for part in _elements(parent) if _local(part) == name), None)


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _space(element: Any) -> str:
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


def _text(element: Any) -> str:
    if len(element) == 0:
        return (element.text or "").strip()
    return "".join(element.itertext("*")).strip()
