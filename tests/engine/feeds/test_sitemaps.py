"""Sitemaps: files of pages, indexes of files, and the bounded walk over them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds import SitemapWalk, read_sitemap
from haidang.engine.types import Precision, SitemapData, SitemapPlace, When

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
URL = "https://den.example/sitemap.xml"


def day(month, number, *, year=2026):
    return datetime(year, month, number, tzinfo=UTC)


def read(body, **told):
    return read_sitemap(body.encode(), url=URL, content_type=None, now=NOW, **told)


def index(*places):
    items = "".join(
        f"<sitemap><loc>{url}</loc>{f'<lastmod>{told}</lastmod>' if told else ''}</sitemap>"
        for url, told in places
    )
    return (
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{items}</sitemapindex>'
    )


def pages(*told):
    items = "".join(f"<url><loc>{url}</loc><lastmod>{at}</lastmod></url>" for url, at in told)
    return f"<urlset>{items}</urlset>"


def walk_of(*places, **told):
    walk = SitemapWalk(url=URL, **told)
    walk.add(SitemapData(places=tuple(places), is_index=True), depth=0)
    return walk


def order(walk):
    taken = []
    while (place := walk.next_place()) is not None:
        taken.append(place[1].rpartition("/")[2])
    return taken


def place(name, changed=None, **told):
    when = When(changed, Precision.DAY) if changed else None
    return SitemapPlace(url=f"https://den.example/{name}", changed=when, **told)


def test_index_names_sitemaps_with_their_last_change():
    told = read(index(("/a.xml", "2026-11-20"), ("/google-news.xml", None), ("javascript:x", None)))
    assert told == SitemapData(
        places=(
            place("a.xml", day(11, 19) + timedelta(hours=17)),
            SitemapPlace(url="https://den.example/google-news.xml", news=True),
        ),
        is_index=True,
        left_out=1,
    )


def test_pages_between_two_days_are_taken():
    body = pages(("/1", "2026-05-01"), ("/2", "2026-05-15"), ("/3", "2026-06-02"), ("/4", ""))
    told = read(body, since=day(5, 2), until=day(6, 1))
    assert [page.url for page in told.pages] == ["https://den.example/2"]
    assert (told.left_out, told.is_index) == (3, False)


def test_sitemap_of_many_pages_is_read_further_when_asked():
    body = pages(*((f"/{n}", "2026-05-01") for n in range(3_000)))
    assert len(read(body).pages) == 500
    assert len(read(body, most=50_000).pages) == 3_000


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ("<!doctype html><html><body>404</body></html>", Trouble.NOT_A_FEED),
        ("", Trouble.NOT_A_FEED),
        ("<opml></opml>", Trouble.BAD_FEED),
    ],
)
def test_what_is_no_sitemap_says_so(body, trouble):
    with pytest.raises(EngineError) as caught:
        read(body)
    assert caught.value.trouble is trouble


def test_index_that_breaks_off_is_read_as_far_as_it_goes():
    told = read(index(("/a.xml", None), ("/b.xml", None))[:-30])
    assert [one.url for one in told.places][:1] == ["https://den.example/a.xml"]


def test_walk_reads_news_first_then_what_changed_last():
    walk = walk_of(
        place("old.xml", day(1, 1)),
        place("undated.xml"),
        place("new.xml", day(11, 20)),
        place("moi-nhat.xml", news=True),
    )
    assert order(walk) == ["moi-nhat.xml", "new.xml", "old.xml", "undated.xml"]


def test_walk_asks_each_file_once_and_never_itself():
    loop = SitemapPlace(url=URL)
    walk = walk_of(loop, place("a.xml"), place("a.xml"))
    depth, url = walk.next_place()
    walk.add(SitemapData(places=(loop, place("a.xml"), place("b.xml")), is_index=True), depth=depth)
    assert (url.rpartition("/")[2], order(walk), walk.left_out) == ("a.xml", ["b.xml"], 4)


def test_walk_goes_two_levels_deep_and_no_deeper():
    walk = walk_of(place("1.xml"))
    walk.add(SitemapData(places=(place("2.xml"),), is_index=True), depth=1)
    walk.add(SitemapData(places=(place("3.xml"),), is_index=True), depth=2)
    assert order(walk) == ["1.xml", "2.xml"]


def test_walk_ends_after_its_number_of_files():
    walk = walk_of(*(place(f"{n}.xml") for n in range(60)))
    assert (len(order(walk)), walk.left_out) == (50, 10)


def test_walk_stays_on_its_own_site():
    walk = walk_of(
        SitemapPlace(url="https://cdn.den.example/a.xml"),
        SitemapPlace(url="https://evil.example/b.xml"),
        SitemapPlace(url="https://den.example:8443/c.xml"),
    )
    assert order(walk) == ["a.xml"]


def test_walk_passes_over_what_is_surely_older():
    walk = walk_of(
        place("a.xml", day(11, 20)),
        place("b.xml", day(11, 22)),
        place("bai-viet-2026-10.xml"),
        place("bai-viet-2026-11.xml"),
        place("bai-viet-2025.xml"),
        place("bai-viet-2.xml"),
        since=day(11, 22) + timedelta(hours=5),
    )
    assert order(walk) == ["b.xml", "bai-viet-2026-11.xml", "bai-viet-2.xml"]


def test_walk_passes_over_what_is_surely_later():
    walk = walk_of(
        place("2024/sitemap-05.xml"),
        place("sitemap-20240310.xml"),
        place("sitemap-2024-03.xml"),
        since=day(3, 1, year=2024),
        until=day(4, 1, year=2024),
    )
    assert sorted(order(walk)) == ["sitemap-05.xml", "sitemap-2024-03.xml", "sitemap-20240310.xml"]
    later = walk_of(place("sitemap-2025-01.xml"), until=day(4, 1, year=2024))
    assert (order(later), later.left_out) == ([], 1)
