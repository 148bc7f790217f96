import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.text import exact, fold, nfc
from haidang.engine.text.clean import _EVERYDAY, MARK_CLASS, MARKS_PER_BASE, compose


@pytest.mark.parametrize(
    ("given_text", "wanted"),
    [
        ("Tie\u0302\u0301ng Vie\u0323\u0302t", "Tiếng Việt"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("tab\tstays", "tab\tstays"),
        ("a\x00b\x07c\x85d\x9fe", "abc de"),
        ("Hà\u200b Nội\ufeff", "Hà Nội"),
        ("Việt\u00adNam", "ViệtNam"),
        ("Vie\u0323\u0302t\u00adNam", "ViệtNam"),
        ("Vi\u00adệt\r\nNam → ☺", "Việt\nNam → ☺"),
        ("Tin\U000e0068\U000e0069", "Tin"),
        ("Thủ \u202etướng\u2066", "Thủ tướng"),
        ("a\uffff\ufdd0\U0001ffffb", "ab"),
        ("half \ud83d letter", "half  letter"),
        ("Viê\ufe0ft", "Viêt"),
        ("a\u200db", "ab"),
        (
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
            "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        ),
        ("❤\ufe0f\u200d\U0001f525", "❤\ufe0f\u200d\U0001f525"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u1112\u1161\u11ab", "한"),
        ("", ""),
    ],
)
def test_nfc_drops_only_what_nobody_sees(given_text: str, wanted: str) -> None:
    assert nfc(given_text) == wanted


def test_nfc_caps_piled_marks_at_thirty() -> None:
    assert nfc("V" + "\u0301" * 1000 + "a") == "V" + "\u0301" * 30 + "a"


def test_heap_is_cut_without_a_letter_lost_in_any_script() -> None:
    letters = (
        "".join(chr(code) for code in range(0x11103, 0x11127)) * 20
    )  # Chakma, written without blanks
    assert compose(letters + "e\u0301") == letters + "é"
    assert compose("V" + "\u0301\u0323" * 500) == unicodedata.normalize(
        "NFC", "V" + "\u0301\u0323" * 60
    )


@pytest.mark.parametrize("before", [*range(31), 1_000])
def test_heap_is_cut_wherever_it_stands(before: int) -> None:
    kept = "\u0301\u0323" * (2 * MARKS_PER_BASE)  # out of order
    text = "x" * before
    for heap in (kept, f"{kept}\u0301"):
        assert compose(f"{text}{heap}y") == unicodedata.normalize("NFC", f"{text}{kept}y")


def test_marks_of_the_whole_first_plane_are_known() -> None:
    plane = "".join(map(chr, range(0x300, 0x10000)))
    marks = [char for char in plane if unicodedata.category(char) in ("Mn", "Mc", "Me")]
    assert re.findall(f"[{MARK_CLASS}]", plane) == marks


def test_everyday_signs_are_in_nfc_in_whatever_order_they_stand() -> None:
    everyday = {char for char in map(chr, range(0x10000)) if _EVERYDAY.fullmatch(char)}
    parts = (unicodedata.decomposition(chr(code)).split() for code in range(0x110000))
    composed_with = {
        chr(int(pair[1], 16)) for pair in parts if len(pair) == 2 and pair[0][0] != "<"
    }
    assert not everyday & composed_with
    assert not any(map(unicodedata.combining, everyday))
    assert all(unicodedata.is_normalized("NFC", char) for char in everyday)


@pytest.mark.parametrize(
    "pair", ["\u0301\u0323", "\u0301\u200d\u0323", "\u0591\u0323", "\U0001d165\U0001d167"]
)
@pytest.mark.parametrize("form", [nfc, fold, exact])
def test_heap_of_marks_in_disorder_takes_no_longer_for_being_long(form, pair: str) -> None:
    """Putting marks in order takes the square of their number: a title of them held a reader up for minutes."""
    text = "V" + pair * 50_000
    begun = time.thread_time()
    form(text)
    assert time.thread_time() - begun < 0.5


@given(st.text(st.characters(), max_size=60))
def test_nfc_is_idempotent_and_composed(text: str) -> None:
    once = nfc(text)
    assert nfc(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text("aệ\u200c\u200d\ufe0f\u0301\u0653ب\u0627❤\U0001f468한\u1100\u1161\r\n", max_size=30))
def test_nfc_is_idempotent_around_joiners_and_marks(text: str) -> None:
    once = nfc(text)
    assert nfc(once) == once
