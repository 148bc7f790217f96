"""The characters of a page cut into tags and texts; scripts, comments and what else is no text cut out.

Two regular expressions that never go back (possessive quantifiers) see each character a few times:
time and memory are linear in the page, whatever is in it. No tree is built; see `blocks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.extract.decoding import as_utf8, may_be_utf8, refuse_others
from haidang.engine.extract.tags import ATTRIBUTE
from haidang.engine.sandbox.lookover import ATTRIBUTES_MAX, TAGS_MAX

SCRIPTS_MAX = 40
_LONG = 2 * ATTRIBUTES_MAX  # a tag of fewer characters has few attributes

# Elements in which no tags are, and drawings. Where one never ends, the rest of the page is in it.
# Then navigation that holds no other: a third of a page's tags, and never read.
_RAW = b"iframe|noembed|noframes|noscript|script|style|textarea|title|xmp"
_NO_TEXT = re.compile(
    rb"<(?:!--(?:>|(?:[^-]++|-(?!->))*+(?:-->)?+)"
    rb"|(?=[finstxINSTX])(?:(?i:("
    + _RAW
    + rb")(?=[\s/>])([^>]*+)(?:>|\Z)((?:[^<]++|<(?!/\1))*+)(?:</[^>]*+>?+)?+"
    rb"|svg(?=[\s/>])[^<>]*+(?<!/)>(?:[^<]++|<(?!/svg))*+(?:</[^>]*+>?+)?+)"
    rb"|(nav|footer)(?=[\s/>])(?:[^<]++|<(?!/?\4[\s/>]|script|!--))*+</\4(?=[\s/>])))"
)
_TAG = re.compile(r"<([^\s>]*+)([^>]*+)(?:>|\Z)")
# For a page with ">" in a quotation or "<" in a text. A quote counts behind "=" only, as in HTML.
_TAG_WITH_CARE = re.compile(
    r"<(?=[a-zA-Z/!?])([/!?]?+[^\s/>]*+)"
    r"([^=>]*+(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')?+[^=>]*+)*+)(?:>|\Z)"
)


@dataclass(frozen=True, slots=True)
class Markup:
    """A page in tags, column by column, the first one empty.

    Of a tag: its name as written ("/p" where it ends), its attributes as written, the text behind it.
    `titles` are the texts of the title elements, `scripts` the JSON-LD, `source` the whole page in UTF-8.
    """

    names: list[str]
    attributes: list[str]
    texts: list[str]
    titles: list[str]
    scripts: list[str]
    source: bytes


def read_markup(html: bytes, *, content_type: str | None, whole: bool = False) -> Markup:
    """Cut a page. `whole`: with what navigation and footers hold, which no reader of prose reads.

    Errors: NOT_HTML (content_type), HOSTILE_MARKUP(tags, attributes).
    """
    refuse_others(html, content_type=content_type)
    if may_be_utf8(html):
        try:
            return _cut(html, whole=whole)
        except UnicodeDecodeError:
            pass
    return _cut(as_utf8(html, content_type=content_type), whole=whole)


def _cut(source: bytes, *, whole: bool) -> Markup:
    """Raises UnicodeDecodeError for what is no UTF-8."""
    titles: list[str] = []
    scripts: list[str] = []

    def keep(found: re.Match[bytes]) -> bytes:
        name, attributes, inside, navigation = found.groups()
        if navigation is not None:
            if whole or b"readcrumb" in found[0]:  # which tells the section
                return b"<" + _NO_TEXT.sub(keep, found[0][1:])
            return b"<%b></%b" % (navigation, navigation)
        if name is not None:
            if len(attributes) > _LONG:
                _refuse_many((attributes.decode("utf-8", "replace"),))
            if name in (b"script", b"SCRIPT"):
                if b"ld+json" in attributes.lower() and len(scripts) < SCRIPTS_MAX:
                    scripts.append(inside.decode())
            elif name.lower() == b"title":
                titles.append(unescape(inside.decode()))
        return b""

    left = _NO_TEXT.sub(keep, source).decode()
    flat = _TAG.split(left)
    if _needs_care(left, names=flat[1::3], texts="".join(flat[::3])):
        flat = _TAG_WITH_CARE.split(left)
    names, attributes = flat[1::3], flat[2::3]
    if len(names) > TAGS_MAX["html"]:
        raise EngineError(Trouble.HOSTILE_MARKUP, what="tags", limit=TAGS_MAX["html"])
    if max(map(len, attributes), default=0) > _LONG:
        _refuse_many(told for told in attributes if len(told) > _LONG)
    return Markup(["!", *names], ["", *attributes], flat[::3], titles, scripts, source)


def _needs_care(left: str, *, names: list[str], texts: str) -> bool:
    """Whether something was cut in the wrong place: then a text holds what only a tag does."""
    return (
        ">" in texts
        or '="' in texts
        or "='" in texts
        or "" in names
        or left.rfind("<") > left.rfind(">")
    )


def _refuse_many(attributes: Iterable[str]) -> None:
    if any(len(ATTRIBUTE.findall(told)) > ATTRIBUTES_MAX for told in attributes):
        raise EngineError(Trouble.HOSTILE_MARKUP, what="attributes", limit=ATTRIBUTES_MAX)
