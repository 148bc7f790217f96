"""The query language: what is understood, what is mended, what is refused."""

import datetime as dt
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.search import QUERY_FAULTS, And, Filter, Or, Query, Term, parse_query, to_fts5


def word(*tokens: str, folded: tuple[str, ...] | None = None, prefix: bool = False) -> Term:
    plain = folded or tokens
    return Term(exact=tokens, folded=plain, marked=tokens != plain, prefix=prefix)


@pytest.mark.parametrize(
    ("typed", "root"),
    [
        ("cau", word("cau")),
        ("Cầu", word("cầu", folded=("cau",))),
        ("cau ho", And((word("cau"), word("ho")))),
        ("cau AND ho", And((word("cau"), word("ho")))),
        ("cau OR ho", Or((word("cau"), word("ho")))),
        ("a b OR c", Or((And((word("a"), word("b"))), word("c")))),
        ("a (b OR c)", And((word("a"), Or((word("b"), word("c")))))),
        ("cau -ho", And((word("cau"),), (word("ho"),))),
        ("-ho cau", And((word("cau"),), (word("ho"),))),
        ("cau NOT (ho OR song)", And((word("cau"),), (Or((word("ho"), word("song"))),))),
        ("NOT NOT cau", word("cau")),
        ('"cau lon"', word("cau", "lon")),
        ("“cau lon”", word("cau", "lon")),
        ("2025-2026", word("2025", "2026")),
        ("TP.HCM", word("tp", "hcm")),
        ("岚江观", word("岚江", "江观")),
        ("岚", word("岚", prefix=True)),
        ("", None),
        ("   ", None),
        ("*** ?!", None),
    ],
)
def test_query_is_read_as_a_tree(typed, root):
    assert parse_query(typed) == Query(root=root)


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ('"cau lon', '"cau lon"'),
        ("(a OR b", "(a OR b)"),
        ("a) b", "a b"),
        ("a OR", "a"),
        ("OR a", "a"),
        ("a AND AND b", "a b"),
        ("a NOT", "a"),
        ("() a", "a"),
        ('"" a', "a"),
    ],
)
def test_query_left_open_is_mended(typed, mended):
    assert parse_query(typed) == parse_query(mended)


@pytest.mark.parametrize(
    ("typed", "what", "at"),
    [
        ("x" * 1_001, "too_long", 1_000),
        (" ".join(["a"] * 31), "too_many_terms", 60),
        ("(" * 11 + "a", "too_deep", 10),
        ("-cau", "only_not", 0),
        ("a OR -b", "only_not", 0),
        ("a OR nguồn:x", "filter_in_or", 0),
        ("nguồn:x OR nguồn:y", "filter_in_or", 0),
        ("a NOT (b nguồn:x)", "filter_in_or", 6),
        ("a từ:hôm", "bad_date", 2),
        ("a từ:31/02/2026", "bad_date", 2),
        ('a nguồn:""', "empty_filter", 2),
    ],
)
def test_query_that_cannot_be_answered_is_refused_with_its_place(typed, what, at):
    with pytest.raises(EngineError) as caught:
        parse_query(typed)
    assert (caught.value.trouble, caught.value.facts) == (
        Trouble.BAD_QUERY,
        {"what": what, "at": at},
    )
    assert what in dict(QUERY_FAULTS)


def test_filters_hold_for_the_whole_query_in_both_languages():
    vietnamese = parse_query("nguồn:lam-giang cầu nước:XE tiếng:vi từ:01/11/2026 đến:2026-11-23")
    english = parse_query("source:lam-giang cầu country:XE lang:vi from:2026-11-01 to:2026-11-23")
    assert vietnamese.filters == (
        Filter(name="source", value="lam-giang"),
        Filter(name="country", value="XE"),
        Filter(name="language", value="vi"),
        Filter(name="since", value="01/11/2026", day=dt.date(2026, 11, 1)),
        Filter(name="until", value="2026-11-23", day=dt.date(2026, 11, 23)),
    )
    assert [(one.name, one.day) for one in english.filters] == [
        (one.name, one.day) for one in vietnamese.filters
    ]
    assert vietnamese.root == word("cầu", folded=("cau",))


def test_filter_beside_a_choice_holds_for_all_of_it():
    assert parse_query("nguồn:x a OR b") == parse_query("(a OR b) nguồn:x")


def test_filter_behind_a_minus_leaves_out():
    assert parse_query("-nguồn:x cau").filters == (Filter(name="source", value="x", wanted=False),)


def test_unknown_filter_is_words():
    assert parse_query("giá:cao") == parse_query('"giá cao"')


@given(
    st.text(alphabet=st.sampled_from("ab() -\"ORNDT:ầ岚*^'"), max_size=60) | st.text(max_size=60)
)
def test_query_of_any_characters_is_read_or_refused(typed):
    # Any other error than EngineError fails the test.
    with suppress(EngineError):
        assert isinstance(to_fts5(parse_query(typed), column="typed"), str)
