"""Is a post worth checking (1A), does it state a checkable fact (1B): learnt from one file, asked of another.

    ./haidang bench checkworthy --train JSONL --test JSONL

accuracy, f1 of the label 1, average_precision, CPU-seconds to learn and milliseconds a text; beside them the
usual baseline, TF-IDF of character n-grams with logistic regression (scikit-learn, its own settings
and a tighter fit). `rules` are the signs that serve languages without any labelled text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from bench.measuring import cpu_seconds, measure, parser_of, progress, read_lines, tell
from haidang.engine.match import learn_checkable, weigh_sentences

PEERS = {"character_tfidf": 1.0, "character_tfidf_tight": 10.0}

Labelled = tuple[list[str], list[int]]


def read_labelled(path: Path) -> Labelled:
    rows = list(read_lines(path))
    return [row["text"] for row in rows], [int(row["label"]) for row in rows]


def ours(train: Labelled, test: Labelled) -> dict[str, Any]:
    began = cpu_seconds()
    checker = learn_checkable(*train)
    learnt = cpu_seconds()
    scores = checker.scores(test[0])
    spent = cpu_seconds() - learnt
    told = quality(scores, scores >= checker.threshold, test[1])
    return {
        **told,
        "learn_cpu_s": round(learnt - began, 2),
        "ms_per_text": round(1000 * spent / len(test[0]), 3),
    }


def rules(_train: Labelled, test: Labelled) -> dict[str, Any]:
    began = cpu_seconds()
    weighed = weigh_sentences(test[0])
    spent = cpu_seconds() - began
    scores = np.array([one.score for one in weighed])
    told = quality(scores, np.array([one.is_suggested for one in weighed]), test[1])
    return {**told, "ms_per_text": round(1000 * spent / len(test[0]), 3)}


def peer(train: Labelled, test: Labelled, cost: float) -> dict[str, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    began = cpu_seconds()
    model = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
        LogisticRegression(C=cost, max_iter=1000),
    )
    model.fit(*train)
    learnt = cpu_seconds()
    scores = model.predict_proba(test[0])[:, 1]
    spent = cpu_seconds() - learnt
    return {
        **quality(scores, scores >= 0.5, test[1]),
        "learn_cpu_s": round(learnt - began, 2),
        "ms_per_text": round(1000 * spent / len(test[0]), 3),
    }


def quality(scores: Any, said: Any, labels: list[int]) -> dict[str, float]:
    """Accuracy, F1 of label 1, and average precision (mean precision at each right one, best first)."""
    wanted = np.array(labels) == 1
    right = float((said & wanted).sum())
    order = np.argsort(-scores, kind="stable")
    hits = wanted[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return {
        "accuracy": round(float((said == wanted).mean()), 4),
        "f1": round(2 * right / max(1.0, float(said.sum() + wanted.sum())), 4),
        "average_precision": round(float(precision[hits].mean()) if hits.any() else 0.0, 4),
    }


def main(arguments: list[str]) -> int:
    parser = parser_of("checkworthy", __doc__)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    told = parser.parse_args(arguments)
    train, test = read_labelled(told.train), read_labelled(told.test)
    progress("ours")
    own = measure(ours, train, test, repeats=1)
    peers: dict[str, Any] = {"rules": measure(rules, train, test, repeats=1).value}
    for name, cost in {} if told.no_peers else PEERS.items():
        progress(name)
        peers[name] = measure(peer, train, test, cost, repeats=1).value
    return tell("checkworthy", {**own.value, "peak_mb": own.peak_mb}, peers, as_json=told.json)
