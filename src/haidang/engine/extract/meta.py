"""What a page tells of itself in its head and in its markup: title, standfirst, address, section, image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import chain, islice
from urllib.parse import urlsplit

from haidang.engine.extract.blocks import Blocks, Reading, texts_within
from haidang.engine.extract.jsonld import SaidOfItself
from haidang.engine.extract.markup import Markup
from haidang.engine.extract.places import absolute_url, own_url
from haidang.engine.extract.tags import attributes_of, part
from haidang.engine.text import fold, nfc
from haidang.engine.types import TITLE_MAX

LEAD_MAX = 2_000
SECTION_MAX = 100
CRUMB_MAX = 60
CRUMB_TAGS_MAX = 200
TEXT_TAGS_MAX = 60
HEADINGS_MAX, STANDFIRSTS_MAX = 5, 10

_SITE_SUFFIX = re.compile(r"\s+[|\-–—·»:]\s+[^|–—·»]{1,60}$")
_STANDFIRST = re.compile(
    r"-(?:sapo|standfirst|chapo|chapeau|article-lead|lead-?text|dek|deck|vorspann|entradilla)-"
)
_STANDFIRST_WORDS = frozenset(
    "sapo standfirst chapo chapeau lead leadtext dek deck vorspann entradilla".split()
)
_STANDFIRST_TAGS = frozenset(("<h2", "<p", "<div", "<section"))
_NOARCHIVE = re.compile(r"\bnoarchive\b|\bnone\b", re.IGNORECASE)
_CRUMBED = frozenset(("nav", "ul", "ol", "div"))
_NAMED = frozenset(("property=", "name=", "itemprop="))
_ROBOTS = ("robots", "googlebot", "haidang")
_HOME = frozenset(
    {
        "home",
        "trang chu",
        "trangchu",
        "accueil",
        "startseite",
        "inicio",
        "首页",
        "首頁",
        "홈",
        "ホーム",
        "トップ",
    }
)


class Head:
    """The meta elements of a page by name, each as first told."""

    def __init__(self, metas: Iterable[str]) -> None:
        """`metas` are the attributes of each, as written."""
        self._values: dict[str, str] = {}
        self.robots: list[str] = []
        for meta in metas:
            name, content = _read_meta(meta)
            if name and content:
                self._values.setdefault(name, content)
                if name in _ROBOTS:
                    self.robots.append(content)

    def first(self, names: Iterable[str]) -> str:
        return next(self.every(names), "")

    def every(self, names: Iterable[str]) -> Iterator[str]:
        """What is told under these names, in their order."""
        return filter(None, map(self._values.get, names))


def _read_meta(told: str) -> tuple[str, str]:
    """The name of a meta element, in small letters, and its content."""
    parts = told.split('"')
    if (
        len(parts) == 5
        and parts[0] in _NAMED
        and parts[2] == " content="
        and not parts[4].strip(" /")
    ):
        _, name, _, content, _ = parts  # as most are written
        return name.strip().lower(), (unescape(content) if "&" in content else content).strip()
    found = attributes_of(told)
    name = found.get("property") or found.get("name") or found.get("itemprop") or ""
    return name.strip().lower(), found.get("content", "").strip()


def read_title(
    reading: Reading, *, titles: list[str], head: Head, said: SaidOfItself, hint: str | None
) -> str:
    """The headline: the page's one h1 where head or JSON-LD confirm it, else what those say.

    The name of the site behind the last dash is dropped from head titles. At most 1,000 characters.
    """
    told = plain_line(said.headline)
    for_sharing = plain_line(head.first(("og:title", "twitter:title", "title")))
    of_window = plain_line(titles[0]) if titles else ""
    hint = plain_line(hint or "")
    headings = list(_headings(reading.blocks))
    others = [fold(other) for other in (told, for_sharing, of_window, hint) if other]
    site = fold(head.first(("og:site_name", "application-name")))
    for heading in headings:
        plain = fold(heading)
        if (
            len(heading) > 5
            and plain != site
            and any(_is_headline_of(plain, other) for other in others)
        ):
            return heading[:TITLE_MAX]
    if told and not told.endswith(("...", "…")):
        return told[:TITLE_MAX]
    if hint and any(fold(hint) in other for other in others[:-1]):
        return hint[:TITLE_MAX]
    for title in (for_sharing, of_window):
        if title:
            return _without_site(title)[:TITLE_MAX]
    return (told or (headings[0] if headings else hint))[:TITLE_MAX]


def _headings(blocks: Blocks) -> Iterator[str]:
    """The texts of the first h1 elements."""
    first = [element for element, tag in enumerate(blocks.tags) if tag == "h1"][:HEADINGS_MAX]
    for element in first:
        text = plain_line(" ".join(texts_within(blocks, element, most=TITLE_MAX)))
        if text and len(text) <= TITLE_MAX:
            yield text


def _is_headline_of(heading: str, other: str) -> bool:
    """Whether `other` begins with the heading or hardly says more: a site's name stands at the end."""
    return other.startswith(heading) or (heading in other and len(heading) > len(other) / 2)


def _without_site(title: str) -> str:
    bare = _SITE_SUFFIX.sub("", title)
    return bare if len(bare) >= 15 or len(bare) > len(title) / 2 else title


def read_standfirst(blocks: Blocks) -> str:
    """The paragraph that the page's markup itself calls its lead ("sapo", "standfirst"), or nothing."""
    if _STANDFIRST_WORDS.isdisjoint(chain.from_iterable(blocks.named)):
        return ""
    looks = {look for look, names in enumerate(blocks.named) if _is_standfirst(names)}
    told = (element for element, look in enumerate(blocks.looks) if look in looks)
    for element in islice(told, STANDFIRSTS_MAX):
        text = plain_line(" ".join(texts_within(blocks, element, most=LEAD_MAX)))
        if 20 <= len(text) <= LEAD_MAX:
            return text
    return ""


def _is_standfirst(names: tuple[str, ...]) -> bool:
    return (
        not _STANDFIRST_WORDS.isdisjoint(names)
        and names[0] in _STANDFIRST_TAGS
        and _STANDFIRST.search(f"-{'-'.join(names[1:])}-") is not None
    )


def read_description(head: Head, *, said: SaidOfItself) -> str:
    """What the page gives for sharing: often its lead, often cut short."""
    return plain_line(
        head.first(("og:description", "twitter:description", "description")) or said.description
    )[:LEAD_MAX]


def read_canonical(reading: Reading, *, head: Head, url: str) -> str | None:
    """The canonical address, only within the registrable domain of `url`."""
    for pointer in reading.pointers:
        if "canonical" in pointer.lower():
            told = attributes_of(pointer)
            if "canonical" in told.get("rel", "").lower().split():
                return own_url(told.get("href"), url=url)
    return own_url(head.first(("og:url",)), url=url)


def read_image(head: Head, *, said: SaidOfItself, url: str) -> str | None:
    """The absolute address of the picture given for sharing. It is told, never fetched."""
    for told in (
        head.first(("og:image", "og:image:url", "og:image:secure_url")),
        said.image,
        head.first(("twitter:image", "twitter:image:src", "thumbnail")),
    ):
        if found := absolute_url(told, url=url):
            return found
    return None


def read_section(markup: Markup, *, head: Head, said: SaidOfItself, title: str, url: str) -> str:
    """The rubric: JSON-LD or article:section, else the first step of the breadcrumbs behind "home"."""
    told = plain_line(said.section or head.first(("article:section", "section", "parsely-section")))
    if told:
        return told[:SECTION_MAX]
    trail = [plain_line(crumb) for crumb in said.crumbs] or _crumbs(markup)
    if len(trail) > 2:
        trail = trail[:-1]  # the last step is the article itself
    host = urlsplit(url).hostname or ""
    no_rubrics = _HOME | {fold(title), fold(head.first(("og:site_name",)))}
    for crumb in trail[:3]:
        plain = fold(crumb)
        is_site = plain.replace(" ", "-") in host or plain.replace(" ", "") in host
        if (
            crumb[:1].isalpha()
            and len(crumb) <= CRUMB_MAX
            and not is_site
            and plain not in no_rubrics
            and "/" not in crumb
        ):
            return crumb
    return ""


def _crumbs(markup: Markup) -> list[str]:
    """The texts of the links in the first list that calls itself breadcrumbs."""
    if b"readcrumb" not in markup.left:
        return []
    for at, tag in enumerate(markup.tags):
        if "readcrumb" in tag and part(tag)[0].lower() in _CRUMBED:
            attributes = attributes_of(part(tag)[1])
            named = f"{attributes.get('class')} {attributes.get('aria-label')}"
            if "breadcrumb" in named.lower():
                end = end_of(markup, at, most=CRUMB_TAGS_MAX)
                links = [on for on in range(at, end) if _is_link(markup.tags[on])][:6]
                texts = [text_of(markup, link, most=SECTION_MAX) for link in links]
                return [text for text in texts if text]
    return []


def _is_link(tag: str) -> bool:
    return tag[:1] in ("a", "A") and part(tag)[0] in ("a", "A")


def is_noarchive(head: Head, *, robots_header: str | None) -> bool:
    """Whether the page or its X-Robots-Tag header asks that no copy be kept."""
    return any(_NOARCHIVE.search(told) for told in [*head.robots, robots_header or ""])


def declared_language(reading: Reading, *, head: Head) -> str | None:
    """The language that the page declares; only a hint, templates lie."""
    roots = (attributes_of(root).get("lang") for root in reading.roots)
    return next(filter(None, roots), None) or head.first(("og:locale", "content-language")) or None


def plain_line(text: str) -> str:
    return " ".join(nfc(text).split())


def text_of(markup: Markup, at: int, *, most: int) -> str:
    """An element's text on one line; "" if it has more than `most` characters, read no further."""
    end = end_of(markup, at, most=TEXT_TAGS_MAX)
    text = plain_line(unescape("".join(markup.texts[at:end])[: 4 * most + 1]))
    return text if len(text) <= most else ""


def end_of(markup: Markup, at: int, *, most: int) -> int:
    """The number of the tag that ends an element; at most so many tags on."""
    (name, _), depth = part(markup.tags[at]), 0
    end = "/" + name
    for here, tag in enumerate(markup.tags[at : at + most], at):
        if tag.startswith((name, end)):
            written, _ = part(tag)
            depth += (written == name) - (written == end)
            if not depth:
                return here
    return min(at + most, len(markup.tags))
