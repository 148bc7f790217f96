"""What a tag is: a word within its line, the start or end of an element, a note about the page.

Which elements no reader of prose reads, which end each other and what names them is told here, after
the HTML standard; how a page is put together is in `markup` and `blocks`.
"""

from __future__ import annotations

import re
from html import unescape
from string import ascii_letters

# What a reader of a page does with a tag: nothing, or …
(
    OPEN, OPEN_AMONG, CLOSE, PLAIN, LINK, LINK_END, SPAN, TIME, TIME_END, BREAK, UNREAD, WORDS, LINE, META, POINTER, ROOT,
) = range(16)  # fmt: skip
PARTED = 16  # to be asked again, by its name alone

NAMED_MAX = 400
"""Characters of an element's names that are read."""

_INLINE = (
    "abbr acronym b bdi bdo big cite code data del dfn font i ins kbd label mark nobr q rb rp ruby s samp "
    "strike strong sub sup tt u var wbr "
    # Nothing stands in these, or nothing is asked of them.
    "area base basefont bgsound body col embed frame head img input keygen optgroup option param source track".split()
)
_UNREAD = (
    "audio button canvas datalist dialog footer map math menu meter nav object picture progress rt select "
    "svg template video".split()
)
_AMONG = "dd dt h1 h2 h3 h4 h5 h6 li tbody td tfoot th thead tr".split()
_BLOCKS = (
    "address article aside blockquote center details div dl fieldset figcaption figure form header main ol p pre "
    "section summary table ul".split()
)
_SPANS = ("em", "small", "span")
_LETTERS = frozenset(ascii_letters)
KEPT_MAX = 300  # characters of attributes that are remembered, for the next page of that site
_REMEMBERED_MAX = 2_000
# A reading child meets 300 pages in its life; 300 pages of as many sites have 19,000 elements that differ.
_ELEMENTS_MAX = 32_768

ATTRIBUTE = re.compile(r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
# That nothing stands before a key is asked behind it: so the search can go by the first letters.
_KEY = "|".join(rf"{key}(?<!\S{key})" for key in ("class", "id", "itemprop", "role", "CLASS", "ID"))
_NAMES = re.compile(rf"""(?:{_KEY})\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_SMALL_WORD = re.compile(r"[a-z]+")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


class _Acts(dict[str, tuple[int, str]]):
    """By the name of a tag, as written: what is done with it, and the name of its element.

    A name with a space in it is none.
    """

    def __missing__(self, written: str) -> tuple[int, str]:
        if len(written.split()) > 1:
            return PARTED, ""
        written = written.strip()
        name = written[:1].lower() + written[1:].partition("/")[0].lower()
        if (found := self.get(name)) is None:
            if name[:1] in _LETTERS:
                found = OPEN, name
            elif name[:1] == "/" and name[1:2] in _LETTERS:
                found = CLOSE, name[1:]
            else:
                found = (PLAIN if name[:1] in ("/", "!", "?") else WORDS), ""
        if len(self) < _REMEMBERED_MAX and len(written) < NAMED_MAX:
            self[written] = found
        return found


ACTS = _Acts(
    {
        **{name: (PLAIN, name) for name in _INLINE},
        **{f"/{name}": (PLAIN, name) for name in (*_INLINE, *_SPANS, "hr", "html", "link", "meta")},
        **{name: (OPEN, name) for name in _BLOCKS},
        **{name: (OPEN_AMONG, name) for name in _AMONG},
        **{name: (UNREAD, name) for name in _UNREAD},
        **{f"/{name}": (CLOSE, name) for name in (*_BLOCKS, *_AMONG, *_UNREAD)},
        **{name: (SPAN, name) for name in _SPANS},
        "a": (LINK, "a"), "/a": (LINK_END, "a"), "br": (BREAK, "br"), "/br": (BREAK, "br"), "hr": (LINE, "hr"),
        "time": (TIME, "time"), "/time": (TIME_END, "time"), "meta": (META, "meta"), "link": (POINTER, "link"),
        "html": (ROOT, "html"), "!": (PLAIN, ""),
    }
)  # fmt: skip


def part(tag: str) -> tuple[str, str]:
    """The name of a tag as written, and its attributes as written."""
    name, *told = tag.split(None, 1)
    return name, told[0] if told else ""


def attributes_of(told: str) -> dict[str, str]:
    """What stands behind the name of a tag: the first attribute of each name, "" where one has no value."""
    found: dict[str, str] = {}
    for key, double, single, bare in ATTRIBUTE.findall(told):
        value = double or single or bare
        found.setdefault(key.lower(), unescape(value) if "&" in value else value)
    return found


def is_hidden(told: str) -> bool:
    """Whether an element with such attributes is not shown."""
    lowered = told.lower()
    if "none" not in lowered and "hidden" not in lowered:
        return False
    attributes = attributes_of(told)
    return "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")) is not None


class _Names(dict[tuple[str, str], tuple[str, ...]]):
    """By the tag of an element and its attributes, as written, what it is named by.

    That is the tag, and the words of its class, id and role: "articleBody-text" is article, body, text.
    """

    def __missing__(self, element: tuple[str, str]) -> tuple[str, ...]:
        name, told = element
        if told.startswith('class="') and told.find('"', 7) == len(told) - 1:
            named = told[7:-1]
        else:
            named = " ".join(_NAMES.findall(told))
        named = named[:NAMED_MAX]
        words = (
            _SMALL_WORD.findall(named) if named.islower() else map(str.lower, _WORD.findall(named))
        )
        names = (f"<{name}", *dict.fromkeys(words))
        if len(told) <= KEPT_MAX:
            if len(self) >= _ELEMENTS_MAX:
                self.clear()
            self[element] = names
        return names


NAMES = _Names()
