"""Which of the nearest checks is meant: a weighted sum of what text and check have in common.

    words of the text -> the rarest first -> checks that share the most -> features of each -> weighted sum

The weights were learnt by listwise logistic regression (ListNet: Cao et al. 2007) from 997 posts with
known checks (CLEF-2022 CheckThat! 2A, train), each once with and once without its day;
`haidang bench claims --learn` learns them again. No word of those posts is in them.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haidang.engine.match.index import CLAIM, DATELESS, NAME, NUMBER, PAIR, SUBTITLE, TITLE, Tables
from haidang.engine.match.posts import cut, read_post

CANDIDATES = 100
POSTINGS_MAX = 20_000
"""Postings read for one text, rarest term first: a bound on its cost however many checks there are."""

FEATURES = (
    "words_log", "claim_log", "title", "subtitle", "pairs", "covered", "text_share", "rarest",
    "names", "numbers", "count", "claim_size", "title_size", "signature",
    "before", "days_apart", "same_week", "same_month",
)  # fmt: skip
_TINY = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A text as the index sees it. `terms` are numbers of words, `pairs` of neighbours.

    `said_by` those terms that only its signature names.
    """

    terms: list[int]
    pairs: list[int]
    said_by: list[int]
    day: datetime.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The nearest checks by number, what each shares (`features`, n × len(FEATURES)), and where."""

    checks: NDArray[np.int64]
    features: NDArray[np.float32]


class Scratch:
    """Arrays as long as the index, zero between two texts, so that none is made for each."""

    def __init__(self, tables: Tables) -> None:
        self.scores = np.zeros(len(tables.days), np.float32)
        self.asked = np.zeros(len(tables.idf), np.float32)


def read_text(text: str, tables: Tables, *, on: datetime.date | None = None) -> Asked:
    """The terms of a text that the index knows; `on` is its day, else the one that it names."""
    post = read_post(text)
    known = tables.vocabulary.get
    body = [known(term, -1) for term in cut(post.body)]
    signature = [known(term, -1) for term in cut(post.signature)]
    in_body = {term for term in body if term >= 0}
    said_by = {term for term in signature if term >= 0} - in_body
    keys = [
        (first << 32) | second
        for part in (body, signature)
        for first, second in zip(part, part[1:], strict=False)
        if first >= 0 and second >= 0
    ]
    return Asked(
        terms=[*in_body, *said_by],
        pairs=_known_pairs(keys, tables),
        said_by=list(said_by),
        day=on or post.day,
    )


def _known_pairs(keys: list[int], tables: Tables) -> list[int]:
    if not keys or not len(tables.pair_keys):
        return []
    wanted = np.array(sorted(set(keys)), np.int64)
    at = np.minimum(np.searchsorted(tables.pair_keys, wanted), len(tables.pair_keys) - 1)
    found = at[tables.pair_keys[at] == wanted] + len(tables.vocabulary)
    return [int(number) for number in found]


def find_candidates(asked: Asked, tables: Tables, scratch: Scratch) -> Candidates:
    """The checks that share the most with the text, at most CANDIDATES, with their features."""
    checks = _nearest(asked, tables, scratch.scores)
    if not len(checks):
        return Candidates(checks=checks, features=np.zeros((0, len(FEATURES)), np.float32))
    features = _features(asked, tables, scratch.asked, checks)
    return Candidates(checks=checks, features=features)


def _nearest(asked: Asked, tables: Tables, scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Add up the impacts of the rarest terms; `scores` is all zero before and after."""
    numbers = np.array(asked.terms + asked.pairs, np.int64)
    begins, ends = tables.starts[numbers], tables.starts[numbers + 1]
    order = np.argsort(ends - begins, kind="stable")
    touched = []
    left = POSTINGS_MAX
    for begin, end in zip(begins[order].tolist(), ends[order].tolist(), strict=True):
        if touched and end - begin > left:
            break
        left -= end - begin
        holders = tables.holders[begin:end]
        scores[holders] += tables.impacts[begin:end]
        touched.append(holders)
    if not touched:
        return np.zeros(0, np.int64)
    every = np.concatenate(touched)
    found = scores[every]
    # Most were touched by one common word: a share of the best drops them before anything is sorted.
    for share in (0.5, 0.35, 0.2, 0.0):
        kept = np.unique(every[found >= share * found.max()])
        if len(kept) >= CANDIDATES:
            break
    values = scores[kept]
    scores[every] = 0
    if len(kept) > CANDIDATES:
        top = np.argpartition(values, -CANDIDATES)[-CANDIDATES:]
        kept = kept[top]
    return kept.astype(np.int64)


def _features(
    asked: Asked,
    tables: Tables,
    wanted: NDArray[np.float32],
    checks: NDArray[np.int64],
) -> NDArray[np.float32]:
    """What each check shares with the text; columns as FEATURES, weights in tens of idf."""
    begins = tables.row_starts[checks]
    lengths = tables.row_starts[checks + 1] - begins
    starts = np.cumsum(lengths) - lengths
    at = np.arange(lengths.sum()) + np.repeat(begins - starts, lengths)
    terms, places = tables.row_terms[at], tables.row_places[at]
    wanted[asked.terms] = wanted[asked.pairs] = 1
    shared = wanted[terms]
    wanted[asked.terms] = wanted[asked.pairs] = 0
    wanted[asked.said_by] = 1
    signed = wanted[terms]
    wanted[asked.said_by] = 0
    kinds, weight = tables.kinds[terms], tables.idf[terms]
    is_pair = kinds == PAIR
    single = np.where(is_pair, 0, weight)
    hit = shared * single
    in_claim, in_title, in_subtitle = places & CLAIM > 0, places & TITLE > 0, places & SUBTITLE > 0
    sums = np.add.reduceat(
        np.array(
            [
                hit, hit * in_claim, hit * in_title, hit * in_subtitle,
                shared * np.where(is_pair, weight, 0), hit * (kinds == NAME), hit * (kinds == NUMBER),
                shared * ~is_pair, single * in_claim, single * in_title, single * in_subtitle,
                signed * single,
            ],
            np.float32,
        ),
        starts,
        axis=1,
    )  # fmt: skip
    words, claim, title, subtitle, pairs, names, numbers, count = sums[:8]
    claim_size, title_size, subtitle_size, signature = sums[8:]
    whole = float(tables.idf[asked.terms].sum()) + _TINY
    covered = np.maximum(claim / (claim_size + _TINY), title / (title_size + _TINY))
    covered = np.maximum(covered, subtitle / (subtitle_size + _TINY))
    columns = [
        np.log1p(words), np.log1p(claim), title / 10, subtitle / 10, pairs / 10, covered,
        words / whole, np.maximum.reduceat(hit, starts) / 10, names / 10, numbers / 10,
        count / 10, claim_size / 10, title_size / 10, signature / 10,
        *_of_days(asked.day, tables.days[checks]),
    ]  # fmt: skip
    return np.array(columns, np.float32).T


def _of_days(day: datetime.date | None, days: NDArray[np.int32]) -> NDArray[np.float32]:
    """Published before the text, how far apart, within a week, within a month; 4 × n."""
    told = np.zeros((4, len(days)), np.float32)
    if day is None:
        return told
    known = days != DATELESS
    apart = np.where(known, days.astype(np.int64) - day.toordinal(), 0)
    told[0] = apart < -2
    told[1] = np.log1p(np.abs(apart)) / 10
    told[2] = known & (np.abs(apart) <= 7)
    told[3] = known & (np.abs(apart) <= 30)
    return told
