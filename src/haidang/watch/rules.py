"""Who may do what in WATCH, and what may be followed at all (promise 1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from haidang.core.rules import is_member, may_read_desk

__all__ = [
    "Refusal",
    "belongs_to",
    "find_refusal",
    "host_of",
    "is_growing",
    "may_edit_sources",
    "may_read_desk",
]

DEFAULT_PORTS = {"http": 80, "https": 443}

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
COMMENT_PATHS = re.compile(r"(^|/)(comments?|binh-luan)(/|$)", re.IGNORECASE)
SEARCH_PATHS = re.compile(r"(^|/)(search|tim-kiem)(/|$)", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class Growth:
    """How many articles a story got lately, and in all."""

    lately: int
    in_all: int


def may_edit_sources(member: object) -> bool:
    """Members register publications; roles by unit follow with the ground floor."""
    return is_member(member)


def host_of(url: str) -> str:
    """The "host" or "host:port" of an address, lower case, no "www."; "" if it is no http(s) one."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        return ""
    host = parts.hostname.removeprefix("www.").rstrip(".")
    return host if port in {None, DEFAULT_PORTS[parts.scheme]} else f"{host}:{port}"


def belongs_to(url: str, hosts: frozenset[str]) -> bool:
    """Whether an address lies on one of these hosts or below one (m.example.vn on example.vn)."""
    host = host_of(url)
    return bool(host) and any(host == known or host.endswith("." + known) for known in hosts)


def find_refusal(url: str) -> Refusal | None:
    """Why this address may not be followed, or None (promise 1)."""
    host = host_of(url)
    if not host:
        return Refusal.NOT_HTTP
    bare = host.partition(":")[0]
    if any(bare == platform or bare.endswith("." + platform) for platform in SHARED_PLATFORMS):
        return Refusal.PLATFORM
    parts = urlsplit(url)
    if BRIDGES.search(url):
        return Refusal.BRIDGE
    if PERSON_PATHS.search(parts.path) or re.search(
        r"(^|&)(author|user)=", parts.query, re.IGNORECASE
    ):
        return Refusal.PERSON
    if COMMENT_PATHS.search(parts.path):
        return Refusal.COMMENTS
    if SEARCH_PATHS.search(parts.path) or re.search(
        r"(^|&)(s|q|query|search)=", parts.query, re.IGNORECASE
    ):
        return Refusal.SEARCH
    return None


def is_growing(growth: Growth) -> bool:
    """A story grows when at least three of its articles, and a third of them, came lately."""
    return growth.lately >= 3 and growth.lately * 3 >= growth.in_all
