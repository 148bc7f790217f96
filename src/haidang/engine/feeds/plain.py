"""Titles, summaries and addresses of strangers to plain, bounded values."""

from __future__ import annotations

import html
import re
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from haidang.engine.text import nfc
from haidang.engine.types import URL_MAX

# Markup around a text is rarely more than its tenfold; the rest is not looked at.
_RAW_PER_CHARACTER = 10

_UNSEEN = re.compile(
    r"<!--(?:[^-]++|-(?!->))*+(?:-->)?"
    r"|(?i:<(script|style)\b(?:[^<]++|<(?!/\1))*+(?:</\1[^>]*+>)?)"
)
_BLOCK = re.compile(r"(?i)</?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|table|blockquote|hr)\b[^<>]*+>")
_TAG = re.compile(r"<(?:[A-Za-z/!?][^<>]*+)>")
_CUT_TAG = re.compile(r"<[A-Za-z/!?][^<>]*+\Z")
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_SAFE = "%/:=&?~+!$,;'@()*[]|"


def plain_text(markup: str, *, most: int, is_html: bool = True) -> str:
    """One line of NFC text, at most `most` characters, cut between words where it must be."""
    text = markup[: most * _RAW_PER_CHARACTER]
    if is_html:
        if "<" in text:
            text = _strip_tags(text)
        if "&" in text:
            text = html.unescape(text)
    line = " ".join(nfc(text).split())
    return line if len(line) <= most else _shorten(line, most=most)


def _strip_tags(markup: str) -> str:
    text = _UNSEEN.sub(" ", markup)
    text = _BLOCK.sub(" ", text)
    return _CUT_TAG.sub("", _TAG.sub("", text))


def _shorten(line: str, *, most: int) -> str:
    head = line[: most - 1]
    at_word = head.rpartition(" ")[0]
    return (at_word if len(at_word) > most // 2 else head) + "…"


def absolute_url(link: str, *, base: str) -> str | None:
    """The http(s) address that a link means on the page fetched from `base`, or None.

    Refused: other schemes, user names and passwords in it, control characters inside, over 2,048
    characters. Spaces and letters beyond ASCII in path and query are percent-encoded, the fragment
    is dropped: it is never sent.
    """
    bare = link.strip()
    if not bare or len(bare) > URL_MAX or _CONTROL.search(bare.replace(" ", "")):
        return None
    try:
        told = urlsplit(bare)
        if told.scheme in ("http", "https") and not told.netloc:
            return None  # "https://" and "http:x" would be joined to the page's own address
        parts = urlsplit(urldefrag(urljoin(base, bare)).url)
        _ = parts.port
        parts.geturl().encode()  # lone surrogates cannot be asked for
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return None
    path, query = quote(parts.path, safe=_SAFE), quote(parts.query, safe=_SAFE)
    if _CONTROL.search(parts.netloc) or "\\" in parts.netloc:
        return None
    url = f"{parts.scheme}://{parts.netloc.lower()}{path or '/'}{'?' + query if query else ''}"
    return url if len(url) <= URL_MAX else None
