"""What a handed-in file is told to be, and what is refused with which reason."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clippings import make_jpeg, make_pdf, make_png, make_tiff, make_zip

from haidang.engine.clippings import BYTES_MAX, ClippingKind, look_at_clipping
from haidang.engine.errors import EngineError, Trouble

SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)


def refusal(data: bytes) -> dict[str, Any]:
    with pytest.raises(EngineError) as caught:
        look_at_clipping(data)
    assert caught.value.trouble is Trouble.BAD_CLIPPING
    return caught.value.facts


@pytest.mark.parametrize(
    ("data", "kind", "pages"),
    [
        (make_png(), ClippingKind.PNG, 1),
        (make_jpeg(), ClippingKind.JPEG, 1),
        (make_tiff((1700, 2200)), ClippingKind.TIFF, 1),
        (make_tiff((1700, 2200), (1700, 2200), order=">"), ClippingKind.TIFF, 2),
        (make_pdf(["Tin"], pages=3), ClippingKind.PDF, 3),
        ("Đài nói lúc 6 giờ.\r\n\tHết.".encode(), ClippingKind.TEXT, 1),
        (b"\xef\xbb\xbf" + "Có dấu thứ tự byte".encode(), ClippingKind.TEXT, 1),
    ],
    ids=["png", "jpeg", "tiff", "tiff pages", "pdf", "text", "text with mark"],
)
def test_kind_is_told_by_the_content(data: bytes, kind: ClippingKind, pages: int) -> None:
    look = look_at_clipping(data)
    assert (look.kind, look.pages) == (kind, pages)


@pytest.mark.parametrize(
    ("data", "saw"),
    [
        (b"MZ\x90\0\3\0\0\0" + b"\0" * 60, "program"),
        (b"\x7fELF\2\1\1" + b"\0" * 60, "program"),
        (b"#!/bin/sh\nrm -r x\n", "program"),
        (SVG, "markup"),
        (b"  \n<SVG onload=alert(1)>", "markup"),
        (b"<!DOCTYPE html><p>x", "markup"),
        (b"tin <script>alert(1)</script>", "markup"),
        (make_zip(), "archive"),
        (gzip.compress(b"\0" * 10_000_000, mtime=0), "archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 60, "office"),
        (b"{\\rtf1 x}", "office"),
        (b"GIF89a" + b"\1" * 30, "other_picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "other_picture"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "other_picture"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "sound"),
        (b"ID3\3\0\0\0\0\0\x21", "sound"),
        (b"\xfe\xed\xfa\xce\0\1\2", "binary"),
        (b"Tin\0giua", "binary"),
    ],
)
def test_other_kinds_are_refused_by_their_name(data: bytes, saw: str) -> None:
    assert refusal(data) == {"detail": "kind", "saw": saw}


@pytest.mark.parametrize(
    "data",
    [
        make_png() + make_zip(),
        make_jpeg() + make_zip(),
        make_pdf(["x"]) + make_zip(),
        make_tiff((10, 10)) + make_zip(),
        make_jpeg() + make_pdf(["x"]),
        make_png() + b"<html><script>alert(1)</script>",
        make_jpeg(exif=b"%PDF-1.4"),
        make_png() + b"MZ\x90\0",
        make_pdf(["x"]).replace(b"%PDF-1.4\n", b"%PDF-1.4\n<html><script>alert(1)</script>\n"),
    ],
    ids="png+zip jpeg+zip pdf+zip tiff+zip jpeg+pdf png+html pdf-in-exif png+exe pdf+html".split(),
)
def test_file_that_is_two_things_is_refused(data: bytes) -> None:
    assert refusal(data) == {"detail": "polyglot"}


def test_camera_may_put_its_own_data_behind_a_picture() -> None:
    """Telephones append a short film or their own notes."""
    data = make_jpeg() + b"\0\0\0\x18ftypmp42" + b"\7" * 500 + b"SEFT"
    assert look_at_clipping(data).kind is ClippingKind.JPEG


@pytest.mark.parametrize(
    "data",
    [
        make_png()[:-5], make_png()[:20], make_jpeg()[:-1], b"\xff\xd8\xff", b"II*\0", b"II*\0\x08\0\0\0",
        make_tiff((10, 10))[:-3], make_png(told=(0, 10)), make_jpeg(0, 0), b"MM\0*\0\0\0\0",
        b"II*\0\x08\0\0\0" + b"\1\0" + b"\0" * 12 + b"\x08\0\0\0",
    ],
)  # fmt: skip
def test_cut_or_empty_picture_is_broken(data: bytes) -> None:
    assert refusal(data)["detail"] == "broken"


@pytest.mark.parametrize(
    "data",
    [
        make_png(told=(50_000, 50_000)),
        make_jpeg(50_000, 50_000),
        make_tiff((50_000, 50_000)),
        make_png(told=(31_000, 2)),
    ],
)
def test_monstrous_picture_is_refused_unopened(data: bytes) -> None:
    assert refusal(data)["detail"] == "pixels"


def test_document_of_ten_thousand_pages_is_refused() -> None:
    assert refusal(make_pdf(["x"], pages=10_000)) == {
        "detail": "pages",
        "pages": 10_000,
        "limit": 200,
    }
    assert refusal(make_tiff(*[(10, 10)] * 201))["detail"] == "pages"


def test_chain_of_pages_that_bites_its_tail_ends() -> None:
    data = bytearray(make_tiff((10, 10), (10, 10)))
    data[-4:] = (8).to_bytes(4, "little")
    assert refusal(bytes(data))["detail"] == "broken"


def test_locked_document_is_refused() -> None:
    data = make_pdf(["x"]).replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 9 0 R")
    assert refusal(data) == {"detail": "locked"}


def test_size_has_a_limit_and_nothing_is_nothing() -> None:
    assert refusal(b"%PDF-" + b"x" * BYTES_MAX) == {"detail": "too_large", "limit_mb": 25}
    assert refusal(b"x" * (1 << 20) + b"x") == {"detail": "too_large", "limit_mb": 1}
    assert refusal(b"") == refusal(b"\0\0 \n") == {"detail": "empty"}


STARTS = (
    b"",
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"II*\0",
    b"MM\0*",
    b"%PDF-1.7",
    make_png(),
    make_jpeg(),
)


@given(st.sampled_from(STARTS), st.binary(max_size=300))
def test_any_bytes_are_taken_or_refused_and_nothing_else(start: bytes, rest: bytes) -> None:
    troubles = []
    try:
        look_at_clipping(start + rest)
    except EngineError as error:
        troubles.append(error.trouble)
    assert troubles in ([], [Trouble.BAD_CLIPPING])
