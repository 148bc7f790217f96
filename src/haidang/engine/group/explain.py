"""The reasons of a story decision, as (word of REASONS, detail) pairs for the page to print."""

from __future__ import annotations

import numpy as np

from haidang.engine.group.crossing import Link
from haidang.engine.group.evidence import NAMES, NUMBER_SIGN, WORDS, Terms, Wording
from haidang.engine.group.reasons import Why
from haidang.engine.group.window import Held, Window

_SHOWN = 5
_FAR_DAYS = 3.0


def explain(window: Window, new: Held, nearest: Held, title: float, wording: Wording) -> Why:
    """Rare words, names and numbers that the article shares with another; `title`: their cosine."""
    why: list[tuple[str, str]] = []
    for reason, kind in (("shared_names", NAMES), ("shared_words", WORDS)):
        told = _shared_terms(window, new, nearest, kind, wording)
        if told:
            why.append((reason, ", ".join(told)))
    said = wording.counted
    agreed = _held_by(np.fromiter(said, np.uint32, len(said)), nearest.evidence.facts)
    if len(agreed):
        told = [said[fact].removeprefix(NUMBER_SIGN) for fact in agreed[:_SHOWN].tolist()]
        why.append(("shared_numbers", ", ".join(told)))
    if title > 0:
        why.append(("same_title", f"{min(1.0, title):.0%}"))
    why.append(_apart(new, nearest))
    return tuple(why)


def explain_crossing(new: Held, link: Link, wording: Wording) -> Why:
    """The facts on which two languages agree."""
    shared = [value for fact, value in wording.facts().items() if fact in link.shared]
    named, said = _told_apart(shared)
    why = [("other_language", f"{link.held.evidence.language}, {new.evidence.language}")]
    if named:
        why.append(("shared_names", ", ".join(named[:_SHOWN])))
    if said:
        why.append(("shared_numbers", ", ".join(said[:_SHOWN])))
    if link.is_translation:
        why.append(("translated", f"{link.score:.0%}"))
    why.append(_apart(new, link.held))
    return tuple(why)


def _told_apart(facts: list[str]) -> tuple[list[str], list[str]]:
    """(names, numbers) of facts as `evidence` writes them."""
    named = [fact for fact in facts if not fact.startswith(NUMBER_SIGN)]
    said = [fact.removeprefix(NUMBER_SIGN) for fact in facts if fact.startswith(NUMBER_SIGN)]
    return named, said


def _shared_terms(
    window: Window, new: Held, nearest: Held, kind: int, wording: Wording
) -> list[str]:
    shared = _held_by(new.evidence.of_kind(kind), nearest.evidence.of_kind(kind))
    rarity = window.rarity(shared, language=new.evidence.language)
    order = np.argsort(-rarity, kind="stable")
    return wording.find(shared[order][: 3 * _SHOWN], kind)[:_SHOWN]


def _held_by(mine: Terms, theirs: Terms) -> Terms:
    """Those of one that the other, ascending, holds too."""
    if not len(theirs):
        return theirs
    both: Terms = mine[theirs.take(theirs.searchsorted(mine), mode="clip") == mine]
    return both


def _apart(new: Held, other: Held) -> tuple[str, str]:
    days = abs(new.published - other.published)
    if days > _FAR_DAYS:
        return ("far_in_time", f"{days:.0f}")
    return ("same_day", f"{days * 24:.0f}")
