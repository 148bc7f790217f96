"""Channels on shared platforms: which offer a feed, which link names one, what stays refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.watch.channels import Channel, find_channel, hosts_shared_by, leads_to
from haidang.watch.rules import Refusal, find_refusal

ID = "UC" + "x" * 22
YOUTUBE = f"https://www.youtube.com/feeds/videos.xml?channel_id={ID}"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (YOUTUBE, f"youtube.com/{ID}"),
        ("https://so-y-te.wordpress.com/feed/", "so-y-te.wordpress.com"),
        ("https://hoi.blogspot.com/feeds/posts/default", "hoi.blogspot.com"),
        ("https://medium.com/feed/co-quan", "medium.com/co-quan"),
        ("https://vimeo.com/channels/coquan/videos/rss", "vimeo.com/channels/coquan"),
        (YOUTUBE + "&user=ai", None),
        ("https://www.youtube.com/feeds/videos.xml?user=ai", None),
        ("https://www.youtube.com/feeds/videos.xml?playlist_id=PL1", None),
        ("https://www.wordpress.com/feed/", None),
        ("https://a.b.wordpress.com/feed/", None),
        ("https://medium.com/feed/@ai-do", None),
        ("https://facebook.com/co-quan", None),
        ("https://bao.example/feed", None),
    ],
)
def test_find_channel_knows_those_with_a_feed(url: str, key: str | None) -> None:
    found = find_channel(url)
    assert (found.key if found else None) == key


@pytest.mark.parametrize(
    ("link", "key", "leads"),
    [
        (f"https://www.youtube.com/channel/{ID}", f"youtube.com/{ID}", True),
        (f"https://m.youtube.com/channel/{ID}/videos", f"youtube.com/{ID}", True),
        (f"https://www.youtube.com/channel/{ID}x", f"youtube.com/{ID}", False),
        ("https://www.youtube.com/@coquan", f"youtube.com/{ID}", False),
        (f"https://evil.example/channel/{ID}", f"youtube.com/{ID}", False),
        ("https://hoi.wordpress.com/2026/bai", "hoi.wordpress.com", True),
        ("https://khac.wordpress.com/", "hoi.wordpress.com", False),
        ("https://medium.com/co-quan", "medium.com/co-quan", True),
        ("https://medium.com/co-quan-khac", "medium.com/co-quan", False),
    ],
)
def test_leads_to_names_that_very_channel(link: str, key: str, *, leads: bool) -> None:
    assert leads_to(link, Channel(key)) is leads


def test_hosts_shared_by_are_those_without_a_name_of_their_own() -> None:
    assert hosts_shared_by(f"youtube.com/{ID}") == {"youtube.com"}
    assert hosts_shared_by("hoi.wordpress.com") == frozenset()
    assert hosts_shared_by("") == frozenset()


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        (YOUTUBE, None),
        ("https://hoi.wordpress.com/feed/", None),
        ("https://hoi.wordpress.com/author/ai/feed/", Refusal.PERSON),
        ("https://hoi.wordpress.com/comments/feed/", Refusal.COMMENTS),
        ("https://hoi.wordpress.com/?s=ai&feed=rss2", Refusal.SEARCH),
        ("https://x.com/coquan", Refusal.NO_CHANNEL),
        ("https://bao.example/feed", Refusal.NO_CHANNEL),
        ("https://facebook.com/groups/1", Refusal.GROUP),
    ],
)
def test_find_refusal_of_a_channel_keeps_all_other_reasons(
    url: str, refusal: Refusal | None
) -> None:
    assert find_refusal(url, as_channel=True) == refusal


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("https://facebook.com/groups/hoi-kin", Refusal.GROUP),
        ("https://t.me/+AbCd", Refusal.GROUP),
        ("https://discord.gg/abc", Refusal.GROUP),
        ("https://groups.google.com/g/hoi", Refusal.GROUP),
        ("https://mastodon.social/@coquan.rss", Refusal.PLATFORM),
        ("https://redlib.example/r/x.rss", Refusal.BRIDGE),
        ("https://rss.app/feeds/x.xml", Refusal.BRIDGE),
        ("https://bao.example/but-danh/ai", Refusal.PERSON),
        ("https://bao.example/journalists/a-b", Refusal.PERSON),
        ("https://bao.example/~nguyenvana/feed", Refusal.PERSON),
        ("https://bao.example/tac-gia.rss", Refusal.PERSON),
        ("https://bao.example/feed?byline=ai", Refusal.PERSON),
        ("https://bao.example/forums/feed", Refusal.COMMENTS),
        ("https://bao.example/feed?tu-khoa=ai", Refusal.SEARCH),
        ("https://bao.example/thoi-su/nhan-su/feed", None),
        ("https://bao.example/dien-dan.rss", None),
        ("https://bao.example/nguoi-viet-bon-phuong.rss", None),
    ],
)
def test_find_refusal_knows_more_disguises_and_spares_sections(
    url: str, refusal: Refusal | None
) -> None:
    assert find_refusal(url) == refusal


@given(st.text(max_size=80) | st.text(max_size=60).map("https://www.youtube.com/".__add__))
def test_channels_never_raise_on_what_a_stranger_types(url: str) -> None:
    channel = find_channel(url)
    assert channel is None or find_refusal(url, as_channel=False) is not None
