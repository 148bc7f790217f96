"""Does an organisation's page name the publication, and which channels does it link to?

A registration rests on such a page (promise 1). Looked at are the words that a reader sees or is
read, the title and the page's own description; not scripts, and not what is commented out. What is
compared is folded, so "BÁO LAM GIANG" names "Báo Lam Giang". Nothing of the page's text is handed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urljoin

from haidang.engine.extract import meta
from haidang.engine.extract.markup import Markup, read_markup
from haidang.engine.extract.tags import attributes_of, part
from haidang.engine.sandbox import allow
from haidang.engine.text import fold
from haidang.engine.types import URL_MAX

TEXT_MAX = 1_000_000  # characters of a page that are looked through
LINKS_MAX = 40

_UNSEEN = frozenset({"template", "object", "svg"})
_SAID_IN_HEAD = ("description", "og:site_name", "og:title", "og:description", "application-name")
_WORD = re.compile(r"\w+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_WIDE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")  # written without spaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What the page bears out. `links`: those that lead to the hosts asked for, in order."""

    named: bool
    links: tuple[str, ...] = ()
    noarchive: bool = False


allow(Naming)


def look_for_name(
    html: bytes,
    *,
    name: str,
    url: str,
    content_type: str | None,
    robots_header: str | None = None,
    link_hosts: tuple[str, ...] = (),
) -> Naming:
    """Whether the page's words hold `name`, whole words in that order. Run it in the sandbox.

    Errors: NOT_HTML, NO_TEXT (no element at all), HOSTILE_MARKUP.
    """
    markup = read_markup(html, content_type=content_type, whole=True)
    head = meta.Head(told for name, told in _tags(markup) if name == "meta")
    told = [value for key in _SAID_IN_HEAD if (value := head.first((key,)))]
    text = " ".join([*told, *markup.titles, *_words_seen(markup)])[:TEXT_MAX]
    return Naming(
        named=holds_name(text, name=name),
        links=tuple(_find_links(markup, url=url, hosts=link_hosts)),
        noarchive=meta.is_noarchive(head, robots_header=robots_header),
    )


def holds_name(text: str, *, name: str) -> bool:
    """Whether the words of `name` stand in `text`, next to each other and in order; folded."""
    words, seen = _words(name), _words(text)
    if not words:
        return False
    if _WIDE.search(name):
        return "".join(words) in "".join(seen)
    return f" {' '.join(words)} " in f" {' '.join(seen)} "


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(_CONTROL.sub(" ", text)))


def _tags(markup: Markup) -> Iterator[tuple[str, str]]:
    """The name of each tag, in small letters, with its attributes as written."""
    return ((name.lower(), told) for name, told in map(part, markup.tags))


def _words_seen(markup: Markup) -> Iterator[str]:
    """Text, and what stands for pictures, in the order of the page."""
    unseen = 0
    for (name, told), text in zip(_tags(markup), markup.texts, strict=True):
        if name in _UNSEEN:
            unseen += 1
        elif name[1:] in _UNSEEN:
            unseen = max(0, unseen - 1)
        if unseen:
            continue
        if "alt" in told.lower() or "aria-label" in told.lower():
            attributes = attributes_of(told)
            yield from (said for key in ("alt", "aria-label") if (said := attributes.get(key)))
        yield unescape(text)


def _find_links(markup: Markup, *, url: str, hosts: tuple[str, ...]) -> Iterator[str]:
    if not hosts:
        return
    told_at = [
        (name, href)
        for name, told in _tags(markup)
        if (href := attributes_of(told).get("href", "").strip())
    ]
    base = next((href for name, href in told_at if name == "base"), "")
    found: dict[str, None] = {}
    for name, href in told_at:
        if name not in ("a", "area", "link") or len(href) > URL_MAX:
            continue
        try:
            whole = urljoin(urljoin(url, base), href)
        except ValueError:
            continue
        host = whole.partition("://")[2].partition("/")[0].partition("?")[0].lower()
        if any(host == wanted or host.endswith("." + wanted) for wanted in hosts):
            found[whole] = None
        if len(found) >= LINKS_MAX:
            break
    yield from found
