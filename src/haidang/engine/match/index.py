"""Published checks as arrays: which terms each holds and where, and what each term is worth.

    check -> claim | title | subtitle -> terms and pairs of neighbours -> postings (by term) and rows (by check)

Scores are worked out once, when the index is made (BM25F: Robertson, Zaragoza, Taylor 2004); a query only
adds them up. Nothing is learnt from queries here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from haidang.engine.match.posts import cut
from haidang.engine.text import words

FIELDS = 3
CLAIM, TITLE, SUBTITLE = 1, 2, 4  # bits of where a check holds a term
FIELD_WEIGHTS = (1.0, 1.0, 0.7)
SATURATION, LENGTH_SHARE = 1.2, 0.6  # k1 and b of BM25
PAIR_WEIGHT = 0.2
NAME_SHARE = 0.8  # of a word's occurrences behind the first of a field, written with a capital
DATELESS = -(2**31)
WORD, NAME, NUMBER = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCheck:
    """A check that someone has published: what was claimed, under which headline, when."""

    id: str
    claim: str
    title: str = ""
    subtitle: str = ""
    published: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What the index holds. Terms are numbered from 0, pairs of neighbours behind them.

    `vocabulary` term → number; `pair_keys` sorted, first * 2^32 + second; `idf` by number;
    `starts`, `holders`, `impacts`: the checks that hold a number and what it adds to their score;
    `row_starts`, `row_terms`, `row_places`: the terms that a check holds and where (bits);
    `sizes` the weight of each check's claim, title and subtitle (3 × checks); `kinds` of terms: WORD, NAME or
    NUMBER; `days` publication as ordinal, DATELESS without.
    """

    vocabulary: dict[str, int]
    pair_keys: NDArray[np.int64]
    idf: NDArray[np.float32]
    starts: NDArray[np.int64]
    holders: NDArray[np.int32]
    impacts: NDArray[np.float32]
    row_starts: NDArray[np.int64]
    row_terms: NDArray[np.int32]
    row_places: NDArray[np.uint8]
    sizes: NDArray[np.float32]
    kinds: NDArray[np.uint8]
    days: NDArray[np.int32]


def build_tables(checks: Sequence[PublishedCheck]) -> Tables:
    """Number, count and weigh the terms of all checks; time and memory grow with their words."""
    read = _read(checks)
    count, size = len(read.vocabulary), len(checks)
    together = read.segment[:-1] == read.segment[1:]
    keys = (read.tokens[:-1][together] << 32) | read.tokens[1:][together]
    pair_keys, pairs = np.unique(keys, return_inverse=True)
    rows = _rows(read)
    pair_holders = np.unique((pairs << 32) | read.segment[:-1][together] // FIELDS)
    numbers = np.concatenate([rows.terms, (pair_holders >> 32) + count])
    holders = np.concatenate([rows.checks, pair_holders & 0xFFFFFFFF]).astype(np.int32)
    held_by = np.bincount(numbers, minlength=count + len(pair_keys))
    idf = np.log1p((size - held_by + 0.5) / (held_by + 0.5)).astype(np.float32)
    strength = np.concatenate([rows.strength, np.full(len(pair_holders), PAIR_WEIGHT, np.float32)])
    order = np.argsort(numbers, kind="stable")
    row_starts = np.searchsorted(rows.checks, np.arange(size + 1))
    return Tables(
        vocabulary=read.vocabulary,
        pair_keys=pair_keys,
        idf=idf,
        starts=np.concatenate([[0], np.cumsum(held_by)]),
        holders=holders[order],
        impacts=(strength * idf[numbers])[order],
        row_starts=row_starts,
        row_terms=rows.terms,
        row_places=rows.places,
        sizes=_sizes(rows, idf, size),
        kinds=_kinds(read),
        days=_days(checks),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """All checks' terms one behind the other: number, field it stands in, whether it has a capital."""

    vocabulary: dict[str, int]
    tokens: NDArray[np.int64]
    segment: NDArray[np.int64]
    lengths: NDArray[np.int64]
    capital: NDArray[np.bool_]


def _read(checks: Sequence[PublishedCheck]) -> _Read:
    vocabulary: dict[str, int] = {}
    flat: list[int] = []
    capital: list[bool] = []
    lengths: list[int] = []
    number = vocabulary.setdefault
    for check in checks:
        for field in (check.claim, check.title, check.subtitle):
            terms, seen = cut(field), words(field)
            flat += [number(term, len(vocabulary)) for term in terms]
            lengths.append(len(terms))
            fits = len(seen) == len(terms)
            capital += [word[0].isupper() for word in seen] if fits else [False] * len(terms)
    counts = np.array(lengths, np.int64).reshape(len(checks), FIELDS)
    segment = np.repeat(np.arange(counts.size), counts.ravel())
    return _Read(vocabulary, np.array(flat, np.int64), segment, counts, np.array(capital, np.bool_))


def _kinds(read: _Read) -> NDArray[np.uint8]:
    """A word that nearly always has a capital is a name; headlines, which give it to all, do not count."""
    count = len(read.vocabulary)
    inside = np.concatenate([[False], read.segment[1:] == read.segment[:-1]])[: len(read.segment)]
    inside &= read.segment % FIELDS != 1
    seen = np.bincount(read.tokens[inside], minlength=count)
    capital = np.bincount(read.tokens[inside & read.capital], minlength=count)
    kinds = np.where((seen > 0) & (capital >= NAME_SHARE * seen), NAME, WORD).astype(np.uint8)
    digits = [at for term, at in read.vocabulary.items() if term[0].isdigit()]
    kinds[digits] = NUMBER
    return kinds


@dataclass(frozen=True, slots=True)
class _Rows:
    checks: NDArray[np.int32]
    terms: NDArray[np.int32]
    places: NDArray[np.uint8]
    strength: NDArray[np.float32]


def _rows(read: _Read) -> _Rows:
    """Each check's distinct terms, with the places and the saturated weight of each."""
    key = (read.segment // FIELDS << 32) | read.tokens
    order = np.argsort(key, kind="stable")
    key, segment = key[order], read.segment[order]
    field = segment % FIELDS
    if not len(key):
        empty = np.zeros(0, np.int32)
        return _Rows(empty, empty, empty.astype(np.uint8), empty.astype(np.float32))
    mean = np.maximum(read.lengths.mean(axis=0), 1e-9)
    share = 1 - LENGTH_SHARE + LENGTH_SHARE * read.lengths / mean
    begins = np.flatnonzero(np.diff(key, prepend=-1))
    tally = np.add.reduceat(np.array(FIELD_WEIGHTS)[field] / share.ravel()[segment], begins)
    places = np.bitwise_or.reduceat((1 << field).astype(np.uint8), begins)
    strength = (SATURATION + 1) * tally / (SATURATION + tally)
    return _Rows(
        (key[begins] >> 32).astype(np.int32),
        (key[begins] & 0xFFFFFFFF).astype(np.int32),
        places,
        strength.astype(np.float32),
    )


def _sizes(rows: _Rows, idf: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    weight = idf[rows.terms]
    parts = [
        np.bincount(rows.checks, weight * ((rows.places & place) > 0), minlength=size)
        for place in (CLAIM, TITLE, SUBTITLE)
    ]
    return np.array(parts, np.float32)


def _days(checks: Iterable[PublishedCheck]) -> NDArray[np.int32]:
    return np.array(
        [one.published.toordinal() if one.published else DATELESS for one in checks], np.int32
    )
