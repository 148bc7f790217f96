"""The page without a feed: its headlines, not its furniture; and the feeds that a page announces."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds import find_feeds, read_page_links
from haidang.engine.types import EntryData, FeedKind, Precision, When

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
URL = "https://www.den.example/kinh-te/"
REAL = Path(__file__).parents[4] / "shared" / "data" / "extract" / "vietnamese_page.html"

HEAD = """<!doctype html><html lang="vi"><head><title>Kinh tế – Ngọn Đèn</title>
<link rel="alternate" type="application/rss+xml" title="Tin" href="/tin.rss">
<link rel="alternate" type="application/atom+xml; charset=utf-8" href="https://www.den.example/a.atom">
<link rel="alternate" type="application/rss+xml" href="/tin.rss">
<link rel="alternate" type="application/rss+xml" title="Bình luận" href="/binh-luan.rss">
<link rel="alternate" type="application/rss+xml" href="/comments/feed/">
<link rel="alternate" hreflang="en" href="/en/">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">
</head><body>"""

FURNITURE = """<nav><a href="/thoi-su/">Thời sự trong ngày của toàn tỉnh</a></nav>
<div class="main-menu"><a href="/a">Một mục của thực đơn dài như tiêu đề</a></div>
<div class="box tags"><a href="/x-1">Một nhãn dài như một tiêu đề thật sự</a></div>
<ul>{others}</ul>
<footer><a href="/lien-he.html">Liên hệ quảng cáo với toà soạn chúng tôi</a></footer>"""

LIST = """<h2><a href="/lead.html"><img src="a.jpg">Bài lớn: cảng Vân Hạ đón chuyến tàu đầu tiên</a></h2>
<div class="list">
<div class="item"><a href="/1.html"><img></a><a href="/1.html">Giá muối tăng sau ba tháng mưa</a>
 <time datetime="2026-11-23T08:00:00+07:00">2 giờ trước</time></div>
<div class="item"><a href="/2.html"><img></a><a href="//www.den.example/2.html">Chợ đêm bến cá mở lại</a>
 <time>22/11/2026</time></div>
<div class="item"><a href="/3.html#x">Hợp tác xã nuôi tôm thử giống mới</a>
 <time datetime="2030-01-01">sau này</time></div>
<div class="item"><a href="/4.html">Ngắn</a></div>
<div class="item"><a href="https://khac.example/5.html">Bài của một báo khác hẳn ở nơi xa</a></div>
</div>"""


def read(body, *, url=URL):
    html = body if isinstance(body, bytes) else body.encode()
    return read_page_links(html, url=url, content_type="text/html", now=NOW)


def test_headlines_are_taken_and_furniture_is_left():
    others = "".join(
        f'<li><a href="/tag/{n}">Một chủ đề dài như tiêu đề {n}</a></li>' for n in range(5)
    )
    feed = read(HEAD + FURNITURE.format(others=others) + LIST)
    assert (feed.kind, feed.title, feed.language, feed.left_out) == (
        FeedKind.PAGE,
        "Kinh tế – Ngọn Đèn",
        "vi",
        0,
    )
    base = "https://www.den.example"
    assert feed.entries == (
        EntryData(
            key=f"{base}/lead.html",
            url=f"{base}/lead.html",
            title="Bài lớn: cảng Vân Hạ đón chuyến tàu đầu tiên",
        ),
        EntryData(
            key=f"{base}/1.html",
            url=f"{base}/1.html",
            title="Giá muối tăng sau ba tháng mưa",
            published=When(datetime(2026, 11, 23, 1, 0, tzinfo=UTC)),
        ),
        EntryData(
            key=f"{base}/2.html",
            url=f"{base}/2.html",
            title="Chợ đêm bến cá mở lại",
            published=When(datetime(2026, 11, 21, 17, 0, tzinfo=UTC), Precision.DAY),
        ),
        EntryData(
            key=f"{base}/3.html",
            url=f"{base}/3.html",
            title="Hợp tác xã nuôi tôm thử giống mới",
        ),
    )


@pytest.mark.parametrize(
    ("title", "taken"),
    [
        ("港口今天迎来第一艘货轮停靠", True),
        ("항구에 첫 화물선이 들어왔다", True),
        ("Read more", False),
        ("Supercalifragilistic-expialidocious", False),
    ],
)
def test_headline_is_known_by_its_words_in_any_script(title, taken):
    other = "Một tiêu đề đủ dài để đọc"
    body = "".join(f'<h3><a href="/{n}.html">{t}</a></h3>' for n, t in enumerate((title, other)))
    titles = [entry.title for entry in read(HEAD + body).entries]
    assert titles == ([title, other] if taken else [other])


def test_sub_host_belongs_to_the_site_and_a_look_alike_does_not():
    hosts = ("thethao.den.example", "den.example", "den.example.evil.example", "khoden.example")
    body = "".join(
        f'<h3><a href="https://{h}/a.html">Một tiêu đề đủ dài để đọc</a></h3>' for h in hosts
    )
    assert [entry.url for entry in read(HEAD + body).entries] == [
        "https://thethao.den.example/a.html",
        "https://den.example/a.html",
    ]


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (HEAD + "<p>Không có gì.</p>", Trouble.NO_LINKS),
        (b"", Trouble.NOT_HTML),
        (b'{"a": 1}', Trouble.NOT_HTML),
        (b"\x89PNG\r\n\x1a\n", Trouble.NOT_HTML),
        (b"<html>" + b"<div>" * 3_000, Trouble.HOSTILE_MARKUP),
    ],
)
def test_page_without_headlines_is_told_by_what_it_is(body, trouble):
    with pytest.raises(EngineError) as caught:
        read(body)
    assert caught.value.trouble is trouble


def test_links_over_the_cap_are_counted():
    body = "".join(
        f'<h3><a href="/{n}.html">Tiêu đề số {n} của trang dài</a></h3>' for n in range(510)
    )
    feed = read(HEAD + body)
    assert (len(feed.entries), feed.left_out) == (500, 10)


def test_announced_feeds_are_found_without_those_of_comments():
    assert find_feeds(HEAD.encode(), url=URL) == (
        "https://www.den.example/tin.rss",
        "https://www.den.example/a.atom",
    )


def test_meta_charset_is_believed_where_utf8_is_not_valid():
    body = '<html><head><meta charset="windows-1251"></head><body><h1><a href="/a.html">Цены на соль выросли</a></h1>'
    assert [entry.title for entry in read(body.encode("cp1251")).entries] == [
        "Цены на соль выросли"
    ]


def test_links_of_a_real_article_page_do_not_crash():
    if not REAL.exists():
        pytest.skip("the real page is not beside the checkout")
    feed = read(REAL.read_bytes(), url="https://thanhnien.vn/")
    assert [entry.url.startswith("https://thanhnien.vn/") for entry in feed.entries] == [True]


@given(st.binary() | st.text().map(lambda text: f"<html><a href='{text}'>{text}</a>".encode()))
def test_arbitrary_bytes_give_links_or_an_engine_error(body):
    for reader in (read, lambda html: find_feeds(html, url=URL)):
        try:
            reader(body)
        except EngineError:
            continue
