"""Who may do what in WATCH, and what may be followed at all (promise 1)."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from haidang.core.rules import is_member, may_read_desk
from haidang.engine.net import belongs_to, host_of

__all__ = [
    "Refusal",
    "belongs_to",
    "find_refusal",
    "host_of",
    "may_edit_sources",
    "may_read_desk",
]

# Platforms on which anyone may publish: an entry there needs the strict registration (a link from
# the organisation's own site and a second person), which no form of this version offers.
SHARED_PLATFORMS = frozenset(
    "facebook.com fb.com instagram.com threads.net x.com twitter.com tiktok.com youtube.com youtu.be "
    "t.me telegram.org zalo.me reddit.com vk.com weibo.com linkedin.com pinterest.com tumblr.com "
    "medium.com substack.com blogspot.com blogger.com wordpress.com livejournal.com mastodon.social "
    "bsky.app github.io notion.site sites.google.com wixsite.com weebly.com".split()
)
BRIDGES = re.compile(
    r"(rss-?bridge|rsshub|nitter|invidious|bibliogram|kill-the-newsletter)", re.IGNORECASE
)
PERSON_PATHS = re.compile(
    r"(^|/)(@[^/]+|authors?|tac-gia|bylines?|users?|profiles?|people|members?|contributors?)(/|$)",
    re.IGNORECASE,
)
PERSON_QUERY = re.compile(r"(^|&)(author|user)(_?name|_?id)?=", re.IGNORECASE)
COMMENT_PATHS = re.compile(r"(^|/)(comments?|binh-luan)(/|$)", re.IGNORECASE)
COMMENT_QUERY = re.compile(r"(^|&)feed=comments", re.IGNORECASE)
SEARCH_PATHS = re.compile(r"(^|/)(search|tim-kiem)(/|$)", re.IGNORECASE)
SEARCH_QUERY = re.compile(r"(^|&)(s|q|query|search)=", re.IGNORECASE)


class Refusal(StrEnum):
    """Why an address cannot be followed."""

    NOT_HTTP = "not_http"
    PLATFORM = "platform"
    BRIDGE = "bridge"
    PERSON = "person"
    COMMENTS = "comments"
    SEARCH = "search"
    OTHER_HOST = "other_host"
    TAKEN = "taken"


def may_edit_sources(member: object) -> bool:
    """Members register publications; roles by unit follow with the ground floor."""
    return is_member(member)


def find_refusal(url: str) -> Refusal | None:
    """Why this address may not be followed, or None (promise 1)."""
    host = host_of(url)
    if not host:
        return Refusal.NOT_HTTP
    bare = host.partition(":")[0]
    if any(bare == platform or bare.endswith("." + platform) for platform in SHARED_PLATFORMS):
        return Refusal.PLATFORM
    parts = urlsplit(url)
    path = _plainly(parts.path).replace(";", "/")
    query = _plainly(parts.query).replace(";", "&")
    if any(BRIDGES.search(part) for part in (bare, path, query)):
        return Refusal.BRIDGE
    if PERSON_PATHS.search(path) or PERSON_QUERY.search(query):
        return Refusal.PERSON
    if COMMENT_PATHS.search(path) or COMMENT_QUERY.search(query):
        return Refusal.COMMENTS
    if SEARCH_PATHS.search(path) or SEARCH_QUERY.search(query):
        return Refusal.SEARCH
    return None


def _plainly(part: str) -> str:
    """A part of an address without its percent signs: "%61uthor" is "author"."""
    for _ in range(3):
        part, before = unquote(part), part
        if part == before:
            break
    return part
