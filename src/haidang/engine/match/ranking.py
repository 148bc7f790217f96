"""Which of the nearest checks is meant: a weighted sum of what text and check have in common.

    words of the text -> the rarest first -> checks that share the most -> features of each -> weighted sum

The weights were learnt by listwise logistic regression (ListNet: Cao et al. 2007) from 997 posts with
known checks (CLEF-2022 CheckThat! 2A, train), each once with and once without its day;
`haidang bench claims --learn` learns them again. No word of those posts is in them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from haidang.engine.match.index import CLAIM, DATELESS, NAME, NUMBER, SUBTITLE, TITLE, Tables
from haidang.engine.match.posts import cut, read_post

CANDIDATES = 100
POSTINGS_MAX = 8_000
"""Postings read for one text, rarest term first: a bound on its cost however many checks there are."""

FEATURES = (
    "words_log", "claim_log", "title", "subtitle", "pairs", "covered", "text_share", "rarest",
    "names", "numbers", "count", "claim_size", "title_size", "signature",
    "before", "days_apart", "same_week", "same_month",
)  # fmt: skip
TOUCHED_MAX = 6 * CANDIDATES  # a check is touched once by each term that it shares
_TINY = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A text as the index sees it. `terms` are numbers of words, `pairs` of neighbours.

    `said_by` those terms that only its signature names; `body` the text without it.
    """

    terms: list[int]
    pairs: list[int]
    said_by: list[int]
    body: str
    body_terms: list[str]  # its words as `cut` gives them
    day: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """The nearest checks by number, what each shares (`features`, n × len(FEATURES)), and where."""

    checks: NDArray[np.int64]
    features: NDArray[np.float32]


class Scratch:
    """Arrays as long as the index, zero between two texts, so that none is made for each."""

    def __init__(self, tables: Tables) -> None:
        self.scores = np.zeros(len(tables.days), np.float32)
        self.pairs = np.zeros(len(tables.days), np.float32)
        self.asked = np.zeros(len(tables.vocabulary), np.uint8)


def read_text(text: str, tables: Tables, *, on: dt.date | None = None) -> Asked:
    """The terms of a text that the index knows; `on` is its day, else the one that it names."""
    post = read_post(text)
    known = tables.vocabulary.get
    body_terms = cut(post.body)
    body = [known(term, -1) for term in body_terms]
    signature = [known(term, -1) for term in cut(post.signature)]
    in_body = {term for term in body if term >= 0}
    said_by = {term for term in signature if term >= 0} - in_body
    keys = [
        (first << 32) | second
        for part in (body, signature)
        for first, second in pairwise(part)
        if first >= 0 and second >= 0
    ]
    return Asked(
        terms=[*in_body, *said_by],
        pairs=_known_pairs(keys, tables),
        said_by=list(said_by),
        body=post.body,
        body_terms=body_terms,
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
    checks, pairs = _nearest(asked, tables, scratch)
    if not len(checks):
        return Candidates(checks=checks, features=np.zeros((0, len(FEATURES)), np.float32))
    features = _features(asked, tables, scratch.asked, checks, pairs)
    return Candidates(checks=checks, features=features)


def _nearest(
    asked: Asked, tables: Tables, scratch: Scratch
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The checks with the highest sum of the impacts of the rarest terms, and what pairs gave to each."""
    numbers = np.array(asked.terms + asked.pairs, np.int64)
    begins, ends = tables.starts[numbers], tables.starts[numbers + 1]
    order = np.argsort(ends - begins, kind="stable")
    taken = np.cumsum((ends - begins)[order]) <= POSTINGS_MAX
    taken[:1] = True
    chosen = order[taken]
    every, impacts = _postings(begins[chosen], ends[chosen], tables)
    if not len(every):
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    sums = scratch.scores
    np.add.at(sums, every, impacts)
    found = sums[every]
    touched = every
    if len(every) > TOUCHED_MAX:
        here = (found >= np.partition(found, -TOUCHED_MAX)[-TOUCHED_MAX]).nonzero()[0]
        touched = every[here]
    kept: NDArray[np.int64] = np.array(sorted(set(touched.tolist())), np.int64)
    if len(kept) > CANDIDATES:
        kept = kept[sums[kept].argpartition(-CANDIDATES)[-CANDIDATES:]]
    sums[every] = 0
    paired = chosen[chosen >= len(asked.terms)]
    pairs: NDArray[np.float32] = np.zeros(len(kept), np.float32)
    if len(paired):
        holders, worth = _postings(begins[paired], ends[paired], tables)
        np.add.at(scratch.pairs, holders, worth)
        pairs = scratch.pairs[kept]
        scratch.pairs[holders] = 0
    return kept, pairs


def _postings(
    begins: NDArray[np.int64], ends: NDArray[np.int64], tables: Tables
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The postings of these stretches, one behind the other."""
    lengths = ends - begins
    last = lengths.cumsum()
    at = np.arange(last[-1] if len(last) else 0) + (begins - last + lengths).repeat(lengths)
    return tables.holders[at], tables.impacts[at]


def _features(
    asked: Asked,
    tables: Tables,
    wanted: NDArray[np.uint8],
    checks: NDArray[np.int64],
    pairs: NDArray[np.float32],
) -> NDArray[np.float32]:
    """What each check shares with the text; columns as FEATURES, weights in tens of idf."""
    size = len(checks)
    begins = tables.row_starts[checks]
    lengths = tables.row_starts[checks + 1] - begins
    starts = lengths.cumsum() - lengths
    at = np.arange(lengths.sum()) + (begins - starts).repeat(lengths)
    wanted[asked.terms] = 1
    wanted[asked.said_by] = 2
    marks = wanted[tables.row_terms[at]]
    wanted[asked.terms] = 0
    # Few of the words are shared; all that follows is about those.
    here = marks.nonzero()[0]
    at, marks = at[here], marks[here]
    owner = np.arange(size).repeat(lengths)[here]
    terms, places = tables.row_terms[at], tables.row_places[at]
    hit, kinds = tables.idf[terms], tables.kinds[terms]

    def total(weights: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.bincount(owner, weights, size).astype(np.float64, copy=False)

    words = total(hit)
    claim = total(hit * (places & CLAIM > 0))
    title = total(hit * (places & TITLE > 0))
    subtitle = total(hit * (places & SUBTITLE > 0))
    rarest = np.zeros(size, np.float32)
    np.maximum.at(rarest, owner, hit)
    claim_size, title_size, subtitle_size = tables.sizes[:, checks]
    covered = np.maximum(claim / (claim_size + _TINY), title / (title_size + _TINY))
    covered = np.maximum(covered, subtitle / (subtitle_size + _TINY))
    whole = float(tables.idf[asked.terms].sum()) + _TINY
    signed = total(hit * (marks == 2)) if asked.said_by else np.zeros(size)
    columns = [
        np.log1p(words), np.log1p(claim), title / 10, subtitle / 10, pairs, covered, words / whole,
        rarest / 10, total(hit * (kinds == NAME)) / 10, total(hit * (kinds == NUMBER)) / 10,
        np.bincount(owner, minlength=size) / 10, claim_size / 10, title_size / 10,
        signed / 10, *_of_days(asked.day, tables.days[checks]),
    ]  # fmt: skip
    return np.array(columns, np.float32).T


def _of_days(day: dt.date | None, days: NDArray[np.int32]) -> NDArray[np.float32]:
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
