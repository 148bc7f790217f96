"""Learning the committed numbers of `engine/match` again, from training files alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize

from haidang.engine.match.index import PublishedCheck, build_tables
from haidang.engine.match.ranking import FEATURES, Scratch, find_candidates, read_text

DAY_FEATURES = ("before", "days_apart", "same_week", "same_month")
RIDGE = 10.0


def learn_claims(checks: list[PublishedCheck], queries: list[Any]) -> int:
    """Print the weights: listwise logistic regression over the candidates of each query, dated and undated."""
    tables = build_tables(checks)
    scratch = Scratch(tables)
    undated = [FEATURES.index(name) for name in DAY_FEATURES]
    lists = []
    for query in queries:
        near = find_candidates(read_text(query.text, tables), tables, scratch)
        right = np.array([checks[at].id in query.relevant for at in near.checks])
        if right.any():
            lists.append((near.features.astype(float), right))
            without = near.features.astype(float)
            without[:, undated] = 0
            lists.append((without, right))
    for name, weight in zip(FEATURES, fit(lists), strict=True):
        print(f"    {weight:.4f},  # {name}")
    return 0


def fit(lists: list[tuple[Any, Any]]) -> Any:
    """Weights that make the right check of each list the likeliest (softmax), with a ridge."""
    table = np.concatenate([features for features, _ in lists])
    scale = table.std(axis=0) + 1e-9
    table = table / scale
    lengths = np.array([len(right) for _, right in lists])
    starts = np.cumsum(lengths) - lengths
    right = np.concatenate([one / one.sum() for _, one in lists])

    def loss(weights: Any) -> tuple[float, Any]:
        scores = table @ weights
        top = np.repeat(np.maximum.reduceat(scores, starts), lengths)
        grown = np.exp(scores - top)
        sums = np.repeat(np.add.reduceat(grown, starts), lengths)
        surprise = -(right * (scores - top - np.log(sums))).sum()
        slope = table.T @ (grown / sums - right)
        return surprise + RIDGE / 2 * weights @ weights, slope + RIDGE * weights

    found = minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B")
    return found.x / scale
