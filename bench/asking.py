"""Queries of each kind, taken from a grown archive's own words, and their times."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

from bench.growing import Text
from bench.measuring import percentile

COMMON = 0.2  # of the texts hold such a word
MEET = 0.05  # of the texts hold each of two words that rarely meet
TIMES = 3

Queries = dict[str, list[str]]


def choose_queries(texts: Sequence[Text], *, each: int, seed: int = 7) -> Queries:
    """`each` queries of every kind. Words that rarely meet: of all pairs of quite common words, those
    that the fewest texts hold together."""
    from haidang.engine.text import exact, fold, words

    chance = random.Random(seed)
    held = [frozenset(exact(word) for word in words(text.body) if word.isalpha()) for text in texts]
    counts = Counter(word for one in held for word in one)
    known = sorted(counts)
    common = [word for word in known if counts[word] >= COMMON * len(texts)]
    quite = [word for word in known if counts[word] >= MEET * len(texts)]
    chance.shuffle(quite)
    quite = quite[:120]
    places = {word: {n for n, one in enumerate(held) if word in one} for word in quite}
    pairs = sorted(combinations(quite, 2), key=lambda two: len(places[two[0]] & places[two[1]]))
    runs = [words(line) for text in texts for line in text.body.split("\n")]
    runs = [run for run in runs if len(run) >= 4]
    commons = set(common)
    hard = [
        two
        for run in runs
        for two in pairwise(run)
        if exact(two[0]) in commons and exact(two[1]) in commons
    ]

    def phrase() -> str:
        run, length = chance.choice(runs), chance.randint(2, 4)
        start = chance.randrange(len(run) - length + 1)
        return f'"{" ".join(run[start : start + length])}"'

    def three() -> str:
        return fold(" ".join(chance.sample(chance.choice(runs), 3)))

    return {
        "one_word": [chance.choice(known) for _ in range(each)],
        "common_word": [chance.choice(common) for _ in range(each)],
        "two_common": [" ".join(chance.sample(common, 2)) for _ in range(each)],
        "rarely_meet": [" ".join(pair) for pair in pairs[:each]],
        "phrase": [phrase() for _ in range(each)],
        "common_phrase": [f'"{" ".join(chance.choice(hard))}"' for _ in range(each)]
        if hard
        else [],
        "three_unaccented": [three() for _ in range(each)],
        "unlikely_phrase": [f'"{" ".join(chance.sample(common, 3))}"' for _ in range(each)],
    }


def time_queries(ask: Callable[[str], object], queries: Queries) -> dict[str, tuple[float, float]]:
    """p50 and p95 of each kind in ms of wall time; of each query the best of three, so that other
    work on the machine counts little. The first of them reads what no cache holds yet."""
    figures = {}
    for kind, asked in queries.items():
        took = []
        for words in asked:
            best = float("inf")
            for _ in range(TIMES):
                began = time.perf_counter()
                ask(words)
                best = min(best, (time.perf_counter() - began) * 1000)
            took.append(best)
        if took:
            figures[kind] = (percentile(took, 0.5), percentile(took, 0.95))
    return figures
