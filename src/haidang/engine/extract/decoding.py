"""Bytes of a page → its characters.

Refuses what is no HTML, and encodings outside a closed list: a stranger does not choose which codec we run.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from haidang.engine.errors import EngineError, Trouble

# Names as Python spells them, read as browsers read them (WHATWG Encoding Standard): the older
# standard means the vendor's superset.
_CODECS = {
    "utf-8": "utf-8", "utf-8-sig": "utf-8", "ascii": "cp1252", "iso8859-1": "cp1252", "cp1252": "cp1252",
    "utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "hz": "gb18030",
    "big5": "big5hkscs", "big5hkscs": "big5hkscs", "cp950": "big5hkscs",
    "euc_kr": "cp949", "cp949": "cp949", "johab": "johab",
    "shift_jis": "cp932", "cp932": "cp932", "euc_jp": "euc_jp", "iso2022_jp": "iso2022_jp",
    "tis-620": "cp874", "iso8859-11": "cp874", "cp874": "cp874", "iso8859-9": "cp1254", "cp1254": "cp1254",
    "koi8-r": "koi8-r", "koi8-u": "koi8-u", "mac-cyrillic": "mac-cyrillic", "cp866": "cp866",
    **{name: name for name in ("cp1250", "cp1251", "cp1253", "cp1255", "cp1256", "cp1257", "cp1258")},
    **{f"iso8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
}  # fmt: skip

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MARKS = tuple(mark for mark, _ in _BOMS)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,80}encoding=[\"']([\w.:-]{1,40})",
    re.IGNORECASE,
)
_META_WITHIN = 4_096
_DETECT_WITHIN = 32_768

_HTML_TYPES = (
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "application/xml",
    "text/xml",
    "application/octet-stream",
)
_BINARY = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x00\x00\x00",
    b"ID3",
)
_LOOKS_HTML = re.compile(
    rb"<(?:!doctype|html|head|body|meta|title|p|div|article|h[1-6]|script|span|table|\?xml|!--)",
    re.IGNORECASE,
)


def refuse_others(html: bytes, *, content_type: str | None) -> None:
    """Errors: NOT_HTML (content_type)."""
    told = (content_type or "").split(";")[0].strip().lower()
    if (told and told not in _HTML_TYPES) or html.startswith(_BINARY):
        raise EngineError(Trouble.NOT_HTML, content_type=told or "binary")
    if told not in _HTML_TYPES[:2] and not _is_markup(html):
        raise EngineError(Trouble.NOT_HTML, content_type=told or "unknown")


def may_be_utf8(html: bytes) -> bool:
    """Whether a page's bytes are its characters in UTF-8, unless some turn out not to be."""
    return not html.startswith(_MARKS) and b"\x1b" not in html and b"\x00" not in html


def as_utf8(html: bytes, *, content_type: str | None) -> bytes:
    """A page's characters in UTF-8, without NUL."""
    return decode(html, content_type=content_type).replace("\x00", "").encode("utf-8", "replace")


def _is_markup(html: bytes) -> bool:
    head = html[:_META_WITHIN]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.replace(b"\x00", b"")
    return _LOOKS_HTML.search(head) is not None


def decode(html: bytes, *, content_type: str | None) -> str:
    """The characters of a page: byte-order mark, then header, meta, UTF-8 if it fits, detection.

    A declaration outside the list or that the bytes contradict is passed over: what decodes as
    UTF-8 with letters beyond ASCII is UTF-8 whatever it says of itself. Never raises: as a last
    resort bad bytes become U+FFFD.
    """
    for mark, codec in _BOMS:
        if html.startswith(mark):
            return html[len(mark) :].decode(codec, "replace")
    try:
        text = html.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        # ASCII that stands for Japanese begins each stretch of it with an escape.
        is_escaped = b"\x1b" in html and html.isascii()
        if not is_escaped or _declared(html, content_type) != "iso2022_jp":
            return text
        return html.decode("iso2022_jp", "replace")
    declared = _declared(html, content_type)
    # A stray byte in a long UTF-8 page must not turn all of it into mojibake.
    if declared in ("utf-8", None):
        text = html.decode("utf-8", "replace")
        if _is_nearly_whole(text):
            return text
        declared = None
    if declared and _fits(html, declared):
        return html.decode(declared)
    return html.decode(declared or _detected(html), "replace")


def _declared(html: bytes, content_type: str | None) -> str | None:
    in_header = _HEADER_CHARSET.search(content_type or "")
    in_page = _META_CHARSET.search(html[:_META_WITHIN])
    names = [
        in_header.group(1) if in_header else None,
        (in_page.group(1) or in_page.group(2)).decode("ascii", "replace") if in_page else None,
    ]
    return next((codec for name in names if name and (codec := _allowed(name))), None)


def _allowed(name: str) -> str | None:
    try:
        return _CODECS.get(codecs.lookup(name).name)
    except (LookupError, ValueError):
        return None


def _fits(html: bytes, codec: str) -> bool:
    try:
        html.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _is_nearly_whole(text: str) -> bool:
    """Whether at most one in a hundred characters beyond ASCII did not decode."""
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\ufffd") * 100 <= max(beyond, 100)


def _detected(html: bytes) -> str:
    best = from_bytes(html[:_DETECT_WITHIN], cp_isolation=sorted(set(_CODECS.values()))).best()
    return (_allowed(best.encoding) if best else None) or "cp1252"
