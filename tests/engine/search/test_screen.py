"""What a person sees of a search: the order of hits and the marked words."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.errors import EngineError
from haidang.engine.search import (
    CandidateForRanking,
    highlight,
    parse_query,
    rank,
    snippet,
    title_form,
)

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def hit(id_: int, title: str, *, days: float = 1.0, in_exact: bool = False, occurrences: int = 1):
    form = title_form(title)
    return CandidateForRanking(
        id=id_,
        published=NOW - timedelta(days=days),
        title_folded=form.folded,
        title_exact=form.exact,
        in_exact=in_exact,
        occurrences=occurrences,
    )


def order(typed: str, *hits: CandidateForRanking) -> list[int]:
    return [one.id for one in rank(parse_query(typed), hits, now=NOW)]


def test_exact_marks_come_before_any_folded_hit():
    folded = hit(1, "Ma ban banh", days=0, occurrences=50)
    exact = hit(2, "Chuyện khác", days=300, in_exact=True)
    assert order("má bán", folded, exact) == [2, 1]


def test_marks_do_not_matter_to_a_query_without_marks():
    assert order("ma", hit(1, "Má", days=2), hit(2, "ma", days=3, in_exact=True)) == [1, 2]


def test_title_comes_before_time_and_time_before_nothing():
    hits = (hit(1, "Chuyện khác", days=0), hit(2, "Cầu Vĩnh An", days=9), hit(3, "Tin", days=3))
    assert order("cau vinh an", *hits) == [2, 1, 3]


def test_often_breaks_what_title_leaves_equal():
    assert order("cau", hit(1, "Cầu"), hit(2, "Cầu", occurrences=9)) == [2, 1]


def test_equal_hits_stand_newest_first_whatever_their_order():
    hits = [hit(n, "Tin", days=n) for n in range(1, 6)]
    assert order("x", *reversed(hits)) == [1, 2, 3, 4, 5]


def test_ranking_tells_its_reasons():
    (first,) = rank(parse_query("cầu"), [hit(1, "Cầu", days=0, in_exact=True)], now=NOW)
    assert [word for word, _ in first.why] == ["in_title", "exact", "exact_in_title", "new"]
    assert first.score == sum(worth for _, worth in first.why)


def test_unmarked_query_marks_words_with_marks():
    assert highlight("Khánh thành cầu Vĩnh An.", parse_query('cau "vinh an"')) == (
        ("Khánh thành ", False),
        ("cầu", True),
        (" ", False),
        ("Vĩnh An", True),
        (".", False),
    )


def test_excluded_words_are_not_marked():
    assert highlight("cầu và hồ", parse_query("cau -ho")) == (("cầu", True), (" và hồ", False))


def test_pairs_of_chinese_are_marked_as_one():
    assert highlight("看岚江大桥了", parse_query("岚江大桥")) == (
        ("看", False),
        ("岚江大桥", True),
        ("了", False),
    )
    assert highlight("看岚江", parse_query("江")) == (("看岚", False), ("江", True))


def test_snippet_shows_the_densest_place_and_says_that_it_is_cut():
    text = "Mở đầu có cầu. " + "chữ " * 100 + "cầu và hồ ở đây " + "chữ " * 100
    pieces = snippet(text, parse_query("cau ho"), length=80)
    assert [piece for piece, is_hit in pieces if is_hit] == ["cầu", "hồ"]
    assert pieces[0][0].startswith("…")
    assert pieces[-1][0].endswith("…")
    assert 40 <= sum(len(piece) for piece, _ in pieces) <= 82


def test_snippet_without_a_hit_is_the_beginning():
    assert snippet("Một hai ba", parse_query("x")) == (("Một hai ba", False),)


@given(
    st.text(alphabet="aAàáb c岚江đ.\u0301", max_size=80),
    st.text(alphabet="aàbc岚江d ", max_size=12),
)
def test_pieces_joined_give_the_text_back(text, typed):
    pieces = highlight(text, parse_query(typed))
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)


@given(
    st.text(alphabet="aAàáÀbcđĐoòóaà²½ʼß.,_- \n\u200bİ", max_size=80),
    st.text(alphabet='aàbcđo² "', max_size=14),
)
def test_a_text_of_latin_letters_is_marked_as_any_other_is(text, typed):
    """A sign of another kind behind it has every token cut, which the quick way spares."""
    try:
        query = parse_query(typed)
    except EngineError:
        return
    quick = highlight(text + " .", query)
    every = highlight(text + " .→", query)
    assert every == (*quick[:-1], (quick[-1][0] + "→", False))
