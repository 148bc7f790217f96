"""Selectors of a page without a feed: given by a person, or learned from the page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds import is_selector, read_page_links
from haidang.engine.feeds.selectors import read_selector

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
URL = "https://den.example/kinh-te/"


def page(body):
    return f"<html><body>{body}</body></html>".encode()


def item(number, *, name="item"):
    return (
        f'<div class="{name}"><a href="/{number}.html">Bài số {number} về bến cảng Vân Hạ</a></div>'
    )


def items(*numbers, name="item"):
    return "".join(item(number, name=name) for number in numbers)


def read(body, **told):
    return read_page_links(page(body), url=URL, content_type="text/html", now=NOW, **told)


def paths(feed):
    return [entry.url.removeprefix("https://den.example/") for entry in feed.entries]


LIST = f'<main><div class="list">{items(1, 2, 3)}</div></main>'
SIDE = f'<div class="side">{items(7, 8, 9, name="hot")}</div>'


def test_page_teaches_where_its_headlines_stand():
    feed = read(LIST)
    assert feed.selector == "main > div.list > div.item > a"
    assert paths(read(LIST + SIDE, selector=feed.selector)) == ["1.html", "2.html", "3.html"]


def test_learned_selector_stays_while_it_works():
    learned = read(LIST).selector
    assert read(LIST + SIDE, selector=learned).selector == learned


def test_learned_selector_that_finds_nothing_is_learned_anew():
    learned = read(LIST).selector
    new = read(f'<section class="news">{items(4, 5, 6, name="card")}</section>', selector=learned)
    assert paths(new) == ["4.html", "5.html", "6.html"]
    assert new.selector == "body > section.news > div.card > a"


def test_given_selector_is_obeyed_even_where_it_finds_little():
    feed = read(LIST + SIDE, selector=".side", given=True)
    assert (paths(feed), feed.selector) == (["7.html", "8.html", "9.html"], ".side")
    with pytest.raises(EngineError) as caught:
        read(LIST, selector=".gone", given=True)
    assert caught.value.trouble is Trouble.NO_LINKS


def test_given_selector_takes_short_headlines_and_those_in_a_menu():
    body = '<nav class="tin"><a href="/1.html">Lũ về rồi</a> <a href="/2.html">Xem</a></nav>'
    assert paths(read(body, selector=".tin a", given=True)) == ["1.html"]


def test_given_selector_does_not_leave_the_site():
    body = f'<div class="list">{item(1)}<a href="https://evil.example/x">Một bài ở nơi khác hẳn</a></div>'
    assert paths(read(body, selector=".list", given=True)) == ["1.html"]


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        ("div.list a", ["1.html"]),
        ("main div.item > a", ["1.html"]),
        ("main > div.item", []),
        ("#trang .item", ["1.html"]),
        ("div.list.big a", ["1.html"]),
        ("div.list.small a", []),
        ("p a, .item a", ["1.html"]),
        ("* > .item", ["1.html"]),
    ],
)
def test_selector_means_what_it_means_in_css(selector, wanted):
    body = f'<main id="trang"><div class="big list">{item(1)}</div></main>'
    try:
        told = paths(read(body, selector=selector, given=True))
    except EngineError:
        told = []
    assert told == wanted


@pytest.mark.parametrize(
    "told",
    ["", " ", "> a", "a >", "a > > b", "a:hover", "a[href]", "a,,b", "//a", "a" * 1001, "b " * 9],
)
def test_what_is_no_selector_is_refused(told):
    assert not is_selector(told)


def test_hostile_page_does_not_make_a_selector_slow():
    """Steps times depth, not depth to the power of steps: every step but the first fits everywhere."""
    deep = "<div>" * 200 + items(1, 2, 3) + "</div>" * 200
    with pytest.raises(EngineError) as caught:
        read(deep, selector="p " + "div " * 7, given=True)
    assert caught.value.trouble is Trouble.NO_LINKS


def test_learned_selectors_can_be_read_again():
    odd = (
        '<h2 class="a:b"><a href="/1.html" class="tiêu-đề">Bài lớn của ngày hôm nay ở bến</a></h2>'
    )
    learned = read(odd).selector
    assert learned == "html > body > h2 > a"
    assert len(read_selector(learned)) == 1
