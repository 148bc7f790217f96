"""A text → the published checks that may speak of it, nearest first, each with its reasons.

It suggests; whether a check really answers the text is for people to say (promise 12). It refuses to
rate: what a check found, and who said the text, do not move its place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haidang.engine.match.index import NAME, NUMBER, PublishedCheck, Tables, build_tables
from haidang.engine.match.learned import CLAIM_WEIGHTS
from haidang.engine.match.models import TextModel, Vectors, unit
from haidang.engine.match.posts import cut
from haidang.engine.match.ranking import Asked, Scratch, find_candidates, read_text
from haidang.engine.text import words

REASONS: tuple[tuple[str, str], ...] = (
    ("shared_names", "words that both hold and that the checks write with a capital; a heuristic"),
    ("shared_numbers", "numbers that both hold"),
    ("shared_words", "the rarest other words that both hold"),
    ("other_numbers", "numbers of the claim where the text has others, none of them shared"),
    ("near_in_time", "days between the text and the check"),
    ("near_in_meaning", "percent, by the language model that was handed in"),
)
"""Pairs of reason word and what its detail holds."""

WORDS_SHOWN = 6
NEAR_DAYS = 30
MODEL_WEIGHT = 24.0
"""What a cosine of one adds to the score: the best of six from 1 to 24 on the posts to learn from, with an English
model of 384 numbers a text (all-MiniLM-L6-v2)."""
MODEL_CANDIDATES = 20  # that a model may bring in beside those found by words

Why = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckMatch:
    """One suggestion. `score` orders the matches of one text and means nothing beyond it.

    `share` is the part (0 to 1) of the weight of the text's words that the check holds.
    """

    check: PublishedCheck
    score: float
    share: float
    why: Why


class CheckIndex:
    """All checks a desk knows of, made anew when they change (some seconds for 100,000).

    Not for several threads at once: one text is looked up after the other.
    """

    def __init__(self, checks: Sequence[PublishedCheck], *, model: TextModel | None = None) -> None:
        self._checks = tuple(checks)
        self._tables = build_tables(self._checks)
        self._scratch = Scratch(self._tables)
        self._model = model
        self._vectors: Vectors | None = None
        if model is not None and checks:
            self._vectors = unit(
                model.vectors([f"{check.claim} {check.title}".strip() for check in checks])
            )

    def find(self, text: str, *, on: dt.date | None = None, limit: int = 5) -> list[CheckMatch]:
        """The nearest checks, at most `limit`; `on` is the day of the text, if known.

        Folded on both sides: a text without marks finds what one with marks finds. Cost is bounded
        however many checks there are (but for a model, which compares with each).
        """
        asked = read_text(text, self._tables, on=on)
        near = find_candidates(asked, self._tables, self._scratch)
        scores = near.features @ CLAIM_WEIGHTS
        checks = near.checks
        nearness: dict[int, float] = {}
        if self._vectors is not None and self._model is not None:
            checks, scores, nearness = self._with_model(text, checks, scores)
        top = np.argsort(-scores, kind="stable")[:limit]
        told = _tell(asked, self._tables)
        return [
            self._match(int(checks[at]), float(scores[at]), told=told, nearness=nearness)
            for at in top
        ]

    def _with_model(
        self, text: str, checks: NDArray[np.int64], scores: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], dict[int, float]]:
        """The model's cosines added; checks that only it finds start from the lowest score by words."""
        assert self._model is not None
        assert self._vectors is not None
        cosines = self._vectors @ unit(self._model.vectors([text]))[0]
        nearest = np.argsort(-cosines, kind="stable")[:MODEL_CANDIDATES]
        new = np.setdiff1d(nearest, checks)
        floor = scores.min() if len(scores) else np.float32(0)
        together = np.concatenate([checks, new])
        lifted = np.concatenate([scores, np.full(len(new), floor, np.float32)])
        near = cosines[together]
        told = dict(zip(together.tolist(), near.tolist(), strict=True))
        return together, (lifted + MODEL_WEIGHT * near).astype(np.float32), told

    def _match(
        self, number: int, score: float, *, told: _Told, nearness: dict[int, float]
    ) -> CheckMatch:
        tables = self._tables
        row = tables.row_terms[tables.row_starts[number] : tables.row_starts[number + 1]]
        held = told.terms.intersection(row.tolist())
        weight = 0.0
        shared: dict[str, list[str]] = {reason: [] for reason in _SHARED}
        for term, worth, reason, name in told.by_weight:
            if term in held:
                weight += worth
                if name:
                    shared[reason].append(name)
        share = weight / told.whole if told.whole else 0.0
        check = self._checks[number]
        why = [
            (reason, ", ".join(names[:WORDS_SHOWN])) for reason, names in shared.items() if names
        ]
        if told.numbers and not told.numbers & held:
            others = [term for term in words(check.claim) if term[0].isdigit()]
            if others:
                why.append(("other_numbers", ", ".join(others[:WORDS_SHOWN])))
        if told.day and check.published:
            days = abs((check.published - told.day).days)
            if days <= NEAR_DAYS:
                why.append(("near_in_time", str(days)))
        if number in nearness:
            why.append(("near_in_meaning", str(round(100 * nearness[number]))))
        return CheckMatch(check=check, score=score, share=share, why=tuple(why))


_SHARED = ("shared_names", "shared_numbers", "shared_words")


@dataclass(frozen=True, slots=True)
class _Told:
    """What the reasons of all matches of one text need, worked out once."""

    terms: set[int]
    by_weight: list[tuple[int, float, str, str]]  # rarest first: term, weight, reason, as written
    whole: float  # weight of all terms
    numbers: set[int]
    day: dt.date | None


def _tell(asked: Asked, tables: Tables) -> _Told:
    """Words of a signature weigh, and are not shown."""
    spelling = _spelling(asked, tables.vocabulary)
    for term in asked.said_by:
        spelling.pop(term, None)
    weights = tables.idf[asked.terms].tolist()
    kinds = tables.kinds[asked.terms].tolist()
    numbers = {term for term, kind in zip(asked.terms, kinds, strict=True) if kind == NUMBER}
    reasons = {NAME: "shared_names", NUMBER: "shared_numbers"}
    by_weight = [
        (term, weight, reasons.get(kind, "shared_words"), spelling.get(term, ""))
        for term, weight, kind in zip(asked.terms, weights, kinds, strict=True)
    ]
    by_weight.sort(key=lambda one: -one[1])
    return _Told(set(asked.terms), by_weight, sum(weights), numbers, asked.day)


def _spelling(asked: Asked, vocabulary: dict[str, int]) -> dict[int, str]:
    """Number of a term → as the text first writes it."""
    seen, terms = words(asked.body), asked.body_terms
    if len(seen) != len(terms):  # folding took a word apart
        pairs = [(word, term) for word in seen for term in cut(word)]
    else:
        pairs = list(zip(seen, terms, strict=True))
    return {vocabulary[term]: word for word, term in reversed(pairs) if term in vocabulary}
