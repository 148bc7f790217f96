"""Which story an article of the same language belongs to.

The likeliest stories come from an index of telling terms. Each is then compared kind by kind
(words, pairs, names, lead, title): the cosine with its nearest member, the mean over its members,
and both against the cosine with unrelated articles of the same days, so that one threshold serves
wordy and terse languages alike. Rarity is counted in the window as it stands now (TF-IDF, K. Sparck
Jones 1972), so early articles are weighed by what came later.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from haidang.engine.group import weights
from haidang.engine.group.evidence import KINDS, LEAD, NAMES, PAIRS, TERM_BITS, WORDS
from haidang.engine.group.postings import strongest
from haidang.engine.group.window import CALM, Held, Window

Floats = npt.NDArray[np.float64]

_STORIES_MAX = 6
_MEMBERS_MAX = 8
_SAMPLE = 32
_BUCKET_MAX = 512
_EPS = 0.02
# The cosine of unrelated articles, by kind, as long as few are there to measure it.
_USUAL = np.array([0.08, 0.01, 0.035, 0.06, 0.01])
_USUAL_COUNT = 40.0
_USUAL_QUANTILE = 0.8  # of unrelated articles: those of the same field, not of no field in common


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story that an article may belong to. `nearest`: the slot of its nearest member."""

    story: int
    nearest: int
    features: Floats
    cosines: Floats  # with the nearest member, by kind
    gap_days: float

    @property
    def odds(self) -> float:
        """The logarithm of the odds that the article belongs to the story."""
        return float(self.features @ weights.WEIGHTS + weights.BIAS)

    @property
    def probability(self) -> float:
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, self.odds))))


def find_candidates(window: Window, new: Held, *, days: float) -> list[Candidate]:
    """The stories of the same language within `days`, the likeliest first, with their features."""
    stories = _likely_stories(window, new, days=days)
    if not stories:
        return []
    members = [_some(window.stories[story].members, _MEMBERS_MAX) for story in stories]
    near = _near_members(window, members, new, days=days)
    others = _some(window.by_language.get(new.evidence.language, []), _SAMPLE)
    flat = [slot for few in members for slot in few]
    cosines = _cosines(window, new, flat + others)
    usual = cosines[len(flat) :]
    count = len(window.by_language.get(new.evidence.language, []))
    base = _USUAL
    if count:
        high = np.sort(usual, axis=0)[int(_USUAL_QUANTILE * (len(usual) - 1))]
        base = (count * high + _USUAL_COUNT * _USUAL) / (count + _USUAL_COUNT)
    found: list[Candidate] = []
    start = 0
    for story, few, gap in zip(stories, members, near, strict=True):
        mine = cosines[start : start + len(few)]
        start += len(few)
        if gap <= days:
            found.append(_candidate(story, few, mine, base, gap))
    return sorted(found, key=lambda one: (-one.odds, one.story))


def _some(slots: list[int], count: int) -> list[int]:
    """At most `count`, evenly spread, the last among them."""
    if len(slots) <= count:
        return list(slots)
    step = (len(slots) - 1) / (count - 1)
    return [slots[round(place * step)] for place in range(count)]


def _near_members(
    window: Window, members: list[list[int]], new: Held, *, days: float
) -> list[float]:
    return [
        min((abs(window.held[slot].published - new.published) for slot in few), default=days + 1)
        for few in members
    ]


def _likely_stories(window: Window, new: Held, *, days: float) -> list[int]:
    terms, weighed = window.telling_terms(new.evidence, known=True)
    places, slots = window.term_index.find(terms, cap=_BUCKET_MAX)
    if not len(slots):
        return []
    scores = np.bincount(slots, weights=weighed[places] ** 2, minlength=len(window))
    stories: dict[int, None] = {}
    for slot in strongest(scores, _STORIES_MAX * 6):
        if len(stories) == _STORIES_MAX:
            break
        held = window.held[slot]
        same = held.evidence.language == new.evidence.language
        if same and held.original is None and abs(held.published - new.published) <= days:
            stories.setdefault(held.story)
    return list(stories)


def _cosines(window: Window, new: Held, slots: list[int]) -> Floats:
    """Cosines of the article with each slot's, by kind: an array of (slots, kinds)."""
    mine = new.evidence
    table = _table(mine.terms, window.weighed(mine))
    evidences = [window.held[slot].evidence for slot in slots]
    terms = np.concatenate([one.terms for one in evidences])
    used = np.concatenate([one.weights for one in evidences])
    lengths = np.array([np.diff((0, *one.bounds)) for one in evidences])
    kinds = len(KINDS)
    segment = np.repeat(np.arange(len(slots) * kinds), lengths.ravel())
    is_name = segment % kinds == NAMES
    logs = window.logs[terms]
    totals = np.where(
        is_name,
        np.float32(np.log(window.totals.get("all", 0) + CALM)),
        np.float32(np.log(window.totals.get(mine.language, 0) + CALM)),
    )
    weighed = used * np.maximum(totals - logs, np.float32(0.05))
    dots = np.bincount(segment, weights=weighed * table[terms], minlength=len(slots) * kinds)
    squares = np.bincount(segment, weights=weighed * weighed, minlength=len(slots) * kinds)
    own = np.bincount(
        np.repeat(np.arange(kinds), np.diff((0, *mine.bounds))),
        weights=window.weighed(mine) ** 2,
        minlength=kinds,
    )
    norms = np.sqrt(squares.reshape(-1, kinds) * own)
    table[mine.terms] = 0.0
    cosines: Floats = dots.reshape(-1, kinds) / np.maximum(norms, 1e-9)
    return cosines


_TABLE = np.zeros(1 << TERM_BITS, np.float32)


def _table(
    terms: npt.NDArray[np.uint32], weighed: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """A term's weight in the article at hand; the caller clears it again."""
    _TABLE[terms] = weighed
    return _TABLE


def _candidate(
    story: int, members: list[int], cosines: Floats, base: Floats, gap: float
) -> Candidate:
    overall = cosines[:, (WORDS, PAIRS, NAMES, LEAD)].sum(1)
    nearest = int(overall.argmax())
    return Candidate(
        story=story,
        nearest=members[nearest],
        features=features(cosines[nearest], cosines.mean(0), base, len(members), gap),
        cosines=cosines[nearest],
        gap_days=gap,
    )


def features(nearest: Floats, mean: Floats, base: Floats, members: int, gap: float) -> Floats:
    """27 numbers: cosines by kind, and their logarithms against the usual ones; size; days apart."""
    return np.concatenate(
        (
            np.log((nearest + _EPS) / (base + _EPS)),
            np.log((mean + _EPS) / (base + _EPS)),
            nearest,
            mean,
            base,
            (1.0 / members, min(gap, 14.0) / 14.0),
        )
    )
