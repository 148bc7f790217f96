"""Learn the numbers of `engine/extract/learned.json`: which blocks of a page are its article.

    PYTHONPATH=src .venv/bin/python -m bench.learn_extract --pages ZIP --expected JSONL [--write FILE]

Prints F1 on the marked segments with every site judged by a model that never saw it, then learns
from all pages. A block's teachers are four peers, who vote, and the marked segments, which outweigh
them. Only numbers, and names of elements that stand on several pages, are kept; no text is.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections import Counter
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from bench.extract import PEERS, read_pages
from bench.measuring import progress
from haidang.engine.extract import describing, judging
from haidang.engine.extract.blocks import Blocks, read_blocks
from haidang.engine.extract.body import is_doubtful
from haidang.engine.extract.markup import read_markup

VOTES = {"trafilatura_fast": 0.3, "trafilatura": 0.25, "readability": 0.25, "resiliparse": 0.2}
FOLDS = 5
SEEN_MIN = 4  # pages that a key must stand on to be learned
MARKED = 3.0  # how much more a marked block weighs
TREES = {
    "max_iter": 30, "learning_rate": 0.15, "max_leaf_nodes": 8, "min_samples_leaf": 60,
    "l2_regularization": 1.0, "random_state": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """A page with, per block, how surely it belongs to the article (0 to 1) and what it weighs."""

    site: str
    row: dict[str, Any]
    blocks: Blocks
    described: describing.Described
    keys: list[Counter[str]]
    wanted: np.ndarray
    weights: np.ndarray
    second: tuple[int, int, int]  # segments right, missed and wrong in the second reader's text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--expected", type=Path, required=True)
    parser.add_argument("--write", type=Path)
    told = parser.parse_args()
    pages = []
    for number, page in enumerate(read_pages(told.pages, told.expected)):
        pages.append(prepare(page.html, page.row, {name: PEERS[name](page.html) for name in VOTES}))
        if number % 20 == 0:
            progress(f"page {number}")
    learned = learn(pages)
    if told.write:
        told.write.write_text(json.dumps(learned, ensure_ascii=False, separators=(",", ":")) + "\n")


def learn(pages: list[Page]) -> dict[str, Any]:
    """Both models from all pages; prints how they do on sites they did not see."""
    folds = [
        [page for page in pages if zlib.crc32(page.site.encode()) % FOLDS == at]
        for at in range(FOLDS)
    ]
    alone: dict[int, np.ndarray] = {}
    for fold in folds:
        linear = fit_linear([page for page in pages if page not in fold])
        alone |= {id(page): judge(page, linear) for page in fold}
    counts, with_second = np.zeros(3), np.zeros(3)
    doubts = []
    for fold in folds:
        trees = fit_trees([page for page in pages if page not in fold], alone)
        for page in fold:
            if page.keys:
                verdicts = trees.decision_function(neighbours(page, alone))
                judged = judging.choose_stretch(verdicts, page.described.sizes)
                text = "\n".join(page.blocks.texts[at] for at in judged.chosen)
                own = count_segments(text, page.row)
                counts += own
                asked = is_doubtful(judged, size=describing.size_of(text))
                with_second += page.second if asked else own
                doubts.append(judged.doubt)
    progress(f"sites not seen: f1 {f1(counts):.4f}, with the second reader {f1(with_second):.4f}")
    progress(f"doubt, every tenth: {np.quantile(doubts, np.arange(0, 1, 0.1)).round(3)}")
    linear = fit_linear(pages)
    return as_numbers(linear, fit_trees(pages, alone))


def f1(counts: np.ndarray) -> float:
    right, missed, wrong = counts
    return float(2 * right / (2 * right + missed + wrong))


def prepare(html: bytes, row: dict[str, Any], outputs: dict[str, str]) -> Page:
    """Blocks of a page with their labels: the peers' votes, outweighed by the marked segments."""
    blocks = read_blocks(read_markup(html, content_type="text/html")).blocks
    described = describing.describe(blocks)
    second = count_segments(outputs["trafilatura_fast"], row)
    outputs = {name: bare(text) for name, text in outputs.items()}
    present, absent = ([bare(one) for one in row[kind]] for kind in ("present", "absent"))
    wanted, weights = [], []
    for text, size in zip(blocks.texts, described.sizes, strict=True):
        plain = bare(text)
        vote = sum(VOTES[name] for name in VOTES if is_within(plain, outputs[name]))
        weight = 0.2 + min(400, size) / 100
        for segments, label in ((present, 1.0), (absent, 0.0)):
            if any(one in plain or (len(plain) >= 25 and plain in one) for one in segments):
                vote, weight = label, weight + MARKED
        wanted.append(vote)
        weights.append(weight)
    weighed = np.array(weights) / max(5, sum(weights) ** 0.5)
    return Page(
        urlsplit(row["url"]).hostname or row["url"], row, blocks, described,
        list(keys_of(blocks, described)), np.array(wanted), weighed,
        second,
    )  # fmt: skip


def keys_of(blocks: Blocks, described: describing.Described):
    """Keys of each block, the words of the elements around it counted among them."""
    around: list[Counter[str]] = [Counter()]
    for element in range(1, len(blocks.parents)):
        own = Counter(f"word {word}" for word in blocks.named[blocks.looks[element]])
        around.append(around[blocks.parents[element]] + own)
    for home, keys, signs in zip(blocks.homes, described.keys, described.signs, strict=True):
        told = [describing.KEYS[key] for key in keys]
        yield Counter(["bias", *told, *compress(describing.SIGNS, signs)]) + around[home]


def bare(text: str) -> str:
    return "".join(text.split())


def is_within(plain: str, whole: str) -> bool:
    if len(plain) < 150:
        return plain in whole
    parts = [plain[at : at + 40] for at in range(0, len(plain) - 39, 40)]
    return 2 * sum(part in whole for part in parts) >= len(parts)


def count_segments(text: str, row: dict[str, Any]) -> tuple[int, int, int]:
    right = sum(one in text for one in row["present"])
    return right, len(row["present"]) - right, sum(one in text for one in row["absent"])


def fit_linear(pages: list[Page]) -> dict[str, float]:
    """Logistic regression over the keys; labels between 0 and 1 count as both, in parts."""
    seen = Counter(key for page in pages for key in set().union(*page.keys))
    places = {
        key: at for at, key in enumerate(sorted(key for key in seen if seen[key] >= SEEN_MIN))
    }
    rows, columns, values = [], [], []
    for number, keys in enumerate(keys for page in pages for keys in page.keys):
        for key, count in keys.items():
            if key in places:
                rows.append(number)
                columns.append(places[key])
                values.append(count)
    wanted = np.concatenate([page.wanted for page in pages])
    weights = np.concatenate([page.weights for page in pages])
    table = csr_matrix((values, (rows, columns)), shape=(len(wanted), len(places)))
    both = vstack([table, table])
    labels = np.concatenate((np.ones(len(wanted)), np.zeros(len(wanted))))
    shares = np.concatenate((weights * wanted, weights * (1 - wanted)))
    model = LogisticRegression(C=0.2, max_iter=300, fit_intercept=False)
    model.fit(both[shares > 0], labels[shares > 0], sample_weight=shares[shares > 0])
    return {key: float(model.coef_[0][at]) for key, at in places.items()}


def judge(page: Page, linear: dict[str, float]) -> np.ndarray:
    return np.array(
        [sum(linear.get(key, 0.0) * count for key, count in keys.items()) for keys in page.keys]
    )


def neighbours(page: Page, alone: dict[int, np.ndarray]) -> np.ndarray:
    return judging.among_neighbours(page.blocks, page.described, alone[id(page)])


def fit_trees(pages: list[Page], alone: dict[int, np.ndarray]) -> HistGradientBoostingClassifier:
    pages = [page for page in pages if page.keys]
    rows = np.vstack([neighbours(page, alone) for page in pages])
    wanted = np.concatenate([page.wanted for page in pages])
    weights = np.concatenate([page.weights for page in pages])
    model = HistGradientBoostingClassifier(**TREES)
    return model.fit(rows, wanted > 0.5, sample_weight=2 * weights * np.abs(wanted - 0.5) + 1e-6)


def as_numbers(linear: dict[str, float], trees: HistGradientBoostingClassifier) -> dict[str, Any]:
    """What the engine reads: weights of keys and of words, and the nodes of all trees in one row."""
    weights = {key: value for key, one in linear.items() if (value := round(one, 3))}
    nodes: list[tuple[int, float, int, int, float]] = []
    roots, depth = [], 0
    for (tree,) in trees._predictors:  # noqa: SLF001 -- the library has no public way to its trees
        base = len(nodes)
        roots.append(base)
        for at, node in enumerate(tree.nodes):
            depth = max(depth, int(node["depth"]))
            here = base + at
            if node["is_leaf"]:
                nodes.append((0, 0.0, here, here, round(float(node["value"]), 4)))
            else:
                left, right = base + int(node["left"]), base + int(node["right"])
                limit = round(float(node["num_threshold"]), 4)
                nodes.append((int(node["feature_idx"]), limit, left, right, 0.0))
    return {
        "weights": {key: value for key, value in weights.items() if not key.startswith("word ")},
        "words": {key[5:]: value for key, value in weights.items() if key.startswith("word ")},
        "trees": {
            "start": round(float(trees._baseline_prediction[0, 0]), 4),  # noqa: SLF001 -- as above
            "depth": depth,
            "roots": roots,
            "nodes": nodes,
        },
    }


if __name__ == "__main__":
    main()
