"""The peers of `bench stories`: one pass over TF-IDF vectors, as a good engineer would set it up.

Both are given what no desk has: the document frequencies of the whole set beforehand, and the linkage and the
threshold that serve this very set best, chosen by its own labels (`choose_setting`; not counted as
their time). So what they reach is the most that this way can reach on the set, not what it would on the next one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

LINKAGES = ("mean", "centroid", "nearest")
"""An article's nearness to a story: its mean cosine with the members, the cosine with their centre, the highest."""
THRESHOLDS = tuple(round(0.02 * step, 2) for step in range(5, 31))
_CHOSEN_ON = 4_000  # articles at most, the first of the stream
_TOP, _FAINT = 100, 0.05  # of sparse_dot_topn: neighbours of an article, and the least cosine

Row = npt.NDArray[np.float32]
Near = Callable[[int], Row]
"""Place of an article → its cosines with all before it."""


def _vectors(items: Sequence[dict[str, Any]]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [f"{item['title']} {item['lead']} {item['text']}" for item in items]
    return TfidfVectorizer(
        sublinear_tf=True, min_df=2, token_pattern=r"\w+", dtype=np.float32
    ).fit_transform(texts)


def near_by_tfidf(items: Sequence[dict[str, Any]]) -> Near:
    """Each article against all before it, by scikit-learn and scipy."""
    vectors = _vectors(items)
    return lambda place: (vectors[:place] @ vectors[place].T).toarray().ravel()


def near_by_topn(items: Sequence[dict[str, Any]]) -> Near:
    """The nearest of all articles by sparse_dot_topn in one go; what is no neighbour has nothing in common."""
    from sparse_dot_topn import sp_matmul_topn

    vectors = _vectors(items)
    near = sp_matmul_topn(vectors, vectors.T.tocsr(), top_n=_TOP, threshold=_FAINT)

    def before(place: int) -> Row:
        row = np.zeros(near.shape[1], np.float32)
        some = slice(near.indptr[place], near.indptr[place + 1])
        row[near.indices[some]] = near.data[some]
        return row[:place]

    return before


PEERS = {"tfidf_single_pass": near_by_tfidf, "sparse_dot_topn": near_by_topn}


def run_peer(
    items: Sequence[dict[str, Any]], name: str, linkage: str, threshold: float
) -> list[int]:
    """The story of each article, in one pass."""
    return group(PEERS[name](items), len(items), linkage, threshold)


def choose_peer_setting(
    items: Sequence[dict[str, Any]], name: str, score: Callable[[list[int]], float]
) -> tuple[str, float]:
    """`choose_setting` for a peer, by the first articles of the stream."""
    count = min(len(items), _CHOSEN_ON)
    return choose_setting(PEERS[name](items[:count]), count, score)


def choose_setting(
    near: Near, count: int, score: Callable[[list[int]], float]
) -> tuple[str, float]:
    """(linkage, threshold) of the highest score; `score` takes the stories of the `count` articles."""
    rows = [near(place) for place in range(count)]
    tried = (
        (score(group(rows.__getitem__, count, linkage, threshold)), linkage, threshold)
        for linkage in LINKAGES
        for threshold in THRESHOLDS
    )
    _, linkage, threshold = max(tried)
    return linkage, threshold


def group(near: Near, count: int, linkage: str, threshold: float) -> list[int]:
    """Each article joins the nearest story, if near enough, or begins one."""
    labels = np.zeros(count, np.int64)
    sizes = np.zeros(count)  # of stories: their members
    squares = np.zeros(count)  # and the length² of the members' sum
    stories = 0
    for place in range(count):
        row, before = near(place), labels[:place]
        sums = np.bincount(before, weights=row, minlength=stories)
        if linkage == "nearest":
            told = np.zeros(stories)
            np.maximum.at(told, before, row)
        else:
            told = sums / (sizes[:stories] if linkage == "mean" else np.sqrt(squares[:stories]))
        best = int(told.argmax()) if stories else 0
        if stories and told[best] >= threshold:
            squares[best] += 2 * sums[best]
        else:
            best, stories = stories, stories + 1
        labels[place] = best
        sizes[best] += 1
        squares[best] += 1
    return labels.tolist()
