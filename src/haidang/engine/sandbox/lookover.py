"""The linear look at a page or a feed before any parser sees it.

Parsers are quadratic in attributes of one tag and slow or recursive in depth; both can be counted
in one pass of a regular expression that never goes back (possessive quantifiers), so the look
itself cannot be made slow. The limits are far from honest pages: of 324 real ones the largest counts
were a depth of 95, 7,188 tags, and 118 attributes on one tag.
"""

from __future__ import annotations

import re
from typing import Literal

from haidang.engine.errors import EngineError, Trouble

Markup = Literal["html", "xml"]

ATTRIBUTES_MAX = 512  # on one tag
DEPTH_MAX = 2_000
TAGS_MAX = {"html": 50_000, "xml": 4_000_000}

# A quote counts only after "=", as in HTML: real pages are full of stray ones. One that never closes
# is passed over, and no later one can fail the same way: linear.
_TAG = (
    rb"<(?P<close>/?+)(?P<name>[A-Za-z_:][^\s/><]*+)"
    rb"(?P<rest>(?:[^=>]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+)>?+"
)
_SKIPPED = rb"<!--(?:[^-]++|-(?!->))*+|<!\[CDATA\[(?:[^\]]++|\](?!\]>))*+"
_RAW = rb"(?:script|style|textarea)"
_RAW_TEXT = rb"(?i:<" + _RAW + rb"\b(?:[^<]++|<(?!/" + _RAW + rb"))*+)"
_LOOKS = {
    "html": re.compile(_RAW_TEXT + rb"|" + _SKIPPED + rb"|" + _TAG),
    "xml": re.compile(_SKIPPED + rb"|" + _TAG),
}
_SKIPPED_TAG = re.compile(rb"(?:<[A-Za-z](?:[^=>]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+)?+")
_QUOTED = re.compile(rb"=\s*+(?:\"[^\"]*+\"|'[^']*+')")
_ATTRIBUTE = re.compile(rb"[^\s/=]++(?:\s*+=\s*+[^\s/]*+)?+")

# HTML elements that do not nest: empty ones, and those that the next of their kind closes.
_FLAT = frozenset(
    b"area base br col embed hr img input link meta param source track wbr p li dt dd tr td th "
    b"thead tbody tfoot colgroup caption option optgroup rp rt a".split()
)


def look_over(markup: bytes, *, kind: Markup = "html") -> None:
    """Refuse what no honest page has. Time linear in length. Errors: HOSTILE_MARKUP(what, limit)."""
    if markup.count(b"<") > 2 * TAGS_MAX[kind]:
        raise _hostile("tags", TAGS_MAX[kind])
    flat = _FLAT if kind == "html" else frozenset()
    depth = tags = 0
    for tag in _LOOKS[kind].finditer(markup):
        close, name, rest = tag.groups()
        if name is None:
            # What is skipped begins with a tag too, if it is a script: its attributes count.
            rest = _SKIPPED_TAG.match(tag.group()).group()  # type: ignore[union-attr]  # matches empty
            if len(rest) > 2 * ATTRIBUTES_MAX and _count_attributes(rest) > ATTRIBUTES_MAX:
                raise _hostile("attributes", ATTRIBUTES_MAX)
            continue
        tags += 1
        if len(rest) > 2 * ATTRIBUTES_MAX and _count_attributes(rest) > ATTRIBUTES_MAX:
            raise _hostile("attributes", ATTRIBUTES_MAX)
        if rest[-1:] == b"/" or name.lower() in flat:
            continue
        depth = max(0, depth - 1) if close else depth + 1
        if depth > DEPTH_MAX:
            raise _hostile("depth", DEPTH_MAX)
    if tags > TAGS_MAX[kind]:
        raise _hostile("tags", TAGS_MAX[kind])


def _count_attributes(rest: bytes) -> int:
    return sum(1 for _ in _ATTRIBUTE.finditer(_QUOTED.sub(b"=1 ", rest)))


def _hostile(what: str, limit: int) -> EngineError:
    return EngineError(Trouble.HOSTILE_MARKUP, what=what, limit=limit)
