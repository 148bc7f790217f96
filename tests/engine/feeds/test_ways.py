"""Where a feed leads: older pages, its hub; the best of several feeds; feeds of channels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from haidang.engine.feeds import (
    PAGED_ENTRIES_MAX,
    Ways,
    find_channel_feed,
    is_same_site,
    join_pages,
    parse_feed,
    rank_feed,
    read_ways,
)
from haidang.engine.types import EntryData, FeedData, FeedKind, When

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
URL = "https://den.example/feed"
LINKS = """<link rel="self" href="/feed"/><link rel="next" href="?page=2"/>
<link rel="hub" href="https://hub.example/"/>"""
RSS = f"""<rss version="2.0"><channel xmlns="http://www.w3.org/2005/Atom">{LINKS}
<title xmlns="">x</title></channel></rss>"""
ATOM = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title>{LINKS}</feed>'
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [],
"feed_url": "/feed", "next_url": "?page=2",
"hubs": [3, {"type": "other", "url": "x"}, {"type": "WebSub", "url": "https://hub.example/"}]}"""


def feed(*entries, **told):
    return FeedData(kind=FeedKind.RSS, entries=entries, **told)


def entry(key, *, url=None, days=None):
    told = When(NOW - timedelta(days=days)) if days is not None else None
    return EntryData(key=key, url=url or f"https://den.example/{key}", title=key, published=told)


@pytest.mark.parametrize("body", [RSS, ATOM, JSON], ids=["rss", "atom", "json"])
def test_feed_tells_its_next_page_and_its_hub(body):
    data = parse_feed(body.encode(), url=URL, content_type=None, now=NOW)
    assert read_ways((), data=data, url=URL) == Ways(
        next_url="https://den.example/feed?page=2",
        hub_url="https://hub.example/",
        topic_url="https://den.example/feed",
    )


def test_headers_count_before_the_feed():
    headers = (
        ("Link", '</tin>; rel="self", <https://h.example/>; title="a, b"; rel=hub'),
        ("link", "</p2>; rel='x'; rel=\"nofollow next\""),
    )
    data = feed(hub_url="https://other.example/", topic_url="https://den.example/x")
    assert read_ways(headers, data=data, url=URL) == Ways(
        hub_url="https://h.example/", topic_url="https://den.example/tin"
    )


@pytest.mark.parametrize("value", ["", "<", "<>;rel=hub", "<javascript:x>;rel=hub", "<" * 9_000])
def test_broken_headers_lead_nowhere(value):
    assert read_ways((("Link", value),), data=feed(), url=URL) == Ways()


def test_pages_are_joined_with_each_address_once():
    first = feed(entry("a"), entry("b"), title="x")
    second = feed(entry("b"), entry("c", url="https://den.example/a"), entry("d"), left_out=2)
    joined = join_pages([first, second])
    assert ([one.key for one in joined.entries], joined.left_out, joined.title) == (
        ["a", "b", "d"],
        2,
        "x",
    )


def test_pages_end_after_five_thousand_entries():
    pages = [feed(*(entry(f"{n}-{page}") for n in range(600))) for page in range(10)]
    assert len(join_pages(pages).entries) == PAGED_ENTRIES_MAX == 5_000


def test_living_feed_ranks_before_a_longer_one_that_stopped():
    alive, stopped = feed(entry("a", days=1)), feed(*(entry(str(n), days=90) for n in range(50)))
    undated, empty = feed(entry("a"), entry("b")), feed()
    ranked = sorted([empty, undated, stopped, alive], key=lambda one: rank_feed(one, now=NOW))
    assert ranked == [empty, undated, stopped, alive]


def test_date_in_the_future_makes_no_feed_fresher_than_now():
    assert rank_feed(feed(entry("a", days=-900)), now=NOW) == (True, True, NOW.timestamp(), 1)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("https://www.den.example/a", True),
        ("http://m.den.example/a", True),
        ("https://example/", True),
        ("https://den.example:8443/", False),
        ("https://eden.example/", False),
        ("https://evil.example/?den.example", False),
        ("https://[", False),
    ],
)
def test_site_is_one_host_and_those_below(other, same):
    assert is_same_site("https://den.example/x", other) is same


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (
            "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv/videos",
            "https://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv",
        ),
        ("https://www.youtube.com/@toasoan", None),
        ("https://toasoan.wordpress.com/about", "https://toasoan.wordpress.com/feed/"),
        ("https://toasoan.blogspot.com/", "https://toasoan.blogspot.com/feeds/posts/default"),
        ("https://medium.com/toa-soan", "https://medium.com/feed/toa-soan"),
        ("https://medium.com/@mot-nguoi", None),
        ("https://vimeo.com/channels/dai/123", "https://vimeo.com/channels/dai/videos/rss"),
        ("https://www.facebook.com/toasoan", None),
        ("https://toasoan.example/", None),
        ("ftp://toasoan.wordpress.com/", None),
        ("https://[", None),
    ],
)
def test_channel_leads_to_the_feed_its_platform_offers(url, told):
    assert find_channel_feed(url) == told
