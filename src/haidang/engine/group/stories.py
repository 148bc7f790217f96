"""Which story an article of the same language belongs to, and what its arrival puts right.

The likeliest articles come from an index of telling terms. Each pair is compared kind by kind
(words, pairs, names, lead, title, figures) by its cosine, TF-IDF weighed (K. Sparck Jones 1972),
and by that cosine against what is usual for the two: the mean cosine with all articles of the
window, read off one running sum of their vectors, so that one threshold serves wordy and terse
languages alike. A story is as near as its members are on average (average linkage, R. Sokal and
C. Michener 1958). Rarity is counted in the window as it stands now, so early articles are weighed
by what came later; and the odds of each pair are kept, so that a later article can bring stories
together and call over an article that stands nearer to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from haidang.engine.group import weights
from haidang.engine.group.evidence import KINDS
from haidang.engine.group.postings import strongest
from haidang.engine.group.window import Held, Window

Floats = npt.NDArray[np.float64]

ODDS_MAX = 8.0
"""Log-odds of a pair are held within this, so that no pair alone decides for a story."""

_STORIES_MAX = 6
_LOOKED_AT = 24
_SHARED_MIN = 0.03
"""Of the weight of its telling terms, less is not looked at; of the pairs that count one in 500 has less."""
_SHARED_OF_BEST = 0.1
"""Nor is what shares so much less than the article that shares most."""
_MEMBERS_MAX = 6
_BUCKET_MAX = 256
_EPS = 0.02
_UNKNOWN = -6.0  # of a pair that was never compared, because hardly anything is shared
_MENDED_MAX = 24  # originals of a story that a later article may still change
_NEAR_ENOUGH = -3.0  # stories farther from the article are not looked at for mending
_CALLED_BY = 0.5  # log-odds by which another story must be nearer to call an article over
_TABLE_BITS = 17
_LOW = np.uint32((1 << _TABLE_BITS) - 1)
_PLACES = np.zeros(1 << _TABLE_BITS, np.uint16)  # clean between two articles


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


def compare(window: Window, new: Held, *, days: float) -> Compared:
    """The stories of the same language within `days`, the likeliest first."""
    rarity = window.rarity(new.evidence.terms, language=new.evidence.language)
    weighed = new.evidence.weights * rarity
    by_story = _likely_members(window, new, weighed, days=days)
    slots = [slot for members in by_story.values() for slot in members]
    if not slots:
        return Compared()
    cosines, usual = _cosines(window, new, weighed * rarity, slots)
    others = [window.held[slot] for slot in slots]
    gaps = np.array([abs(one.published - new.published) for one in others])
    rows = features(cosines, usual, gaps)
    odds = (rows @ weights.WEIGHTS + weights.BIAS).clip(-ODDS_MAX, ODDS_MAX).tolist()
    found = []
    start = 0
    for story, members in by_story.items():
        end = start + len(members)
        mine = odds[start:end]
        best = start + mine.index(max(mine))
        found.append(Candidate(story, slots[best], sum(mine) / len(mine), cosines[best]))
        start = end
    ids = [one.id for one in others]
    return Compared(
        tuple(sorted(found, key=lambda one: (-one.odds, one.story))),
        dict(zip(ids, odds, strict=True)),
        dict(zip(ids, cosines, strict=True)),
    )


def find_called(window: Window, new: Held, compared: Compared, story: int | None) -> list[int]:
    """Slots of articles that now belong to the new one's story (None: one of its own).

    Whole stories whose members are, on average, more likely than not of this story; and single
    articles that stand clearly nearer to it than to their own. What people placed stays.
    """
    mine = [new.id, *_ids(window, story)]
    if len(mine) > _MENDED_MAX:
        return []
    near = {**compared.near}
    called: list[int] = []
    for candidate in compared.candidates:
        theirs = _ids(window, candidate.story)
        fixed = candidate.story in window.closed or len(theirs) > _MENDED_MAX
        if candidate.story == story or fixed or candidate.odds < _NEAR_ENOUGH:
            continue
        free = [id_ for id_ in theirs if not window.is_fixed(window.of(id_))]
        odds = {id_: [_odds(window, near, new.id, one, id_) for one in mine] for id_ in theirs}
        if len(free) == len(theirs) and _mean(odds.values()) >= weights.JOINED:
            gone = theirs
        else:
            gone = [
                id_
                for id_ in free
                if len(theirs) > 1
                and _mean([odds[id_]]) >= weights.THRESHOLD
                and _mean([odds[id_]])
                > _CALLED_BY
                + _mean([[_odds(window, near, new.id, id_, o) for o in theirs if o != id_]])
            ]
        called += [window.slot_of[id_] for id_ in gone]
        mine += gone
    return called


def _ids(window: Window, story: int | None) -> list[int]:
    held = window.stories.get(story) if story is not None else None
    return [window.held[slot].id for slot in held.members] if held else []


def _mean(odds: Iterable[list[float]]) -> float:
    flat = [one for few in odds for one in few]
    return sum(flat) / len(flat)


def _odds(window: Window, near: dict[int, float], new: int, one: int, other: int) -> float:
    if new in {one, other}:
        return near.get(other if one == new else one, _UNKNOWN)
    known = window.of(one).near.get(other)
    if known is None:
        known = window.of(other).near.get(one)
    return _UNKNOWN if known is None else known


def _likely_members(
    window: Window, new: Held, weighed: npt.NDArray[np.float32], *, days: float
) -> dict[int, list[int]]:
    """Story → slots of some of its members, the likeliest first."""
    terms, heavy = window.telling_terms(new.evidence, weighed, known=True)
    places, slots = window.term_index.find(terms, cap=_BUCKET_MAX)
    if not len(slots):
        return {}
    squares = heavy * heavy
    scores = np.bincount(slots, weights=squares[places])
    least = max(_SHARED_MIN * float(squares.sum()), _SHARED_OF_BEST * float(scores.max()))
    scores[scores < least] = 0.0
    found: dict[int, list[int]] = {}
    for slot in strongest(scores, _LOOKED_AT):
        held = window.held[slot]
        same = held.evidence.language == new.evidence.language and held.id != new.id
        if not same or held.original is not None or abs(held.published - new.published) > days:
            continue
        if held.story not in found and len(found) == _STORIES_MAX:
            continue
        members = found.setdefault(held.story, [])
        if len(members) < _MEMBERS_MAX:
            members.append(slot)
    for story, members in found.items():
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


def _cosines(
    window: Window, new: Held, worth: npt.NDArray[np.float32], slots: list[int]
) -> tuple[Floats, Floats]:
    """(slots, kinds): cosines of the article with each slot's; and what is usual for the two.

    `worth`: of each term, its use times the square of its rarity, which both vectors hold.

    Usual is the geometric mean of each one's mean cosine with all that the window has counted. Only
    terms that both hold are weighed: a small table tells which of the others' terms may be such.
    """
    kinds = len(KINDS)
    others = [window.held[slot] for slot in slots]
    window.measure([new, *others])
    own = new.evidence.terms
    low = own & _LOW
    _PLACES[low] = np.arange(1, len(own) + 1, dtype=np.uint16)
    terms = np.concatenate([one.evidence.terms for one in others])
    near = _PLACES[terms & _LOW]
    _PLACES[low] = 0
    here = near.nonzero()[0]
    place = near[here] - 1
    same = (own[place] == terms[here]).nonzero()[0]
    here, place = here[same], place[same]
    used = np.concatenate([one.evidence.weights for one in others])[here]
    lengths = [length for one in others for length in one.evidence.lengths]
    segment = np.arange(len(lengths)).repeat(lengths)[here]
    dots = np.bincount(segment, weights=used * worth[place], minlength=len(lengths))
    norms = np.array([one.norms for one in others])
    usual = np.array([one.usual for one in others])
    return dots.reshape(-1, kinds) / (norms * new.norms), np.sqrt(usual * new.usual)


def features(cosines: Floats, usual: Floats, gaps: Floats) -> Floats:
    """(pairs, 14): cosines by kind; their logarithms against the usual; days apart, twice."""
    kinds = len(KINDS)
    rows = np.empty((len(cosines), 2 * kinds + 2))
    rows[:, :kinds] = cosines
    rows[:, kinds:-2] = np.log((cosines + _EPS) / (usual + _EPS))
    rows[:, -2] = np.minimum(gaps, 14.0) / 14.0
    rows[:, -1] = np.log1p(4.0 * gaps)
    return rows
