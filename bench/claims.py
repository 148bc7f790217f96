"""Posts that repeat a claim → the published check of it, beside bag-of-words peers.

    ./haidang bench claims --checks JSONL --queries JSONL [--grow 100000] [--learn TRAIN_JSONL]

map5 (the official figure of CLEF-2022 CheckThat! 2A), mrr and recall10 over all queries, CPU-milliseconds for
one query with all that belongs to it; once over the given checks and once over as many made-up ones
as `--grow` says, cut and mixed from the words of the given. `map5_undated` and the like are ours without
the days of checks and posts. `--learn` prints weights for `engine/match/learned.py`.
"""

from __future__ import annotations

import dataclasses
import random
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.measuring import cpu_seconds, measure, parser_of, read_lines, tell
from haidang.engine.match import CheckIndex, PublishedCheck, read_day

DEPTH = 10
# Peers that compare with every check: asked once, not three times, and of the grown index not at all.
SLOW = frozenset({"by_rank_bm25", "by_characters", "by_rapidfuzz"})
FUZZY_SAMPLE = 40  # queries that rapidfuzz is asked

Ranker = Callable[[str], list[str]]


@dataclasses.dataclass(frozen=True, slots=True)
class Query:
    text: str
    relevant: frozenset[str]


def read_checks(path: Path) -> list[PublishedCheck]:
    return [
        PublishedCheck(
            id=str(row["id"]),
            claim=row["claim"] or "",
            title=row.get("title") or "",
            subtitle=row.get("subtitle") or "",
            published=read_day(row.get("date") or ""),
        )
        for row in read_lines(path)
    ]


def read_queries(path: Path) -> list[Query]:
    return [Query(row["text"], frozenset(map(str, row["relevant"]))) for row in read_lines(path)]


def grow(checks: list[PublishedCheck], size: int, seed: int = 20261125) -> list[PublishedCheck]:
    """The given checks and made-up ones: two of them cut and joined, a fifth of the words exchanged."""
    chance = random.Random(seed)
    pool = [word for check in checks for word in check.claim.split()]
    grown = list(checks)

    def mixed(first: str, second: str) -> str:
        one, two = first.split(), second.split()
        both = one[: len(one) // 2] + two[len(two) // 2 :]
        return " ".join(chance.choice(pool) if chance.random() < 0.2 else word for word in both)

    while len(grown) < size:
        one, two = chance.choice(checks), chance.choice(checks)
        grown.append(
            PublishedCheck(
                id=f"made-{len(grown)}",
                claim=mixed(one.claim, two.claim),
                title=mixed(one.title, two.title),
                subtitle=mixed(one.subtitle, two.subtitle),
                published=one.published,
            )
        )
    return grown


def text_of(check: PublishedCheck) -> str:
    return f"{check.claim} {check.title} {check.subtitle}"


def plain_words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def ours(checks: list[PublishedCheck]) -> Ranker:
    index = CheckIndex(checks)
    return lambda text: [match.check.id for match in index.find(text, limit=DEPTH)]


def ours_undated(checks: list[PublishedCheck]) -> Ranker:
    return ours([dataclasses.replace(check, published=None) for check in checks])


def by_bm25s(checks: list[PublishedCheck]) -> Ranker:
    import bm25s

    index = bm25s.BM25()
    index.index([plain_words(text_of(check)) for check in checks], show_progress=False)

    def rank(text: str) -> list[str]:
        known = [word for word in plain_words(text) if word in index.vocab_dict]
        if not known:
            return []
        found, _ = index.retrieve([known], k=min(DEPTH, len(checks)), show_progress=False)
        return [checks[at].id for at in found[0]]

    return rank


def by_rank_bm25(checks: list[PublishedCheck]) -> Ranker:
    from rank_bm25 import BM25Okapi

    index = BM25Okapi([plain_words(text_of(check)) for check in checks])

    def rank(text: str) -> list[str]:
        scores = index.get_scores(plain_words(text))
        return [checks[at].id for at in np.argsort(-scores, kind="stable")[:DEPTH]]

    return rank


def by_characters(checks: list[PublishedCheck]) -> Ranker:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    by_term = vectorizer.fit_transform([text_of(check) for check in checks]).T.tocsr()

    def rank(text: str) -> list[str]:
        scores = (vectorizer.transform([text]) @ by_term).toarray()[0]
        return [checks[at].id for at in np.argsort(-scores, kind="stable")[:DEPTH]]

    return rank


def by_tantivy(checks: list[PublishedCheck]) -> Ranker:
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_integer_field("number", stored=True)
    schema.add_text_field("text", tokenizer_name="en_stem")
    index = tantivy.Index(schema.build())
    writer = index.writer(num_threads=1)
    for number, check in enumerate(checks):
        writer.add_document(tantivy.Document(number=number, text=text_of(check)))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def rank(text: str) -> list[str]:
        query, _ = index.parse_query_lenient(" ".join(plain_words(text)), ["text"])
        hits = searcher.search(query, DEPTH).hits
        return [checks[searcher.doc(at)["number"][0]].id for _, at in hits]

    return rank


def by_rapidfuzz(checks: list[PublishedCheck]) -> Ranker:
    from rapidfuzz import fuzz, process

    claims = [check.claim.lower() for check in checks]

    def rank(text: str) -> list[str]:
        found = process.extract(text.lower(), claims, scorer=fuzz.token_set_ratio, limit=DEPTH)
        return [checks[at].id for _, _, at in found]

    return rank


def run(make: str, checks: list[PublishedCheck], queries: list[Query]) -> dict[str, Any]:
    """Make one engine and ask it everything: quality and CPU-milliseconds a query (best of three)."""
    began = cpu_seconds()
    rank: Ranker = globals()[make](checks)
    built = cpu_seconds() - began
    spent = []
    for _ in range(1 if make in SLOW else 3):
        began = cpu_seconds()
        answers = [rank(query.text) for query in queries]
        spent.append((cpu_seconds() - began) * 1000 / len(queries))
    return {
        **quality(answers, queries),
        "ms_per_query": round(min(spent), 3),
        "build_cpu_s": round(built, 1),
    }


def quality(answers: list[list[str]], queries: list[Query]) -> dict[str, float]:
    """Mean average precision at 5, mean reciprocal rank and recall within the first ten."""
    average = reciprocal = recall = 0.0
    for answer, query in zip(answers, queries, strict=True):
        hits = [place for place, one in enumerate(answer[:DEPTH], 1) if one in query.relevant]
        in_five = [place for place in hits if place <= 5]
        average += sum(n / place for n, place in enumerate(in_five, 1)) / min(
            len(query.relevant), 5
        )
        reciprocal += 1 / hits[0] if hits else 0
        recall += len(hits) / len(query.relevant)
    count = len(queries)
    return {
        "map5": round(average / count, 4),
        "mrr": round(reciprocal / count, 4),
        "recall10": round(recall / count, 4),
    }


PEERS = ("by_bm25s", "by_rank_bm25", "by_characters", "by_tantivy", "by_rapidfuzz")


def main(arguments: list[str]) -> int:
    parser = parser_of("claims", __doc__)
    parser.add_argument("--checks", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument(
        "--grow", type=int, default=100_000, help="checks of the grown index; 0: none"
    )
    parser.add_argument(
        "--learn", type=Path, help="learn the weights from these queries and print them"
    )
    told = parser.parse_args(arguments)
    checks, queries = read_checks(told.checks), read_queries(told.queries)
    if told.learn:
        from bench.learning import learn_claims

        return learn_claims(checks, read_queries(told.learn))
    sizes = {"": checks}
    if told.grow > len(checks):
        sizes[f"_{told.grow}"] = grow(checks, told.grow)
    figures: dict[str, dict[str, Any]] = {}
    for mark, some in sizes.items():
        for name in ("ours", "ours_undated", *PEERS):
            if mark and name in SLOW:
                continue
            print(f"{name}, {len(some)} checks", file=sys.stderr)
            asked = queries[:FUZZY_SAMPLE] if name == "by_rapidfuzz" else queries
            came = measure(run, name, some, asked, repeats=1)
            values = {**came.value, "peak_mb": came.peak_mb}
            ending = "_undated" if name == "ours_undated" else ""
            owner = figures.setdefault(name.removesuffix("_undated"), {})
            owner.update({f"{key}{ending}{mark}": value for key, value in values.items()})
    own = {"size": len(checks), **figures.pop("ours")}
    return tell(
        "claims",
        own,
        {name.removeprefix("by_"): one for name, one in figures.items()},
        as_json=told.json,
    )
