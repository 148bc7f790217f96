"""What a handed-in file is, by its bytes alone: a linear look before any program opens it.

Formats: PNG (ISO 15948), JPEG (ITU T.81, the marker walk), TIFF 6.0 (the chain of directories), PDF
(ISO 32000, header and trailer only), UTF-8 text.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

from haidang.engine.errors import EngineError, Trouble

BYTES_MAX = 25 * 1024 * 1024
TEXT_MAX = 1024 * 1024
PIXELS_MAX = 100_000_000  # an A3 page at 600 dots an inch has 70 million
SIDE_MAX = 30_000
PAGES_MAX = 200

HEAD = 1024
_MARKUP = (b"<html", b"<svg", b"<script", b"<?php", b"<!doctype", b"<?xml")
_PNG = b"\x89PNG\r\n\x1a\n"
# What a foreign file begins with, and the word for it (see `haidang.watch.troubles`).
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"#!", "program"), (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"), (b"PK", "archive"), (b"\x1f\x8b", "archive"), (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"), (b"BZh", "archive"), (b"\xfd7zXZ", "archive"), (b"\x28\xb5\x2f\xfd", "archive"),
    (b"\xd0\xcf\x11\xe0", "office"), (b"{\\rtf", "office"), (b"GIF8", "other_picture"),
    (b"BM", "other_picture"), (b"\x00\x00\x01\x00", "other_picture"), (b"ID3", "sound"), (b"OggS", "sound"),
    (b"fLaC", "sound"), (b"\xff\xfb", "sound"), (b"\x1aE\xdf\xa3", "sound"),
)  # fmt: skip
# What has no business behind the end of a picture (cameras do put their own data there).
_BEHIND = re.compile(
    rb"PK\x03\x04|%PDF-|Rar!\x1a|7z\xbc\xaf\x27|^MZ|^\x7fELF|<(?:html|svg|script|\?php)",
    re.IGNORECASE,
)
_JPEG_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LOCKED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_PDF_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_PDF_COUNT = re.compile(rb"/Count\s+(\d{1,9})\b")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class ClippingKind(StrEnum):
    """The kinds of file that are taken."""

    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"
    PDF = "pdf"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a file turned out to be. `pages`: as far as could be seen without opening it."""

    kind: ClippingKind
    pages: int = 1


def look_at_clipping(data: bytes) -> Look:
    """The kind of a handed-in file. Linear in its size, opens nothing.

    Raises EngineError BAD_CLIPPING with `detail`: too_large, empty, kind (and `saw`), polyglot, broken,
    pixels (and `width`, `height`), pages (and `pages`, `limit`), locked.
    """
    if len(data) > BYTES_MAX:
        _refuse("too_large", limit_mb=BYTES_MAX >> 20)
    if not data.strip(b"\0 \r\n\t"):
        _refuse("empty")
    if data.startswith(_PNG):
        return _look_at_png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _look_at_jpeg(data)
    if data[:4] in {b"II*\0", b"MM\0*"}:
        return _look_at_tiff(data)
    if data.startswith(b"%PDF-"):
        return _look_at_pdf(data)
    return _look_at_text(data)


def _refuse(detail: str, **facts: str | float) -> NoReturn:
    raise EngineError(Trouble.BAD_CLIPPING, detail=detail, **facts)


# ---------------------------------------------------------------- pictures


def _look_at_png(data: bytes) -> Look:
    at = len(_PNG)
    size: tuple[int, int] | None = None
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        if size is None:
            if name != b"IHDR" or length != 13 or at + 16 > len(data):
                _refuse("broken")
            size = struct.unpack_from(">II", data, at + 8)
        at += 12 + length
        if name == b"IEND" and at <= len(data):
            _check_size(*size)
            _check_alone(data, end=at)
            return Look(kind=ClippingKind.PNG)
    _refuse("broken")


def _look_at_jpeg(data: bytes) -> Look:
    at, size = 2, None
    while found := _JPEG_MARK.search(data, at):
        mark, at = found.group()[1], found.end()
        if mark == 0xD9:
            if size is None:
                break
            _check_size(*size)
            _check_alone(data, end=at)
            return Look(kind=ClippingKind.JPEG)
        if at + 2 > len(data):
            break
        (length,) = struct.unpack_from(">H", data, at)
        if mark in _FRAMES and size is None and at + 7 <= len(data):
            height, width = struct.unpack_from(">HH", data, at + 3)
            size = (width, height)
        at += max(length, 2)
    _refuse("broken")


def _look_at_tiff(data: bytes) -> Look:
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(order + "I", data, 4) if len(data) >= 8 else (0,)
    seen: set[int] = set()
    while at:
        if at in seen or at + 2 > len(data):
            _refuse("broken")
        seen.add(at)
        if len(seen) > PAGES_MAX:
            _refuse("pages", pages=len(seen), limit=PAGES_MAX)
        at = _look_at_directory(data, at, order=order)
    if not seen:
        _refuse("broken")
    _check_alone(data, end=len(data))
    return Look(kind=ClippingKind.TIFF, pages=len(seen))


def _look_at_directory(data: bytes, at: int, *, order: str) -> int:
    """Check one page of a TIFF; where the next one's directory lies, 0 behind the last."""
    (count,) = struct.unpack_from(order + "H", data, at)
    end = at + 2 + 12 * count
    if not count or end + 4 > len(data):
        _refuse("broken")
    size = {256: 0, 257: 0}
    for entry in range(at + 2, end, 12):
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        if tag in size and kind in {3, 4}:
            form = order + ("H" if kind == 3 else "I")
            (size[tag],) = struct.unpack_from(form, data, entry + 8)
    _check_size(size[256], size[257])
    (following,) = struct.unpack_from(order + "I", data, end)
    return int(following)


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        _refuse("broken")
    if max(width, height) > SIDE_MAX or width * height > PIXELS_MAX:
        _refuse("pixels", width=width, height=height)


def _check_alone(data: bytes, *, end: int) -> None:
    """Refuse a picture that is also something else: an archive, a document, a page."""
    if _ends_as_archive(data) or b"%PDF-" in data[:HEAD] or _BEHIND.search(data[end:]):
        _refuse("polyglot")


def _ends_as_archive(data: bytes) -> bool:
    """Whether a ZIP reader would find its directory here: it looks from the end, at most 64 KiB."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0 or at + 22 > len(data):
        return False
    (comment,) = struct.unpack_from("<H", data, at + 20)
    return bool(at + 22 + comment <= len(data))


# ---------------------------------------------------------------- documents


def _look_at_pdf(data: bytes) -> Look:
    head = data[:HEAD].lower()
    if _ends_as_archive(data) or any(mark in head for mark in _MARKUP):
        _refuse("polyglot")
    if _LOCKED.search(data):
        _refuse("locked")
    counted = max((int(found[1]) for found in _PDF_COUNT.finditer(data)), default=0)
    pages = max(counted, sum(1 for _ in _PDF_PAGE.finditer(data)))
    if pages > PAGES_MAX:
        _refuse("pages", pages=pages, limit=PAGES_MAX)
    return Look(kind=ClippingKind.PDF, pages=max(1, pages))


def _look_at_text(data: bytes) -> Look:
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:HEAD].lower()
    if start.startswith(_MARKUP) or any(mark in start for mark in _MARKUP[:4]):
        _refuse("kind", saw="markup")
    if data[4:8] == b"ftyp":
        is_picture = data[8:12] in {b"heic", b"heix", b"mif1", b"avif", b"msf1", b"hevc"}
        _refuse("kind", saw="other_picture" if is_picture else "sound")
    if data.startswith(b"RIFF"):
        _refuse("kind", saw="other_picture" if data[8:12] == b"WEBP" else "sound")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if not text or _CONTROL.search(text):
        _refuse("kind", saw=_name_other(data))
    if data.startswith((b"#!", b"{\\rtf")):
        _refuse("kind", saw=_name_other(data))
    if len(data) > TEXT_MAX:
        _refuse("too_large", limit_mb=TEXT_MAX >> 20)
    return Look(kind=ClippingKind.TEXT)


def _name_other(data: bytes) -> str:
    return next((word for start, word in _OTHERS if data.startswith(start)), "binary")
