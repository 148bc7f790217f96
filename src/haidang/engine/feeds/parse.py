"""Bytes to a feed, whatever kind it is: decided by content, never by its name or declared type."""

from __future__ import annotations

import re
from datetime import datetime

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds import mend
from haidang.engine.feeds.decode import decode_text, refuse_other_media
from haidang.engine.feeds.entries import to_feed_data
from haidang.engine.feeds.json_feed import read_json
from haidang.engine.feeds.raw import RawFeed
from haidang.engine.feeds.tolerant import read_tolerant
from haidang.engine.feeds.xml_feed import parse_xml, read_xml
from haidang.engine.sandbox import look_over
from haidang.engine.types import FeedData

_HEAD = 8_192
_ROOTS = re.compile(
    r"<(?:[\w.-]{1,40}:)?(rss|feed|rdf|urlset|sitemapindex|channel)[\s/>]", re.IGNORECASE
)
_FIRST_TAG = re.compile(r"<([a-z][\w.:-]{0,40})", re.IGNORECASE)
_COMMENT = re.compile(r"<!--(?:[^-]++|-(?!->))*+")
_HTML_TYPE = re.compile(r"<!doctype\s{1,9}html", re.IGNORECASE)
_HTML_STARTS = frozenset(
    "html head body title meta link script style div p a h1 h2 table center form noscript".split()
)


def parse_feed(body: bytes, *, url: str, content_type: str | None, now: datetime) -> FeedData:
    """The feed in these bytes, fetched from `url` at `now` (aware).

    Meant for the sandbox: hostile bytes can make it slow. Errors: NOT_A_FEED, BAD_FEED,
    HOSTILE_MARKUP, and no other exception. A feed without entries is a feed, not an error, and
    never a reason to delete anything.
    """
    refuse_other_media(body)
    decoded = decode_text(body, content_type=content_type)
    bare = mend.drop_outside_type(mend.drop_declaration(decoded.text))
    if bare[:1] in ("{", "["):
        raw = read_json(bare)
    else:
        raw = _read_markup(bare)
    raw.ill_formed = raw.ill_formed or decoded.damaged
    return to_feed_data(raw, url=url, now=now)


def _read_markup(text: str) -> RawFeed:
    clean = mend.drop_forbidden(text)
    start = find_root(clean)
    look_over(clean.encode("utf-8", "replace"), kind="xml")
    for mended in ever_more_mended(clean[start:]):
        try:
            root = parse_xml(mended)
        except ValueError:
            continue
        raw = read_xml(root)
        raw.ill_formed = mended != text
        return raw
    return _read_broken(clean[start:])


def find_root(text: str, *, index: bool = False) -> int:
    """Where the document begins: 0, or after junk.

    Errors: NOT_A_FEED(saw), and BAD_FEED(sitemapindex) unless an `index` is looked for.
    """
    head = _COMMENT.sub(lambda found: " " * len(found[0]), text[:_HEAD])
    root, first = _ROOTS.search(head), _FIRST_TAG.search(head)
    prolog = head[: root.start()] if root else head
    if _HTML_TYPE.search(prolog) or (first and first[1].lower() in _HTML_STARTS):
        raise EngineError(Trouble.NOT_A_FEED, saw="html")
    if root is None:
        if text.startswith("<"):
            return 0
        raise EngineError(Trouble.NOT_A_FEED, saw="text" if _is_text(head) else "binary")
    if root[1].lower() == "sitemapindex" and not index:
        raise EngineError(Trouble.BAD_FEED, detail="sitemapindex")
    return 0 if first and first.start() == root.start() else root.start()


def _is_text(head: str) -> bool:
    return head.count("\ufffd") * 10 < len(head)


def ever_more_mended(text: str) -> list[str]:
    """The document as it is, then with repairs; each form once."""
    with_ampersands = mend.mend_ampersands(text)
    forms = [text, with_ampersands, mend.mend_cut(with_ampersands)]
    return list(dict.fromkeys(forms))


def _read_broken(text: str) -> RawFeed:
    """What no repair of ours made well-formed: feedparser, and where even that fails, libxml2."""
    try:
        return read_tolerant(text)
    except EngineError:
        try:
            raw = read_xml(parse_xml(text, recover=True))
        except ValueError:
            raise EngineError(Trouble.BAD_FEED, detail="unreadable") from None
        raw.ill_formed = True
        return raw
