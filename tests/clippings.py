"""Files as a scanner, a camera or a stranger would hand them in, made here byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence


def make_png(width: int = 40, height: int = 30, *, told: tuple[int, int] | None = None) -> bytes:
    """A white picture; `told`: the size that its head claims instead."""
    size = told or (width, height)
    head = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    parts = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def make_jpeg(width: int = 40, height: int = 30, *, exif: bytes = b"") -> bytes:
    """The skeleton of a JPEG: its marks in order, with nothing to be seen between them."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"
    parts = [(0xE1, b"Exif\0\0" + exif)] if exif else []
    parts += [(0xC0, frame), (0xDA, b"\1\1\0\0\x3f\0")]
    marked = (bytes((0xFF, mark)) + struct.pack(">H", len(body) + 2) + body for mark, body in parts)
    return b"\xff\xd8" + b"".join(marked) + b"\x12\xff\x00\x34" + b"\xff\xd9"


def make_tiff(*sizes: tuple[int, int], order: str = "<") -> bytes:
    """Pages of these sizes, without their dots."""
    out = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, 8)
    for number, (width, height) in enumerate(sizes, 1):
        entries = [(256, width), (257, height)]
        following = 0 if number == len(sizes) else len(out) + 2 + 24 + 4
        body = b"".join(struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in entries)
        out += struct.pack(order + "H", len(entries)) + body + struct.pack(order + "I", following)
    return out


def make_pdf(
    lines: Sequence[str] = (), *, pages: int = 1, extra: str = "", size: int = 16
) -> bytes:
    """A PDF whose pages each carry these lines (ASCII) in Helvetica."""
    shown = "".join(f"({line}) Tj T* " for line in lines)
    stream = f"BT /F1 {size} Tf {size * 1.4:.0f} TL 60 760 Td {shown}ET"
    kids = " ".join(f"{5 + number} 0 R" for number in range(pages))
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R {extra}>>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        *[page] * pages,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n{table}"
    tail = f"trailer << /Size {len(bodies) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + (head + tail).encode("ascii")


def make_zip() -> bytes:
    """A small archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "a" * 1000)
    return packed.getvalue()
