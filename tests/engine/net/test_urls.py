from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.net.urls import join_url, parse_url, port_is_open_to_us, shown

from .server import outcome


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("http://Example.COM", "http://example.com/"),
        ("https://example.com:443/feed.xml#top", "https://example.com/feed.xml"),
        ("http://example.com.:8080/a/../b/./c?x=1&y=á", "http://example.com:8080/b/c?x=1&y=%C3%A1"),
        ("http://example.com/a/%2e%2E/private", "http://example.com/private"),
        ("http://example.com/100%", "http://example.com/100%25"),
        ("https://báo-mới.vn/tin", "https://xn--bo-mi-xqa5384c.vn/tin"),
        ("https://BÁO-MỚI.vn/tin", "https://xn--bo-mi-xqa5384c.vn/tin"),
        ("https://xn--bo-mi-xqa5384c.vn/tin", "https://xn--bo-mi-xqa5384c.vn/tin"),
        ("http://[2606:4700:4700:0::1111]:8080/", "http://[2606:4700:4700::1111]:8080/"),
        ("http://a.example/?u=http://127.0.0.1/", "http://a.example/?u=http://127.0.0.1/"),
        ("http://a.example/@ban-tin", "http://a.example/@ban-tin"),
    ],
)
def test_parse_url_gives_one_spelling(url: str, read: str) -> None:
    assert parse_url(url).url == read


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "//example.com/",
        "http:/example.com/",
        "http:///example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://me:secret@example.com/",
        "http://me@example.com/",
        "http://example.com@127.0.0.1/",
        "http://127.0.0.1\\@example.com/",
        "http://example.com/a b",
        "http://example.com/\r\nX-Injected: 1",
        "http://example.com/\x00",
        "http://example.com:0/",
        "http://example.com:65536/",
        "http://example.com:8o/",
        "http://example..com/",
        "http://-a.example/",
        f"http://{'a' * 64}.example/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://0177.0.0.1/",
        "http://127.000.000.001/",
        "http://256.1.1.1/",
        "http://1.2.3.4.5/",
        "http://①②⑦.⓪.⓪.①/",
        "http://１２７.０.０.１/",
        "http://127。0。0。1/",
        "http://exam\u00adple.com/",
        "http://exam\u200bple.com/",
        "http://xn--localhost-/",
        "http://xn--a.example/",
        "http://[::1/",
        "http://[fe80::1%25eth0]/",
        "http://%31%32%37.0.0.1/",
        "http://a.example/\ud800",
        "http://a.example/" + "a" * 2_048,
    ],
)
def test_parse_url_refuses(url: str) -> None:
    with pytest.raises(EngineError) as caught:
        parse_url(url)
    assert caught.value.trouble is Trouble.BAD_ADDRESS


@pytest.mark.parametrize(
    "url", ["http://me:secret@a.example/", "http://me:sec/ret@a.example/", "me:secret@a.example"]
)
def test_error_never_shows_credentials(url: str) -> None:
    with pytest.raises(EngineError) as caught:
        parse_url(url)
    assert caught.value.facts["url"] in {"http://a.example/", "a.example"}


@pytest.mark.parametrize(
    ("location", "to"),
    [
        ("/b", "http://a.example/b"),
        ("c?d", "http://a.example/x/c?d"),
        ("//b.example/", "http://b.example/"),
        (" /bài viết ".encode().decode("latin-1"), "http://a.example/b%C3%A0i%20vi%E1%BA%BFt"),
        ("/\xff\xfe", "http://a.example/%FF%FE"),
    ],
)
def test_join_url_follows_header_bytes(location: str, to: str) -> None:
    assert join_url(parse_url("http://a.example/x/y"), location).url == to


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "http:/b",
        "http:b",
        "http:///b",
        "http://u:p@b.example/",
        "javascript:x",
        "http://[",
        "/" * 9_000,
    ],
)
def test_join_url_refuses(location: str) -> None:
    with pytest.raises(EngineError) as caught:
        join_url(parse_url("http://a.example/"), location)
    assert caught.value.trouble is Trouble.BAD_ADDRESS


def test_ports_of_other_services_are_closed_to_us() -> None:
    ports = (22, 25, 53, 80, 81, 443, 445, 2375, 5432, 6379, 8000, 8080, 8443, 9200, 11211, 27017)
    assert [port for port in ports if port_is_open_to_us(port)] == [80, 443, 8000, 8080, 8443]


@given(st.text() | st.from_regex(r"https?://[^/]{0,20}(:\d{0,5})?/?.{0,20}", fullmatch=True))
def test_parse_url_is_stable_whatever_the_text(text: str) -> None:
    target = outcome(lambda: parse_url(text))
    if isinstance(target, Trouble):
        assert target is Trouble.BAD_ADDRESS
        return
    assert parse_url(target.url) == target
    assert target.url.isascii()
    assert target.url.isprintable()
    assert " " not in target.url


@given(st.text(max_size=60))
def test_join_url_ends_in_a_target_or_a_refusal(text: str) -> None:
    target = outcome(lambda: join_url(parse_url("http://a.example/x"), text))
    if isinstance(target, Trouble):
        assert target is Trouble.BAD_ADDRESS
    else:
        assert parse_url(target.url) == target


def test_shown_holds_one_short_printable_line() -> None:
    assert shown("http://a.example/\r\n" + "a" * 500) == "http://a.example/??" + "a" * 181
