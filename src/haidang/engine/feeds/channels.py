"""Channels of organisations on platforms that offer RSS or Atom: from a channel's address to its feed.

Only the address is looked at; whether a channel may be followed at all is decided by the room
(promise 1). Platforms without a feed of their own are not here, and bridges never will be.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_YOUTUBE = frozenset({"youtube.com", "m.youtube.com"})
_CHANNEL = re.compile(r"/channel/(UC[\w-]{22})(?:/|$)")
_MEDIUM = re.compile(r"/([\w-]{1,100})/?", re.ASCII)  # a publication; a person's begins with "@"
_VIMEO = re.compile(r"/channels/([\w-]{1,100})(?:/|$)", re.ASCII)
_PLAYLIST = re.compile(r"(?:^|&)list=(PL[\w-]{10,60})(?:&|$)")
# The feed's place below a blog's own host.
_BLOGS = {
    "wordpress.com": "/feed/",
    "blogspot.com": "/feeds/posts/default",
    "substack.com": "/feed",
    "tumblr.com": "/rss",
    "medium.com": "/feed",
}


def find_channel_feed(url: str) -> str | None:
    """The feed of the channel at this address, or None where its address alone does not tell."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    if parts.scheme not in ("http", "https") or not host:
        return None
    if host in _YOUTUBE:
        return _youtube(parts.path, parts.query)
    platform = next((name for name in _BLOGS if host.endswith("." + name)), None)
    if platform is not None:
        return f"https://{host}{_BLOGS[platform]}"
    if host == "medium.com" and (found := _MEDIUM.fullmatch(parts.path)):
        return f"https://medium.com/feed/{found[1]}"
    if host == "vimeo.com" and (found := _VIMEO.match(parts.path)):
        return f"https://vimeo.com/channels/{found[1]}/videos/rss"
    return None


def _youtube(path: str, query: str) -> str | None:
    """A channel by its number, or a playlist; a name ("@name") is known to YouTube alone."""
    feed = "https://www.youtube.com/feeds/videos.xml"
    if found := _CHANNEL.match(path):
        return f"{feed}?channel_id={found[1]}"
    if path == "/playlist" and (found := _PLAYLIST.search(query)):
        return f"{feed}?playlist_id={found[1]}"
    return None
