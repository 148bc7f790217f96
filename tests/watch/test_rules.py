"""What may be followed, and what belongs to whom (promise 1)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.watch.refusals import sentence_of
from haidang.watch.rules import (
    Refusal,
    belongs_to,
    find_refusal,
    host_of,
    may_edit_sources,
    may_read_desk,
)

FOLLOWED = [
    "https://baotinh.example/rss/trang-chu.rss",
    "http://baotinh.example:8080/feed",
    "https://baotinh.example/chuyen-muc/nguoi-dan/feed",
    "https://x.company.example/feed.xml",
    "https://baotinh.example/research/feed",
]


@pytest.mark.parametrize("url", FOLLOWED)
def test_find_refusal_lets_publications_be_followed(url: str) -> None:
    assert find_refusal(url) is None


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("", Refusal.NOT_HTTP),
        ("baotinh.example/feed", Refusal.NOT_HTTP),
        ("ftp://baotinh.example/feed", Refusal.NOT_HTTP),
        ("javascript:alert(1)", Refusal.NOT_HTTP),
        ("http://[::1", Refusal.NOT_HTTP),
        ("http://baotinh.example:port/", Refusal.NOT_HTTP),
        ("https://facebook.com/baotinh", Refusal.PLATFORM),
        ("https://m.facebook.com/baotinh", Refusal.PLATFORM),
        ("https://WWW.FACEBOOK.COM/baotinh", Refusal.PLATFORM),
        ("https://facebook.com./baotinh", Refusal.PLATFORM),
        ("https://x.com/baotinh", Refusal.PLATFORM),
        ("https://www.youtube.com/feeds/videos.xml?channel_id=1", Refusal.PLATFORM),
        ("https://mot-nguoi.substack.com/feed", Refusal.PLATFORM),
        ("https://sites.google.com/view/mot-nguoi", Refusal.PLATFORM),
        ("https://user:pass@facebook.com:443/x", Refusal.PLATFORM),
        ("https://rss-bridge.example/?action=display", Refusal.BRIDGE),
        ("https://rsshub.example/twitter/user/ai-do", Refusal.BRIDGE),
        ("https://nitter.example/ai-do/rss", Refusal.BRIDGE),
        ("https://baotinh.example/author/nguyen-van-a/feed", Refusal.PERSON),
        ("https://baotinh.example/AUTHORS/a", Refusal.PERSON),
        ("https://baotinh.example/tac-gia/nguyen-van-a.rss", Refusal.PERSON),
        ("https://baotinh.example/@nguyenvana", Refusal.PERSON),
        ("https://baotinh.example/feed?author=12", Refusal.PERSON),
        ("https://baotinh.example/feed?page=1&USER=12", Refusal.PERSON),
        ("https://baotinh.example/comments/feed", Refusal.COMMENTS),
        ("https://baotinh.example/bai-1/binh-luan", Refusal.COMMENTS),
        ("https://baotinh.example/?feed=comments-rss2", Refusal.COMMENTS),
        ("https://baotinh.example/search/feed", Refusal.SEARCH),
        ("https://baotinh.example/tim-kiem/lu-lut", Refusal.SEARCH),
        ("https://baotinh.example/feed?q=lu", Refusal.SEARCH),
    ],
)
def test_find_refusal_names_the_reason(url: str, refusal: Refusal) -> None:
    assert find_refusal(url) == refusal


@pytest.mark.parametrize(
    "url",
    [
        "https://baotinh.example/%61uthor/nguyen-van-a",
        "https://baotinh.example/feed?%61uthor=12",
        "https://baotinh.example/feed?page=1;author=12",
        "https://baotinh.example/%2561uthor/nguyen-van-a",
        "https://baotinh.example/?author_name=nguyen-van-a",
        "https://baotinh.example//author//nguyen-van-a",
        "https://baotinh.example/author;v=1/nguyen-van-a",
    ],
)
def test_find_refusal_sees_through_disguise(url: str) -> None:
    """The same address, written so that a plain look does not see it."""
    assert find_refusal(url) == Refusal.PERSON


def test_sentence_of_has_one_for_each_refusal() -> None:
    sentences = {sentence_of(refusal, "https://cua-ai.example/") for refusal in Refusal}
    assert len(sentences) == len(Refusal)
    assert all("https://cua-ai.example/" in sentence for sentence in sentences)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://BaoTinh.example/a", "baotinh.example"),
        ("https://www.baotinh.example/a", "baotinh.example"),
        ("http://baotinh.example:80/a", "baotinh.example"),
        ("https://baotinh.example:80/a", "baotinh.example:80"),
        ("http://baotinh.localhost:8701/", "baotinh.localhost:8701"),
        ("https://baotinh.example./", "baotinh.example"),
        ("//baotinh.example/a", ""),
        ("http:///a", ""),
        ("http://baotinh.example:99999/", ""),
    ],
)
def test_host_of_is_one_name_for_one_host(url: str, host: str) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("url", "belongs"),
    [
        ("https://baotinh.example/a", True),
        ("https://m.baotinh.example/a", True),
        ("https://notbaotinh.example/a", False),
        ("https://baotinh.example.evil.example/a", False),
        ("https://evil.example/?u=https://baotinh.example/", False),
        ("https://baotinh.example@evil.example/a", False),
        ("https://baotinh.example:8443/a", False),
        ("javascript://baotinh.example/%0aalert(1)", False),
        ("", False),
    ],
)
def test_belongs_to_needs_the_very_host_or_one_below(url: str, *, belongs: bool) -> None:
    assert belongs_to(url, frozenset({"baotinh.example"})) is belongs


def test_belongs_to_nobody_without_hosts() -> None:
    assert not belongs_to("https://baotinh.example/", frozenset())


@given(
    st.text(max_size=80)
    | st.text(max_size=60).map("https://".__add__)
    | st.text(alphabet="/:?#@[]%5Bb2;=&aq.", max_size=40).map("http://a".__add__)
)
def test_rules_never_raise_on_what_a_stranger_types(url: str) -> None:
    assert (find_refusal(url) is Refusal.NOT_HTTP) == (host_of(url) == "")


@pytest.mark.django_db
def test_may_read_desk_is_for_members_who_are_still_here(everyone) -> None:
    told = {name: may_read_desk(who) for name, who in everyone.items()}
    assert told == {"An": True, "Bình": True, "Cúc": False, "Dũng": False}


@pytest.mark.django_db
def test_may_edit_sources_is_for_members_even_in_a_demo(everyone, now) -> None:
    from haidang.core import actions
    from haidang.core.enums import DeskMode

    actions.set_mode(DeskMode.DEMO, now=now, demo_port=8701)
    assert {name: may_read_desk(who) for name, who in everyone.items()} == dict.fromkeys(
        everyone, True
    )
    told = {name: may_edit_sources(who) for name, who in everyone.items()}
    assert told == {"An": True, "Bình": True, "Cúc": False, "Dũng": False}
