"""Which story an article of the same language belongs to.

The likeliest articles come from an index of telling terms. Each pair is compared kind by kind
(words, pairs, names, lead, title, figures) by its cosine, TF-IDF weighed (K. Sparck Jones 1972),
and by that cosine against what is usual for the two: the mean cosine with all articles of the
window, read off one running sum of their vectors, so that one threshold serves wordy and terse
languages alike. A story is as near as its members are on average (average linkage, R. Sokal and
C. Michener 1958). Rarity is counted in the window as it stands now, so early articles are weighed
by what came later; and the odds of each pair are kept, for what a later article puts right (`mending`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from haidang.engine.group import weights
from haidang.engine.group.evidence import KINDS
from haidang.engine.group.looking import LOOKED_AT, Prepared
from haidang.engine.group.window import Held, Window

Floats = npt.NDArray[np.float64]

ODDS_MAX = 8.0
"""Log-odds of a pair are held within this, so that no pair alone decides for a story."""

_STORIES_MAX = 3
_MEMBERS_MAX = 6
_EPS = 0.02
_TABLE_BITS = 17
_LOW = np.uint32((1 << _TABLE_BITS) - 1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story that an article may belong to. `nearest`: the slot of its nearest member."""

    story: int
    nearest: int
    odds: float  # log-odds, the mean over the members compared
    cosines: Floats  # with the nearest member, by kind

    @property
    def probability(self) -> float:
        return 1.0 / (1.0 + math.exp(-self.odds))


@dataclass(frozen=True, slots=True)
class Compared:
    """All that an article was compared with: the stories, the likeliest first, and each pair."""

    candidates: tuple[Candidate, ...] = ()
    near: dict[int, float] = field(default_factory=dict)  # id of the other → log-odds
    cosines: dict[int, Floats] = field(default_factory=dict)


class Comparer:
    """Compares an article with the members of the stories that it may belong to."""

    def __init__(self) -> None:
        self._places = np.zeros(1 << _TABLE_BITS, np.uint16)  # clean between two articles

    def compare(self, window: Window, new: Prepared, *, days: float) -> Compared:
        """The stories of the same language within `days`, the likeliest first."""
        by_story = _likely_members(window, new, days=days)
        if not by_story:
            return Compared()
        slots = np.array([slot for members in by_story.values() for slot in members])
        others = [window.held[slot] for slot in slots.tolist()]
        window.measure(slots)
        cosines = self._products(new, others) / (window.norms[slots] * new.norms)
        usual = np.sqrt(window.usual[slots] * new.usual)
        gaps = np.abs(np.array([one.published for one in others]) - new.held.published)
        rows = features(cosines, usual, gaps)
        odds = (rows @ weights.WEIGHTS + weights.BIAS).clip(-ODDS_MAX, ODDS_MAX).tolist()
        found = []
        start = 0
        for story, members in by_story.items():
            end = start + len(members)
            mine = odds[start:end]
            best = start + mine.index(max(mine))
            found.append(Candidate(story, others[best].slot, sum(mine) / len(mine), cosines[best]))
            start = end
        ids = [one.id for one in others]
        return Compared(
            tuple(sorted(found, key=lambda one: (-one.odds, one.story))),
            dict(zip(ids, odds, strict=True)),
            dict(zip(ids, cosines, strict=True)),
        )

    def _products(self, new: Prepared, others: list[Held]) -> Floats:
        """(others, kinds): the products of the article's vectors with each other's.

        Only terms that both hold are weighed: a small table tells which of the others' may be such.
        """
        own = new.held.evidence.terms
        low = own & _LOW
        self._places[low] = np.arange(1, len(own) + 1, dtype=np.uint16)
        terms = np.concatenate([one.evidence.terms for one in others])
        near = self._places[terms & _LOW]
        self._places[low] = 0
        here = near.nonzero()[0]
        place = near[here].astype(np.intp) - 1
        same = (own[place] == terms[here]).nonzero()[0]
        here, place = here[same], place[same]
        used = np.concatenate([one.evidence.weights for one in others])[here]
        sums = np.zeros(len(here) + 1)
        np.cumsum(used * new.worth[place], out=sums[1:])
        bounds = np.array([one.evidence.bounds for one in others])
        bounds[1:] += bounds[:-1, -1:].cumsum(axis=0)
        at = sums[here.searchsorted(bounds)]
        products: Floats = np.diff(at.ravel(), prepend=0.0).reshape(bounds.shape)
        return products


def _likely_members(window: Window, new: Prepared, *, days: float) -> dict[int, list[int]]:
    """Story → slots of some of its members, the likeliest first."""
    found: dict[int, list[int]] = {}
    language, published = new.held.evidence.language, new.held.published
    looked_at = 0
    for held in new.alike:
        if held.slot < 0 or held.original is not None or held.evidence.language != language:
            continue
        looked_at += 1
        if looked_at > LOOKED_AT:
            break
        if abs(held.published - published) > days or held.id == new.held.id:
            continue
        members = found.get(held.story)
        if members is None:
            if len(found) == _STORIES_MAX:
                continue
            members = found[held.story] = []
        if len(members) < _MEMBERS_MAX:
            members.append(held.slot)
    for story, members in found.items():
        if len(members) < _MEMBERS_MAX:
            for slot in _some(window.stories[story].members, _MEMBERS_MAX):
                if len(members) < _MEMBERS_MAX and slot not in members:
                    members.append(slot)
    return found


def _some(slots: list[int], count: int) -> list[int]:
    """At most `count`, evenly spread, the last among them."""
    if len(slots) <= count:
        return slots
    step = (len(slots) - 1) / (count - 1)
    return [slots[round(place * step)] for place in range(count)]


def features(cosines: Floats, usual: Floats, gaps: Floats) -> Floats:
    """(pairs, 14): cosines by kind; their logarithms against the usual; days apart, twice."""
    kinds = len(KINDS)
    rows = np.empty((len(cosines), 2 * kinds + 2))
    rows[:, :kinds] = cosines
    rows[:, kinds:-2] = np.log((cosines + _EPS) / (usual + _EPS))
    rows[:, -2] = np.minimum(gaps, 14.0) / 14.0
    rows[:, -1] = np.log1p(4.0 * gaps)
    return rows
