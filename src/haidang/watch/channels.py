"""Organisations' channels on shared platforms: which of them offer a feed, and which link names one.

Anyone may publish on such a platform, so a channel is registered strictly (promise 1): the
organisation's own page links to it, which a machine checks, and a second member confirms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from haidang.engine.net import host_of

# Platforms that give each channel a name of its own before theirs.
NAMED_BY_HOST = frozenset(
    "wordpress.com blogspot.com substack.com tumblr.com livejournal.com medium.com github.io "
    "gitlab.io weebly.com wixsite.com ghost.io typepad.com over-blog.com hatenablog.com".split()
)
_NOT_A_NAME = frozenset({"www", "m", "api", "feeds", "public-api", "help", "support", "blog"})
_YOUTUBE_ID = re.compile(r"UC[\w-]{22}", re.ASCII)
_YOUTUBE_LINK = re.compile(r"/channel/(UC[\w-]{22})(?:/|$)", re.ASCII)
_MEDIUM_FEED = re.compile(r"/feed/([\w-]{1,100})/?", re.ASCII)
_VIMEO_FEED = re.compile(r"/channels/([\w-]{1,100})/videos/rss/?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Channel:
    """`key`: the one name of the channel, such as "youtube.com/UC…" or "bao.wordpress.com"."""

    key: str

    @property
    def platform(self) -> str:
        """The host on which links to the channel lie."""
        return self.key.partition("/")[0]


def find_channel(url: str) -> Channel | None:
    """The channel whose feed lies at this address, or None if it is no channel's feed that we know."""
    host, (path, query) = host_of(url), _path_and_query(url)
    if _is_named_by_host(host):
        return Channel(host)
    if host == "youtube.com" and path == "/feeds/videos.xml":
        ids = query.get("channel_id", [])
        alone = len(query) == 1 and len(ids) == 1 and _YOUTUBE_ID.fullmatch(ids[0])
        return Channel(f"youtube.com/{ids[0]}") if alone else None
    if host == "medium.com" and (found := _MEDIUM_FEED.fullmatch(path)):
        return Channel(f"medium.com/{found[1].lower()}")
    if host == "vimeo.com" and (found := _VIMEO_FEED.fullmatch(path)):
        return Channel(f"vimeo.com/channels/{found[1].lower()}")
    return None


def leads_to(link: str, channel: Channel) -> bool:
    """Whether a link names that very channel."""
    host, (path, _query) = host_of(link), _path_and_query(link)
    if "/" not in channel.key:
        return host == channel.key
    if host == "m.youtube.com":
        host = "youtube.com"
    if host != channel.platform:
        return False
    if host == "youtube.com":
        found = _YOUTUBE_LINK.match(path)
        return bool(found) and f"youtube.com/{found[1]}" == channel.key  # type: ignore[index] # asked for before
    own = channel.key.removeprefix(channel.platform)
    return path.lower() == own or path.lower().startswith(own + "/")


def hosts_shared_by(key: str) -> frozenset[str]:
    """Hosts on which entries of a channel's own feed lie though others publish there too."""
    return frozenset({key.partition("/")[0]}) if "/" in key else frozenset()


def _is_named_by_host(host: str) -> bool:
    name, _dot, rest = host.partition(".")
    return rest in NAMED_BY_HOST and bool(name) and name not in _NOT_A_NAME


def _path_and_query(url: str) -> tuple[str, dict[str, list[str]]]:
    try:
        parts = urlsplit(url)
        return parts.path, parse_qs(parts.query, keep_blank_values=True, max_num_fields=20)
    except ValueError:
        return "", {}
