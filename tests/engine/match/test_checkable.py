"""Two hundred invented sentences about an invented province, labelled by hand, as a check.

No public labelled set of Vietnamese sentences was at hand. The rules were written first (.89 right on these),
then corrected by what these showed, so the floor guards against getting worse and promises nothing more.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from haidang.engine.match import learn_checkable, suggest_checkable, weigh_sentences
from haidang.engine.text import fold

ROOT = Path(__file__).resolve().parents[3]
FLOORS = json.loads((ROOT / "bench" / "floors.json").read_text(encoding="utf-8"))["checkworthy"]
ROWS = [
    line.split(" ", 1)
    for line in (Path(__file__).parent / "sentences_vi.txt")
    .read_text(encoding="utf-8")
    .splitlines()
]
LABELS = [int(label) for label, _ in ROWS]
SENTENCES = [text for _, text in ROWS]


def right_share(sentences: list[str]) -> float:
    weighed = weigh_sentences(sentences, "vi")
    agree = [one.is_suggested == bool(label) for one, label in zip(weighed, LABELS, strict=True)]
    return sum(agree) / len(agree)


def test_vietnamese_sentences_are_told_apart() -> None:
    assert len(ROWS) == 200
    assert right_share(SENTENCES) >= FLOORS["vi_accuracy"]


def test_vietnamese_sentences_without_marks_are_told_apart() -> None:
    assert right_share([fold(text) for text in SENTENCES]) >= FLOORS["vi_unmarked_accuracy"]


def test_a_suggestion_shows_its_reasons() -> None:
    (found,) = suggest_checkable(["Thu ngân sách tăng 12% so với năm 2023."], "vi")
    assert found.why == (
        ("number", "12"),
        ("percent", "12%"),
        ("date", "nam 2023"),
        ("comparison", "tang"),
        ("happened", "thu"),
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Vì sao tỉnh chi 97 tỷ đồng cho một cái cổng chào?",
        "Tôi nghĩ Lam Giang có 40 cây cầu là quá nhiều.",
        "Năm 2030 tỉnh sẽ có 5 sân bay.",
        "Hãy chia sẻ ngay cho 10 người bạn!",
        "The province will build 5 airports by 2030.",
        "I think 40 bridges are too many.",
    ],
)
def test_what_is_no_statement_of_fact_is_left_out(sentence: str) -> None:
    assert suggest_checkable([sentence]) == []


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Dự kiến cầu Bến Gỗ khởi công vào quý 3 năm 2027.", "vi"),
        ("Theo Sở Giao thông, dự kiến tháng 3/2027 tỉnh khởi công 5 cây cầu, vốn 1.200 tỷ đồng.", "vi"),
        ("Theo báo cáo, năm 2027 tỉnh sẽ xây 12 trường, tăng 20% so với năm 2026.", "vi"),
        ("Du kien thang 3/2027 tinh khoi cong 5 cay cau voi von 1.200 ty dong.", "vi"),
        ("The province will build 12 schools in 2027 for 40 million dollars, officials said.", "en"),
        ("Lam Giang is going to open 5 bridges in March 2027, according to the report.", "en"),
        ("Work on the Ben Go bridge is expected to begin in March 2027 after 3 years.", "en"),
    ],
)  # fmt: skip
def test_no_number_outweighs_that_it_has_not_happened(sentence: str, language: str) -> None:
    (weighed,) = weigh_sentences([sentence], language)
    assert not weighed.is_suggested
    assert "forecast" in dict(weighed.why)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Tỉnh đã khởi công cầu Bến Gỗ ngày 3/5/2026, dự kiến hoàn thành năm 2027.", "vi"),
        ("Báo cáo công bố dữ kiện về 12 xã và 340 hộ dân của tỉnh năm 2025.", "vi"),
        ("Officials said 12 schools were closed in 2025, and 5 will reopen.", "en"),
        ("Exports of Lam Giang rose 12% in 2025, more than expected, data showed.", "en"),
    ],
)
def test_what_has_happened_stays_beside_a_forecast(sentence: str, language: str) -> None:
    (weighed,) = weigh_sentences([sentence], language)
    assert weighed.is_suggested
    assert "forecast" not in dict(weighed.why)


def test_places_count_the_sentences_given() -> None:
    told = ["Xin chào!", "Hồ Đá Bạc chứa được 48 triệu m3 nước."]
    assert [one.place for one in suggest_checkable(told, "vi")] == [1]


def test_what_is_learnt_never_brings_an_opinion_back() -> None:
    texts = ["tôi nghĩ cầu đẹp", "tôi nghĩ phim hay", "cầu dài 40 m", "đường rộng 9 m"] * 3
    trained = learn_checkable(texts, [1, 1, 0, 0] * 3)
    assert trained.scores(["tôi nghĩ cầu đẹp"])[0] > 0.5
    assert suggest_checkable(["Tôi nghĩ cầu đẹp"], "vi", trained=trained) == []


def test_learning_finds_what_tells_labels_apart() -> None:
    halves = len(SENTENCES) // 2
    texts, labels = SENTENCES[::2], LABELS[::2]
    trained = learn_checkable(texts, labels)
    said = trained.scores(SENTENCES[1::2]) >= trained.threshold
    right = sum(bool(one) == bool(label) for one, label in zip(said, LABELS[1::2], strict=True))
    assert right / halves >= FLOORS["learnt_accuracy"]


def test_learning_refuses_labels_of_one_kind() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        learn_checkable(["a", "b"], [1, 1])


def test_nothing_is_suggested_from_nothing() -> None:
    assert suggest_checkable([]) == []
    assert weigh_sentences(["", " "])[0].is_suggested is False


def test_where_few_are_wanted_it_goes_by_characters_within_words() -> None:
    """Order and neighbours of words say nothing then; with as many of each kind they do."""
    texts = ["cầu dài hai trăm mét", "trời hôm nay rất đẹp", "tôi đi chợ", "mẹ nấu cơm"] * 4
    few = learn_checkable(texts, [1, 0, 0, 0] * 4)
    many = learn_checkable(texts, [1, 1, 0, 0] * 4)
    told, turned = "cầu dài hai trăm mét", "mét trăm hai dài cầu"
    assert few.scores([told])[0] == pytest.approx(few.scores([turned])[0])
    assert many.scores([told])[0] != pytest.approx(many.scores([turned])[0])
    assert few.scores([told])[0] > few.scores(["tôi đi chợ"])[0]
