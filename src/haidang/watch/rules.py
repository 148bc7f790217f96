"""Who may do what in WATCH, and what may be followed at all (promise 1)."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from haidang.core.rules import may_edit_watch, may_read_as_member, may_read_desk
from haidang.engine.net import belongs_to, host_of
from haidang.watch.channels import find_channel
from haidang.watch.standing import TopicRefusal, find_topic_refusal

__all__ = [
    "Refusal",
    "TopicRefusal",
    "belongs_to",
    "find_refusal",
    "find_topic_refusal",
    "host_of",
    "may_add_articles",
    "may_edit_sources",
    "may_edit_stories",
    "may_edit_topics",
    "may_follow",
    "may_open_files",
    "may_read_desk",
]

# Platforms on which anyone may publish: a channel there needs the strict registration (a link from
# the organisation's own site and a second person); `channels.py` knows which of them offer a feed.
SHARED_PLATFORMS = frozenset(
    "facebook.com fb.com instagram.com threads.net threads.com x.com twitter.com tiktok.com "
    "youtube.com youtu.be t.me telegram.org telegram.me zalo.me reddit.com vk.com ok.ru weibo.com "
    "linkedin.com pinterest.com tumblr.com medium.com substack.com blogspot.com blogger.com "
    "wordpress.com livejournal.com mastodon.social mastodon.online mstdn.social bsky.app github.io "
    "gitlab.io notion.site sites.google.com wixsite.com weebly.com ghost.io typepad.com over-blog.com "
    "hatenablog.com vimeo.com dailymotion.com twitch.tv soundcloud.com spotify.com snapchat.com "
    "whatsapp.com viber.com line.me douyin.com bilibili.com xiaohongshu.com zhihu.com quora.com "
    "gab.com truthsocial.com rumble.com odysee.com minds.com gapo.vn lotus.vn patreon.com ko-fi.com "
    "buymeacoffee.com linktr.ee telegra.ph spiderum.com webtretho.com voz.vn tinhte.vn otofun.net".split()
)
# What is said there is said among those who were let in.
GROUP_HOSTS = frozenset(
    "discord.com discord.gg groups.google.com groups.io chat.whatsapp.com chat.zalo.me slack.com "
    "signal.group teams.microsoft.com".split()
)
GROUP_PATHS = re.compile(r"^/(groups?|joinchat|g|\+[\w-]+)(/|$)", re.IGNORECASE)
BRIDGES = re.compile(
    r"(rss-?bridge|rsshub|nitter|invidious|bibliogram|kill-the-newsletter|rss\.app|fetchrss|"
    r"politepol|feed43|twitrss|openrss|granary\.io|morss|xcancel|proxitok|libreddit|redlib|teddit|"
    r"tgstat|tg\.i-c-a|picuki|imginn|feedspot)",
    re.IGNORECASE,
)
PERSON_PATHS = re.compile(
    r"(^|/)(@[^/]+|~[^/]+|authors?|tac-gia|tacgia|but-danh|nguoi-viet|bylines?|users?|profiles?|"
    r"profile\.php|people|persons?|members?|thanh-vien|contributors?|cong-tac-vien|columnists?|"
    r"journalists?|reporters?|writers?|staff|autor(es)?|auteurs?|autore|penulis|avtor|bloggers?|"
    r"ca-nhan|trang-ca-nhan)(/|\.\w+$|$)",
    re.IGNORECASE,
)
PERSON_QUERY = re.compile(
    r"(^|&)(author|user|byline|writer|profile|tac_?gia|journalist|member)s?(_?name|_?id)?=",
    re.IGNORECASE,
)
COMMENT_PATHS = re.compile(r"(^|/)(comments?|binh-luan|replies|forums?)(/|\.\w+$|$)", re.IGNORECASE)
COMMENT_QUERY = re.compile(r"(^|&)(feed=comments|withcomments=|comments?=)", re.IGNORECASE)
SEARCH_PATHS = re.compile(r"(^|/)(search|tim-kiem|timkiem)(/|\.\w+$|$)", re.IGNORECASE)
SEARCH_QUERY = re.compile(r"(^|&)(s|q|query|search|keywords?|tu-?khoa)=", re.IGNORECASE)


class Refusal(StrEnum):
    """Why an address cannot be followed."""

    NOT_HTTP = "not_http"
    PLATFORM = "platform"
    NO_CHANNEL = "no_channel"
    GROUP = "group"
    BRIDGE = "bridge"
    PERSON = "person"
    COMMENTS = "comments"
    SEARCH = "search"
    OTHER_HOST = "other_host"
    TAKEN = "taken"
    PROPOSED = "proposed"


def may_edit_sources(member: object) -> bool:
    """Editors register publications."""
    return may_edit_watch(member)


def may_add_articles(member: object) -> bool:
    """Editors enter articles by hand."""
    return may_edit_watch(member)


def may_open_files(member: object) -> bool:
    """Members who read the desk open the files that were handed in; nobody else does, in a demo too."""
    return may_read_as_member(member)


def may_edit_stories(member: object) -> bool:
    """Editors split, merge, move and pin."""
    return may_edit_watch(member)


def may_edit_topics(member: object) -> bool:
    """Editors write topics; all who read the desk see all topics."""
    return may_edit_watch(member)


def find_refusal(url: str, *, as_channel: bool = False) -> Refusal | None:
    """Why this address may not be followed, or None (promise 1).

    `as_channel`: it is told to be the feed of an organisation's own channel on a shared platform,
    which two members register; all other reasons hold for it as well.
    """
    host = host_of(url)
    if not host:
        return Refusal.NOT_HTTP
    bare = host.partition(":")[0]
    parts = urlsplit(url)
    path = _plainly(parts.path).replace(";", "/")
    shared = _lies_on(bare, SHARED_PLATFORMS)
    if _lies_on(bare, GROUP_HOSTS) or (shared and GROUP_PATHS.match(path)):
        return Refusal.GROUP
    if shared and not as_channel:
        return Refusal.PLATFORM
    if as_channel and find_channel(url) is None:
        return Refusal.NO_CHANNEL
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


def may_follow(url: str, hosts: frozenset[str]) -> bool:
    """Whether a feed that a publication's page announces may take that page's place."""
    return find_refusal(url) is None and belongs_to(url, hosts)


def _lies_on(host: str, known: frozenset[str]) -> bool:
    return any(host == one or host.endswith("." + one) for one in known)


def _plainly(part: str) -> str:
    """A part of an address without its percent signs: "%61uthor" is "author"."""
    for _ in range(3):
        part, before = unquote(part), part
        if part == before:
            break
    return part
