"""What the grouper knows of one article: hashes of its words by kind, names, numbers.

Six kinds of terms, each compared by itself: words, pairs of words, names (words written with a
capital: a heuristic), the lead (the first words, where a news text says what happened), the title
(or, without one, the first words of all), the figures. Terms are hashed to 22 bits with a salt for
kind and language; names and figures have one salt for all languages. Words are kept as typed only
in `Wording`, for the reasons of the article at hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt

from haidang.engine.group.fingerprint import Hashes, Shorts, word_hash
from haidang.engine.group.tokens import CAPITAL, PLAIN, Tokens

Terms = npt.NDArray[np.uint32]
Weights = npt.NDArray[np.float32]
Wide = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

KINDS = ("words", "pairs", "names", "lead", "title", "figures")
WORDS, PAIRS, NAMES, LEAD, TITLE, FIGURES = range(len(KINDS))
TERM_BITS = 22
NUMBER_SIGN = "="

_TELLING = re.compile(r"=(?!(?:19|20)\d\d$)(?:\d{3,}|.*[.%])")
_M1 = np.uint64(0x9E3779B97F4A7C15)
_M2 = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(64 - TERM_BITS)
_ALL_LANGUAGES = (NAMES, FIGURES)


@dataclass(frozen=True, slots=True)
class Evidence:
    """An article in numbers. `terms` and `weights` lie kind after kind; `bounds` are their ends."""

    language: str
    shingles: Shorts  # 16 bits of each, in the order of the text, for the share of a copy
    sample: Hashes  # those by which copies are looked for, ascending
    terms: Terms  # ascending in each kind
    weights: Weights  # how much each term is used, before rarity
    bounds: tuple[int, ...]
    facts: Terms  # names (pairs and whole) and numbers, the same in all languages
    digits: Terms | Shorts  # the text's figures as written
    length: int  # characters of the text
    count: int  # words of the text

    def of_kind(self, kind: int) -> Terms:
        """The terms of one kind, ascending."""
        return self.terms[self.bounds[kind - 1] if kind else 0 : self.bounds[kind]]


@dataclass(frozen=True, slots=True)
class Wording:
    """Of the article at hand only: how its terms and facts are written, for the reasons."""

    tokens: Tokens  # of title, lead and text, and of the articles that were read with it
    own: slice  # which of them are this article's
    language: str
    named: tuple[tuple[Terms, Places, int], ...] = ()  # names: keys, at which word, of how many
    counted: Mapping[int, str] = field(default_factory=dict)  # numbers, with NUMBER_SIGN

    def facts(self) -> dict[int, str]:
        """Names and numbers as hash → how it is written, a number with a sign before it: "=1.2"."""
        told: dict[int, str] = {}
        for keys, places, count in self.named:
            for key, place in zip(keys.tolist(), places.tolist(), strict=True):
                if key not in told:
                    told[key] = " ".join(self.tokens.word(place + at) for at in range(count))
        return {**told, **self.counted}

    def numbers(self) -> set[int]:
        """Those of the facts that are numbers."""
        return set(self.counted)

    def telling_numbers(self) -> set[int]:
        """Those that few texts share by chance: long, broken or a percentage, and no year."""
        return {key for key, value in self.counted.items() if _TELLING.match(value)}

    def find(self, terms: Terms, kind: int) -> list[str]:
        """How these terms of WORDS or NAMES are typed, in their order; those not found are left out."""
        if not len(terms):
            return []
        tokens = self.tokens
        shape = CAPITAL if kind == NAMES else PLAIN
        places = (tokens.shapes[self.own] == shape).nonzero()[0] + self.own.start
        mine = term_ids(tokens.exact[places], kind, self.language)
        ordered = np.sort(terms)
        hits = (ordered.take(ordered.searchsorted(mine), mode="clip") == mine).nonzero()[0]
        first: dict[int, int] = {}
        for term, place in zip(mine[hits].tolist(), places[hits].tolist(), strict=True):
            first.setdefault(term, place)
        return [tokens.word(first[term]) for term in terms.tolist() if term in first]


def primary(language: str) -> str:
    """The language without script and region: "zh" of "zh-Hant"."""
    return language.split("-", maxsplit=1)[0].lower() or "und"


@cache
def salt_of(kind: int, language: str) -> int:
    """64 bits that tell the terms of kinds and languages apart."""
    text = str(kind) if kind in _ALL_LANGUAGES else f"{kind} {language}"
    return word_hash(text) | word_hash(f"{text} salt") << 32


def term_ids(hashes: Wide, kind: int, language: str) -> Terms:
    """The hashed terms of a kind: 22 bits, salted."""
    return mixed_terms(hashes, np.uint64(salt_of(kind, language)))


def mixed_terms(hashes: Wide, salts: Wide | np.uint64) -> Terms:
    """The same with the salts given."""
    mixed = (hashes ^ salts) * _M1
    mixed ^= mixed >> np.uint64(31)
    mixed *= _M2
    mixed >>= _SHIFT
    return mixed.astype(np.uint32)


def pair_hashes(hashes: Wide) -> Wide:
    """One hash for each two neighbours."""
    return hashes[:-1] * _M1 + hashes[1:] * _M2


def fact_ids(hashes: Wide) -> Terms:
    """Names as facts, the same in all languages."""
    return ((hashes + _M1) * _M2 >> np.uint64(32)).astype(np.uint32)
