from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.net.robots import RobotsMemory, read_rules

from .server import Clock


def allowed(text: str, path: str = "/tin/1") -> bool:
    return read_rules(text.encode()).allow(path)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: HaiDang\nDisallow: /", False),
        ("user-agent: haidang/2.0 (anything)\ndisallow: /", False),
        ("User-agent: HaiDang-Images\nDisallow: /", True),
        ("User-agent: Hai\nDisallow: /", True),
        ("User-agent: NotHaiDang\nDisallow: /", True),
        ("User-agent: *\nDisallow: /\nUser-agent: HaiDang\nAllow: /", True),
        ("User-agent: *\nDisallow: /\nUser-agent: HaiDang\n", True),
        ("User-agent: a\nUser-agent: HaiDang\nDisallow: /", False),
        ("User-agent: a\nSitemap: /s\nUser-agent: HaiDang\nDisallow: /", False),
        ("User-agent: HaiDang\nDisallow: /x\n\nUser-agent: HaiDang\nDisallow: /tin", False),
        ("User-agent: *\nDisallow: /\nAllow: /tin", True),
        ("User-agent: *\nDisallow: /tin\nAllow: /tin", True),
        ("User-agent: *\nAllow: /tin\nDisallow: /tin/1", False),
        ("User-agent: *\nDisallow: /*/1$", False),
        ("User-agent: *\nDisallow: /tin$", True),
        ("User-agent: *\r\nDisallow: / # all of it\r\n", False),
        ("User-agent: *\rDisallow: /\r", False),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("Disallow: /", True),
        ("<html>not found</html>", True),
        ("User agent: *\nDissallow: /", False),
    ],
)
def test_read_rules_follows_the_rfc(text: str, answer: bool) -> None:
    assert allowed(text) is answer


@pytest.mark.parametrize(
    ("rule", "path", "answer"),
    [
        ("/tin/á", "/tin/%C3%A1", False),
        ("/tin/%C3%A1", "/tin/%C3%A1", False),
        ("/tin/%c3%a1", "/tin/%C3%A1", False),
        ("/a?q=1", "/a?q=1&r=2", False),
        ("/a?q=1", "/a?r=2", True),
        ("/a%3Cb", "/a%3Cb/c", False),
        ("/Tin", "/tin", True),
    ],
)
def test_rules_match_percent_encoded_paths(rule: str, path: str, answer: bool) -> None:
    assert allowed(f"User-agent: *\nDisallow: {rule}", path) is answer


def test_crawl_delay_is_our_groups() -> None:
    text = "User-agent: *\nCrawl-delay: 9\n\nUser-agent: haidang\nCrawl-delay: 4.5\nDisallow: /x"
    assert read_rules(text.encode()).crawl_delay_s == 4.5
    assert read_rules(b"User-agent: *\nCrawl-delay: soon").crawl_delay_s == 0.0


def test_half_a_megabyte_is_read_and_no_more() -> None:
    rule = b"\nUser-agent: *\nDisallow: /"
    inside = b"#" * (500 * 1024 - len(rule)) + rule
    assert not read_rules(inside).allow("/")
    assert read_rules(b"#" * 500 * 1024 + rule).allow("/")


@given(
    st.binary(max_size=300)
    | st.text(max_size=100).map(lambda t: b"User-agent: *\nDisallow: " + t.encode())
)
def test_read_rules_never_raises(body: bytes) -> None:
    rules = read_rules(body)
    assert rules.allow("/") in {True, False}
    assert rules.crawl_delay_s >= 0


def test_memory_forgets_after_the_time_and_keeps_old_rules_when_unreachable() -> None:
    clock = Clock()
    memory = RobotsMemory(clock=clock)
    rules = read_rules(b"User-agent: *\nDisallow: /")
    memory.keep("http://a.example", rules=rules, seconds=60)
    clock.passes(59)
    assert memory.fresh("http://a.example") is not None
    clock.passes(1)
    assert memory.fresh("http://a.example") is None
    assert memory.keep("http://a.example", rules=None, seconds=60).rules is rules
    assert memory.keep("http://b.example", rules=None, seconds=60).rules is None


def test_memory_is_bounded_by_weight() -> None:
    memory = RobotsMemory(clock=Clock())
    big = read_rules(b"User-agent: *\n" + b"Disallow: /%s\n" % (b"a" * 1_000) * 450)
    for number in range(60):
        memory.keep(f"http://{number}.example", rules=big, seconds=60)
    kept = [n for n in range(60) if memory.fresh(f"http://{n}.example")]
    assert kept == list(range(60 - len(kept), 60))
    assert 30 < len(kept) < 40
