import itertools
import time

from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.text import differences
from haidang.engine.types import Change, Difference

SAME, ADDED, REMOVED = Change.SAME, Change.ADDED, Change.REMOVED


def test_differences_tell_words_replaced_and_added() -> None:
    assert differences("Cầu dài 1,2 km, mở năm nay.", "Cầu dài 1,3 km, đã mở năm nay.") == (
        Difference(SAME, "Cầu dài "),
        Difference(REMOVED, "1,2 "),
        Difference(ADDED, "1,3 "),
        Difference(SAME, "km, "),
        Difference(ADDED, "đã "),
        Difference(SAME, "mở năm nay."),
    )


def test_differences_of_equal_or_empty_texts() -> None:
    assert differences("a b", "a b") == (Difference(SAME, "a b"),)
    assert differences("", "") == ()
    assert differences("", "a") == (Difference(ADDED, "a"),)
    assert differences("a", "") == (Difference(REMOVED, "a"),)


@given(
    st.lists(st.sampled_from(["a ", "b ", "c ", "d. ", "\n", "đ"]), max_size=40),
    st.lists(st.sampled_from(["a ", "b ", "c ", "e, ", "\n"]), max_size=40),
)
def test_differences_give_back_both_texts(old: list[str], new: list[str]) -> None:
    before, after = "".join(old), "".join(new)
    pieces = differences(before, after)
    assert "".join(piece.text for piece in pieces if piece.change != ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.change != REMOVED) == after
    assert all(one.change != other.change for one, other in itertools.pairwise(pieces))


def test_differences_of_long_texts_fall_back_to_paragraphs() -> None:
    paragraphs = [f"Đoạn {number} " + "chữ " * 40 + "\n" for number in range(1000)]
    changed = [*paragraphs[:500], "Mới.\n", *paragraphs[501:]]
    pieces = differences("".join(paragraphs), "".join(changed))
    assert [piece.change for piece in pieces] == [SAME, REMOVED, ADDED, SAME]
    assert pieces[2].text == "Mới.\n"


def test_differences_stay_fast_on_repeating_words() -> None:
    start = time.process_time()
    differences("a b " * 20_000, "b a c " * 13_000)
    assert time.process_time() - start < 2


def test_a_number_with_separators_is_one_word():
    changed = [one for one in differences("vốn 1.180 tỷ", "vốn 1.230 tỷ") if one.change != "same"]
    assert changed == [Difference(Change.REMOVED, "1.180 "), Difference(Change.ADDED, "1.230 ")]
