"""Which elements are open at a place of a page: those whose tags came, and those that a tag implies.

The rules are those of the HTML standard for elements that hold text: a paragraph ends where a block
begins, an item where the next one does, and an end that fits nothing ends nothing. Formatting, forms
within forms and text between the cells of a table are left as they are written.
"""

from __future__ import annotations

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.sandbox.lookover import DEPTH_MAX

STEPS_MAX = 1_000_000
"""Open elements that may be looked at for where a tag belongs; a real page needs some hundreds."""

ENDS_PARAGRAPH = frozenset(
    "address article aside blockquote center details dialog dir div dl dd dt fieldset figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header hgroup hr li main menu nav ol p pre search section summary table ul".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CELLS = frozenset(("caption", "object", "table", "td", "template", "th"))
_GROUPS = ("tbody", "tfoot", "thead")
_TABLE, _ROW = frozenset(("table",)), frozenset(("table", "tr"))
_ABOVE_ITEMS = _CELLS | frozenset(
    "article aside blockquote details dl fieldset figure footer form header main menu nav ol section tbody tr ul".split()
)
_ENDED_BY = {
    # What the start of an element ends, and beyond what that is not looked for.
    "li": (("li",), _ABOVE_ITEMS),
    "dd": (("dd", "dt"), _ABOVE_ITEMS),
    "dt": (("dd", "dt"), _ABOVE_ITEMS),
    "tr": (("tr",), _TABLE),
    "td": (("td", "th"), _ROW),
    "th": (("td", "th"), _ROW),
    **dict.fromkeys(_GROUPS, (_GROUPS, _TABLE)),
}
CALM = {
    # Within what the start of an element ends nothing and misses nothing, as far as that is told at a look.
    **dict.fromkeys(("li", "dd", "dt"), _ABOVE_ITEMS - {"p"}),
    **dict.fromkeys(
        _HEADINGS, frozenset("article aside body div header li main section td".split())
    ),
    **dict.fromkeys(("td", "th"), frozenset(("tr",))),
    **dict.fromkeys(("tr", *_GROUPS), frozenset[str]()),
}
_IN_ROW = (("table", "tbody"), *((group, "tr") for group in _GROUPS))
_MISSING = {"tr": (("table", "tbody"),), "td": _IN_ROW, "th": _IN_ROW}
"""What stands between an element and one around it, if the page leaves it out."""
_BEYOND = {
    # Beyond what the start of an element is not looked for at its end; of others, beyond a cell.
    "table": frozenset[str](),
    **dict.fromkeys(("caption", "td", "th", "tr", *_GROUPS), _TABLE),
}


Element = tuple[str, str, list[int]]
"""Of an element its tag, its attributes as written, and its number once something stands in it."""


class Nesting:
    """The open elements. The first is the body."""

    def __init__(self) -> None:
        self.opened: list[Element] = [("body", "", [0])]
        self._steps = 0

    def start(self, name: str) -> None:
        """End what the start of such an element ends, and start what is missing around it."""
        opened = self.opened
        if opened[-1][0] == "p" and name in ENDS_PARAGRAPH:
            opened.pop()
        if name in _ENDED_BY:
            if place := self._find(*_ENDED_BY[name]):
                del opened[place:]
            for around, missing in _MISSING.get(name, ()):
                if opened[-1][0] == around:
                    opened.append((missing, "", []))
        elif name in _HEADINGS and opened[-1][0] in _HEADINGS:
            opened.pop()

    def find(self, name: str) -> int:
        """The place of the element that an end of that name ends, 0 where there is none."""
        return self._find((name,), _BEYOND.get(name, _CELLS))

    def refuse_deep(self) -> None:
        """Errors: HOSTILE_MARKUP(depth)."""
        if len(self.opened) > DEPTH_MAX:
            raise EngineError(Trouble.HOSTILE_MARKUP, what="depth", limit=DEPTH_MAX)

    def _find(self, names: tuple[str, ...], beyond: frozenset[str]) -> int:
        """Errors: HOSTILE_MARKUP(depth)."""
        for place in range(len(self.opened) - 1, 0, -1):
            name = self.opened[place][0]
            if name in names:
                return place
            if name in beyond:
                break
            self._steps += 1
        if self._steps > STEPS_MAX:
            raise EngineError(Trouble.HOSTILE_MARKUP, what="depth", limit=DEPTH_MAX)
        return 0
