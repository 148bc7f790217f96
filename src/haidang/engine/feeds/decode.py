"""Bytes of a feed or a page to text, and what they are if they are neither.

Only text encodings of an allow-list are tried (Python also has `punycode`, `zlib` and `rot13`, which
no feed is honestly written in). UTF-8 that is valid is believed over any declaration: servers and
programs declare wrongly far more often than another encoding happens to be valid UTF-8.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from haidang.engine.errors import EngineError, Trouble

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNMARKED = ((b"<\0\0\0", "utf-32-le"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))

# Python's canonical names.
_ALLOWED = frozenset(
    [f"iso8859-{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)]
    + [
        f"cp{n}"
        for n in (866, 874, 932, 949, 950, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)
    ]
    + [
        "utf-8",
        "ascii",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
        "big5hkscs",
    ]
    + ["euc_jp", "shift_jis", "iso2022_jp", "euc_kr", "koi8-r", "koi8-u", "mac-roman", "tis-620"]
)
# As browsers read them: who declares the first means the second.
_MEANT = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
_SEVEN_BIT = frozenset({"iso2022_jp"})  # valid ASCII, and so valid UTF-8, but not meant so

_DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})[\"']", re.IGNORECASE
)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)

_IMAGES = (b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\0\0\x01\0", b"BM")
_BINARIES = (
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"%PDF",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"ID3",
    b"OggS",
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text without a byte-order mark. `damaged`: some bytes had to be replaced."""

    text: str
    damaged: bool


def refuse_other_media(body: bytes) -> None:
    """Errors: NOT_A_FEED(saw) for nothing, pictures and other binaries."""
    bare = body.strip(b" \t\r\n\0")
    if not bare or bare in (bom for bom, _ in _BOMS):
        raise EngineError(Trouble.NOT_A_FEED, saw="empty")
    if body.startswith(_IMAGES) or (body[:4] == b"RIFF" and body[8:12] == b"WEBP"):
        raise EngineError(Trouble.NOT_A_FEED, saw="image")
    if body.startswith(_BINARIES):
        raise EngineError(Trouble.NOT_A_FEED, saw="binary")


def decode_text(body: bytes, *, content_type: str | None) -> Decoded:
    """The text of a document; never fails: what cannot be decoded becomes U+FFFD and is told."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _decode(body, encoding)
    for start, encoding in _UNMARKED:
        if body.startswith(start):
            return _decode(body, encoding)
    declared = _declared(body, content_type=content_type)
    if not declared or declared[0] not in _SEVEN_BIT:
        try:
            return Decoded(body.decode("utf-8"), damaged=False)
        except UnicodeDecodeError as error:
            # A feed that breaks off inside a letter is UTF-8 all the same.
            if error.start >= len(body) - 3:
                return _decode(body, "utf-8")
    for encoding in declared:
        try:
            return Decoded(body.decode(encoding), damaged=False)
        except (UnicodeDecodeError, LookupError):
            continue
    return _decode(body, "utf-8")


def _decode(body: bytes, encoding: str) -> Decoded:
    text = body.decode(encoding, "replace").removeprefix("\ufeff")
    return Decoded(text, damaged="\ufffd" in text)


def _declared(body: bytes, *, content_type: str | None) -> tuple[str, ...]:
    """Allowed encodings other than UTF-8 that the document or its sender name, in that order."""
    told = [
        found[1].decode("ascii", "replace")
        for found in (_DECLARED.search(body[:1024]), _META.search(body[:4096]))
        if found
    ]
    told += [found[1] for found in [_CHARSET.search(content_type or "")] if found]
    names = []
    for name in told:
        try:
            canonical = codecs.lookup(name).name
        except LookupError:
            continue
        meant = _MEANT.get(canonical, canonical)
        if canonical in _ALLOWED and meant != "utf-8":
            names.append(meant)
    return tuple(names)
