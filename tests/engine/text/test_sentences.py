import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.text import sentences


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            'ThS. Trần Văn B ở TP. Vĩnh An nói: "Cầu dài 1.234,5 m." Sau đó mọi người về! Có đúng không?',
            [
                'ThS. Trần Văn B ở TP. Vĩnh An nói: "Cầu dài 1.234,5 m."',
                "Sau đó mọi người về!",
                "Có đúng không?",
            ],
        ),
        (
            "Mr. J. K. Smith left the U.S. Capitol. Then it rained...",
            ["Mr. J. K. Smith left the U.S. Capitol.", "Then it rained..."],
        ),
        ("Giá tăng 3.5 lần… rồi giảm. 1. Mục một", ["Giá tăng 3.5 lần… rồi giảm.", "1. Mục một"]),
        ("今天下雨。「好吗？」他说。", ["今天下雨。", "「好吗？」", "他说。"]),
        ("Dòng một\nDòng hai. Hết.", ["Dòng một", "Dòng hai.", "Hết."]),
        ("Xong./. Hết", ["Xong./.", "Hết"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, wanted: list[str]) -> None:
    assert sentences(text) == wanted


@given(st.text(st.sampled_from('aB1. !?…。"”)\n'), max_size=60))
def test_sentences_lose_nothing_but_spaces(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
