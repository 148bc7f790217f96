"""Judging: what the tables say is what the trees say, and doubt asks a second reader for little text only."""

from __future__ import annotations

import numpy as np
import pytest

from haidang.engine.extract.blocks import Blocks, read_blocks
from haidang.engine.extract.body import DOUBT, SHORT, THIN, is_doubtful
from haidang.engine.extract.describing import KEYS, SIGNS, describe, size_of
from haidang.engine.extract.forest import read_forest, vote
from haidang.engine.extract.judging import Judged
from haidang.engine.extract.markup import read_markup

# Column 0 at most 0.5: -1; else column 1 at most 2: 3, above it: 5. Then a tree that is one leaf.
TREES = {
    "start": 0.25,
    "roots": [0, 5],
    "nodes": [
        [0, 0.5, 1, 2, 0.0], [0, 0.0, 1, 1, -1.0], [1, 2.0, 3, 4, 0.0], [0, 0.0, 3, 3, 3.0], [0, 0.0, 4, 4, 5.0],
        [0, 0.0, 5, 5, 0.5],
    ],
}  # fmt: skip


def test_votes_are_what_each_tree_leads_to() -> None:
    rows = np.array([[0.0, 9.0], [0.5, 9.0], [0.6, 2.0], [0.6, 2.1]])
    assert vote(read_forest(TREES), rows).tolist() == [-0.25, -0.25, 3.75, 5.75]


def test_votes_of_a_long_page_are_those_of_its_rows_alone() -> None:
    rows = np.random.default_rng(1).uniform(-1, 4, (2_500, 2))
    forest = read_forest(TREES)
    alone = [float(vote(forest, row[None])[0]) for row in rows[::97]]
    assert vote(forest, rows)[::97].tolist() == alone


def test_tree_of_too_many_comparisons_is_refused() -> None:
    chain = [[0, float(at), 9 + at, at + 1, 0.0] for at in range(9)]
    leaves = [[0, 0.0, at, at, 0.0] for at in range(9, 19)]
    with pytest.raises(ValueError, match="9 comparisons"):
        read_forest({"start": 0.0, "roots": [0], "nodes": [*chain, *leaves]})


def described(html: str) -> tuple[Blocks, list[set[str]]]:
    blocks = read_blocks(read_markup(html.encode(), content_type="text/html")).blocks
    told = describe(blocks)
    return blocks, [
        {KEYS[key] for key in keys} | {sign for sign, holds in zip(SIGNS, signs, strict=True) if holds}
        for keys, signs in zip(told.keys, told.signs, strict=True)
    ]  # fmt: skip


def test_blocks_are_described_by_size_links_ends_and_signs() -> None:
    _, (first, second, third) = described(
        "<body><h1>Cầu Lam Giang</h1><p><a href='/x'>Xem thêm:</a></p><li>(1 234 567) @ …</li>"
    )
    assert {"cell 10-", "before none", "tag h1", "title 0"} <= first
    assert {"tag p", "title 1", "ends :", "starts :"} <= second
    assert {"cell 10e", "behind none", "tag li", "mark @", "opens", "ends …"} <= third
    assert not {"capitals", "long @"} & (first | second | third)


def test_small_signs_of_a_long_block_are_passed_over_but_its_address() -> None:
    _, (only,) = described(f"<body><p>(Tin từ {'a b ' * 60} an@lamgiang.example):</p>")
    assert only & set(SIGNS) == {"long @"}


def test_letters_of_wide_scripts_count_three() -> None:
    assert [size_of(text) for text in ("", "cầu", "橋 a", "다리", "\U00020000")] == [0, 3, 5, 6, 1]


@pytest.mark.parametrize(
    ("size", "doubt", "asked"),
    [
        (SHORT - 1, 0.0, True), (SHORT, 0.0, False), (SHORT, DOUBT + 0.01, True),
        (THIN - 1, DOUBT, False), (THIN, 5.0, False),
    ],
)  # fmt: skip
def test_second_reader_is_asked_for_little_text_only(
    size: int, doubt: float, *, asked: bool
) -> None:
    assert is_doubtful(Judged([0], doubt), size=size) is asked
