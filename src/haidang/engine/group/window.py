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
import numpy.typing as npt

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
_FACTS_CALM = 15.0
_FACT_SHIFT = np.uint32(32 - TERM_BITS)
_TINY = 1e-9
_TOGETHER = 1_000  # articles counted in one go when a window is filled
_DRIFT, _DRIFT_COUNT = 1.05, 4
USUAL_COUNT = 30.0
USUAL = np.array([0.06, 0.01, 0.025, 0.015, 0.01, 0.02])  # until there are articles to measure
_INDEXED = {WORDS: 48, PAIRS: 16, NAMES: 16}
"""How many terms of each kind an article is found by."""


Wide = npt.NDArray[np.float64]
_NO_KINDS: Wide = np.zeros(len(KINDS))
_KIND_NUMBERS = np.arange(len(KINDS))


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
    sample_count: int = 0  # how many shingles those are, and the last of them
    sample_end: int = 0
    is_counted: bool = False  # its terms are counted, and stories are looked for by them
    near: dict[int, float] = field(default_factory=dict)  # id → log-odds of being one story
    norms: Wide = field(default_factory=lambda: _NO_KINDS)  # length of its vector, by kind
    usual: Wide = field(default_factory=lambda: _NO_KINDS)  # its mean cosine with all, by kind
    measured_at: float = -1.0  # how many articles were counted when these two were measured


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
        self.canonical: dict[str, int] = {}  # address → id of the first that named it
        self.with_stories = with_stories
        size = 1 << TERM_BITS if with_stories else 0
        self.counts = np.zeros(size, np.float32)
        self.sums = np.zeros(size, np.float32)  # of all articles' vectors, each of length 1
        if with_stories:
            terms, shares = usual_terms()
            self.counts[terms] = CALM * shares
        self.totals: dict[str, int] = {}
        self.fact_counts = np.zeros(size, np.float32)  # by the upper bits of a fact's hash
        self.shingle_index = Postings()
        self.term_index = Postings()
        self.fact_index: dict[str, Postings] = {}  # by language: facts link one to another
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
        """Take an article in; a verbatim copy adds nothing to what is searched.

        Errors: ValueError for an id that is held already.
        """
        slot = self._seat(held)
        if held.kind is not ReprintKind.VERBATIM:
            self._sample(held, slot)
        self._link(held, slot)

    def add_all(self, some: list[Held]) -> None:
        """The same for many at once, each weighed by all of them; several times quicker."""
        sampled: list[int] = []
        counted: list[int] = []
        for held in some:
            slot = self._seat(held)
            held.measured_at = -1.0  # in another window it was measured against others
            held.is_sampled = held.kind is not ReprintKind.VERBATIM
            held.is_counted = self.with_stories and held.original is None
            self._place(held, slot)
            sampled += [slot] if held.is_sampled else []
            counted += [slot] if held.is_counted else []
        self.shingle_index.add_all(sampled, [self.held[at].evidence.sample for at in sampled])
        for start in range(0, len(counted), _TOGETHER):
            self._count_all([self.held[slot] for slot in counted[start : start + _TOGETHER]])
        by_language: dict[str, list[int]] = {}
        for slot in counted:
            by_language.setdefault(self.held[slot].evidence.language, []).append(slot)
        for language, slots in by_language.items():
            facts = [self.held[slot].evidence.facts for slot in slots]
            self._facts_of(language).add_all(slots, facts)
            for start in range(0, len(slots), _TOGETHER):
                self._sum_up(slots[start : start + _TOGETHER])
            for start in range(0, len(slots), _TOGETHER):
                self.measure([self.held[slot] for slot in slots[start : start + _TOGETHER]])

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

    def _seat(self, held: Held) -> int:
        if held.id in self.slot_of:
            raise ValueError(f"article {held.id} is in the window already")
        slot = len(self.held)
        sample = held.evidence.sample
        held.sample_count = len(sample)
        held.sample_end = int(sample[-1]) if len(sample) else 0
        self.held.append(held)
        self.slot_of[held.id] = slot
        if held.canonical_url:
            self.canonical.setdefault(held.canonical_url, held.id)
        return slot

    def _place(self, held: Held, slot: int) -> None:
        if held.original is not None:
            self.copies.setdefault(held.original, []).append(held.id)
        else:
            insort(self.stories.setdefault(held.story, Story()).members, slot)

    def _link(self, held: Held, slot: int) -> None:
        self._place(held, slot)
        if held.original is None and self.with_stories and not held.is_counted:
            held.is_counted = True
            weighed = self._count(held.evidence)
            self.term_index.add(slot, self.telling_terms(held.evidence, weighed, known=False)[0])
            self._facts_of(held.evidence.language).add(slot, held.evidence.facts)

    def _unlink(self, held: Held, slot: int) -> None:
        if held.original is not None:
            self.copies[held.original].remove(held.id)
        else:
            self.stories[held.story].members.remove(slot)

    def _sample(self, held: Held, slot: int) -> None:
        if not held.is_sampled:
            held.is_sampled = True
            self.shingle_index.add(slot, held.evidence.sample)

    def _facts_of(self, language: str) -> Postings:
        return self.fact_index.setdefault(language, Postings())

    def _count(self, evidence: Evidence) -> Weights:
        """Count an article's terms; its weights as they are then."""
        self.counts[evidence.terms] += 1
        for name in (evidence.language, "all"):
            self.totals[name] = self.totals.get(name, 0) + 1
        self.fact_counts[evidence.facts >> _FACT_SHIFT] += 1
        weighed = self.weighed(evidence)
        segment = _KIND_NUMBERS.repeat(evidence.lengths)
        squares = np.bincount(segment, weights=weighed * weighed, minlength=len(KINDS))
        self.sums[evidence.terms] += weighed / np.sqrt(np.maximum(squares, _TINY))[segment]
        return weighed

    def _count_all(self, some: list[Held]) -> None:
        """Count the terms of many; what they weigh is summed up afterwards."""
        for held in some:
            for name in (held.evidence.language, "all"):
                self.totals[name] = self.totals.get(name, 0) + 1
        size = len(self.counts)
        terms = np.concatenate([held.evidence.terms for held in some])
        facts = np.concatenate([held.evidence.facts for held in some])
        self.counts += np.bincount(terms, minlength=size)
        self.fact_counts += np.bincount(facts >> _FACT_SHIFT, minlength=size)

    def _sum_up(self, slots: list[int]) -> None:
        """Add the vectors of many articles of one language, and by which terms they are found."""
        some = [self.held[slot] for slot in slots]
        weighed, terms, segment, norms = self._vectors(some)
        parts = weighed / norms[segment]
        self.sums += np.bincount(terms, weights=parts, minlength=len(self.sums))
        ends = np.cumsum([len(held.evidence.terms) for held in some])[:-1]
        each = zip(some, np.split(weighed, ends), strict=True)
        telling = [self.telling_terms(held.evidence, own, known=False)[0] for held, own in each]
        self.term_index.add_all(slots, telling)

    def _vectors(self, some: list[Held]) -> tuple[Weights, Terms, npt.NDArray[np.int64], Wide]:
        """Of articles of one language, one behind the other: weights, terms, pieces, and lengths.

        A piece is one kind of one article, counted through; of each piece the length of its vector.
        """
        lengths = np.array([held.evidence.lengths for held in some]).ravel()
        segment = np.arange(len(lengths)).repeat(lengths)
        terms = np.concatenate([held.evidence.terms for held in some])
        used = np.concatenate([held.evidence.weights for held in some])
        weighed = used * self.rarity(terms, language=some[0].evidence.language)
        norms = np.bincount(segment, weights=weighed * weighed, minlength=len(lengths))
        return weighed, terms, segment, np.sqrt(np.maximum(norms, _TINY))

    def rarity(self, terms: Terms, *, language: str) -> Weights:
        """log(articles / articles that hold the term), smoothed, never under 0.05."""
        total = np.float32(math.log(self.totals.get(language, 0) + CALM))
        rarity: Weights = np.maximum(total - np.log(self.counts[terms] + np.float32(0.5)), _FLOOR)
        return rarity

    def fact_rarity(self, facts: Terms) -> Weights:
        """The same for names and numbers, in all languages together; none below 0."""
        total = math.log(self.totals.get("all", 0) + _FACTS_CALM)
        counts = self.fact_counts[facts >> _FACT_SHIFT]
        rarity: Weights = np.maximum(np.float32(total) - np.log1p(counts), np.float32(0))
        return rarity

    def weighed(self, evidence: Evidence) -> Weights:
        """The weights of an article's terms: use times rarity."""
        return evidence.weights * self.rarity(evidence.terms, language=evidence.language)

    def measure(self, some: list[Held]) -> None:
        """Bring `norms` and `usual` of articles up to date, where the window has grown since.

        Usual is the mean cosine with all others that the window has counted of the language. Both drift
        slowly, so they are measured again only when a twentieth more has been counted.
        """
        old = [held for held in some if self._is_outgrown(held)]
        if not old:
            return
        language = old[0].evidence.language
        weighed, terms, segment, lengths = self._vectors(old)
        means = np.bincount(segment, weights=weighed * self.sums[terms], minlength=len(lengths))
        norms = lengths.reshape(-1, len(KINDS))
        count = self.totals.get(language, 0)
        # An article that is counted is not compared with itself.
        selves = np.array([held.is_counted for held in old])[:, None]
        usual = np.maximum(means.reshape(-1, len(KINDS)) / norms - selves, 0.0)
        usual = (usual + USUAL_COUNT * USUAL) / (count - selves + USUAL_COUNT)
        for held, norm, mean in zip(old, norms, usual, strict=True):
            held.norms, held.usual, held.measured_at = norm, mean, count

    def _is_outgrown(self, held: Held) -> bool:
        count = self.totals.get(held.evidence.language, 0)
        return held.measured_at < 0 or count > held.measured_at * _DRIFT + _DRIFT_COUNT

    def telling_terms(
        self, evidence: Evidence, weighed: Weights, *, known: bool
    ) -> tuple[Terms, Weights]:
        """The article's heaviest terms of each kind, by which it is found, and their weights.

        `known`: only terms that another article holds, for looking up.
        """
        if known:
            weighed = weighed * (self.counts[evidence.terms] >= 1)
        places = []
        bounds = (0, *evidence.bounds)
        for kind, count in _INDEXED.items():
            start, end = bounds[kind], bounds[kind + 1]
            if end - start > count:
                places.append(start + weighed[start:end].argpartition(-count)[-count:])
            else:
                places.append(np.arange(start, end))
        chosen = np.concatenate(places)
        heavy = weighed[chosen]
        if known and not heavy.all():
            some = heavy > 0
            chosen, heavy = chosen[some], heavy[some]
        return evidence.terms[chosen], heavy

    def trimmed(self, keep: Iterable[Held]) -> Window:
        """A new window that holds only `keep`."""
        window = Window()
        window.closed, window.apart = self.closed, self.apart
        window.add_all(list(keep))
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
