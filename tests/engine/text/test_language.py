import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.text import fold, identify_language

SAMPLES = {
    "vi": "Sáng nay, tỉnh Lam Giang khánh thành cây cầu mới nối hai bờ sông, người dân vui mừng đi bộ qua cầu.",
    "en": "This morning the province opened a new bridge across the river, and people walked over it in the rain.",
    "zh": "今天上午，该省一座新桥建成通车，市民步行过桥。",
    "ja": "今朝、新しい橋が開通し、多くの人が歩いて渡りました。",
    "ko": "오늘 아침 새 다리가 개통되어 많은 시민이 걸어서 건넜다.",
    "fr": "Ce matin, la province a inauguré un nouveau pont sur le fleuve et les habitants l'ont traversé à pied.",
    "de": "Heute Morgen hat die Provinz eine neue Brücke über den Fluss eröffnet, viele gingen zu Fuß hinüber.",
    "ru": "Сегодня утром в провинции открыли новый мост через реку, и жители прошли по нему пешком.",
    "th": "เช้าวันนี้จังหวัดเปิดสะพานใหม่ข้ามแม่น้ำ",
}


@pytest.mark.parametrize("language", SAMPLES)
def test_identify_language_tells_the_languages_of_the_press(language: str) -> None:
    assert identify_language(SAMPLES[language]) == language


@pytest.mark.parametrize(
    "text",
    [
        fold(SAMPLES["vi"]),
        "Ha Noi co them san bay thu hai",
        "Gia vang hom nay tang manh",
        "CLB Sanna thắng trận thứ ba",
        "Thủ tướng dự lễ khánh thành",
        "The gioi can them nguoi tai",
        # Most of its first words are none.
        "Champions League: Strasbourg, Frankfurt, Brighton thua, cac doi con lai deu thang trong ngay thi dau thu hai",
    ],
)
def test_identify_language_knows_vietnamese_without_marks_and_in_headlines(text: str) -> None:
    assert identify_language(text) == "vi"


@pytest.mark.parametrize("text", ["", "123 – 456", "???", "\x00\ufffe"])
def test_identify_language_without_letters_is_undetermined_or_the_hint(text: str) -> None:
    assert identify_language(text) == "und"
    assert identify_language(text, hint="vi-VN") == "vi"


def test_identify_language_lets_the_hint_break_ties_only() -> None:
    assert identify_language("Hanoi Online", hint="vi") == "vi"
    assert identify_language(SAMPLES["en"], hint="vi") == "en"
    assert identify_language(SAMPLES["th"], hint="vi") == "th"
    assert identify_language(SAMPLES["zh"], hint="vi") == "zh"


@given(st.text(st.characters(), max_size=80), st.one_of(st.none(), st.text(max_size=8)))
def test_identify_language_never_raises(text: str, hint: str | None) -> None:
    assert 2 <= len(identify_language(text, hint=hint)) <= 3
