"""The articles of the last days, in memory, laid out for quick comparison.

An article lives in a slot; slots are given in order of arrival and freed together when the window
is trimmed, by building everything anew from what is left. Counts of terms (how many articles of a
language hold each) are kept in flat tables over the hashed terms.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from haidang.engine.group.evidence import (
    KINDS,
    NAMES,
    PAIRS,
    TERM_BITS,
    WORDS,
    Evidence,
    Terms,
    Weights,
)
from haidang.engine.group.postings import Postings
from haidang.engine.group.usual_terms import usual_terms
from haidang.engine.types import ReprintKind

CALM = 150.0
"""Articles that a new desk is taken to have seen: keeps the first weights of rarity calm."""
_FLOOR = np.float32(0.05)
_INDEXED = {WORDS: 48, PAIRS: 16, NAMES: 16}
"""How many terms of each kind an article is found by."""


@dataclass(slots=True)
class Held:
    """An article in the window. `original`: id of the root it reprints."""

    id: int
    story: int
    published: float  # days since 1970
    evidence: Evidence
    canonical_url: str | None
    original: int | None = None
    share: float = 0.0  # with the original
    kind: ReprintKind | None = None
    pinned: bool = False  # a person placed it: its story and its original stay as they are
    is_sampled: bool = False  # copies are looked for by its shingles
    is_counted: bool = False  # its terms are counted, and stories are looked for by them
    near: dict[int, float] = field(default_factory=dict)  # id → log-odds of being one story


@dataclass(slots=True)
class Story:
    """A story's originals in the window, by slot."""

    members: list[int] = field(default_factory=list)


class Window:
    """All that is held. Ids are the caller's; slots are ours."""

    def __init__(self, *, with_stories: bool = True) -> None:
        self.held: list[Held] = []
        self.slot_of: dict[int, int] = {}
        self.copies: dict[int, list[int]] = {}  # id of the original → ids of its reprints
        self.stories: dict[int, Story] = {}
        self.by_language: dict[str, list[int]] = {}  # slots of originals
        self.canonical: dict[str, int] = {}  # address → id of the first that named it
        self.with_stories = with_stories
        size = 1 << TERM_BITS if with_stories else 0
        self.counts = np.zeros(size, np.float32)
        self.sums = np.zeros(size, np.float32)  # of all articles' vectors, each of length 1
        self.scratch = np.zeros(size, np.float32)  # whoever writes here clears it again
        if with_stories:
            terms, shares = usual_terms()
            self.counts[terms] = CALM * shares
        self.totals: dict[str, int] = {}
        self.fact_counts: dict[int, int] = {}
        self.shingle_index = Postings()
        self.term_index = Postings()
        self.fact_index = Postings()
        self.closed: frozenset[int] = frozenset()  # stories that people pinned
        self.apart: frozenset[frozenset[int]] = frozenset()  # pairs that people took apart

    def __len__(self) -> int:
        return len(self.held)

    def of(self, article: int) -> Held:
        """The held article of that id. Errors: KeyError."""
        return self.held[self.slot_of[article]]

    def same_address(self, new: Held) -> Held | None:
        """The first held article that named the same canonical address."""
        id_ = self.canonical.get(new.canonical_url) if new.canonical_url else None
        return self.of(id_) if id_ is not None and id_ != new.id else None

    def add(self, held: Held) -> None:
        """Take an article in; a verbatim copy adds nothing to what is searched."""
        slot = len(self.held)
        self.held.append(held)
        self.slot_of[held.id] = slot
        if held.canonical_url:
            self.canonical.setdefault(held.canonical_url, held.id)
        if held.kind is not ReprintKind.VERBATIM:
            self._sample(held, slot)
        self._link(held, slot)

    def make_copy(
        self, article: int, *, story: int, original: int, share: float, kind: ReprintKind
    ) -> None:
        """Turn an article of the window into a reprint of another, of which it is told late."""
        held = self.of(article)
        slot = self.slot_of[article]
        self._unlink(held, slot)
        held.story, held.original, held.share, held.kind = story, original, share, kind
        self._link(held, slot)

    def regroup(
        self, article: int, *, story: int, original: int | None, kind: ReprintKind | None
    ) -> None:
        """Put an article where a person put it; `share` stays to be measured by the caller."""
        held = self.of(article)
        slot = self.slot_of[article]
        self._unlink(held, slot)
        held.story, held.original, held.kind, held.share = story, original, kind, 0.0
        self._link(held, slot)
        if kind is not ReprintKind.VERBATIM:
            self._sample(held, slot)

    def move(self, article: int, *, story: int) -> None:
        """Put an original, with its reprints, into another story."""
        held = self.of(article)
        slot = self.slot_of[article]
        self._unlink(held, slot)
        held.story = story
        self._link(held, slot)
        for copy in self.copies.get(article, ()):
            self.of(copy).story = story

    def is_fixed(self, held: Held) -> bool:
        """Whether a person decided on it, on its story, or on one of its reprints."""
        copies = (self.of(id_) for id_ in self.copies.get(held.id, ()))
        return held.pinned or held.story in self.closed or any(copy.pinned for copy in copies)

    def _link(self, held: Held, slot: int) -> None:
        if held.original is not None:
            self.copies.setdefault(held.original, []).append(held.id)
            return
        insort(self.stories.setdefault(held.story, Story()).members, slot)
        insort(self.by_language.setdefault(held.evidence.language, []), slot)
        if self.with_stories and not held.is_counted:
            held.is_counted = True
            weighed = self._count(held.evidence)
            self.term_index.add(slot, self.telling_terms(held.evidence, weighed, known=False)[0])
            self.fact_index.add(slot, held.evidence.facts)

    def _unlink(self, held: Held, slot: int) -> None:
        if held.original is not None:
            self.copies[held.original].remove(held.id)
        else:
            self.stories[held.story].members.remove(slot)
            self.by_language[held.evidence.language].remove(slot)

    def _sample(self, held: Held, slot: int) -> None:
        if not held.is_sampled:
            held.is_sampled = True
            self.shingle_index.add(slot, held.evidence.sample)

    def _count(self, evidence: Evidence) -> Weights:
        """Count an article's terms; its weights as they are then."""
        self.counts[evidence.terms] += 1
        for name in (evidence.language, "all"):
            self.totals[name] = self.totals.get(name, 0) + 1
        for fact in evidence.facts.tolist():
            self.fact_counts[fact] = self.fact_counts.get(fact, 0) + 1
        weighed = self.weighed(evidence)
        lengths = np.diff((0, *evidence.bounds))
        segment = np.repeat(np.arange(len(KINDS)), lengths)
        squares = np.bincount(segment, weights=weighed * weighed, minlength=len(KINDS))
        self.sums[evidence.terms] += weighed / np.sqrt(np.maximum(squares, 1e-9))[segment]
        return weighed

    def rarity(self, terms: Terms, *, language: str) -> Weights:
        """log(articles / articles that hold the term), smoothed, never under 0.05."""
        total = np.float32(math.log(self.totals.get(language, 0) + CALM))
        rarity: Weights = np.maximum(total - np.log(self.counts[terms] + np.float32(0.5)), _FLOOR)
        return rarity

    def weighed(self, evidence: Evidence) -> Weights:
        """The weights of an article's terms: use times rarity."""
        return evidence.weights * self.rarity(evidence.terms, language=evidence.language)

    def telling_terms(
        self, evidence: Evidence, weighed: Weights, *, known: bool
    ) -> tuple[Terms, Weights]:
        """The article's heaviest terms of each kind, by which it is found, and their weights.

        `known`: only terms that another article holds, for looking up.
        """
        if known:
            weighed = np.where(self.counts[evidence.terms] < 1, np.float32(0), weighed)
        places = []
        bounds = (0, *evidence.bounds)
        for kind, count in _INDEXED.items():
            start, end = bounds[kind], bounds[kind + 1]
            if end - start > count:
                places.append(
                    start + np.argpartition(weighed[start:end], end - start - count)[-count:]
                )
            else:
                places.append(np.arange(start, end))
        chosen = np.concatenate(places)
        chosen = chosen[weighed[chosen] > 0]
        return evidence.terms[chosen], weighed[chosen]

    def trimmed(self, keep: Iterable[Held]) -> Window:
        """A new window that holds only `keep`."""
        window = Window()
        window.closed, window.apart = self.closed, self.apart
        for held in keep:
            held.is_sampled = held.is_counted = False
            window.add(held)
        return window


def held_from(
    *, id_: int, story: int, published: float, evidence: Evidence, canonical_url: str | None
) -> Held:
    """An article ready to be taken in, as an original."""
    return Held(
        id=id_,
        story=story,
        published=published,
        evidence=evidence,
        canonical_url=canonical_url,
    )
