"""The characters of a page cut into tags and texts; scripts, comments and what else is no text cut out.

Regular expressions that never go back (possessive quantifiers) see each character a few times: time and
memory are linear in the page, whatever is in it. No tree is built; see `blocks`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from string import ascii_letters

import numpy as np
from numpy.typing import NDArray

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
    rb"<(?=[!finstxINSTX])(?:!--(?:>|(?:[^-]++|-(?!->))*+(?:-->)?+)"
    rb"|(?i:(" + _RAW + rb")(?=[\s/>])([^>]*+)(?:>|\Z)((?:[^<]++|<(?!/\1))*+)(?:</[^>]*+>?+)?+"
    rb"|svg(?=[\s/>])[^<>]*+(?<!/)>(?:[^<]++|<(?!/svg))*+(?:</[^>]*+>?+)?+)"
    rb"|(nav|footer)(?=[\s/>])(?:[^<]++|<(?!/?\4[\s/>]|script|!--))*+</\4(?=[\s/>]))"
)
_BEGINNINGS = np.zeros(256, np.bool_)
_BEGINNINGS[list(b"/!?" + ascii_letters.encode())] = True
# For a page that is not orderly. A quote counts behind "=" only, as in HTML.
_TAG_WITH_CARE = re.compile(
    r"<((?=[a-zA-Z/!?])[/!?]?+[^\s/>]*+[^=>]*+(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')?+[^=>]*+)*+)(?:>|\Z)"
)


@dataclass(frozen=True, slots=True)
class Markup:
    """A page in tags, as written but for their brackets, and the text behind each; the first tag is empty.

    `titles` are the texts of the title elements, `scripts` the JSON-LD, `source` the whole page in UTF-8,
    `left` what of it was not cut out.
    """

    tags: list[str]
    texts: list[str]
    titles: list[str]
    scripts: list[str]
    source: bytes
    left: bytes


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
        if found.lastindex is None:  # a comment, a drawing
            return b""
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

    left = b"<!>" + _NO_TEXT.sub(keep, source)
    chars = np.frombuffer(left, np.uint8)
    brackets = ((chars | 2) == ord(">")).nonzero()[0]  # "<" too, which is ">" without that bit
    if is_orderly := _is_orderly(chars, brackets):
        flat = left.decode().replace(">", "<").split("<")
        told = "".join(flat[2::2])
        # Else some tag ended too early.
        is_orderly = "=" not in told or ('="' not in told and "='" not in told)
    if not is_orderly:
        flat = _TAG_WITH_CARE.split(left.decode())
    tags = flat[1::2]
    if len(tags) > TAGS_MAX["html"]:
        raise EngineError(Trouble.HOSTILE_MARKUP, what="tags", limit=TAGS_MAX["html"])
    if not is_orderly or np.subtract(brackets[1::2], brackets[::2]).max() > _LONG:
        _refuse_many(tag for tag in tags if len(tag) > _LONG)
    return Markup(tags, flat[2::2], titles, scripts, source, left)


def _is_orderly(chars: NDArray[np.uint8], brackets: NDArray[np.intp]) -> bool:
    """Whether each "<" begins a tag, and ">" ends it before the next one begins."""
    starts, ends = brackets[::2], brackets[1::2]
    return bool(
        len(starts) == len(ends)
        and (chars[starts] == ord("<")).all()
        and (chars[ends] == ord(">")).all()
        and _BEGINNINGS[chars[starts + 1]].all()
    )


def _refuse_many(tags: Iterable[str]) -> None:
    if any(len(ATTRIBUTE.findall(tag)) > ATTRIBUTES_MAX for tag in tags):
        raise EngineError(Trouble.HOSTILE_MARKUP, what="attributes", limit=ATTRIBUTES_MAX)
