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
    LEAD,
    NAMES,
    PAIRS,
    TERM_BITS,
    WORDS,
    Evidence,
    Terms,
    Weights,
    term_ids,
)
from haidang.engine.group.fingerprint import Hashes, word_hash
from haidang.engine.group.postings import Postings
from haidang.engine.group.usual_words import SHARES, USUAL
from haidang.engine.types import ReprintKind

CALM = 150.0
"""Articles that a new desk is taken to have seen: keeps the first weights of rarity calm."""
_FLOOR = np.float32(0.05)
_INDEXED = {WORDS: 48, PAIRS: 16, NAMES: 16}
"""How many terms of each kind an article is found by."""
_SAMPLED = np.uint32(0xFFFFFFFF // 8)  # of a long text's shingles, one in eight is indexed
_SAMPLE_MIN = 24


@dataclass(slots=True)
class Held:
    """An article in the window. `original`: id of the root it reprints."""

    id: int
    story: int
    published: float  # days since 1970
    evidence: Evidence
    distinct: Hashes  # its shingles, ascending, each once
    canonical_url: str | None
    original: int | None = None
    share: float = 0.0  # with the original
    kind: ReprintKind | None = None
    pinned: bool = False  # a person placed it: its story and its original stay as they are
    is_sampled: bool = False  # copies are looked for by its shingles
    is_counted: bool = False  # its terms are counted, and stories are looked for by them


@dataclass(slots=True)
class Story:
    """A story's originals in the window, by slot, and when the first and last appeared."""

    members: list[int] = field(default_factory=list)


def sampled(distinct: Hashes) -> Hashes:
    """The shingles by which copies are looked for: those of small hash, 24 at least.

    A sample by value is kept by a cut: what is sampled of the copy is sampled of the original.
    """
    count = int(np.searchsorted(distinct, _SAMPLED))
    return distinct[: max(count, _SAMPLE_MIN)]


class Window:
    """All that is held. Ids are the caller's; slots are ours."""

    def __init__(self) -> None:
        self.held: list[Held] = []
        self.slot_of: dict[int, int] = {}
        self.copies: dict[int, list[int]] = {}  # id of the original → ids of its reprints
        self.stories: dict[int, Story] = {}
        self.by_language: dict[str, list[int]] = {}  # slots of originals
        self.canonical: dict[str, int] = {}  # address → id of the first that named it
        self.counts = np.zeros(1 << TERM_BITS, np.float32)
        self.logs = np.full(1 << TERM_BITS, math.log(0.5), np.float32)
        self._seed_usual_words()
        self.totals: dict[str, int] = {}
        self.fact_counts: dict[int, int] = {}
        self.shingle_index = Postings()
        self.term_index = Postings()
        self.fact_index = Postings()
        self.closed: frozenset[int] = frozenset()  # stories that people pinned
        self.apart: frozenset[frozenset[int]] = frozenset()  # pairs that people took apart

    def _seed_usual_words(self) -> None:
        for language, by_share in USUAL.items():
            for common, listed in by_share.items():
                hashes = np.array([word_hash(word) for word in listed.split()], np.uint64)
                for kind in (WORDS, LEAD):
                    terms = term_ids(hashes, kind, language)
                    self.counts[terms] = CALM * SHARES[common]
                    self.logs[terms] = np.log(self.counts[terms] + np.float32(0.5))

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
        if not held.is_counted:
            held.is_counted = True
            self._count(held.evidence)
            self.term_index.add(slot, self.telling_terms(held.evidence, known=False)[0])
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
            self.shingle_index.add(slot, sampled(held.distinct))

    def _count(self, evidence: Evidence) -> None:
        self.counts[evidence.terms] += 1
        self.logs[evidence.terms] = np.log(self.counts[evidence.terms] + np.float32(0.5))
        for name in (evidence.language, "all"):
            self.totals[name] = self.totals.get(name, 0) + 1
        for fact in evidence.facts.tolist():
            self.fact_counts[fact] = self.fact_counts.get(fact, 0) + 1

    def rarity(self, terms: Terms, *, language: str, names: bool) -> Weights:
        """log(articles / articles that hold the term), smoothed, never under 0.05."""
        total = self.totals.get("all" if names else language, 0)
        rarity: Weights = np.maximum(np.float32(math.log(total + CALM)) - self.logs[terms], _FLOOR)
        return rarity

    def weighed(self, evidence: Evidence) -> Weights:
        """The weights of an article's terms: use times rarity, kind by kind."""
        rarity = np.empty(len(evidence.terms), np.float32)
        start = 0
        for kind, end in zip(range(len(KINDS)), evidence.bounds, strict=True):
            rarity[start:end] = self.rarity(
                evidence.terms[start:end], language=evidence.language, names=kind == NAMES
            )
            start = end
        return evidence.weights * rarity

    def telling_terms(self, evidence: Evidence, *, known: bool) -> tuple[Terms, Weights]:
        """The article's heaviest terms of each kind, by which it is found, and their weights.

        `known`: only terms that another article holds, for looking up.
        """
        weighed = self.weighed(evidence)
        if known:
            weighed[self.counts[evidence.terms] < 1] = 0.0
        places = []
        bounds = (0, *evidence.bounds)
        for kind, count in _INDEXED.items():
            start, end = bounds[kind], bounds[kind + 1]
            places.append(start + np.argsort(-weighed[start:end], kind="stable")[:count])
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
        distinct=np.unique(evidence.shingles),
        canonical_url=canonical_url,
    )
