"""What a page tells of itself in its head and in its markup: title, standfirst, address, section, image."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from haidang.engine.extract.blocks import Blocks
from haidang.engine.extract.jsonld import SaidOfItself
from haidang.engine.extract.places import absolute_url, own_url
from haidang.engine.text import fold, nfc
from haidang.engine.types import TITLE_MAX

LEAD_MAX = 2_000
SECTION_MAX = 100
CRUMB_MAX = 60

_SPACES = re.compile(r"\s+")
_SITE_SUFFIX = re.compile(r"\s+[|\-–—·»:]\s+[^|–—·»]{1,60}$")
_STANDFIRST = re.compile(
    r"-(?:sapo|standfirst|chapo|chapeau|article-lead|lead-?text|dek|deck|vorspann|entradilla)-"
)
_STANDFIRST_TAGS = frozenset(("<h2", "<p", "<div", "<section"))
_NOARCHIVE = re.compile(r"\bnoarchive\b|\bnone\b", re.IGNORECASE)
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

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._values: dict[str, str] = {}
        self.robots: list[str] = []
        for element in tree.css("meta[content]"):
            told = element.attributes
            name = (
                (told.get("property") or told.get("name") or told.get("itemprop") or "")
                .strip()
                .lower()
            )
            content = (told["content"] or "").strip()
            if name and content:
                self._values.setdefault(name, content)
                if name in _ROBOTS:
                    self.robots.append(content)

    def first(self, names: Iterable[str]) -> str:
        return next((value for name in names if (value := self._values.get(name))), "")


def read_title(tree: LexborHTMLParser, *, head: Head, said: SaidOfItself, hint: str | None) -> str:
    """The headline: the page's one h1 where head or JSON-LD confirm it, else what those say.

    The name of the site behind the last dash is dropped from head titles. At most 1,000 characters.
    """
    told = plain_line(said.headline)
    for_sharing = plain_line(head.first(("og:title", "twitter:title", "title")))
    window = tree.css_first("head > title") or tree.css_first("title")
    of_window = plain_line(window.text()) if window else ""
    hint = plain_line(hint or "")
    headings = [text for h1 in tree.css("h1")[:5] if (text := short_text(h1, most=TITLE_MAX))]
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


def _is_headline_of(heading: str, other: str) -> bool:
    """Whether `other` begins with the heading or hardly says more: a site's name stands at the end."""
    return other.startswith(heading) or (heading in other and len(heading) > len(other) / 2)


def _without_site(title: str) -> str:
    bare = _SITE_SUFFIX.sub("", title)
    return bare if len(bare) >= 15 or len(bare) > len(title) / 2 else title


def read_standfirst(blocks: Blocks) -> str:
    """The paragraph that the page's markup itself calls its lead ("sapo", "standfirst"), or nothing."""
    for element, names in enumerate(blocks.names):
        if (
            names
            and names[0] in _STANDFIRST_TAGS
            and _STANDFIRST.search(f"-{'-'.join(names[1:])}-")
        ):
            text = plain_line(" ".join(_texts_within(blocks, element)))
            if 20 <= len(text) <= LEAD_MAX:
                return text
    return ""


def _texts_within(blocks: Blocks, element: int) -> list[str]:
    """The texts of the blocks below an element, up to more than a lead may have."""
    inside, texts, size = {element}, [], 0
    for at in range(element + 1, len(blocks.parents)):
        if blocks.parents[at] not in inside:
            break  # parents come before children: what follows is outside
        inside.add(at)
    for home, text in zip(blocks.homes, blocks.texts, strict=True):
        if home in inside:
            texts.append(text)
            size += len(text)
            if size > 2 * LEAD_MAX:
                break
    return texts


def read_description(head: Head, *, said: SaidOfItself) -> str:
    """What the page gives for sharing: often its lead, often cut short."""
    return plain_line(
        head.first(("og:description", "twitter:description", "description")) or said.description
    )[:LEAD_MAX]


def read_canonical(tree: LexborHTMLParser, *, head: Head, url: str) -> str | None:
    """The canonical address, only within the registrable domain of `url`."""
    for link in tree.css('link[rel~="canonical" i]'):
        return own_url(link.attributes.get("href"), url=url)
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


def read_section(
    tree: LexborHTMLParser, *, head: Head, said: SaidOfItself, title: str, url: str
) -> str:
    """The rubric: JSON-LD or article:section, else the first step of the breadcrumbs behind "home"."""
    told = plain_line(said.section or head.first(("article:section", "section", "parsely-section")))
    if told:
        return told[:SECTION_MAX]
    trail = [plain_line(crumb) for crumb in said.crumbs] or _crumbs(tree)
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


def _crumbs(tree: LexborHTMLParser) -> list[str]:
    for element in tree.css('[class*="breadcrumb" i],[aria-label*="breadcrumb" i]'):
        if element.tag in ("nav", "ul", "ol", "div"):
            links = element.css("a")[:6]
            return [text for link in links if (text := short_text(link, most=SECTION_MAX))]
    return []


def is_noarchive(head: Head, *, robots_header: str | None) -> bool:
    """Whether the page or its X-Robots-Tag header asks that no copy be kept."""
    return any(_NOARCHIVE.search(told) for told in [*head.robots, robots_header or ""])


def declared_language(tree: LexborHTMLParser, *, head: Head) -> str | None:
    """The language that the page declares; only a hint, templates lie."""
    root = tree.root
    return (
        (root.attributes.get("lang") if root is not None else None)
        or head.first(("og:locale", "content-language"))
        or None
    )


def plain_line(text: str) -> str:
    return _SPACES.sub(" ", nfc(text)).strip()


def short_text(element: LexborNode, *, most: int) -> str:
    """The element's text on one line; "" if it has more than `most` characters, read no further."""
    pieces: list[str] = []
    size = 0
    for node in element.traverse(include_text=True):
        if node.is_text_node:
            piece = node.text_content or ""
            pieces.append(piece)
            size += len(piece)
        if size > 4 * most:
            return ""
    text = plain_line("".join(pieces))
    return text if len(text) <= most else ""
