"""Where on a page the headlines stand, written as a small part of CSS, and learned from a page.

Known: tag, `.class`, `#id`, a blank for "somewhere below", `>` for "directly below", a comma for
"or". Matching walks up from a link, so its time is bounded by the length of the selector times
the depth of the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SELECTOR_MAX = 1_000
CHOICES_MAX = 8
STEPS_MAX = 8
_LEARNED_STEPS = 3

_NAME = r"-?[A-Za-z_\u00c0-\U0010ffff][\w\u00c0-\U0010ffff-]*"
_STEP = re.compile(rf"([A-Za-z][A-Za-z0-9-]*|\*)?((?:[.#]{_NAME})*)")
_MARK = re.compile(rf"[.#]{_NAME}")
_PLAIN_NAME = re.compile(r"[A-Za-z_][\w-]{0,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Step:
    """One element of a path. `direct`: the step before it is its parent, not just above it."""

    tag: str
    classes: frozenset[str]
    ids: frozenset[str]
    direct: bool

    def fits(self, element: Any) -> bool:
        if self.tag and element.tag != self.tag:
            return False
        if self.ids and (element.get("id") or "") not in self.ids:
            return False
        return not self.classes or self.classes <= set((element.get("class") or "").split())


Path = tuple[_Step, ...]


def is_selector(told: str) -> bool:
    """Whether a person's selector can be read."""
    return bool(read_selector(told))


def read_selector(told: str) -> tuple[Path, ...]:
    """The paths of a selector, each from the outermost step inwards; empty if it cannot be read."""
    if not told.strip() or len(told) > SELECTOR_MAX:
        return ()
    paths = [_read_path(part) for part in told.split(",")]
    if len(paths) > CHOICES_MAX or not all(paths):
        return ()
    return tuple(path for path in paths if path)


def _read_path(told: str) -> Path | None:
    steps: list[_Step] = []
    direct = False
    for word in told.replace(">", " > ").split():
        if word == ">":
            if direct or not steps:
                return None
            direct = True
            continue
        found = _STEP.fullmatch(word)
        if found is None:
            return None
        marks = _MARK.findall(found[2])
        classes = frozenset(mark[1:] for mark in marks if mark[0] == ".")
        ids = frozenset(mark[1:] for mark in marks if mark[0] == "#")
        steps.append(_Step((found[1] or "").lower().replace("*", ""), classes, ids, direct))
        direct = False
    return tuple(steps) if steps and not direct and len(steps) <= STEPS_MAX else None


def stands_in(chain: Sequence[Any], paths: tuple[Path, ...]) -> bool:
    """Whether a link is, or stands in, what a selector means; `chain`: the link, then its ancestors."""
    return any(_fits(chain, path) for path in paths)


def _fits(chain: Sequence[Any], path: Path) -> bool:
    """Dynamic programming from the innermost step outwards: which places of the chain it can take."""
    places = [at for at, element in enumerate(chain) if path[-1].fits(element)]
    for inner, step in zip(reversed(path), list(reversed(path))[1:], strict=False):
        if not places:
            return False
        if inner.direct:
            above = {at + 1 for at in places if at + 1 < len(chain)}
        else:
            above = set(range(min(places) + 1, len(chain)))
        places = [at for at in sorted(above) if step.fits(chain[at])]
    return bool(places)


def learn_selector(chains: Sequence[Sequence[Any]]) -> str:
    """The selector of the lists in which these links stand, the longest list first."""
    counted = Counter(_describe(chain) for chain in chains)
    counted.pop("", None)
    chosen: list[str] = []
    for told, _count in counted.most_common(CHOICES_MAX):
        if len(", ".join([*chosen, told])) <= SELECTOR_MAX:
            chosen.append(told)
    return ", ".join(chosen)


def _describe(chain: Sequence[Any]) -> str:
    """The nearest ancestors with a class of their own, outermost first; tags where there is none."""
    named = [_name(element) for element in chain[: _LEARNED_STEPS + 1]]
    return " > ".join(reversed(named))


def _name(element: Any) -> str:
    classes = (element.get("class") or "").split()[:1]
    tag = element.tag if _PLAIN_NAME.fullmatch(str(element.tag)) else "*"
    return tag + "".join(f".{one}" for one in classes if _PLAIN_NAME.fullmatch(one))
