"""The articles of the last days, in memory, laid out for quick comparison.

An article lives in a slot; slots are given in order of arrival and freed together when the window
is trimmed, by building everything anew from what is left. Counts of terms (how many articles of a
language hold each) are kept in flat tables over the hashed terms. What is taken in waits until the
next look at the window (`catch_up`), and is then counted and indexed with all that waits beside it.
"""

from __future__ import annotations

import itertools
from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from haidang.engine.group.evidence import KINDS, TERM_BITS, Evidence, Terms, Weights
from haidang.engine.group.fingerprint import Hashes, Sharing
from haidang.engine.group.postings import Postings
from haidang.engine.group.telling import by_weight, heaviest
from haidang.engine.group.usual_terms import usual_terms
from haidang.engine.types import ArticleForGrouping, ReprintKind

CALM = 150.0
"""Articles that a new desk is taken to have seen: keeps the first weights of rarity calm."""
_FLOOR = np.float32(0.05)
_FACTS_CALM = 15.0
_FACT_SHIFT = np.uint32(32 - TERM_BITS)
_TINY = 1e-9
_DAY_S = 86_400.0
_TOGETHER = 64  # articles that are counted in one go
_ROOM = 256  # slots for which there is room at first
_DRIFT, _DRIFT_COUNT = 1.4, 4
USUAL_COUNT = 30.0
USUAL = np.array([0.06, 0.01, 0.025, 0.015, 0.01, 0.02])  # until there are articles to measure

_NO_SAMPLE: Terms = np.zeros(0, np.uint32)

Wide = npt.NDArray[np.float64]
Slots = npt.NDArray[np.int64]


@dataclass(slots=True)
class Held:
    """An article, in the window or about to be. `original`: id of the root it reprints."""

    id: int
    story: int
    published: float  # days since 1970
    evidence: Evidence
    canonical_url: str | None
    sample: Hashes  # the shingles by which copies are looked for, ascending
    original: int | None = None
    share: float = 0.0  # with the original
    kind: ReprintKind | None = None
    pinned: bool = False  # a person placed it: its story and its original stay as they are
    slot: int = -1  # where it is held; -1: it is not
    is_sampled: bool = False  # copies are looked for by its shingles
    is_counted: bool = False  # its terms are counted, and stories are looked for by them
    near: dict[int, float] = field(default_factory=dict)  # id → log-odds of being one story


@dataclass(slots=True)
class Story:
    """A story's originals in the window, by slot."""

    members: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Vectors:
    """Articles one behind the other, each term weighed as the window counts it now.

    A piece is one kind of one article, counted through.
    """

    terms: Terms
    rarity: Weights
    weights: Weights  # use times rarity
    cuts: list[int]  # where each article begins; last, where all end
    pieces: Slots  # of each term
    lengths: Wide  # (articles, kinds): of the vectors


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
        self.sharing = Sharing()
        self._to_sample: list[Held] = []
        self._to_count: list[Held] = []
        # By slot: how many shingles are sampled, and up to which.
        self.spread: Wide = np.zeros((0, 2))
        # By slot: length of each vector and its mean cosine with all, by kind; and how many articles
        # the language may count before the two are measured again.
        self.norms: Wide = np.zeros((0, len(KINDS)))
        self.usual: Wide = np.zeros((0, len(KINDS)))
        self._fresh_until: Wide = np.zeros(0)

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
        if held.id in self.slot_of:
            raise ValueError(f"article {held.id} is in the window already")
        held.slot = len(self.held)
        if held.slot >= len(self.spread):
            self._widen()
        self.spread[held.slot] = spread_of(held.sample)
        held.is_sampled = held.is_counted = False
        self.held.append(held)
        self.slot_of[held.id] = held.slot
        if held.canonical_url:
            self.canonical.setdefault(held.canonical_url, held.id)
        if held.kind is not ReprintKind.VERBATIM:
            self._sample(held)
        self._link(held)

    def add_all(self, some: Iterable[Held]) -> None:
        """The same for many at once, each weighed by all of them."""
        for held in some:
            self.add(held)
        self.catch_up()

    def catch_up(self) -> None:
        """Count and index what was taken in since the last time."""
        sampled, self._to_sample = self._to_sample, []
        counted, self._to_count = self._to_count, []
        self.shingle_index.add_all(
            [held.slot for held in sampled], [held.sample for held in sampled]
        )
        if not self.with_stories:  # nothing is forgotten there: a sample need not be held twice
            for held in sampled:
                held.sample = _NO_SAMPLE
            return
        for held in counted:
            for name in (held.evidence.language, "all"):
                self.totals[name] = self.totals.get(name, 0) + 1
        each = [counted[at : at + _TOGETHER] for at in range(0, len(counted), _TOGETHER)]
        for some in each:
            _count(self.counts, np.concatenate([held.evidence.terms for held in some]))
            facts = np.concatenate([held.evidence.facts for held in some])
            _count(self.fact_counts, facts >> _FACT_SHIFT)
        told = [terms for some in each for terms in self._sum_up(some)]
        self.term_index.add_all([held.slot for held in counted], told)
        by_language: dict[str, list[Held]] = {}
        for held in counted:
            by_language.setdefault(held.evidence.language, []).append(held)
        for language, few in by_language.items():
            self.fact_index.setdefault(language, Postings()).add_all(
                [held.slot for held in few], [held.evidence.facts for held in few]
            )
        slots = np.array([held.slot for held in counted])
        for start in range(0, len(slots) if len(slots) > _TOGETHER else 0, _TOGETHER):
            self.measure(slots[start : start + _TOGETHER])

    def make_copy(
        self, article: int, *, story: int, original: int, share: float, kind: ReprintKind
    ) -> None:
        """Turn an article of the window into a reprint of another, of which it is told late."""
        held = self.of(article)
        self._unlink(held)
        held.story, held.original, held.share, held.kind = story, original, share, kind
        self._link(held)

    def regroup(
        self, article: int, *, story: int, original: int | None, kind: ReprintKind | None
    ) -> None:
        """Put an article where a person put it; `share` stays to be measured by the caller."""
        held = self.of(article)
        self._unlink(held)
        held.story, held.original, held.kind, held.share = story, original, kind, 0.0
        self._link(held)
        if kind is not ReprintKind.VERBATIM:
            self._sample(held)

    def move(self, article: int, *, story: int) -> None:
        """Put an original, with its reprints, into another story."""
        held = self.of(article)
        self._unlink(held)
        held.story = story
        self._link(held)
        for copy in self.copies.get(article, ()):
            self.of(copy).story = story

    def is_fixed(self, held: Held) -> bool:
        """Whether a person decided on it, on its story, or on one of its reprints."""
        copies = (self.of(id_) for id_ in self.copies.get(held.id, ()))
        return held.pinned or held.story in self.closed or any(copy.pinned for copy in copies)

    def _link(self, held: Held) -> None:
        if held.original is not None:
            self.copies.setdefault(held.original, []).append(held.id)
            return
        if not self.with_stories:
            return
        story = self.stories.get(held.story)
        if story is None:
            story = self.stories[held.story] = Story()
        insort(story.members, held.slot)
        if not held.is_counted:
            held.is_counted = True
            self._to_count.append(held)

    def _unlink(self, held: Held) -> None:
        if held.original is not None:
            self.copies[held.original].remove(held.id)
        else:
            self.stories[held.story].members.remove(held.slot)

    def _sample(self, held: Held) -> None:
        if not held.is_sampled:
            held.is_sampled = True
            self._to_sample.append(held)

    def _widen(self) -> None:
        more = max(_ROOM, len(self.spread))
        self.spread = np.concatenate((self.spread, np.zeros((more, 2))))
        if self.with_stories:
            nothing = np.zeros((more, len(KINDS)))
            self.norms = np.concatenate((self.norms, nothing))
            self.usual = np.concatenate((self.usual, nothing))
            self._fresh_until = np.concatenate((self._fresh_until, np.full(more, -1.0)))

    def _sum_up(self, some: Sequence[Held]) -> list[Terms]:
        """Add the vectors of articles that are counted; the terms by which each is found."""
        vectors = self.vectors([held.evidence for held in some])
        parts = vectors.weights / vectors.lengths.ravel()[vectors.pieces]
        np.add.at(self.sums, vectors.terms, parts.astype(np.float32))
        ordered = by_weight(vectors.pieces, vectors.weights)
        places, cuts = heaviest(ordered, vectors.pieces, len(some))
        told = vectors.terms[places]
        return [told[start:end] for start, end in itertools.pairwise(cuts)]

    def vectors(self, some: Sequence[Evidence]) -> Vectors:
        """Articles as the window weighs them now."""
        terms = np.concatenate([one.terms for one in some])
        used = np.concatenate([one.weights for one in some])
        sizes = [len(one.terms) for one in some]
        ends = np.array([one.bounds for one in some])
        counts = np.diff(ends, axis=1, prepend=0).ravel()
        pieces = np.arange(len(counts)).repeat(counts)
        totals = np.array([self.totals.get(one.language, 0) for one in some]) + CALM
        logs = np.log(totals).astype(np.float32).repeat(sizes)
        rarity = np.maximum(logs - np.log(self.counts[terms] + np.float32(0.5)), _FLOOR)
        weights = used * rarity
        squares = np.bincount(pieces, weights=weights * weights, minlength=len(counts))
        lengths = np.sqrt(np.maximum(squares, _TINY)).reshape(ends.shape)
        cuts = [0, *np.cumsum(sizes).tolist()]
        return Vectors(terms, rarity, weights, cuts, pieces, lengths)

    def rarity(self, terms: Terms, *, language: str) -> Weights:
        """log(articles / articles that hold the term), smoothed, never under 0.05."""
        total = np.float32(np.log(self.totals.get(language, 0) + CALM))
        rarity: Weights = np.maximum(total - np.log(self.counts[terms] + np.float32(0.5)), _FLOOR)
        return rarity

    def fact_rarity(self, facts: Terms) -> Weights:
        """The same for names and numbers, in all languages together; none below 0."""
        total = np.log(self.totals.get("all", 0) + _FACTS_CALM)
        counts = self.fact_counts[facts >> _FACT_SHIFT]
        rarity: Weights = np.maximum(np.float32(total) - np.log1p(counts), np.float32(0))
        return rarity

    def usual_of(self, vectors: Vectors, counts: Wide, counted: npt.NDArray[np.bool_]) -> Wide:
        """(articles, kinds): the mean cosine of each with all others of its language.

        `counts`: how many articles the window has counted of each one's language; `counted`: which of
        them are among those, as none is compared with itself.
        """
        products = vectors.weights * self.sums[vectors.terms]
        means = np.bincount(vectors.pieces, weights=products, minlength=vectors.lengths.size)
        selves = counted[:, None].astype(float)
        usual = np.maximum(means.reshape(vectors.lengths.shape) / vectors.lengths - selves, 0.0)
        told: Wide = (usual + USUAL_COUNT * USUAL) / (counts[:, None] - selves + USUAL_COUNT)
        return told

    def measure(self, slots: Slots) -> None:
        """Bring `norms` and `usual` of articles of one language up to date, where the window has grown.

        Both drift slowly, so they are measured again only when two fifths more have been counted.
        """
        count = self.totals.get(self.held[slots[0]].evidence.language, 0) if len(slots) else 0
        old = slots[self._fresh_until[slots] < count]
        if not len(old):
            return
        some = [self.held[slot] for slot in old.tolist()]
        counts = np.array([self.totals.get(held.evidence.language, 0) for held in some], float)
        vectors = self.vectors([held.evidence for held in some])
        self.norms[old] = vectors.lengths
        counted = np.array([held.is_counted for held in some])
        self.usual[old] = self.usual_of(vectors, counts, counted)
        self._fresh_until[old] = counts * _DRIFT + _DRIFT_COUNT

    def note_measured(self, slot: int, norms: Wide, usual: Wide, *, count: float) -> None:
        """What `measure` would find of an article that was weighed when its language counted so many."""
        self.norms[slot], self.usual[slot] = norms, usual
        self._fresh_until[slot] = count * _DRIFT + _DRIFT_COUNT

    def trimmed(self, keep: Iterable[Held]) -> Window:
        """A new window that holds only `keep`."""
        window = Window()
        window.closed, window.apart = self.closed, self.apart
        window.add_all(list(keep))
        return window


def _count(table: Weights, places: Terms) -> None:
    """Add one at each place; ones of the table's own type, as numpy takes forty times longer over others."""
    np.add.at(table, places, np.ones(len(places), table.dtype))


def held_from(article: ArticleForGrouping, evidence: Evidence, *, story: int) -> Held:
    """An article ready to be taken in, as an original."""
    return Held(
        id=article.id,
        story=story,
        published=days_of(article.published),
        evidence=evidence,
        canonical_url=article.canonical_url,
        sample=evidence.sample,
    )


def spread_of(sample: Hashes) -> tuple[float, float]:
    """How many hashes are sampled, and the range in which they lie."""
    return float(len(sample)), float(sample[-1]) + 1.0 if len(sample) else 1.0


def days_of(moment: datetime) -> float:
    """Days since 1970."""
    return moment.timestamp() / _DAY_S
