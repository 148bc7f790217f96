import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.text import exact, fold, has_marks


@pytest.mark.parametrize(
    ("given_text", "wanted"),
    [
        ("Đà Nẵng", "da nang"),
        ("\u00d0à Nẵng", "da nang"),
        ("HÒA BÌNH", "hoa binh"),
        ("hoà bình", "hoa binh"),
        ("ＶＩＥＴＮＡＭ ２０２６", "vietnam 2026"),
        ("٢٠٢٦", "2026"),
        ("Straße ﬁn Ⅳ İstanbul", "strasse fin iv istanbul"),
        ("“Việt Nam” – 2025–2026", '"viet nam" - 2025-2026'),
        ("ガス ｶﾞｽ", "ガス ガス"),
        ("한국", "한국"),
        ("ㅋㅋ", "ㅋㅋ"),
        ("Hà\u00a0Nội", "ha noi"),
        ("ёлка Ή", "елка η"),
        ("हिन्दी", "हिन्दी"),
        ("Łódź Ørsted Æon", "lodz orsted aeon"),
    ],
)
def test_fold_brings_spellings_together(given_text: str, wanted: str) -> None:
    assert fold(given_text) == wanted


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_fold_is_idempotent_and_knows_no_normal_form(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert fold(unicodedata.normalize("NFC", text)) == once


@given(st.text("aăâeêioôơuưyđáàảãạấầẩẫậắằẳẵặếềểễệóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ ", max_size=60))
def test_fold_of_decomposed_vietnamese_is_ascii(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(text)
    assert fold(text).isascii()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("khoẻ", "khỏe"),
        ("thúy", "thuý"),
        ("Hùynh", "huỳnh"),
        ("NGÒAI", "ngoài"),
        ("ho\u0300a", "hoà"),
    ],
)
def test_exact_has_one_place_for_the_tone(one: str, other: str) -> None:
    assert exact(one) == exact(other)


@pytest.mark.parametrize(
    ("one", "other"), [("má", "ma"), ("bán", "bàn"), ("đà", "dà"), ("Mỹ", "Mĩ")]
)
def test_exact_keeps_different_words_apart(one: str, other: str) -> None:
    assert exact(one) != exact(other)


@given(st.text(max_size=60))
def test_exact_is_idempotent(text: str) -> None:
    assert exact(exact(text)) == exact(text)


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Hà Nội", True),
        ("đo", True),
        ("a\u0301", True),
        ("Ha Noi", False),
        ("3×4÷2", False),
        ("北京", False),
        ("", False),
    ],
)
def test_has_marks_sees_latin_marks(text: str, marked: bool) -> None:
    assert has_marks(text) is marked
