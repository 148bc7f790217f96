"""Small, linear repairs of XML that is nearly well-formed, so that the strict reader can have it.

Only what cannot change the meaning: characters that XML forbids, entities that only HTML knows, an
ampersand that was meant as one, an end that was cut off (the last, partial entry is then dropped).
"""

from __future__ import annotations

import re
from html.entities import html5

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]+")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,12})|([0-9]{1,14}));")
_AMPERSAND = re.compile(
    r"<!\[CDATA\[(?:[^\]]++|\](?!\]>))*+"
    r"|&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,14}|#x[0-9a-fA-F]{1,12});)(?:([A-Za-z][A-Za-z0-9]{1,31};))?"
)
_OUTSIDE_TYPE = re.compile(r"\A\s*+<!DOCTYPE[^\[<>]{0,400}>", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry|url)\s*+>")
_ROOT = re.compile(r"<((?:[\w.-]{1,40}:)?(?:rss|feed|rdf|urlset))[\s>]", re.IGNORECASE)
_ITEM_START = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]")


def drop_declaration(text: str) -> str:
    """The document without its XML declaration: it is decoded already, and may be declared wrongly."""
    bare = text.lstrip("\ufeff \t\r\n\0")
    if not bare[:6].lower().startswith("<?xml") or bare[:16].lower().startswith("<?xml-"):
        return bare
    end = bare.find("?>")
    close = bare.find(">")
    if 0 <= end <= close:
        return bare[end + 2 :].lstrip()
    return bare[close + 1 :].lstrip() if close >= 0 else ""


def drop_outside_type(text: str) -> str:
    """Without a DOCTYPE that only points elsewhere, as RSS 0.91 asks for: nothing is loaded anyway."""
    return _OUTSIDE_TYPE.sub("", text, count=1)


def drop_forbidden(text: str) -> str:
    """Without characters and references that no XML may hold; references become U+FFFD."""
    clean = _FORBIDDEN.sub("", text)
    return _REFERENCE.sub(_allowed_reference, clean) if "&#" in clean else clean


def _allowed_reference(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    allowed = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    return found[0] if allowed or 0x10000 <= code <= 0x10FFFF else "\ufffd"


def mend_ampersands(text: str) -> str:
    """HTML's named entities as characters, other bare ampersands escaped; CDATA stays as it is."""
    if "<!ENTITY" in text:
        return text  # names of its own: not ours to read
    return _AMPERSAND.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    if found[0].startswith("<"):
        return found[0]
    name = found[1]
    return html5[name] if name in html5 else "&amp;" + (name or "")


def mend_cut(text: str) -> str:
    """A document that breaks off, ended after its last whole entry; unchanged if it does not."""
    root = _ROOT.search(text[:20_000])
    if root is None or f"</{root[1]}" in text[-400:]:
        return text
    end = 0
    for found in _ENTRY_END.finditer(text):
        end = found.end()
    if not end:
        return text
    channel = "</channel>" if root[1].lower() == "rss" and "</channel" not in text[end:] else ""
    return f"{text[:end]}{channel}</{root[1]}>"


def first_entries(text: str, *, most: int) -> tuple[str, int]:
    """The document cut before entry number `most` + 1, and how many entries that left out."""
    starts = [found.start() for found in _ITEM_START.finditer(text)]
    if len(starts) <= most:
        return text, 0
    return text[: starts[most]], len(starts) - most
