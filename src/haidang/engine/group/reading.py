"""Reading articles into evidence, some dozens in one go: the cost is in the calls, not in the words.

Everything is done for all texts at once in arrays over their words; what belongs to one article is
cut out at the end. An article's evidence does not depend on those that were read with it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from haidang.engine.group.evidence import (
    KINDS,
    NUMBER_SIGN,
    TERM_BITS,
    Evidence,
    Places,
    Terms,
    Weights,
    Wide,
    Wording,
    fact_ids,
    mixed_terms,
    pair_hashes,
    primary,
    salt_of,
)
from haidang.engine.group.fingerprint import (
    SAMPLE_MIN,
    SAMPLED,
    SHINGLE_WORDS,
    Hashes,
    shingle_hashes,
    word_hash,
)
from haidang.engine.group.tokens import CAPITAL, DIGIT, Tokens, portions, read_tokens
from haidang.engine.text import numbers
from haidang.engine.types import ArticleForGrouping

_CAPS = np.array((256, 256, 64, 128, 40, 48))  # terms kept of each kind, the most used first
_WORDS_MAX = 20_000  # words of a text that are compared for copies; the longest pieces have 10,000
_TOLD_MAX = 3_000  # words that are read for stories
_FACTS_WORDS = 400  # words of lead and text that are read for names
_NUMBERS_CHARS = 1_200  # characters that are read for numbers, after title and lead
_LEAD_WORDS = 60
_TITLE_WORDS = 16
_NUMBERS_MAX = 60
_DIGITS = re.compile(r"\d+")
_NEAR = 12  # characters beside a digit that may belong to its number: "12 November 2026"
_LONE_NAME_LETTERS = 5  # shorter capitalised words are names only beside another
_USED = (1.0 + np.log(np.maximum(np.arange(4 * _TOLD_MAX), 1))).astype(np.float32)
_PIECES = (0, 1, 2, 3, 3, 4, 4, 5)  # the kind of each piece that `_pieces` gives
_KINDS_ROOM = 8  # kinds are numbered in three bits
_ALL = float(0xFFFFFFFF)
_ENOUGH = _ALL * 2 * SAMPLE_MIN
"""Over a text's length: the hash under which twice the least number is expected."""

Mask = npt.NDArray[np.bool_]
Named = tuple[tuple[Terms, Places, int], ...]
"""Names as `Wording` has them."""


@dataclass(frozen=True, slots=True)
class _Read:
    """Some texts as words, and where each word stands."""

    tokens: Tokens
    text: Places  # of each word: of which text it is
    place: Places  # of each word: how many words of its text are before it
    titled: Places  # of each text: how many words of it are its title
    body: Places  # of each text: at which word its body begins


def read_evidence(
    articles: Sequence[ArticleForGrouping], *, with_facts: bool = True
) -> list[tuple[Evidence, Wording]]:
    """All that the grouper needs of some articles; about a tenth of a millisecond each for 400 words.

    `with_facts` False leaves out what links languages, a third of the work.
    """
    found: list[tuple[Evidence, Wording]] = []
    heads = [_head_of(article) for article in articles]
    lengths = [len(head) + len(one.text) for head, one in zip(heads, articles, strict=True)]
    for some in portions(lengths):
        found += _read_together(articles[some], heads[some], with_facts=with_facts)
    return found


def read_for_copies(texts: Sequence[str]) -> list[tuple[Evidence, Hashes]]:
    """Of some texts only what copies are found by, the sampled shingles beside it, as they are soon dropped."""
    found: list[tuple[Evidence, Hashes]] = []
    for some in portions([len(text) for text in texts]):
        few = texts[some]
        tokens = read_tokens(few, with_exact=False)
        read = _placed(tokens, tokens.offsets, tokens.offsets)
        shingles, samples, digits = _for_copies(read)
        counts = np.diff(tokens.firsts).tolist()
        for place, text in enumerate(few):
            evidence = Evidence(
                language="und",
                shingles=shingles[place],
                sample=_NO_TERMS,
                terms=_NO_TERMS,
                weights=_NO_WEIGHTS,
                bounds=_NO_BOUNDS,
                facts=_NO_TERMS,
                digits=digits[place].astype(np.uint16),
                length=len(text),
                count=counts[place],
            )
            found.append((evidence, samples[place]))
    return found


_NO_TERMS: Terms = np.zeros(0, np.uint32)
_NO_BOUNDS = (0,) * len(KINDS)
_NO_WEIGHTS: Weights = np.zeros(0, np.float32)


def _head_of(article: ArticleForGrouping) -> str:
    lead = "" if article.text.startswith(article.lead) else article.lead
    return f"{article.title}\n{lead}\n"


def _read_together(
    articles: Sequence[ArticleForGrouping], heads: Sequence[str], *, with_facts: bool
) -> list[tuple[Evidence, Wording]]:
    tokens = read_tokens([head + one.text for head, one in zip(heads, articles, strict=True)])
    titles = np.array([len(article.title) for article in articles])
    read = _placed(
        tokens, tokens.offsets + titles, tokens.offsets + np.array([len(head) for head in heads])
    )
    languages = [primary(article.language) for article in articles]
    shingles, samples, digits = _for_copies(read)
    terms, weights, edges = _terms(read, languages)
    named: list[Named] = _names(read) if with_facts else [()] * len(articles)
    counted: list[dict[int, str]] = [
        _numbers(article, language) if with_facts else {}
        for article, language in zip(articles, languages, strict=True)
    ]
    facts = _facts(named, counted)
    ends = (tokens.firsts[1:] - read.body).tolist()
    found = []
    for place, article in enumerate(articles):
        start, *bounds = edges[place]
        evidence = Evidence(
            language=languages[place],
            shingles=shingles[place],
            sample=samples[place],
            terms=terms[start : bounds[-1]].copy(),
            weights=weights[start : bounds[-1]].copy(),
            bounds=tuple([bound - start for bound in bounds]),
            facts=facts[place],
            digits=digits[place],
            length=len(article.text),
            count=ends[place],
        )
        own = slice(int(tokens.firsts[place]), int(tokens.firsts[place + 1]))
        found.append(
            (evidence, Wording(tokens, own, languages[place], named[place], counted[place]))
        )
    return found


def _placed(tokens: Tokens, titles: Places, bodies: Places) -> _Read:
    """`titles`, `bodies`: at which character each text's title ends and its body begins."""
    counts = np.diff(tokens.firsts)
    text = np.arange(len(counts)).repeat(counts)
    place = np.arange(len(tokens)) - tokens.firsts[:-1].repeat(counts)
    ends = tokens.firsts[1:]
    titled = np.minimum(tokens.starts.searchsorted(titles), ends) - tokens.firsts[:-1]
    body = np.minimum(tokens.starts.searchsorted(bodies), ends)
    return _Read(tokens, text, place, titled, body)


def _for_copies(read: _Read) -> tuple[list[npt.NDArray[np.uint16]], list[Hashes], list[Terms]]:
    """Of each text: its shingles in order, the sampled ones, and its figures as written."""
    tokens = read.tokens
    ends = np.minimum(tokens.firsts[1:], read.body + _WORDS_MAX).tolist()
    spans = list(zip(read.body.tolist(), ends, strict=True))
    every = shingle_hashes(tokens.folded)
    lasts = [end - SHINGLE_WORDS + 1 for _, end in spans]
    each = [
        every[start:last] if last > start else shingle_hashes(tokens.folded[start:end])
        for (start, end), last in zip(spans, lasts, strict=True)
    ]
    figure = (tokens.shapes == DIGIT) & (read.place >= (read.body - tokens.firsts[:-1])[read.text])
    figures, at = _distinct(read.text[figure], tokens.folded[figure].astype(np.uint32), len(each))
    digits = [figures[start:end].copy() for start, end in itertools.pairwise(at)]
    shorts = (np.concatenate(each) >> np.uint32(8)).astype(np.uint16)
    cuts = itertools.accumulate([len(few) for few in each], initial=0)
    ordered = [shorts[start:end].copy() for start, end in itertools.pairwise(cuts)]
    return ordered, _samples(each), digits


def _samples(each: Sequence[Hashes]) -> list[Hashes]:
    """Of each text's shingles those of small hash, ascending, each once: `SAMPLED`, and `SAMPLE_MIN` at least.

    Only some more than are wanted are put in order, all of them where a text repeats itself.
    """
    lengths = np.array([len(few) for few in each])
    limits = np.maximum(_ENOUGH / np.maximum(lengths, 1), float(SAMPLED))
    limits[lengths <= 2 * SAMPLE_MIN] = _ALL
    texts = np.arange(len(each)).repeat(lengths)
    hashes = np.concatenate(each)
    small = (hashes <= limits.astype(np.uint32)[texts]).nonzero()[0]
    keys, cuts = _distinct(texts[small], hashes[small], len(each))
    samples = []
    for place, (start, end) in enumerate(itertools.pairwise(cuts)):
        few = keys[start:end]
        if len(few) < SAMPLE_MIN and limits[place] < _ALL:
            few = np.unique(each[place])
        count = max(SAMPLE_MIN, int(few.searchsorted(SAMPLED, "right")))
        samples.append(few[:count].copy())
    return samples


def _distinct(texts: Places, hashes: Terms, count: int) -> tuple[Terms, list[int]]:
    """The hashes of each text ascending, each once; and where each text's begin, and the last ends."""
    keys = texts.astype(np.uint64) << np.uint64(32) | hashes
    keys.sort()
    fresh = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
    keys = keys[fresh]
    cuts = keys.searchsorted(np.arange(count + 1, dtype=np.uint64) << np.uint64(32)).tolist()
    return keys.astype(np.uint32), cuts


def _terms(read: _Read, languages: Sequence[str]) -> tuple[Terms, Weights, list[list[int]]]:
    """Distinct terms, text by text and kind by kind, and how much each is used, damped (1 + log).

    Last, of each text: where its terms begin and where each of its kinds ends.
    """
    pieces = _pieces(read)
    texts = np.concatenate([few for few, _ in pieces])
    lengths = [len(few) for few, _ in pieces]
    kinds = np.array(_PIECES, np.uint32).repeat(lengths)
    salts = np.array(
        [[salt_of(kind, language) for kind in range(len(KINDS))] for language in languages],
        np.uint64,
    )
    ids = mixed_terms(np.concatenate([hashes for _, hashes in pieces]), salts[texts, kinds])
    ids |= (texts.astype(np.uint32) * np.uint32(_KINDS_ROOM) + kinds) << np.uint32(TERM_BITS)
    ids.sort()
    fresh = np.ones(len(ids) + 1, bool)
    np.not_equal(ids[1:], ids[:-1], out=fresh[1:-1])
    firsts = fresh.nonzero()[0]
    counts = np.diff(firsts)
    ids = ids[firsts[:-1]]
    kept = _most_used(ids >> np.uint32(TERM_BITS), counts, len(languages))
    ids, counts = ids[kept], counts[kept]
    weights = _USED[np.minimum(counts, len(_USED) - 1)]
    kinds_at = np.arange(len(KINDS) + 1)
    steps = (np.arange(len(languages))[:, None] * _KINDS_ROOM + kinds_at) << TERM_BITS
    edges = ids.astype(np.int64).searchsorted(steps)
    return ids & np.uint32((1 << TERM_BITS) - 1), weights, edges.tolist()


def _pieces(read: _Read) -> list[tuple[Places, Wide]]:
    """What becomes terms: of which text, and its hash."""
    tokens, text, place = read.tokens, read.text, read.place
    told = place < _TOLD_MAX
    figure = tokens.shapes == DIGIT
    pairs = pair_hashes(tokens.folded)
    paired = told[1:] & (place[1:] > 0)
    titled = np.where(read.titled > 0, read.titled, _TITLE_WORDS)[text]
    lead, title = place < _LEAD_WORDS, place < titled

    def words(which: Mask, hashes: Wide) -> tuple[Places, Wide]:
        here = which.nonzero()[0]
        return text[here], hashes[here]

    return [
        words(told & ~figure, tokens.exact),
        words(paired, pairs),
        words(told & (tokens.shapes == CAPITAL), tokens.exact),
        words(lead, tokens.folded),
        words(paired & lead[:-1], pairs),
        words(title, tokens.folded),
        words(paired & title[1:], pairs),
        words(told & figure, tokens.folded),
    ]


def _most_used(segments: Terms, counts: Places, texts: int) -> Mask:
    """Of each kind of each text the most used terms, at most its cap; of equals those of small hash."""
    every = np.arange(texts * _KINDS_ROOM + 1, dtype=np.uint32)
    edges = segments.searchsorted(every)
    room = np.concatenate((_CAPS, np.zeros(_KINDS_ROOM - len(_CAPS), np.int64)))
    room = np.tile(room, texts)
    again = counts > 1
    seen = np.concatenate(([0], again.cumsum()))
    left = room - (seen[edges[1:]] - seen[edges[:-1]])  # for what is used once
    once = np.arange(1, len(counts) + 1) - seen[1:]
    once_before = edges[:-1] - seen[edges[:-1]]
    kept: Mask = again | (once - once_before[segments] <= left[segments])
    for segment in (left < 0).nonzero()[0].tolist():
        start, end = edges[segment], edges[segment + 1]
        kept[start:end] = False
        kept[start + (-counts[start:end]).argsort(kind="stable")[: room[segment]]] = True
    return kept


def _names(read: _Read) -> list[Named]:
    """Neighbouring words with capitals, and long single ones: keys and where each stands.

    Languages cut names differently ("Lam Giang Port", "cảng Lam Giang"), so no whole names are compared.
    """
    tokens = read.tokens
    titled = read.titled[read.text]
    told = (read.place >= titled) & (read.place < titled + _FACTS_WORDS)
    capital = (tokens.shapes == CAPITAL) & told
    both = (capital[:-1] & capital[1:] & (read.place[1:] > 0)).nonzero()[0]
    alone = (capital & (tokens.ends - tokens.starts >= _LONE_NAME_LETTERS)).nonzero()[0]
    keys = fact_ids(pair_hashes(tokens.folded)[both])
    lone = fact_ids(tokens.folded[alone])
    cuts = both.searchsorted(tokens.firsts).tolist()
    lone_cuts = alone.searchsorted(tokens.firsts).tolist()
    spans = zip(cuts, cuts[1:], lone_cuts, lone_cuts[1:], strict=False)
    return [((keys[a:b], both[a:b], 2), (lone[c:d], alone[c:d], 1)) for a, b, c, d in spans]


def _facts(named: Sequence[Named], counted: Sequence[Mapping[int, str]]) -> list[Terms]:
    keys = [
        np.concatenate((*(few for few, _, _ in names), np.fromiter(said, np.uint32, len(said))))
        for names, said in zip(named, counted, strict=True)
    ]
    texts = np.arange(len(keys)).repeat([len(few) for few in keys])
    every, cuts = _distinct(texts, np.concatenate(keys), len(keys))
    return [every[start:end].copy() for start, end in itertools.pairwise(cuts)]


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
