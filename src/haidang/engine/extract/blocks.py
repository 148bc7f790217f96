"""A page cut into blocks: runs of text between the borders of paragraphs, in the order of the page.

One walk over the tree, linear in its nodes. Refuses scripts, controls of forms, navigation and what
is drawn rather than read; other furniture is left in, to be judged.
"""

from __future__ import annotations

import re
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
_NO_PROSE = frozenset(("a", "time"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_BREAK = "\0"  # no page holds one: see read_tree
_NAMED_BY = ("class", "id", "itemprop", "role")
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
    linked = home = 0
    opened: list[tuple[LexborNode, str, int]] = []  # node, tag, the home around it (-1: inline)
    links_open = 0

    def end_block() -> None:
        nonlocal linked
        text = _even("".join(pieces))
        pieces.clear()
        if text:
            found.texts.append(text)
            found.links.append(linked)
            found.homes.append(home)
        linked = 0

    node = body.first_child if body is not None else None
    while node is not None:
        tag = node.tag or ""
        inside = None
        if tag == "-text":
            text = node.text_content or ""
            if pieces or not text.isspace():
                pieces.append(text)
                if links_open:
                    linked += len(text.strip())
        elif tag == "br":
            pieces.append(_BREAK)
        elif tag in _INLINE:
            inside = node.first_child
            if inside is not None:
                opened.append((node, tag, -1))
                links_open += tag in _NO_PROSE
        elif tag not in _UNREAD:
            if pieces:
                end_block()
            attributes = node.attributes
            inside = None if attributes and _is_hidden(attributes) else node.first_child
            if inside is not None:
                opened.append((node, tag, home))
                home = _open_home(found, tag, attributes, within=home)
                if len(opened) > DEPTH_MAX:
                    raise EngineError(Trouble.HOSTILE_MARKUP, what="depth", limit=DEPTH_MAX)
        following = inside or node.next
        while following is None and opened:
            node, tag, outside = opened.pop()
            if outside < 0:
                links_open -= tag in _NO_PROSE
            else:
                if pieces:
                    end_block()
                home = outside
            following = node.next
        node = following
    end_block()
    return found


def _open_home(found: Blocks, tag: str, attributes: dict[str, str | None], *, within: int) -> int:
    found.parents.append(within)
    found.tags.append(tag)
    found.names.append(_names_of(tag, attributes))
    return len(found.parents) - 1


def _even(text: str) -> str:
    if _BREAK not in text:
        return " ".join(text.split())
    return "\n".join(line for part in text.split(_BREAK) if (line := " ".join(part.split())))


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    style = attributes.get("style")
    return "hidden" in attributes or (bool(style) and _HIDDEN.search(style or "") is not None)


def _names_of(tag: str, attributes: dict[str, str | None]) -> tuple[str, ...]:
    told = (
        " ".join([value for name in _NAMED_BY if (value := attributes.get(name))])
        if attributes
        else ""
    )
    return _words(tag, told[:NAMED_MAX])


@lru_cache(maxsize=8_192)
def _words(tag: str, told: str) -> tuple[str, ...]:
    """The words of a class or an id, in small letters: "articleBody-text" is article, body, text."""
    return tuple(dict.fromkeys((f"<{tag}", *(word.lower() for word in _WORD.findall(told)))))
