import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.text import numbers


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("1.230 tỷ đồng, tăng 12,5%", "vi", ["1230000000000", "12.5%"]),
        ("1,230 billion dong, up 12.5%", "en", ["1230000000000", "12.5%"]),
        ("1 230 milliards, en hausse de 12,5 %", "fr", ["1230000000000", "12.5%"]),
        ("500 nghìn tỷ; 2,5 triệu; 1.5 triệu", "vi", ["500000000000000", "2500000", "1500000"]),
        ("1亿2000万元, 3.5万人", "zh", ["120000000", "35000"]),
        ("3만5000명", "ko", ["35000"]),
        ("ngày 23/11/2026, 8h30", "vi", ["11-23", "2026", "08:30"]),
        ("ngày 23 tháng 11 năm 2026", "vi", ["11-23", "2026"]),
        ("chiều 23/11", "vi", ["11-23"]),
        ("On November 23, 2026 at 08:30", "en", ["11-23", "2026", "08:30"]),
        ("23rd of Nov. 2026", "en", ["11-23", "2026"]),
        ("le 23 novembre 2026", "fr", ["11-23", "2026"]),
        ("2026年11月23日", "ja", ["11-23", "2026"]),
        ("2026년 11월 23일", "ko", ["11-23", "2026"]),
        ("2026-11-23", None, ["11-23", "2026"]),
        ("04/05/2026", "en", ["2026"]),
        ("04/05/2026", "vi", ["05-04", "2026"]),
        ("11/23/2026", "en", ["11-23", "2026"]),
        ("phiên bản 1.2.3, số 1234567890123456789", "vi", []),
        ("0,75 và 1234,567", "vi", ["0.75", "1234.567"]),
        ("không có số", "vi", []),
    ],
)
def test_numbers_are_comparable_across_languages(
    text: str, language: str | None, wanted: list[str]
) -> None:
    assert numbers(text, language=language) == wanted


@given(st.integers(0, 10**15))
def test_numbers_reads_grouped_thousands_alike(value: int) -> None:
    english = f"{value:,}"
    assert numbers(english, language="en") == [str(value)]
    assert numbers(english.replace(",", "."), language="vi") == [str(value)]


@given(st.text(max_size=60), st.sampled_from(["vi", "en", "fr", "zh", None]))
def test_numbers_never_raises(text: str, language: str | None) -> None:
    assert all(numbers(text, language=language))


@given(
    st.text("0123456789.,/-: hgiờtháng%年月日万億", max_size=40),
    st.sampled_from(["vi", "en", "fr", "zh", None]),
)
def test_numbers_gives_plain_values_only(text: str, language: str | None) -> None:
    for value in numbers(text, language=language):
        assert value.strip("0123456789.-:%") == ""


def test_dates_by_name_and_spaced_amounts_are_read_whole():
    assert numbers("(6/5/1951 - 7/5/2016)", language="vi") == ["05-06", "1951", "05-07", "2016"]
    assert numbers("152 449,02 euros", language="fr") == ["152449.02"]
    assert numbers("On March 20 and 21 April 2016, 20 of them", language="en") == [
        *("03-20", "04-21", "2016", "20")
    ]
