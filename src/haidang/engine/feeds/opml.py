"""OPML 2.0: lists of feeds, as other readers export them, in and out.

Refuses: entity declarations, addresses that are not http(s), outlines over 5,000 or nested deeper
than 32; what is refused is told with its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds.decode import decode_text
from haidang.engine.feeds.mend import drop_declaration, drop_forbidden, mend_ampersands
from haidang.engine.feeds.plain import absolute_url, plain_text
from haidang.engine.feeds.xml_feed import parse_xml
from haidang.engine.sandbox import allow, look_over
from haidang.engine.types import TITLE_MAX

OUTLINES_MAX = 5_000
FOLDERS_DEEP_MAX = 32
# Why an outline was refused; stored and translated.
REFUSALS = ("address", "depth", "too_many")
_REFUSED_TOLD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlFeed:
    """One feed of a list; `folders` from the outermost in."""

    url: str
    title: str = ""
    home_url: str | None = None
    folders: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)  # where it stood in the file


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlRefusal:
    """An outline that was not taken: its line in the file, why (a word of REFUSALS), its title."""

    line: int
    why: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlData:
    """A list of feeds. `refused` tells the first 200; `refused_total` counts all."""

    title: str = ""
    feeds: tuple[OpmlFeed, ...] = ()
    repeated: int = 0
    refused: tuple[OpmlRefusal, ...] = ()
    refused_total: int = 0


allow(OpmlFeed, OpmlRefusal, OpmlData)


def read_opml(body: bytes) -> OpmlData:
    """The feeds in the list, each address once. Errors: BAD_FILE(detail, line), HOSTILE_MARKUP."""
    root = _root(body)
    feeds: dict[str, OpmlFeed] = {}
    refused: list[OpmlRefusal] = []
    repeated = outlines = 0
    for outline, folders in _walk(root):
        outlines += 1
        address = outline.get("xmlUrl") or outline.get("xmlurl")
        if address is None:
            continue
        title = _title(outline)
        url = absolute_url(address, base="")
        why = _refusal(url, folders=folders, number=outlines)
        if why or url is None:
            refused.append(OpmlRefusal(line=outline.sourceline or 0, why=why, title=title))
        elif url in feeds:
            repeated += 1
        else:
            home = absolute_url(outline.get("htmlUrl") or "", base="")
            line = outline.sourceline or 0
            feeds[url] = OpmlFeed(url=url, title=title, home_url=home, folders=folders, line=line)
    return OpmlData(
        title=plain_text(root.findtext("head/title") or "", most=TITLE_MAX, is_html=False),
        feeds=tuple(feeds.values()),
        repeated=repeated,
        refused=tuple(refused[:_REFUSED_TOLD]),
        refused_total=len(refused),
    )


def write_opml(feeds: Iterable[OpmlFeed], *, title: str) -> bytes:
    """The list as OPML 2.0 in UTF-8, folders as nested outlines."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = plain_text(title, most=TITLE_MAX, is_html=False)
    places: dict[tuple[str, ...], Any] = {(): etree.SubElement(root, "body")}
    for feed in feeds:
        place = _folder(places, feed.folders)
        name = plain_text(feed.title or feed.url, most=TITLE_MAX, is_html=False)
        told = {"type": "rss", "text": name, "title": name, "xmlUrl": feed.url}
        if feed.home_url:
            told["htmlUrl"] = feed.home_url
        etree.SubElement(place, "outline", told)
    written = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return bytes(written)


def _root(body: bytes) -> Any:
    text = drop_forbidden(drop_declaration(decode_text(body, content_type=None).text))
    if "<!ENTITY" in text:
        line = text[: text.index("<!ENTITY")].count("\n") + 1
        raise EngineError(Trouble.BAD_FILE, detail="entities", line=line)
    look_over(text.encode("utf-8", "replace"), kind="xml")
    try:
        root = parse_xml(mend_ampersands(text))
    except ValueError:
        raise EngineError(Trouble.BAD_FILE, detail="xml", line=1) from None
    if root.tag != "opml":
        raise EngineError(Trouble.BAD_FILE, detail="opml", line=1)
    return root


def _walk(root: Any) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Every outline in document order, with the titles of those around it."""
    top: list[tuple[Any, tuple[str, ...]]] = [
        (outline, ())
        for body in root.iterchildren("body")
        for outline in body.iterchildren("outline")
    ]
    waiting = top[::-1]
    while waiting:
        outline, folders = waiting.pop()
        yield outline, folders
        # Deeper than what is refused for its depth no title need be remembered.
        inner = (*folders, _title(outline)) if len(folders) <= FOLDERS_DEEP_MAX else folders
        below = [(child, inner) for child in outline.iterchildren("outline")]
        waiting += below[::-1]


def _title(outline: Any) -> str:
    told = outline.get("title") or outline.get("text") or ""
    return plain_text(told, most=TITLE_MAX, is_html=False)


def _refusal(url: str | None, *, folders: tuple[str, ...], number: int) -> str:
    if number > OUTLINES_MAX:
        return "too_many"
    if len(folders) > FOLDERS_DEEP_MAX:
        return "depth"
    return "address" if url is None else ""


def _folder(places: dict[tuple[str, ...], Any], path: tuple[str, ...]) -> Any:
    for depth in range(1, len(path) + 1):
        if path[:depth] not in places:
            name = plain_text(path[depth - 1], most=TITLE_MAX, is_html=False)
            places[path[:depth]] = etree.SubElement(places[path[: depth - 1]], "outline", text=name)
    return places[path]
