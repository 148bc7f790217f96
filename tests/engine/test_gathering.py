"""A visit that takes several requests, on a web that is a table of addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from haidang.engine import feeds
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.gathering import Gatherer, Source
from haidang.engine.types import FeedKind, Reply

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HOME = "https://den.example"
HEADLINES = "".join(
    f'<div class="item"><a href="/{n}.html">Bài số {n} về bến cảng Vân Hạ</a></div>'
    for n in range(1, 4)
)


@dataclass
class Web:
    """What stands where, and what was asked for."""

    pages: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, body: str) -> str:
        self.pages[HOME + path] = body
        return HOME + path

    def ask(self, url: str) -> Reply:
        self.asked.append(url.removeprefix(HOME))
        if url not in self.pages:
            raise EngineError(Trouble.HTTP_STATUS, status=404)
        body = self.pages[url].encode()
        return Reply(
            url=url,
            final_url=url,
            status=200,
            reason="OK",
            headers=(("ETag", '"1"'),),
            body=body,
            raw_body=body,
            fetched_at=NOW,
        )

    def gather(
        self, source: Source, may_follow: Callable[[str], bool] = bool, *, ends: float | None = None
    ) -> Any:
        gatherer = Gatherer(ask=self.ask, read=run, now=NOW, may_follow=may_follow)
        if ends is not None:
            gatherer._ends = ends
        reply = self.ask(source.url)
        self.asked.clear()
        return gatherer.gather(source, reply)


def run(target: str, *args: Any, **told: Any) -> Any:
    """The sandbox, without its walls."""
    return getattr(feeds, target.partition(":")[2])(*args, **told)


def rss(*numbers: int, days: float = 0.1, next_url: str = "") -> str:
    at = (NOW - timedelta(days=days)).isoformat()
    link = f'<link xmlns="http://www.w3.org/2005/Atom" rel="next" href="{next_url}"/>'
    items = "".join(
        f"<item><guid>{n}</guid><link>/{n}.html</link><title>Tin {n}</title><pubDate>{at}</pubDate></item>"
        for n in numbers
    )
    return f"<rss><channel><title>x</title>{link if next_url else ''}{items}</channel></rss>"


def sitemap(*numbers: int, days: float = 0.1) -> str:
    at = (NOW - timedelta(days=days)).isoformat()
    items = "".join(f"<url><loc>/{n}.html</loc><lastmod>{at}</lastmod></url>" for n in numbers)
    return f"<urlset>{items}</urlset>"


def index(*paths: str) -> str:
    items = "".join(f"<sitemap><loc>{path}</loc></sitemap>" for path in paths)
    return f"<sitemapindex>{items}</sitemapindex>"


def home(*announced: str, body: str = HEADLINES) -> str:
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{path}">' for path in announced
    )
    return f"<!doctype html><html><head>{links}</head><body>{body}</body></html>"


def told(found: Any) -> list[str]:
    return [entry.url.removeprefix(HOME) for entry in found.data.entries]


@pytest.fixture
def web() -> Web:
    return Web()


# ---------------------------------------------------------------- sitemaps


def test_index_is_read_news_first_and_keeps_no_validators(web):
    url = web.put("/sitemap.xml", index("/a.xml", "/news.xml", "/lost.xml"))
    web.put("/a.xml", sitemap(1, 2))
    web.put("/news.xml", sitemap(3, 1))
    found = web.gather(Source(url=url))
    assert web.asked == ["/news.xml", "/a.xml", "/lost.xml"]
    assert (told(found), found.data.kind) == (["/3.html", "/1.html", "/2.html"], FeedKind.SITEMAP)
    assert not found.keeps_validators


def test_index_stops_asking_once_it_has_enough(web):
    url = web.put("/sitemap.xml", index("/a.xml", "/b.xml"))
    web.put("/a.xml", sitemap(*range(500)))
    web.put("/b.xml", sitemap(1000))
    assert len(told(web.gather(Source(url=url)))) == 500
    assert web.asked == ["/a.xml"]


def test_index_without_a_readable_sitemap_says_why(web):
    url = web.put("/sitemap.xml", index("/a.xml", "/b.xml"))
    with pytest.raises(EngineError) as caught:
        web.gather(Source(url=url))
    assert caught.value.trouble is Trouble.HTTP_STATUS


def test_index_of_itself_ends(web):
    url = web.put("/sitemap.xml", index("/sitemap.xml", "/b.xml"))
    web.put("/b.xml", index("/sitemap.xml", "/c.xml"))
    web.put("/c.xml", index("/d.xml"))
    assert told(web.gather(Source(url=url))) == []
    assert web.asked == ["/b.xml", "/c.xml"]


# ---------------------------------------------------------------- older pages


def put_pages(web, *, count=3):
    for n in range(1, count + 1):
        further = f"/feed?page={n + 1}" if n < count else ""
        web.put("/feed" if n == 1 else f"/feed?page={n}", rss(n, next_url=further))
    return HOME + "/feed"


def test_first_visit_follows_older_pages(web):
    assert told(web.gather(Source(url=put_pages(web), is_first=True))) == [
        "/1.html",
        "/2.html",
        "/3.html",
    ]


def test_visit_follows_older_pages_until_it_meets_what_it_knows(web):
    url = put_pages(web, count=5)
    found = web.gather(Source(url=url, known_keys=frozenset({"3", "4"})))
    assert (told(found), web.asked) == (["/1.html", "/2.html"], ["/feed?page=2", "/feed?page=3"])


def test_visit_with_something_known_on_the_newest_page_asks_no_further(web):
    url = web.put("/feed", rss(1, 2, next_url="/feed?page=2"))
    web.gather(Source(url=url, known_keys=frozenset({"2"})))
    assert web.asked == []


def test_pages_that_never_end_are_left_after_ten(web):
    found = web.gather(Source(url=put_pages(web, count=30), is_first=True))
    assert (len(told(found)), len(web.asked)) == (10, 9)


def test_pages_that_lead_back_or_away_are_asked_once_or_not_at_all(web):
    url = web.put("/feed", rss(1, next_url="/p2"))
    web.put("/p2", rss(2, next_url="/feed"))
    web.gather(Source(url=url, is_first=True))
    assert web.asked == ["/p2"]
    away = web.put("/away", rss(1, next_url="https://evil.example/p2"))
    web.gather(Source(url=away, is_first=True))
    assert web.asked == []


def test_older_page_that_is_broken_costs_nothing(web):
    url = web.put("/feed", rss(1, next_url="/p2"))
    web.put("/p2", "<html>Bảo trì</html>")
    assert told(web.gather(Source(url=url, is_first=True))) == ["/1.html"]


def test_visit_that_took_too_long_begins_no_further_request(web):
    found = web.gather(Source(url=put_pages(web), is_first=True), ends=0.0)
    assert (told(found), web.asked) == (["/1.html"], [])


# ---------------------------------------------------------------- a home page


def test_home_page_leads_to_the_living_feed_it_announces(web):
    url = web.put("/", home("/chet.rss", "/loi.rss", "/tin.rss"))
    web.put("/chet.rss", rss(1, 2, 3, 4, days=400))
    web.put("/tin.rss", rss(5, 6, 7))
    found = web.gather(Source(url=url, is_new=True))
    assert (found.url, told(found)) == (HOME + "/tin.rss", ["/5.html", "/6.html", "/7.html"])


def test_home_page_with_a_dead_feed_leads_to_a_living_sitemap(web):
    url = web.put("/", home("/chet.rss"))
    web.put("/chet.rss", rss(1, 2, 3, days=400))
    web.put("/sitemap.xml", index("/moi-nhat.xml"))
    web.put("/moi-nhat.xml", sitemap(5, 6, 7))
    assert web.gather(Source(url=url, is_new=True)).url == HOME + "/sitemap.xml"


def test_home_page_with_a_dead_feed_alone_leads_there_all_the_same(web):
    url = web.put("/", home("/chet.rss"))
    web.put("/chet.rss", rss(1, days=400))
    web.put("/sitemap.xml", sitemap(9, days=400))
    assert web.gather(Source(url=url, is_new=True)).url == HOME + "/chet.rss"


def test_home_page_without_any_feed_is_read_itself(web):
    url = web.put("/", home())
    found = web.gather(Source(url=url, is_new=True))
    assert (found.url, found.data.kind, len(told(found))) == (url, FeedKind.PAGE, 3)
    assert web.asked == ["/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml"]


def test_home_page_with_nothing_at_all_says_that_it_is_no_feed(web):
    url = web.put("/", home(body="Bảo trì"))
    with pytest.raises(EngineError) as caught:
        web.gather(Source(url=url, is_new=True))
    assert (caught.value.trouble, caught.value.facts) == (Trouble.NOT_A_FEED, {"saw": "html"})


def test_home_page_never_leads_where_the_desk_may_not_follow(web):
    """A paper's page may announce its columnist's feed (promise 1)."""
    url = web.put("/", home("/tac-gia/an.rss", "/tin.rss"))
    web.put("/tac-gia/an.rss", rss(1, 2, 3))
    web.put("/tin.rss", rss(5, 6, 7))
    found = web.gather(Source(url=url, is_new=True), lambda told: "tac-gia" not in told)
    assert found.url == HOME + "/tin.rss"
    assert "/tac-gia/an.rss" not in web.asked


def test_feed_that_is_known_does_not_turn_into_something_else(web):
    """Its server is being repaired and says so in HTML: that is a trouble, not a new kind of feed."""
    url = web.put("/feed", home("/tin.rss"))
    with pytest.raises(EngineError) as caught:
        web.gather(Source(url=url))
    assert (caught.value.trouble, web.asked) == (Trouble.NOT_A_FEED, [])
