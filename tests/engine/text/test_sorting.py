"""Vietnamese order: letters with their own marks, tones last, people by given name."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.text.sorting import name_key, sort_key


def in_order(*words: str) -> bool:
    shuffled = [*words[1::2], *words[::2]]
    return sorted(shuffled, key=sort_key) == list(words)


def test_marked_letters_stand_behind_their_base_letter() -> None:
    letters = "a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y"
    assert in_order(*letters.split())


def test_letters_decide_before_tones_and_tones_before_capitals() -> None:
    assert in_order("ba", "Ba", "bà", "bả", "bã", "bá", "bạ", "ban", "bán", "băn", "bân", "da")


def test_first_difference_in_letters_counts_though_a_tone_differs_earlier() -> None:
    assert in_order("hà an", "hạ an", "hà bắc")
    assert in_order("Lạng Sơn", "Lâm Đồng", "Long An")


def test_shorter_stands_first() -> None:
    assert in_order("", "An", "An Giang", "Anh")


def test_provinces_stand_as_in_an_atlas() -> None:
    assert in_order(
        "An Giang",
        "Bắc Ninh",
        "Cà Mau",
        "Cao Bằng",
        "Cần Thơ",
        "Đà Nẵng",
        "Điện Biên",
        "Đồng Nai",
        "Huế",
        "Hưng Yên",
        "Ninh Bình",
        "Phú Thọ",
    )


def test_people_stand_by_given_name_then_by_family_name() -> None:
    names = ["Lê Văn An", "Phạm Thị An", "Trần Ân", "Đỗ Bình", "Nguyễn Văn Đạt", "Ngô Thị Ơn"]
    shuffled = [*names[1::2], *names[::2]]
    assert sorted(shuffled, key=name_key) == names


def test_one_who_has_no_name_stands_first() -> None:
    assert sorted(["An", "", "  "], key=name_key) == ["", "  ", "An"]


@given(st.text(max_size=30))
def test_any_normal_form_has_the_same_key(text: str) -> None:
    forms = {sort_key(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert len(forms) == 1


@given(st.text(alphabet="aàảãáạăằâấđdeêềoôốơờuưứbc", min_size=1, max_size=6))
def test_different_words_have_different_keys(word: str) -> None:
    assert sort_key(word) != sort_key(word + "a")
    assert sort_key(word.replace("a", "ă")) >= sort_key(word)
