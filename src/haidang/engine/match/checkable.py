"""Which sentences of a text state a fact that can be checked, each with its reasons.

Opinions, questions, forecasts, wishes and satire are left out (promise 3). It judges sentences, never who
said them, and suggests only: a person opens a check or does not (promise 12).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from haidang.engine.match.signs import AGAINST, find_coming, find_signs
from haidang.engine.match.trained import TrainedChecker

SUGGESTED_FROM = 0.5
"""Score from which on a sentence is suggested."""

# Set by hand: a statement needs a thing that happened or is said to be so, and something to measure it by.
_WEIGHTS = {
    "number": 0.9, "quantity": 0.9, "percent": 0.7, "date": 0.7, "comparison": 0.6, "attribution": 0.9,
    "happened": 0.8, "absolute": 0.5, "name": 0.8,
    "question": -3.5, "opinion": -2.2, "forecast": -2.4, "wish": -2.6, "satire": -3.0, "call": -2.5,
    "self": -0.5, "short": -1.5,
}  # fmt: skip
_CONSTANT = -1.7
_VETOED = 0.3
"""The most that a sentence scores which asks, or tells of what is to come: no sign for it outweighs that."""

Why = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckableSentence:
    """A sentence with its score (0 to 1) and the signs for and against it; `place` counts from 0."""

    sentence: str
    place: int
    score: float
    why: Why

    @property
    def is_suggested(self) -> bool:
        """Whether it is worth a person's look."""
        return self.score >= SUGGESTED_FROM


def suggest_checkable(
    sentences: Iterable[str],
    language: str | None = None,
    *,
    trained: TrainedChecker | None = None,
) -> list[CheckableSentence]:
    """The sentences that state something checkable, in the order of the text.

    `language` is BCP 47; Vietnamese and English have words of their own, every other language is judged
    by numbers, dates, names and punctuation. `trained` is what a desk learnt from its own labels: it
    has half of the say, and never brings back what is no statement of fact.
    """
    weighed = weigh_sentences(sentences, language, trained=trained)
    return [sentence for sentence in weighed if sentence.is_suggested]


def weigh_sentences(
    sentences: Iterable[str],
    language: str | None = None,
    *,
    trained: TrainedChecker | None = None,
) -> list[CheckableSentence]:
    """All sentences with their scores, those left out too."""
    told = list(sentences)
    learnt = trained.scores(told) if trained and told else None
    found = []
    for place, sentence in enumerate(told):
        signs = find_signs(sentence, language=language)
        score = _score_of(signs)
        coming = find_coming(sentence)
        if coming:
            # "Đã khởi công ngày 3/5, dự kiến xong năm 2027" holds a fact: what stands before is judged alone.
            before = find_signs(coming[1], language=language)
            if _score_of(before) >= SUGGESTED_FROM:
                signs, score = before, _score_of(before)
            else:
                signs["forecast"] = coming[0]
        if "question" in signs or (coming and "forecast" in signs):
            score = min(score, _VETOED)
        against = any(sign in AGAINST for sign in signs)
        if learnt is not None and trained is not None and not against:
            score = (score + float(learnt[place])) / 2
        why = tuple((sign, shown) for sign, shown in signs.items() if sign in _WEIGHTS)
        found.append(
            CheckableSentence(sentence=sentence, place=place, score=round(score, 4), why=why)
        )
    return found


def _score_of(signs: Mapping[str, str]) -> float:
    total = _CONSTANT + sum(_WEIGHTS.get(sign, 0.0) for sign in signs)
    return 1 / (1 + math.exp(-total))
