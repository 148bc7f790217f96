"""The same event in another language: names, numbers and dates that agree.

No dictionary and no model: what two languages write alike is all there is, so this links only
where several rare facts agree, and stays silent where a text holds none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from haidang.engine.group.evidence import Terms
from haidang.engine.group.looking import WEIGHT_MIN, Prepared
from haidang.engine.group.window import Held, Window

LINK_DAYS = 5.0
TRANSLATION_DAYS = 3.0

_SCORE_MIN = 0.30
_SHARED_MIN = 3
_NUMBERS_MIN = 2
_ONE_NUMBER_SCORE = 0.55  # one telling number is enough where the names agree as well
_TRANSLATION_SCORE = 0.65
_TRANSLATION_NUMBERS = 3
_TRANSLATION_SHARED = 6
_LENGTHS = (0.6, 1.7)
# A text says the same in about a third of the characters where a character is a syllable or word.
_DENSE = {"zh": 3.0, "ja": 2.3, "ko": 2.0}


@dataclass(frozen=True, slots=True)
class Link:
    """An article in another language that tells of the same event. `score` 0..1."""

    held: Held
    score: float
    shared: frozenset[int]  # facts of both
    is_translation: bool


def find_link(window: Window, known: Prepared, *, days: float) -> Link | None:
    """The nearest article of another language, or None; the facts of both must agree and be rare."""
    new, wording = known.held, known.wording
    mine = new.evidence.facts
    if len(mine) < _SHARED_MIN or not known.foreign:
        return None
    said = _Said(set(mine.tolist()), wording.numbers(), wording.telling_numbers())
    links = []
    for held in known.foreign:
        if held.slot < 0 or held.id == new.id or held.original is not None:
            continue
        if abs(held.published - new.published) <= min(days, LINK_DAYS):
            link = _linked(window, new, said, held)
            if link is not None:
                links.append(link)
    if not links:
        return None
    translated = [one for one in links if one.is_translation]
    if translated:  # of a text that went through many languages, the first is the original
        return min(translated, key=lambda one: (one.held.published, one.held.id))
    return max(links, key=lambda one: (one.score, -one.held.id))


@dataclass(frozen=True, slots=True)
class _Said:
    """The facts of the article at hand; which of them are numbers, and which of those are telling."""

    facts: set[int]
    numbers: set[int]
    telling: set[int]


def _linked(window: Window, new: Held, said: _Said, held: Held) -> Link | None:
    theirs = held.evidence.facts
    shared = frozenset(said.facts.intersection(theirs.tolist()))
    # Names of places alone are shared by all that is written about a province.
    numbers = len(shared & said.numbers)
    if len(shared) < _SHARED_MIN or not shared & said.telling:
        return None
    agree = _weight(window, np.fromiter(shared, np.uint32, len(shared)))
    score = agree / math.sqrt(_weight(window, new.evidence.facts) * _weight(window, theirs))
    if agree < WEIGHT_MIN or score < _SCORE_MIN:
        return None
    if numbers < _NUMBERS_MIN and score < _ONE_NUMBER_SCORE:
        return None
    translated = numbers >= _TRANSLATION_NUMBERS and _is_translation(new, held, score, len(shared))
    return Link(held, min(score, 1.0), shared, translated)


def _is_translation(new: Held, held: Held, score: float, shared: int) -> bool:
    """The later one, close in time, as long as the other, and hardly a fact that differs."""
    later = 0.0 <= new.published - held.published <= TRANSLATION_DAYS
    ratio = _told_length(new) / max(1.0, _told_length(held))
    return (
        later
        and score >= _TRANSLATION_SCORE
        and shared >= _TRANSLATION_SHARED
        and _LENGTHS[0] <= ratio <= _LENGTHS[1]
    )


def _told_length(held: Held) -> float:
    return held.evidence.length * _DENSE.get(held.evidence.language, 1.0)


def _weight(window: Window, facts: Terms) -> float:
    return float(window.fact_rarity(facts).sum())
