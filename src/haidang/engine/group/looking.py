"""What the window may hold of some articles, looked up for all of them in one go.

The costly part of placing does not depend on what was decided of the article before: reading it, and
finding which articles share rare terms or sampled text with it. So the articles of a batch are looked
up together, among those of the window and among themselves; deciding is then done one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from haidang.engine.group.evidence import KINDS, Weights, Wording
from haidang.engine.group.postings import Postings
from haidang.engine.group.reading import read_evidence
from haidang.engine.group.tally import Tally
from haidang.engine.group.telling import TOGETHER_MAX, by_weight, heaviest
from haidang.engine.group.window import Held, Vectors, Wide, Window, held_from, spread_of
from haidang.engine.types import ArticleForGrouping

_HOLDERS_MAX = 128  # of a term; what more hold tells nothing
_SAMPLE_HOLDERS_MAX = 32
_ALIKE_MAX = 20
LOOKED_AT = 8
"""Of what shares telling terms, so many articles are compared, and some members of their stories."""
_FOREIGN_MAX = 24
WEIGHT_MIN = 7.0
"""Nats of rarity in the facts on which two languages agree; less is not looked at."""
_COPIES_MAX = 12
_HITS_SHARE = 0.1  # of what could be shared; a copy of 60 % shares a third or more
_SHARED_MIN = 0.05
"""Of the weight of its telling terms, less is not looked at."""
_SHARED_OF_BEST = 0.25
"""Nor is what shares so much less than the article that shares most."""


_NOTHING: Weights = np.zeros(0, np.float32)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article that was read and looked up. Of what it was looked up with, some may not be held yet."""

    article: ArticleForGrouping
    held: Held
    wording: Wording
    worth: Weights  # of each term, its use times the square of its rarity
    counted: float  # how many articles of its language were counted when it was weighed
    norms: Wide  # length of its vector, by kind
    usual: Wide  # its mean cosine with all, by kind
    alike: Sequence[Held]  # what shares telling terms, the most first
    foreign: Sequence[Held]  # what agrees in another language, the most first
    copies: Sequence[
        tuple[Held, int]
    ]  # what shares sampled text, and how many shingles, the most first


class Looker:
    """Reads articles and looks them up."""

    def __init__(self) -> None:
        self._tally = Tally()

    def prepare(self, window: Window, articles: Sequence[ArticleForGrouping]) -> list[Prepared]:
        """All of them, in their order. The window counts what waits, and else stays as it is."""
        window.catch_up()
        found: list[Prepared] = []
        for start in range(0, len(articles), TOGETHER_MAX):
            found += self._prepare(window, articles[start : start + TOGETHER_MAX])
        return found

    def _prepare(self, window: Window, articles: Sequence[ArticleForGrouping]) -> list[Prepared]:
        read = read_evidence(articles)
        some = [
            held_from(article, evidence, story=0)
            for article, (evidence, _) in zip(articles, read, strict=True)
        ]
        vectors = window.vectors([held.evidence for held in some])
        worth = vectors.weights * vectors.rarity
        counts = np.array([window.totals.get(held.evidence.language, 0) for held in some], float)
        usual = window.usual_of(vectors, counts, np.zeros(len(some), bool))
        alike = self._find_alike(window, some, vectors)
        _measure(window, some, alike)
        foreign = self._find_foreign(window, some)
        copies = self.find_copies(window, some)
        return [
            Prepared(
                article,
                some[place],
                read[place][1],
                worth[vectors.cuts[place] : vectors.cuts[place + 1]],
                float(counts[place]),
                vectors.lengths[place],
                usual[place],
                alike[place],
                foreign[place],
                copies[place],
            )
            for place, article in enumerate(articles)
        ]

    def _find_alike(
        self, window: Window, some: Sequence[Held], vectors: Vectors
    ) -> list[list[Held]]:
        squares = vectors.weights * vectors.weights
        row_of = vectors.pieces // len(KINDS)
        # The heaviest terms of all find the others of the batch, the heaviest known ones the held.
        ordered = by_weight(vectors.pieces, vectors.weights)
        own, cuts = heaviest(ordered, vectors.pieces, len(some))
        terms = vectors.terms[own]
        among = Postings()
        among.add_all(range(len(some)), [terms[a:b] for a, b in pairwise(cuts)])
        known = ordered[window.counts[vectors.terms[ordered]] >= 1]
        asked, ends = heaviest(known, vectors.pieces, len(some))
        at, slots = window.term_index.find(vectors.terms[asked], cap=_HOLDERS_MAX)
        near, others = among.find(terms, cap=_HOLDERS_MAX)
        places = np.concatenate((asked[at], own[near]))
        rows = row_of[places]
        theirs = np.concatenate((slots, others + len(window)))
        apart = (rows != theirs - len(window)).nonzero()[0]
        sums = np.concatenate(([0.0], squares[asked].cumsum()))[ends]
        found = self._tally.add_up(
            rows[apart],
            theirs[apart],
            squares[places[apart]],
            least=(_SHARED_MIN * np.diff(sums)).astype(np.float32),
            width=len(window) + len(some),
        )
        best = [
            [(slot, score) for slot, score in few if score >= _SHARED_OF_BEST * few[0][1]]
            for few in found.highest(len(some), _ALIKE_MAX)
        ]
        return [[_of(slot, window, some) for slot, _ in few] for few in best]

    def _find_foreign(self, window: Window, some: Sequence[Held]) -> list[list[Held]]:
        by_language: dict[str, list[int]] = {}
        for place, held in enumerate(some):
            by_language.setdefault(held.evidence.language, []).append(place)
        rows, theirs, weights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [_NOTHING]
        for language in dict.fromkeys((*window.fact_index, *by_language)):
            asking = [at for at, held in enumerate(some) if held.evidence.language != language]
            if not asking:
                continue
            facts = np.concatenate([some[at].evidence.facts for at in asking])
            row_of = np.array(asking).repeat([len(some[at].evidence.facts) for at in asking])
            among = Postings()
            mine = by_language.get(language, [])
            among.add_all(
                [len(window) + at for at in mine], [some[at].evidence.facts for at in mine]
            )
            for index in (window.fact_index.get(language), among):
                if index is not None:
                    at, slots = index.find(facts, cap=_HOLDERS_MAX)
                    rows.append(row_of[at])
                    theirs.append(slots.astype(np.int64))
                    weights.append(window.fact_rarity(facts)[at])
        if len(rows) == 1:
            return [[] for _ in some]
        found = self._tally.add_up(
            np.concatenate(rows),
            np.concatenate(theirs),
            np.concatenate(weights),
            least=np.full(len(some), WEIGHT_MIN, np.float32),
            width=len(window) + len(some),
        )
        best = found.highest(len(some), _FOREIGN_MAX)
        return [[_of(slot, window, some) for slot, _ in few] for few in best]

    def find_copies(self, window: Window, some: Sequence[Held]) -> list[list[tuple[Held, int]]]:
        """For each article those that share enough sampled text, and how many shingles of it."""
        samples = [held.sample for held in some]
        among = Postings()
        among.add_all(range(len(some)), samples)
        sample = np.concatenate(samples)
        row_of = np.arange(len(some)).repeat([len(few) for few in samples])
        at, slots = window.shingle_index.find(sample, cap=_SAMPLE_HOLDERS_MAX)
        near, others = among.find(sample, cap=_SAMPLE_HOLDERS_MAX)
        rows = row_of[np.concatenate((at, near))]
        theirs = np.concatenate((slots, others + len(window)))
        apart = (rows != theirs - len(window)).nonzero()[0]
        found = self._tally.add_up(
            rows[apart],
            theirs[apart],
            np.ones(len(apart), np.float32),
            least=np.ones(len(some), np.float32),
            width=len(window) + len(some),
        )
        own = np.array([spread_of(few) for few in samples])
        mine, held = (
            own[found.rows],
            np.concatenate((window.spread[: len(window)], own))[found.slots],
        )
        # Two samples can share what lies in the smaller of their ranges, evenly as hashes do.
        reach = np.minimum(mine[:, 1], held[:, 1])
        could = reach * np.minimum(mine[:, 0] / mine[:, 1], held[:, 0] / held[:, 1])
        best = found.only(found.sums >= _HITS_SHARE * could).highest(len(some), _COPIES_MAX)
        every, known = window.held, len(window)
        return [
            [(every[slot] if slot < known else some[slot - known], int(hits)) for slot, hits in few]
            for few in best
        ]


def _measure(window: Window, some: Sequence[Held], alike: Sequence[Sequence[Held]]) -> None:
    """Measure what was found for all articles of a language in one go, as the cost is in the calls."""
    by_language: dict[str, set[int]] = {}
    for held, found in zip(some, alike, strict=True):
        slots = by_language.setdefault(held.evidence.language, set())
        slots.update(
            one.slot
            for one in found[:LOOKED_AT]
            if one.slot >= 0 and one.evidence.language == held.evidence.language
        )
    for slots in by_language.values():
        window.measure(np.fromiter(slots, np.int64, len(slots)))


def _of(slot: int, window: Window, some: Sequence[Held]) -> Held:
    return window.held[slot] if slot < len(window) else some[slot - len(window)]
