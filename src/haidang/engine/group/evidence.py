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

from haidang.engine.group.fingerprint import (
    Hashes,
    Shorts,
    distinct,
    sample_of,
    shingle_hashes,
    word_hash,
)
from haidang.engine.group.tokens import CAPITAL, DIGIT, PLAIN, Tokens, read_tokens
from haidang.engine.text import numbers
from haidang.engine.types import ArticleForGrouping

Terms = npt.NDArray[np.uint32]
Weights = npt.NDArray[np.float32]
Wide = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

KINDS = ("words", "pairs", "names", "lead", "title", "figures")
WORDS, PAIRS, NAMES, LEAD, TITLE, FIGURES = range(len(KINDS))
TERM_BITS = 22
NUMBER_SIGN = "="

_CAPS = (256, 256, 64, 128, 40, 48)  # terms kept of each kind, the most used first
_WORDS_MAX = 20_000  # words of a text that are compared for copies; the longest pieces have 10,000
_TOLD_MAX = 3_000  # words that are read for stories
_FACTS_WORDS = 400  # words of lead and text that are read for names
_NUMBERS_CHARS = 1_200  # characters that are read for numbers, after title and lead
_LEAD_WORDS = 60
_TITLE_WORDS = 16
_NUMBERS_MAX = 60
_DIGITS = re.compile(r"\d+")
_NEAR = 12  # characters beside a digit that may belong to its number: "12 November 2026"
_TELLING = re.compile(r"=(?!(?:19|20)\d\d$)(?:\d{3,}|.*[.%])")
_LONE_NAME_LETTERS = 5  # shorter capitalised words are names only beside another

_M1 = np.uint64(0x9E3779B97F4A7C15)
_M2 = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(64 - TERM_BITS)
_LOW = np.uint64(0xFFFFFFFF)
_ALL_LANGUAGES = (NAMES, FIGURES)


@dataclass(frozen=True, slots=True)
class Evidence:
    """An article in numbers. `terms` and `weights` lie kind after kind; `bounds` are their ends."""

    language: str
    shingles: Shorts  # 16 bits of each, in the order of the text, for the share of a copy
    sample: Hashes  # those by which copies are looked for, ascending
    terms: Terms
    weights: Weights  # how much each term is used, before rarity
    bounds: tuple[int, ...]
    facts: Terms  # names (pairs and whole) and numbers, the same in all languages
    digits: Terms  # the text's figures as written
    length: int  # characters of the text
    count: int  # words of the text

    @property
    def lengths(self) -> list[int]:
        """How many terms there are of each kind."""
        ends = self.bounds
        return [end - start for start, end in zip((0, *ends), ends, strict=False)]


@dataclass(frozen=True, slots=True)
class Wording:
    """Of the article at hand only: how its terms and facts are written, for the reasons."""

    tokens: Tokens  # of title, lead and text
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
        tokens = self.tokens
        places = np.flatnonzero(tokens.shapes == (CAPITAL if kind == NAMES else PLAIN))
        mine = term_ids(tokens.exact[places], kind, self.language)
        found = []
        for term in terms.tolist():
            at = np.flatnonzero(mine == term)
            if len(at):
                found.append(tokens.word(int(places[at[0]])))
        return found


def primary(language: str) -> str:
    """The language without script and region: "zh" of "zh-Hant"."""
    return language.split("-", maxsplit=1)[0].lower() or "und"


def read_evidence(
    article: ArticleForGrouping, *, with_facts: bool = True
) -> tuple[Evidence, Wording]:
    """All that the grouper needs of an article; about a quarter of a millisecond for 400 words.

    `with_facts` False leaves out what links languages, a third of the work.
    """
    language = primary(article.language)
    lead = "" if article.text.startswith(article.lead) else article.lead
    before = f"{article.title}\n{lead}\n"
    tokens = read_tokens(before + article.text)
    titled, body_from = np.searchsorted(tokens.starts, (len(article.title), len(before))).tolist()
    body = tokens.folded[body_from : body_from + _WORDS_MAX]
    terms = _terms(tokens, titled or _TITLE_WORDS, language)
    named = _names(tokens, titled) if with_facts else ()
    counted = _numbers(article, language) if with_facts else {}
    shapes = tokens.shapes[body_from : body_from + _WORDS_MAX]
    count = len(tokens) - body_from
    evidence = _evidence(
        language=language,
        length=len(article.text),
        count=count,
        body=body,
        shapes=shapes,
        terms=terms,
        facts=[*(keys for keys, _, _ in named), np.fromiter(counted, np.uint32, len(counted))],
    )
    return evidence, Wording(tokens, language, named, counted)


_NO_TERMS = (np.zeros(0, np.uint32), np.zeros(0, np.float32), (0,) * len(KINDS))


def _evidence(
    *,
    language: str,
    length: int,
    count: int,
    body: Wide,
    shapes: npt.NDArray[np.uint8],
    terms: tuple[Terms, Weights, tuple[int, ...]],
    facts: list[Terms],
) -> Evidence:
    shingles = shingle_hashes(body)
    return Evidence(
        language=language,
        shingles=(shingles >> np.uint32(8)).astype(np.uint16),
        sample=sample_of(shingles),
        terms=terms[0],
        weights=terms[1],
        bounds=terms[2],
        facts=distinct(np.concatenate(facts)) if facts else np.zeros(0, np.uint32),
        digits=distinct(body[shapes == DIGIT].astype(np.uint32)),
        length=length,
        count=count,
    )


def read_for_copies(text: str) -> Evidence:
    """Of a text only what copies are found by; a tenth of a millisecond for 400 words."""
    tokens = read_tokens(text, with_exact=False)
    body = tokens.folded[:_WORDS_MAX]
    return _evidence(
        language="und",
        length=len(text),
        count=len(tokens),
        body=body,
        shapes=tokens.shapes[:_WORDS_MAX],
        terms=_NO_TERMS,
        facts=[],
    )


@cache
def _salt(kind: int, language: str) -> np.uint64:
    text = str(kind) if kind in _ALL_LANGUAGES else f"{kind} {language}"
    return np.uint64(word_hash(text) | word_hash(f"{text} salt") << 32)


def term_ids(hashes: Wide, kind: int, language: str) -> Terms:
    """The hashed terms of a kind: 22 bits, salted."""
    return _mixed(hashes, _salt(kind, language))


def _mixed(hashes: Wide, salts: Wide | np.uint64) -> Terms:
    mixed = (hashes ^ salts) * _M1
    mixed ^= mixed >> np.uint64(31)
    mixed *= _M2
    mixed >>= _SHIFT
    return mixed.astype(np.uint32)


def _pairs(hashes: Wide) -> Wide:
    return hashes[:-1] * _M1 + hashes[1:] * _M2


def _terms(tokens: Tokens, titled: int, language: str) -> tuple[Terms, Weights, tuple[int, ...]]:
    """Distinct terms kind by kind, and how much each is used, damped (1 + log of the count)."""
    folded, exact = tokens.folded[:_TOLD_MAX], tokens.exact[:_TOLD_MAX]
    shapes = tokens.shapes[:_TOLD_MAX]
    is_figure = shapes == DIGIT
    pairs = _pairs(folded)
    by_kind = (
        (exact[~is_figure],),
        (pairs,),
        (exact[shapes == CAPITAL],),
        (folded[:_LEAD_WORDS], pairs[:_LEAD_WORDS]),
        (folded[:titled], pairs[: max(titled - 1, 0)]),
        (folded[is_figure],),
    )
    pieces = [piece for kind in by_kind for piece in kind]
    kinds = [kind for kind, some in enumerate(by_kind) for _ in some]
    lengths = [len(piece) for piece in pieces]
    salts = np.array([_salt(kind, language) for kind in kinds], np.uint64).repeat(lengths)
    ids = _mixed(np.concatenate(pieces), salts)
    ids |= (np.array(kinds, np.uint32) << np.uint32(TERM_BITS)).repeat(lengths)
    ids.sort()
    if not len(ids):
        return ids, ids.astype(np.float32), (0,) * len(KINDS)
    fresh = np.ones(len(ids) + 1, bool)
    np.not_equal(ids[1:], ids[:-1], out=fresh[1:-1])
    firsts = fresh.nonzero()[0]
    counts = firsts[1:] - firsts[:-1]
    firsts = firsts[:-1]
    distinct = ids[firsts]
    edges = distinct.searchsorted(_EDGES).tolist()
    if any(end - start > cap for start, end, cap in zip(edges, edges[1:], _CAPS, strict=False)):
        kept = np.concatenate(
            [
                start + _most_used(counts[start:end], cap)
                for start, end, cap in zip(edges, edges[1:], _CAPS, strict=False)
            ]
        )
        distinct, counts = distinct[kept], counts[kept]
        edges = np.searchsorted(distinct, _EDGES).tolist()
    weights = _USED[np.minimum(counts, len(_USED) - 1)]
    return distinct & np.uint32((1 << TERM_BITS) - 1), weights, tuple(edges[1:])


_USED = (1.0 + np.log(np.maximum(np.arange(4 * _TOLD_MAX), 1))).astype(np.float32)
_EDGES = np.arange(len(KINDS) + 1, dtype=np.uint32) << np.uint32(TERM_BITS)


def _most_used(counts: npt.NDArray[np.int64], cap: int) -> npt.NDArray[np.int64]:
    """Places of the `cap` highest counts, ascending; of equals those of small hash, in any text."""
    if len(counts) <= cap:
        return np.arange(len(counts))
    return np.sort(np.argsort(-counts, kind="stable")[:cap])


def _names(tokens: Tokens, titled: int) -> tuple[tuple[Terms, Places, int], ...]:
    """Neighbouring words with capitals, and long single ones: keys and where each stands.

    Languages cut names differently ("Lam Giang Port", "cảng Lam Giang"), so no whole names are compared.
    """
    told = slice(titled, titled + _FACTS_WORDS)
    hashes, capital = tokens.folded[told], tokens.shapes[told] == CAPITAL
    both = (capital[:-1] & capital[1:]).nonzero()[0]
    long = tokens.ends[told] - tokens.starts[told] >= _LONE_NAME_LETTERS
    alone = (capital & long).nonzero()[0]
    return (
        (_fact_ids(_pairs(hashes)[both]), titled + both, 2),
        (_fact_ids(hashes[alone]), titled + alone, 1),
    )


def _numbers(article: ArticleForGrouping, language: str) -> dict[int, str]:
    """Hash → the number as it is compared, with its sign; those of one sign prove nothing."""
    text = _around_digits(f"{article.title}\n{article.lead}\n{article.text[:_NUMBERS_CHARS]}")
    said = [value for value in numbers(text, language=language) if len(value) > 1]
    return {word_hash(f"number {value}"): f"{NUMBER_SIGN}{value}" for value in said[:_NUMBERS_MAX]}


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


def _fact_ids(hashes: Wide) -> Terms:
    return ((hashes + _M1) * _M2 >> np.uint64(32)).astype(np.uint32)
