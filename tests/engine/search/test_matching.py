"""One article against one query, by hand and against a real FTS5 table."""

from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.search.test_tables import DOCUMENTS, fill, found, table

from haidang.engine.search import index_form, matches, parse_query

WORDS = (
    "cầu cau Cầu phà Vĩnh An vinh an hoà hòa bình 1,2 km 岚江 大 江大桥 한국 날 สวัส zqq x".split()
)
JOINTS = [" ", " OR ", " AND ", " NOT ", " -", ' "', '" ', " (", ") ", "", ", "]


def holds(typed: str, number: int, column: str = "typed") -> bool:
    return matches(parse_query(typed), index_form(*DOCUMENTS[number]), column=column)


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("vinh an", [1, 2]),
        ("Vĩnh An", [1]),
        ('"cầu Vĩnh An"', [1]),
        ('"an cầu"', []),  # title and lead are not one phrase
        ("cau NOT khánh", [2]),
        ("má OR 한국", [4, 5]),
        ("岚", [3]),
        ('(bánh OR "hoà bình") NOT phà', [1, 4]),
        ("", []),
        ("tiếng:vi", []),
    ],
)
def test_article_is_a_hit_of_the_query(typed: str, numbers: list[int]) -> None:
    assert [number for number in DOCUMENTS if holds(typed, number)] == numbers


@given(
    typed=st.lists(st.sampled_from([*WORDS, *JOINTS]), max_size=12).map("".join),
    texts=st.lists(
        st.lists(st.sampled_from([*WORDS, "\n", ". ", " "]), max_size=15).map(" ".join),
        min_size=3, max_size=3,
    ),
    column=st.sampled_from(["typed", "exact", "folded"]),
)  # fmt: skip
def test_matching_agrees_with_the_index(typed: str, texts: list[str], column: str) -> None:
    from haidang.engine.errors import EngineError

    try:
        query = parse_query(typed)
    except EngineError:
        return
    with closing(table()) as database:
        fill(database, {1: texts})
        assert matches(query, index_form(*texts), column=column) == (
            found(database, typed, column) == [1]
        )
