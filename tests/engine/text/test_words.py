import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.text import fold, words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Cầu dài 1.230 m, COVID-19!", ["Cầu", "dài", "1", "230", "m", "COVID", "19"]),
        ("snake_case l'eau", ["snake", "case", "l", "eau"]),
        ("岚江(Lam Giang)大桥。新", ["岚江", "Lam", "Giang", "大桥", "新"]),
        ("永安大桥", ["永安", "安大", "大桥"]),
        ("한국어", ["한국", "국어"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("x\u0331\u0301y", ["x\u0331\u0301y"]),
        ("tin2026年", ["tin2026", "年"]),
        ("\U0001f525 …", []),
        ("a" * 100, ["a" * 64, "a" * 36]),
        ("á" * 100, ["á" * 64, "á" * 36]),
    ],
)
def test_words_cuts_any_script(text: str, wanted: list[str]) -> None:
    assert words(text) == wanted


@given(st.text(max_size=80))
def test_words_are_short_and_stand_in_the_text(text: str) -> None:
    for word in words(text):
        assert word in text
        assert 1 <= len(word) <= 64


@given(st.lists(st.text("aàăậbdđeếghijờ19", min_size=1, max_size=8), max_size=12))
def test_words_of_folded_text_are_the_folded_words(given_words: list[str]) -> None:
    assert words(fold(" ".join(given_words))) == [fold(word) for word in given_words]
