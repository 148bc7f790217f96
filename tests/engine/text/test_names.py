import pytest

from haidang.engine.text import names


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        (
            "Chiều 23/11, Chủ tịch UBND tỉnh Lam Giang đã đến Vĩnh An. Tại Lam Giang, mưa lớn. Cầu Sông Lam dài 1,2 km.",
            "vi",
            ["ubnd", "lam giang", "vinh an", "song lam"],
        ),
        (
            "The mayor of New York met Boeing on Monday. IBM fell. Rain came.",
            "en",
            ["new york", "boeing", "ibm"],
        ),
        ("Boeing 737 của Vietnam Airlines hạ cánh.", "vi", ["boeing 737", "vietnam airlines"]),
        ("岚江(Lam Giang)省永安(Vinh An)大桥", "zh", ["lam giang", "vinh an"]),
        ("Der Hund sah die Katze in Neu Delhi.", "de", ["neu delhi"]),
        ("mưa lớn ở miền núi", "vi", []),
    ],
)
def test_names_are_capitalised_spans_folded(text: str, language: str, wanted: list[str]) -> None:
    assert names(text, language=language) == wanted
