"""One whole feed of each kind, beside what must be read from it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from haidang.engine.feeds import parse_feed
from haidang.engine.types import EntryData, FeedData, FeedKind, Precision, When

GOLDEN = Path(__file__).parent / "golden"
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def at(*parts, precision=Precision.TIME):
    return When(datetime(*parts, tzinfo=UTC), precision)


RSS = FeedData(
    kind=FeedKind.RSS,
    title="Báo Ngọn Đèn & Biển",
    home_url="https://den.example/",
    language="vi-VN",
    ttl_minutes=30,
    topic_url="https://den.example/tin.rss",
    left_out=1,
    entries=(
        EntryData(
            key="den-101",
            url="https://den.example/kinh-te/cau-van-ha.html",
            title="Cầu Vân Hạ thông xe & miễn phí một tháng",
            summary="Sáng nay, cầu thông xe.",
            published=at(2026, 11, 23, 1, 0),
        ),
        EntryData(
            key="https://den.example/m%C6%B0a%20l%E1%BB%9Bn?id=7",
            url="https://den.example/m%C6%B0a%20l%E1%BB%9Bn?id=7",
            title="Mưa lớn ở đầu nguồn",
            summary="Nước lên nhanh.",
            published=at(2026, 11, 22, 14, 15),
        ),
        EntryData(
            key="https://den.example/cho-phien.html",
            url="https://den.example/cho-phien.html",
            title="Chợ phiên mở lại",
            published=at(2026, 4, 2, 17, 0, precision=Precision.DAY),
        ),
    ),
)
ATOM = FeedData(
    kind=FeedKind.ATOM,
    title="The Harbour Post",
    home_url="https://post.example/",
    topic_url="https://post.example/feed.atom",
    language="en",
    entries=(
        EntryData(
            key="tag:post.example,2026:1",
            url="https://den.example/feeds/news/1",
            title="Why a < b matters",
            summary="Plain <b>stays</b> plain.",
            published=at(2026, 11, 22, 1, 0, 0, 250_000),
            updated=at(2026, 11, 23, 0, 59),
            language="fr",
        ),
        EntryData(
            key="tag:post.example,2026:2",
            url="https://post.example/news/2",
            title="Two words",
            summary="Text of two.",
            updated=at(2026, 11, 20, 17, 0, precision=Precision.DAY),
        ),
    ),
)
JSON = FeedData(
    kind=FeedKind.JSON,
    title="Đài Cửa Biển",
    home_url="https://dai.example/",
    language="vi",
    ill_formed=True,
    left_out=2,
    entries=(
        EntryData(
            key="a1",
            url="https://den.example/tin/1",
            title="Lũ rút ở 3 < 5 xã",
            summary="Nước đã rút.",
            published=at(2026, 11, 23, 1, 0),
        ),
        EntryData(
            key="7",
            url="https://dai.example/tin/7",
            title="Số bảy",
            summary="a < b",
            updated=at(2026, 11, 22, 17, 0, precision=Precision.DAY),
        ),
    ),
)
SITEMAP = FeedData(
    kind=FeedKind.SITEMAP,
    entries=(
        EntryData(
            key="https://den.example/a.html",
            url="https://den.example/a.html",
            title="Cầu Vân Hạ thông xe",
            published=at(2026, 11, 23, 1, 0),
            language="vi",
        ),
        EntryData(
            key="https://den.example/b.html",
            url="https://den.example/b.html",
            title="",
            updated=at(2026, 11, 19, 17, 0, precision=Precision.DAY),
        ),
    ),
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("rss.xml", RSS), ("atom.xml", ATOM), ("feed.json", JSON), ("news-sitemap.xml", SITEMAP)],
)
def test_golden_feed_is_read_whole(name, expected):
    body = (GOLDEN / name).read_bytes()
    read = parse_feed(body, url="https://den.example/feeds/tin", content_type=None, now=NOW)
    assert read == expected


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml", "feed.json", "news-sitemap.xml"])
def test_no_byline_is_read(name):
    body = (GOLDEN / name).read_bytes()
    read = parse_feed(body, url="https://den.example/feeds/tin", content_type=None, now=NOW)
    assert [word for word in ("Người Viết", "nguoi.viet", "A Writer") if word in repr(read)] == []
