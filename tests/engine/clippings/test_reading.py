"""Reading the text of a scan, a PDF, a note, with the machine's real tools where they are."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.clippings import make_jpeg, make_pdf, make_png

from haidang.engine.clippings import ClippingKind, ClippingText, read_clipping

LINES = [
    "The bridge over the Moc opened today",
    "after months of work.",
    "",
    "It is 186 metres long.",
]
TEXT = "The bridge over the Moc opened today after months of work.\nIt is 186 metres long."


def needs(*tools: str) -> pytest.MarkDecorator:
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not on this machine: {' '.join(missing)}")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without any tool."""
    monkeypatch.setenv("PATH", str(tmp_path))


def draw(pdf: bytes) -> bytes:
    """The first page of a PDF as a picture."""
    command = ["pdftoppm", "-png", "-r", "150", "-singlefile", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout


@needs("pdftotext", "pdfinfo")
def test_text_of_a_pdf_is_read_in_paragraphs() -> None:
    assert read_clipping(make_pdf(LINES), kind=ClippingKind.PDF) == ClippingText(text=TEXT)


@needs("tesseract", "pdftoppm")
def test_text_of_a_picture_is_read() -> None:
    read = read_clipping(draw(make_pdf(LINES)), kind=ClippingKind.PNG, language="en")
    assert read.text == TEXT


@needs("tesseract", "pdftoppm")
def test_picture_without_letters_says_so() -> None:
    read = read_clipping(make_png(400, 300), kind=ClippingKind.PNG)
    assert (read.text, read.hindered) == ("", "no_text")


@needs("tesseract")
def test_picture_that_no_program_can_open_is_told() -> None:
    read = read_clipping(make_jpeg(), kind=ClippingKind.JPEG)
    assert (read.text, read.hindered) == ("", "unreadable")


@needs("pdftotext", "pdfinfo")
def test_pages_hidden_from_the_first_look_are_counted_before_they_are_read() -> None:
    many = make_pdf(LINES, pages=201)
    assert read_clipping(many, kind=ClippingKind.PDF) == ClippingText(
        text="", hindered="pages", pages=201
    )


@needs("pdftotext", "pdfinfo")
def test_broken_document_is_told_and_never_raises() -> None:
    read = read_clipping(b"%PDF-1.4\n" + b"\0\xff" * 2000, kind=ClippingKind.PDF)
    assert (read.text, read.hindered) == ("", "unreadable")


def test_note_is_read_without_any_tool(bare: None) -> None:
    note = "Đài nói lúc 6 giờ.  \r\n\r\n\tHết tin.\r\n".encode()
    assert read_clipping(note, kind=ClippingKind.TEXT) == ClippingText(
        text="Đài nói lúc 6 giờ.\nHết tin."
    )


def test_missing_tool_is_named(bare: None) -> None:
    assert read_clipping(make_png(), kind=ClippingKind.PNG).hindered == "no_tesseract"
    assert read_clipping(make_pdf(LINES), kind=ClippingKind.PDF).hindered == "no_pdftotext"


@needs("tesseract", "pdftoppm", "pdftotext")
def test_scan_inside_a_pdf_is_drawn_and_read() -> None:
    """A document without text of its own, as scanners make them: the page is one picture."""
    scan = draw_jpeg(make_pdf(LINES))
    read = read_clipping(wrap(scan), kind=ClippingKind.PDF, language="en")
    assert (read.text, read.hindered) == (TEXT, "")


def draw_jpeg(pdf: bytes) -> bytes:
    command = ["pdftoppm", "-jpeg", "-r", "150", "-singlefile", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout


def wrap(jpeg: bytes) -> bytes:
    """A PDF of one page that shows a JPEG of an A4 page at 150 dots an inch."""
    stream = b"q 595 0 0 842 0 0 cm /Im Do Q"
    image = (
        b"<< /Type /XObject /Subtype /Image /Width 1240 /Height 1755 /ColorSpace /DeviceRGB"
        b" /BitsPerComponent 8 /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream"
    ) % (len(jpeg), jpeg)
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /Im 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        image,
    ]
    parts = [b"%d 0 obj\n%s\nendobj\n" % (number, body) for number, body in enumerate(bodies, 1)]
    return b"%PDF-1.4\n" + b"".join(parts) + b"trailer << /Size 6 /Root 1 0 R >>\n%%EOF\n"
