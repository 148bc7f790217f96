"""What the grouper knows of one article: hashes of its words by kind, names, numbers.

Five kinds of terms, each compared by itself: words, pairs of words, names (words written with a
capital: a heuristic), the lead (the first words, where a news text says what happened), the title.
Terms are hashed to 22 bits with a salt for kind and language; names have one salt for all
languages. Words are kept as typed only in `display`, for the reasons of the article at hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from haidang.engine.group.fingerprint import Hashes, shingle_hashes, word_hash
from haidang.engine.text import fold, numbers, words
from haidang.engine.types import ArticleForGrouping

Terms = npt.NDArray[np.uint32]
Weights = npt.NDArray[np.float32]

KINDS = ("words", "pairs", "names", "lead", "title")
WORDS, PAIRS, NAMES, LEAD, TITLE = range(len(KINDS))
TERM_BITS = 22
NUMBER_SIGN = "="

_CAPS = (160, 160, 48, 64, 32)  # terms kept of each kind, the heaviest first
_BODY_MAX = 3_000  # words of the text that are read for stories
_FACTS_WORDS = 400  # words of lead and text that are read for names
_NUMBERS_CHARS = 1_200  # characters that are read for numbers, after title and lead
_LEAD_WORDS = 70
_HEAD_WORDS = 80
_HEAD_WEIGHT = 1.5
_CAPITAL_WEIGHT = 1.5
_TITLE_WEIGHT = 2.0
_NUMBERS_MAX = 60
_DIGITS = re.compile(r"\d+")
_NEAR = 12  # characters beside a digit that may belong to its number: "12 November 2026"
_TELLING = re.compile(r"=(?!(?:19|20)\d\d$)(?:\d{3,}|.*[.%])")
_LONE_NAME_LETTERS = 5  # shorter capitalised words are names only beside another

_PLAIN, _CAPITAL, _DIGIT, _SHORT = range(4)
_M1 = np.uint64(0x9E3779B97F4A7C15)
_M2 = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(64 - TERM_BITS)
_LOW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Evidence:
    """An article in numbers. `terms` and `weights` lie kind after kind; `bounds` are their ends."""

    language: str
    shingles: Hashes  # in the order of the text, for the share of a copy
    terms: Terms
    weights: Weights  # how much each term is used, before rarity
    bounds: tuple[int, ...]
    facts: Terms  # names (pairs and whole) and numbers, the same in all languages
    digits: npt.NDArray[np.uint64]  # the text's figures as written
    length: int  # characters of the text
    count: int  # words of the text


@dataclass(frozen=True, slots=True)
class Wording:
    """Of the article at hand only: how its terms and facts are written, for the reasons."""

    tokens: list[str]
    codes: npt.NDArray[np.uint64]
    language: str
    facts: dict[int, str]

    def numbers(self) -> set[int]:
        """Those of the facts that are numbers."""
        return {key for key, value in self.facts.items() if value.startswith(NUMBER_SIGN)}

    def telling_numbers(self) -> set[int]:
        """Those that few texts share by chance: long, broken or a percentage, and no year."""
        return {key for key in self.numbers() if _TELLING.match(self.facts[key])}

    def of_kind(self, kind: int) -> dict[int, str]:
        """Hashed term → the word as typed, for WORDS and NAMES."""
        shape = _CAPITAL if kind == NAMES else _PLAIN
        places = np.flatnonzero(self.codes >> np.uint64(32) == shape)
        terms = term_ids(self.codes[places] & _LOW, kind, self.language)
        return {
            term: self.tokens[place]
            for term, place in zip(terms.tolist(), places.tolist(), strict=True)
        }


def primary(language: str) -> str:
    """The language without script and region: "zh" of "zh-Hant"."""
    return language.split("-", maxsplit=1)[0].lower() or "und"


def read_evidence(
    article: ArticleForGrouping, *, with_facts: bool = True
) -> tuple[Evidence, Wording]:
    """All that the grouper needs of an article; about half a millisecond for 400 words.

    `with_facts` False leaves out what links languages, a third of the work.
    """
    language = primary(article.language)
    title = words(article.title)
    body = words(article.text)
    lead = words(article.lead)
    body_codes = _codes(body)
    shingles = shingle_hashes((body_codes & _LOW).astype(np.uint32))
    told = lead + body[:_BODY_MAX] if lead != body[: len(lead)] else body[:_BODY_MAX]
    told_codes = _codes(told)
    title_codes = _codes(title)
    terms, weights, bounds = _parts(told_codes, title_codes, language)
    facts = _facts(article, told, told_codes, language) if with_facts else {}
    digits = body_codes[body_codes >> np.uint64(32) == _DIGIT]
    evidence = Evidence(
        language=language,
        shingles=shingles,
        terms=terms,
        weights=weights,
        bounds=bounds,
        facts=np.array(sorted(facts), np.uint32),
        digits=np.unique(digits),
        length=len(article.text),
        count=len(body),
    )
    return evidence, Wording(told, told_codes, language, facts)


def _codes(tokens: list[str]) -> npt.NDArray[np.uint64]:
    return np.fromiter(map(_code, tokens), np.uint64, len(tokens))


@lru_cache(maxsize=200_000)
def _code(word: str) -> int:
    """The word's hash in the low 32 bits, its shape above."""
    folded = fold(word)
    if word[0].isdigit():
        shape = _DIGIT
    elif len(folded) < 2:
        shape = _SHORT
    else:
        shape = _CAPITAL if word[0].isupper() else _PLAIN
    return word_hash(folded) | shape << 32


def _salt(kind: int, language: str) -> np.uint64:
    text = str(kind) if kind == NAMES else f"{kind} {language}"
    return np.uint64(word_hash(text) | word_hash(f"{text} salt") << 32)


def term_ids(hashes: npt.NDArray[np.uint64], kind: int, language: str) -> Terms:
    """The hashed terms of a kind: 22 bits, salted."""
    mixed = (hashes ^ _salt(kind, language)) * _M1
    mixed ^= mixed >> np.uint64(31)
    return (mixed * _M2 >> _SHIFT).astype(np.uint32)


def _pairs(hashes: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    return hashes[:-1] * _M1 + hashes[1:] * _M2


def _parts(
    told: npt.NDArray[np.uint64], title: npt.NDArray[np.uint64], language: str
) -> tuple[Terms, Weights, tuple[int, ...]]:
    hashes, shapes = told & _LOW, told >> np.uint64(32)
    title_hashes = title & _LOW
    place = np.where(np.arange(len(told)) < _HEAD_WORDS, _HEAD_WEIGHT, 1.0)
    long = shapes != _SHORT
    capital = shapes == _CAPITAL
    case = np.where(capital, _CAPITAL_WEIGHT, 1.0)
    twos = np.full(len(title), _TITLE_WEIGHT)
    head = long[:_LEAD_WORDS]
    title_long = title >> np.uint64(32) != _SHORT
    by_kind = (
        ((hashes[long], (place * case)[long]), (title_hashes[title_long], twos[title_long])),
        ((_pairs(hashes), place[:-1]), (_pairs(title_hashes), twos[:-1])),
        ((hashes[capital], place[capital]),),
        (
            (hashes[:_LEAD_WORDS][head], case[:_LEAD_WORDS][head]),
            (title_hashes[title_long], twos[title_long]),
        ),
        ((title_hashes, twos / 2), (_pairs(title_hashes), twos[:-1] / 2)),
    )
    ids = [
        term_ids(hashes_of, kind, language).astype(np.uint64) | np.uint64(kind << TERM_BITS)
        for kind, pieces in enumerate(by_kind)
        for hashes_of, _ in pieces
    ]
    amounts = [amount for pieces in by_kind for _, amount in pieces]
    return _counted(np.concatenate(ids), np.concatenate(amounts))


def _counted(
    ids: npt.NDArray[np.uint64], amounts: npt.NDArray[np.float64]
) -> tuple[Terms, Weights, tuple[int, ...]]:
    """Distinct terms kind by kind, and how much each is used: damped, names less, for they lead."""
    distinct, inverse = np.unique(ids, return_inverse=True)
    used = np.bincount(inverse, weights=amounts, minlength=len(distinct))
    kinds = (distinct >> np.uint64(TERM_BITS)).astype(np.int64)
    weights = np.where(kinds == NAMES, used**0.8, 1.0 + np.log(np.maximum(used, 1.0)))
    ends = np.searchsorted(kinds, np.arange(len(KINDS)), side="right")
    kept = np.concatenate(
        [
            start + _heaviest(weights[start:end], cap)
            for start, end, cap in zip((0, *ends[:-1]), ends, _CAPS, strict=True)
        ]
    )
    sizes = np.minimum(np.diff(ends, prepend=0), _CAPS)
    terms = (distinct[kept] & np.uint64((1 << TERM_BITS) - 1)).astype(np.uint32)
    return terms, weights[kept].astype(np.float32), tuple(np.cumsum(sizes).tolist())


def _heaviest(weights: npt.NDArray[np.float64], cap: int) -> npt.NDArray[np.int64]:
    if len(weights) <= cap:
        return np.arange(len(weights))
    return np.argsort(-weights, kind="stable")[:cap]


def _facts(
    article: ArticleForGrouping, tokens: list[str], codes: npt.NDArray[np.uint64], language: str
) -> dict[int, str]:
    """Names and numbers as hash → how it is written, a number with a sign before it: "=1.2".

    Languages cut names differently ("Lam Giang Port", "cảng Lam Giang"), so it is neighbouring
    capitalised words that are compared, and long ones alone.
    """
    head = codes[:_FACTS_WORDS]
    capital = head >> np.uint64(32) == _CAPITAL
    hashes = head & _LOW
    facts: dict[int, str] = {}
    both = np.flatnonzero(capital[:-1] & capital[1:])
    keys = _fact_ids(_pairs(hashes)[both])
    for key, place in zip(keys.tolist(), both.tolist(), strict=True):
        facts[key] = f"{tokens[place]} {tokens[place + 1]}"
    alone = np.flatnonzero(capital)
    for key, place in zip(_fact_ids(hashes[alone]).tolist(), alone.tolist(), strict=True):
        if len(tokens[place]) >= _LONE_NAME_LETTERS:
            facts[key] = tokens[place]
    text = _around_digits(f"{article.title}\n{article.lead}\n{article.text[:_NUMBERS_CHARS]}")
    said = [value for value in numbers(text, language=language) if len(value) > 1]
    for value in said[:_NUMBERS_MAX]:
        facts[word_hash(f"number {value}")] = f"{NUMBER_SIGN}{value}"
    return facts


def _around_digits(text: str) -> str:
    """Only the surroundings of digits, each on a line: reading numbers is dear, most text has none."""
    pieces: list[str] = []
    start = end = 0
    for match in _DIGITS.finditer(text):
        left = max(end, text.rfind(" ", 0, max(0, match.start() - _NEAR)) + 1)
        if left > end + 1 or not pieces:
            pieces.append(text[start:end])
            start = left
        right = text.find(" ", match.end() + _NEAR)
        end = len(text) if right < 0 else right
    pieces.append(text[start:end])
    return "\n".join(pieces)


def _fact_ids(hashes: npt.NDArray[np.uint64]) -> Terms:
    return ((hashes + _M1) * _M2 >> np.uint64(32)).astype(np.uint32)
