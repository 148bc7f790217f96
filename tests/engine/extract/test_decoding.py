import pytest

from haidang.engine.extract.decoding import decode

VIETNAMESE = "<p>Tiếng Việt có dấu, cầu Vĩnh An thông xe</p>"


@pytest.mark.parametrize(
    ("html", "content_type"),
    [
        (VIETNAMESE.encode(), None),
        (VIETNAMESE.encode(), "text/html; charset=utf-8"),
        (VIETNAMESE.encode(), "text/html; charset=iso-8859-1"),
        (VIETNAMESE.encode("utf-8-sig"), "text/html; charset=windows-1252"),
        (b"\xff\xfe" + VIETNAMESE.encode("utf-16-le"), None),
        (b"\xfe\xff" + VIETNAMESE.encode("utf-16-be"), "text/html; charset=utf-8"),
    ],
)
def test_decode_reads_vietnamese_whatever_the_header_says(
    html: bytes, content_type: str | None
) -> None:
    assert decode(html, content_type=content_type) == VIETNAMESE


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("<p>今天下雨</p>", "gb2312"),
        ("<p>今天下雨</p>", "big5"),
        ("<p>雨が降った</p>", "shift_jis"),
        ("<p>雨が降った</p>", "euc-jp"),
        ("<p>비가 왔다</p>", "euc-kr"),
        ("<p>дождь</p>", "windows-1251"),
        ("<p>été</p>", "iso-8859-1"),
    ],
)
def test_decode_believes_header_and_meta_within_the_list(text: str, codec: str) -> None:
    assert decode(text.encode(codec), content_type=f"text/html; charset={codec}") == text
    declared = f'<meta http-equiv="Content-Type" content="text/html; charset={codec}">'
    assert decode((declared + text).encode(codec), content_type="text/html") == declared + text


def test_decode_reads_windows_1258() -> None:
    # Windows-1258 writes tones as combining marks; NFC follows at the door of the text.
    import unicodedata

    text = (
        unicodedata.normalize("NFD", "<p>được</p>")
        .replace("\u031b", "")
        .replace("đu", "đư")
        .replace("o\u0323", "ơ\u0323")
    )
    assert (
        unicodedata.normalize(
            "NFC", decode(text.encode("cp1258"), content_type="text/html; charset=windows-1258")
        )
        == "<p>được</p>"
    )


@pytest.mark.parametrize(
    "name",
    ["punycode", "idna", "rot13", "zlib_codec", "unicode_escape", "x" * 10_000, "utf-7", "é"],
)
def test_decode_runs_no_codec_of_a_strangers_choice(name: str) -> None:
    assert decode(VIETNAMESE.encode(), content_type=f"text/html; charset={name}") == VIETNAMESE


def test_decode_keeps_a_page_with_a_stray_byte() -> None:
    html = (VIETNAMESE * 20).encode() + b"\xff"
    assert decode(html, content_type="text/html; charset=utf-8") == VIETNAMESE * 20 + "\ufffd"
