"""A page cut into blocks: runs of text between the borders of paragraphs, in the order of the page.

One walk over the tree, linear in its nodes. Refuses scripts, controls of forms, navigation and what
is drawn rather than read; other furniture is left in, to be judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborNode

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.sandbox.lookover import DEPTH_MAX

# Read within the line they stand in.
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb rp ruby s samp small "
    "span strike strong sub sup time tt u var wbr".split()
)
_UNREAD = frozenset(
    "-comment audio button canvas datalist dialog embed footer head iframe img input map math menu meter nav noscript object "
    "option picture progress rt script select style svg template textarea title video".split()
)
_TEXT, _BLOCK, _NEW_LINE, _NOTHING = range(4)
_IN_LINE, _LINK = -1, -2
_KINDS = {
    "-text": _TEXT,
    "br": _NEW_LINE,
    **dict.fromkeys(_INLINE, _IN_LINE),
    **dict.fromkeys(("a", "time"), _LINK),
    **dict.fromkeys(_UNREAD, _NOTHING),
}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_BREAK = "\0"  # no page holds one: see read_tree
NAMED_MAX = 400
"""Characters of an element's names that are read."""


@dataclass(slots=True)
class Blocks:
    """Blocks, and the block elements they stand in, each as columns.

    Of a block: its text (a `br` is a new line), the characters of it within links and
    times, and the number
    of its element, its home. Of an element, parents before children, body first: its parent's
    number (-1 for body), its tag, and the words it is named by.
    """

    texts: list[str] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    homes: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=lambda: [-1])
    tags: list[str] = field(default_factory=lambda: ["body"])
    names: list[tuple[str, ...]] = field(default_factory=lambda: [()])


def read_blocks(body: LexborNode | None) -> Blocks:
    """The blocks below an element. Iterative. Errors: HOSTILE_MARKUP(depth)."""
    found = Blocks()
    pieces: list[str] = []
    linked = home = links_open = 0
    # What is still to come of the elements around, and the home around each (-1: the same one, -2: the
    # same, within a link).
    opened: list[tuple[Iterator[LexborNode], int]] = []
    nodes = body.iter(include_text=True) if body is not None else iter(())
    while True:
        for node in nodes:
            kind = _KINDS.get(node.tag or "", _BLOCK)
            if kind == _TEXT:
                text = node.text_content or ""
                if pieces or not text.isspace():
                    pieces.append(text)
                    if links_open:
                        linked += len(text.strip())
            elif kind == _BLOCK:
                if pieces:
                    linked = _end_block(found, pieces, linked, home)
                attributes = node.attributes
                if node.first_child is None or (attributes and _is_hidden(attributes)):
                    continue
                opened.append((nodes, home))
                if len(opened) > DEPTH_MAX:
                    raise EngineError(Trouble.HOSTILE_MARKUP, what="depth", limit=DEPTH_MAX)
                home = _open_home(found, node.tag or "", attributes, within=home)
                nodes = node.iter(include_text=True)
                break
            elif kind == _NEW_LINE:
                pieces.append(_BREAK)
            elif kind < 0 and node.first_child is not None:
                opened.append((nodes, kind))
                links_open += kind == _LINK
                nodes = node.iter(include_text=True)
                break
        else:
            if not opened:
                break
            nodes, outside = opened.pop()
            if outside < 0:
                links_open -= outside == _LINK
                continue
            if pieces:
                linked = _end_block(found, pieces, linked, home)
            home = outside
    _end_block(found, pieces, linked, home)
    return found


def _end_block(found: Blocks, pieces: list[str], linked: int, home: int) -> int:
    """Put what was read into a block; 0, for so many characters of the next one stand in links."""
    text = _even("".join(pieces))
    pieces.clear()
    if text:
        found.texts.append(text)
        found.links.append(linked)
        found.homes.append(home)
    return 0


def _open_home(found: Blocks, tag: str, attributes: dict[str, str | None], *, within: int) -> int:
    if attributes:
        told = attributes.get
        names = _names_of(tag, told("class"), told("id"), told("itemprop"), told("role"))
    else:
        names = _names_of(tag)
    found.parents.append(within)
    found.tags.append(tag)
    found.names.append(names)
    return len(found.tags) - 1


def _even(text: str) -> str:
    if _BREAK not in text:
        return " ".join(text.split())
    return "\n".join(line for part in text.split(_BREAK) if (line := " ".join(part.split())))


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return style is not None and _HIDDEN.search(style) is not None


def _names_of(tag: str, *told: str | None) -> tuple[str, ...]:
    """The words of a class, an id and so on, in small letters: "articleBody-text" is article, body, text."""
    return _words(tag, " ".join(filter(None, told))[:NAMED_MAX] if told else "")


@lru_cache(maxsize=8_192)
def _words(tag: str, told: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((f"<{tag}", *(word.lower() for word in _WORD.findall(told)))))
