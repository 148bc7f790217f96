"""A page cut into blocks: runs of text between the borders of paragraphs, in the order of the page.

Elements open and close as their tags come; no tree is kept. Refuses scripts, controls of forms,
navigation and what is drawn rather than read; other furniture is left in, to be judged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from operator import length_hint

from haidang.engine.extract.markup import Markup
from haidang.engine.extract.nesting import CALM, ENDS_PARAGRAPH, Nesting
from haidang.engine.extract.tags import (
    ACTS,
    BREAK,
    CLOSE,
    LINE,
    LINK,
    LINK_END,
    META,
    NAMES,
    OPEN_AMONG,
    PARTED,
    PLAIN,
    POINTER,
    ROOT,
    SPAN,
    TIME,
    TIME_END,
    UNREAD,
    WORDS,
    is_hidden,
    part,
)

_NEW_LINE = "\0"  # no page holds one: see `decoding`
NOTED_MAX = 400
ENDLESS_MAX = 50  # kinds of elements without an end, behind which no end is looked for any more
_FLAT = frozenset(("button", "select"))  # none stands in another
_OF_DATES = re.compile("date|time|pub|posted|ngay|gian")


@dataclass(slots=True)
class Blocks:
    """Blocks, and the elements that hold text, each as columns.

    Of a block: its text (a `br` is a new line), the characters of it within links and times, and
    the number of its element, its home. Of an element, parents before children, body first: its
    parent's number (-1 for body), its tag, and its look, a number that is the same for those named
    alike; `named` are the words that name elements, in the order of these numbers.
    """

    texts: list[str] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    homes: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=lambda: [-1])
    tags: list[str] = field(default_factory=lambda: ["body"])
    looks: list[int] = field(default_factory=lambda: [0])
    named: list[tuple[str, ...]] = field(default_factory=lambda: [()])


@dataclass(frozen=True, slots=True)
class Noted:
    """A tag within a line that may tell a date: its number, its name, its element's number, in a link?"""

    at: int
    name: str
    home: int
    in_link: bool


@dataclass(slots=True)
class Reading:
    """A page's blocks, and the attributes, as written, of the tags in which it tells of itself."""

    blocks: Blocks = field(default_factory=Blocks)
    metas: list[str] = field(default_factory=list)
    pointers: list[str] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)
    noted: list[Noted] = field(default_factory=list)


def read_blocks(markup: Markup) -> Reading:
    """Put a page together from its tags and texts. Linear. Errors: HOSTILE_MARKUP(depth)."""
    page = _Page(markup)
    pieces, linked, nesting = page.pieces, page.linked, page.nesting
    opened, act_of = nesting.opened, ACTS.get
    in_link = in_time = False
    for tag, behind in page.tags:
        text, told = behind, ""
        if (found := act_of(tag)) is None:
            written, _, told = tag.partition(" ")
            found = ACTS[written]
            if found[0] == PARTED:
                written, told = part(tag)
                found = ACTS[written]
        act, name = found
        if act == CLOSE:
            if opened[-1][0] != name:
                page.end_element(name)
            else:
                if pieces:
                    page.end_block()
                opened.pop()
        elif act <= OPEN_AMONG:
            if pieces:
                page.end_block()
            if opened[-1][0] == "p" or (act == OPEN_AMONG and opened[-1][0] not in CALM[name]):
                nesting.start(name)
            if told and ("style" in told or "hidden" in told) and is_hidden(told):
                text = page.skip(text)
            else:
                opened.append((name, told, []))
        elif act <= LINK_END:
            if act != PLAIN:
                in_link = act == LINK
        elif act <= TIME_END:
            if act != SPAN:
                in_time = act == TIME
            if act == TIME or (told and act == SPAN and _OF_DATES.search(told.lower())):
                page.note(name, in_link=in_link)
        elif act == BREAK:
            pieces.append(_NEW_LINE)
        elif act == UNREAD:
            if name in ENDS_PARAGRAPH and opened[-1][0] == "p":
                page.end_block()
                opened.pop()
            text = page.skip(text)
        elif act == WORDS:
            text = f"<{tag}>{text}"
        else:
            page.keep(act, told)
        if text and (pieces or not text.isspace()):
            pieces.append(text)
            if in_link or in_time:
                linked.append(len((unescape(text) if "&" in text else text).strip()))
    return page.end()


class _Page:
    """What is read so far. `pieces` are the texts of the block at hand, `linked` the lengths of those in links."""

    def __init__(self, markup: Markup) -> None:
        self.markup = markup
        self._left = iter(markup.texts)
        self.tags = zip(markup.tags, self._left, strict=True)
        self.pieces: list[str] = []
        self.linked: list[int] = []
        self.nesting = Nesting()
        self._found = found = Reading()
        self._kept = {META: found.metas, POINTER: found.pointers, ROOT: found.roots}
        self._told = [""]  # the attributes of the elements, by their numbers
        self._endless: set[str] = set()

    def at(self) -> int:
        """The number of the tag at hand."""
        return len(self.markup.tags) - length_hint(self._left) - 1

    def end(self) -> Reading:
        """All that was read. Errors: HOSTILE_MARKUP(depth)."""
        if self.pieces:
            self.end_block()
        self.nesting.refuse_deep()
        blocks = self._found.blocks
        looks: dict[tuple[str, ...], int] = {}
        elements = zip(blocks.tags, self._told, strict=True)
        blocks.looks = [looks.setdefault(NAMES[element], len(looks)) for element in elements]
        blocks.named = list(looks)
        return self._found

    def end_block(self) -> None:
        """What was read since the last border is a block, if it is anything."""
        pieces, linked = self.pieces, self.linked
        text = "".join(pieces)
        pieces.clear()
        if "&" in text:
            text = unescape(text)
        if _NEW_LINE in text:
            text = _lines(text)
        else:
            text = text.strip()
            if "  " in text or not text.isprintable():  # a space is the only printable one
                text = " ".join(text.split())
        if text:
            blocks = self._found.blocks
            blocks.texts.append(text)
            blocks.links.append(sum(linked))
            blocks.homes.append(self.home())
        linked.clear()

    def home(self) -> int:
        """The number of the innermost open element. Errors: HOSTILE_MARKUP(depth)."""
        opened = self.nesting.opened
        if number := opened[-1][2]:
            return number[0]
        self.nesting.refuse_deep()
        first = len(opened) - 1
        while not opened[first - 1][2]:
            first -= 1
        blocks, told = self._found.blocks, self._told
        (around,) = opened[first - 1][2]
        for name, attributes, number in opened[first:]:
            blocks.parents.append(around)
            blocks.tags.append(name)
            told.append(attributes)
            number.append(around := len(told) - 1)
        return around

    def end_element(self, name: str) -> None:
        """The end of an element that is not the innermost. A paragraph that never began is an empty one."""
        place = self.nesting.find(name)
        if self.pieces and (place or name == "p"):
            self.end_block()
        if place:
            del self.nesting.opened[place:]

    def skip(self, text: str) -> str:
        """Pass over an element that is not read; the text behind it. One that never ends is read."""
        tags, at = self.markup.tags, self.at()
        name = part(tags[at])[0]
        end = "/" + name
        if name in self._endless or len(self._endless) > ENDLESS_MAX:
            return text
        depth, here = 1, at
        try:
            while depth:
                start, here = here + 1, tags.index(end, here + 1)
                depth -= 1
                if name not in _FLAT:
                    within = [tag for tag in tags[start:here] if tag.startswith(name)]
                    depth += sum(part(tag)[0] == name for tag in within)
        except ValueError:
            self._endless.add(name)
            return text
        next(islice(self.tags, here - at - 1, None))
        return self.markup.texts[here]

    def note(self, name: str, *, in_link: bool) -> None:
        """A tag that may tell a date."""
        if len(self._found.noted) < NOTED_MAX:
            self._found.noted.append(Noted(self.at(), name, self.home(), in_link))

    def keep(self, act: int, told: str) -> None:
        """What the page tells of itself; a border too, wherever it stands."""
        if act != ROOT and self.pieces:
            self.end_block()
        if act != LINE:
            self._kept[act].append(told)
        elif self.nesting.opened[-1][0] == "p":
            self.nesting.opened.pop()


def _lines(text: str) -> str:
    return "\n".join(line for part in text.split(_NEW_LINE) if (line := " ".join(part.split())))


def texts_within(blocks: Blocks, element: int, *, most: int) -> list[str]:
    """The texts of the blocks below an element, up to more than `most` characters."""
    # Parents come before children, and what an element holds stands together.
    last = element
    while last + 1 < len(blocks.parents) and blocks.parents[last + 1] >= element:
        last += 1
    texts, size = list[str](), 0
    for home, text in zip(blocks.homes, blocks.texts, strict=True):
        if element <= home <= last:
            texts.append(text)
            size += len(text)
        elif texts:
            break
        if size > 2 * most:
            break
    return texts
