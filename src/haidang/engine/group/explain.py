"""The reasons of a story decision, as (word of REASONS, detail) pairs for the page to print."""

from __future__ import annotations

import numpy as np

from haidang.engine.group.crossing import Link
from haidang.engine.group.evidence import NAMES, TITLE, WORDS, Display
from haidang.engine.group.reasons import Why
from haidang.engine.group.stories import Candidate
from haidang.engine.group.window import Held, Window

_SHOWN = 5
_FAR_DAYS = 3.0


def explain(window: Window, new: Held, best: Candidate, display: Display) -> Why:
    """Rare words, names and numbers that the article shares with the story's nearest member."""
    nearest = window.held[best.nearest]
    why: list[tuple[str, str]] = []
    for reason, kind, shown in (
        ("shared_names", NAMES, display.names),
        ("shared_words", WORDS, display.words),
    ):
        told = _shared_terms(window, new, nearest, kind, shown)
        if told:
            why.append((reason, ", ".join(told)))
    agreed = [value for value in display.facts.values() if value in new.evidence.numbers]
    agreed = [value for value in agreed if value in nearest.evidence.numbers]
    if agreed:
        why.append(("shared_numbers", ", ".join(agreed[:_SHOWN])))
    if best.cosines[TITLE] > 0:
        why.append(("same_title", f"{min(1.0, best.cosines[TITLE]):.0%}"))
    why.append(_apart(new, nearest))
    return tuple(why)


def explain_crossing(new: Held, link: Link, display: Display) -> Why:
    """The facts on which two languages agree."""
    shared = [value for fact, value in display.facts.items() if fact in link.shared]
    said = [value for value in shared if value in new.evidence.numbers]
    named = [value for value in shared if value not in new.evidence.numbers]
    why = [("other_language", f"{link.held.evidence.language}, {new.evidence.language}")]
    if named:
        why.append(("shared_names", ", ".join(named[:_SHOWN])))
    if said:
        why.append(("shared_numbers", ", ".join(said[:_SHOWN])))
    if link.is_translation:
        why.append(("translated", f"{link.score:.0%}"))
    why.append(_apart(new, link.held))
    return tuple(why)


def _shared_terms(
    window: Window, new: Held, nearest: Held, kind: int, shown: dict[int, str]
) -> list[str]:
    mine = _of_kind(new, kind)
    shared = mine[np.isin(mine, _of_kind(nearest, kind))]
    rarity = window.rarity(shared, language=new.evidence.language, names=kind == NAMES)
    order = np.argsort(-rarity, kind="stable")
    told = [shown[term] for term in shared[order].tolist() if term in shown]
    return told[:_SHOWN]


def _of_kind(held: Held, kind: int) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    bounds = (0, *held.evidence.bounds)
    return held.evidence.terms[bounds[kind] : bounds[kind + 1]]


def _apart(new: Held, other: Held) -> tuple[str, str]:
    days = abs(new.published - other.published)
    if days > _FAR_DAYS:
        return ("far_in_time", f"{days:.0f}")
    return ("same_day", f"{days * 24:.0f}")
