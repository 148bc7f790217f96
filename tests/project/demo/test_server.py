"""The demo press over real loopback HTTP."""

from __future__ import annotations

import gzip
import json
import socket
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from haidang.project.demo.press import PressServer, load_papers, serve_press

OPENED = datetime(2026, 3, 9, 4, 30, tzinfo=UTC)
PAPERS = load_papers()
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def start(*, clock: datetime = OPENED) -> PressServer:
    return serve_press(0, opened_at=OPENED, slow_s=0.2, papers=PAPERS, clock=lambda: clock)


@pytest.fixture
def press() -> Iterator[PressServer]:
    with start() as server:
        yield server


class Got:
    """One answer, its connection closed."""

    def __init__(
        self, press: PressServer, url: str, *, method: str = "GET", **headers: str
    ) -> None:
        parts = urlsplit(url)
        connection = HTTPConnection("127.0.0.1", press.port, timeout=5)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, parts.path or "/", headers={"Host": parts.netloc, **names})
            response = connection.getresponse()
            self.status = response.status
            self.headers = response.headers
            self.body = response.read()
        finally:
            connection.close()

    @property
    def text(self) -> str:
        return self.body.decode()


class Links(HTMLParser):
    """The addresses of the headlines of a front page."""

    def __init__(self) -> None:
        super().__init__()
        self.heading = False
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.heading = tag in {"h2", "h3"} or (self.heading and tag == "a")
        if tag == "a" and self.heading:
            self.found.append(str(dict(attrs)["href"]))


def read_entries(press: PressServer, key: str) -> list[tuple[str, str]]:
    """(address, title) of each entry of a feed, read with the standard library alone."""
    kind, got = PAPERS.find_publication(key).feed, Got(press, press.feed_url_of(key))
    assert got.status == 200
    if kind == "json":
        return [(item["url"], item["title"]) for item in json.loads(got.body)["items"]]
    root = ET.fromstring(got.body)
    if kind == "rss":
        return [(i.findtext("link", ""), i.findtext("title", "")) for i in root.iter("item")]
    if kind == "atom":
        return [
            (e.find(f"{ATOM}link").get("href", ""), e.findtext(f"{ATOM}title", ""))  # type: ignore[union-attr]
            for e in root.iter(f"{ATOM}entry")
        ]
    return [
        (u.findtext(f"{SITEMAP}loc", ""), u.findtext(f".//{NEWS}title", ""))
        for u in root.iter(f"{SITEMAP}url")
    ]


@pytest.mark.parametrize("key", [p.key for p in PAPERS.publications if p.feed != "page"])
def test_feed_lists_every_article_of_its_paper(press: PressServer, key: str) -> None:
    titles = [title for _, title in read_entries(press, key)]
    assert titles == [article.first.title for article in PAPERS.find_articles(key)]


def test_page_without_a_feed_links_every_article(press: PressServer) -> None:
    links = Links()
    links.feed(Got(press, press.url_of("song-lam")).text)
    assert len(set(links.found)) == len(PAPERS.find_articles("song-lam"))


@pytest.mark.parametrize("key", [p.key for p in PAPERS.publications])
def test_article_page_shows_its_words_and_its_byline(press: PressServer, key: str) -> None:
    articles = PAPERS.find_articles(key)
    wanted = next((article for article in articles if article.signed), articles[0])
    if PAPERS.find_publication(key).feed == "page":
        links = Links()
        links.feed(Got(press, press.url_of(key)).text)
        url = press.url_of(key).rstrip("/") + links.found[0 if wanted is articles[0] else -1]
        wanted = articles[0] if wanted is articles[0] else articles[-1]
    else:
        url = next(url for url, title in read_entries(press, key) if title == wanted.first.title)
    page = Got(press, url)
    assert page.status == 200
    assert f'<link rel="canonical" href="{url}">' in page.text
    assert f'<html lang="{PAPERS.find_publication(key).language}">' in page.text
    assert "Hải Đăng demo" in page.text
    shown = page.text.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")
    assert [text for text in wanted.first.paragraphs if text not in shown] == []
    assert wanted.signed in shown


def test_addresses_of_articles_are_all_different(press: PressServer) -> None:
    keys = [paper.key for paper in PAPERS.publications if paper.feed != "page"]
    urls = [url for key in keys for url, _ in read_entries(press, key)]
    assert len(set(urls)) == len(urls)


def test_second_reading_changes_the_headline_and_the_page_but_not_the_address(
    press: PressServer,
) -> None:
    article = next(a for a in PAPERS.articles if a.key == "cau-vinh-an/cau-vinh-an-6")
    assert article.later is not None
    before = {title: url for url, title in read_entries(press, "lam-giang")}
    page_before = Got(press, before[article.first.title]).text
    after = {title: url for url, title in read_entries(press, "lam-giang")}
    page_after = Got(press, before[article.first.title]).text
    assert after[article.later.title] == before[article.first.title]
    assert article.first.title not in after
    assert f"<title>{article.first.title}" in page_before
    assert f"<title>{article.later.title}" in page_after
    assert '"dateModified": "2026-03-09T11:30:00+07:00"' in page_after


def test_second_reading_of_an_atom_feed_dates_the_change(press: PressServer) -> None:
    def read_dates() -> dict[str, str]:
        root = ET.fromstring(Got(press, press.feed_url_of("bac-vien")).body)
        return {
            e.findtext(f"{ATOM}title", ""): e.findtext(f"{ATOM}updated", "")
            for e in root.iter(f"{ATOM}entry")
        }

    read_dates()
    later = read_dates()["Hồ Vân Trì xả lũ: 312 hộ dân hạ du rời nhà an toàn trong đêm"]
    assert later == "2026-03-09T11:30:00+07:00"


def test_press_opened_long_ago_shows_the_changes_at_once() -> None:
    with start(clock=OPENED + timedelta(hours=1)) as server:
        titles = [title for _, title in read_entries(server, "lam-giang")]
    assert "Hàng nghìn người đi bộ qua cầu Vĩnh An trong buổi sáng thông xe" in titles


def test_broken_feed_is_cut_at_each_second_reading(press: PressServer) -> None:
    url = press.feed_url_of("an-khe")
    first, second, third = (Got(press, url).body for _ in range(3))
    ET.fromstring(first)
    with pytest.raises(ET.ParseError):
        ET.fromstring(second)
    ET.fromstring(third)
    assert second.count(b"<item>") > len(PAPERS.find_articles("an-khe")) // 2


def test_unchanged_feed_answers_304_by_etag_and_by_date(press: PressServer) -> None:
    url = press.feed_url_of("van-tri")
    first = Got(press, url)
    by_tag = Got(press, url, If_None_Match=first.headers["ETag"])
    by_date = Got(press, url, If_Modified_Since=first.headers["Last-Modified"])
    stale = Got(press, url, If_None_Match='"other"')
    assert [by_tag.status, by_date.status, stale.status] == [304, 304, 200]
    assert by_tag.body == b""
    assert by_tag.headers["ETag"] == first.headers["ETag"]


def test_feed_with_a_change_is_not_called_unchanged(press: PressServer) -> None:
    url = press.feed_url_of("lam-giang")
    first = Got(press, url)
    assert Got(press, url, If_None_Match=first.headers["ETag"]).status == 200
    assert Got(press, url, If_Modified_Since=first.headers["Last-Modified"]).status == 200


def test_nonsense_date_is_ignored(press: PressServer) -> None:
    assert Got(press, press.feed_url_of("van-tri"), If_Modified_Since="hôm qua").status == 200


def test_gzip_is_sent_only_to_who_accepts_it(press: PressServer) -> None:
    url = press.feed_url_of("courrier")
    plain, packed = Got(press, url), Got(press, url, Accept_Encoding="gzip")
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body


def test_one_connection_serves_several_requests(press: PressServer) -> None:
    connection = HTTPConnection("127.0.0.1", press.port, timeout=5)
    try:
        bodies = []
        for path in ("/robots.txt", "/about", "/rss/trang-chu.rss"):
            connection.request("GET", path, headers={"Host": f"lam-giang.localhost:{press.port}"})
            first = connection.sock
            bodies.append(connection.getresponse().read())
            assert connection.sock is first
    finally:
        connection.close()
    assert all(bodies)


def test_robots_forbids_all_only_where_the_paper_says_so(press: PressServer) -> None:
    forbids = [
        paper.key
        for paper in PAPERS.publications
        if "\nDisallow: /\n" in Got(press, press.url_of(paper.key) + "robots.txt").text
    ]
    assert forbids == ["gazette"]


def test_slow_paper_answers_late(press: PressServer) -> None:
    connection = socket.create_connection(("127.0.0.1", press.port), timeout=5)
    with connection:
        connection.sendall(b"GET /robots.txt HTTP/1.1\r\nHost: mien-nui.localhost\r\n\r\n")
        connection.settimeout(0.1)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(5)
        assert connection.recv(15) == b"HTTP/1.1 200 OK"


def test_head_tells_the_length_without_the_body(press: PressServer) -> None:
    url = press.url_of("harbour-post")
    head, got = Got(press, url, method="HEAD"), Got(press, url)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(got.body))


def test_front_page_says_that_the_paper_is_invented_and_announces_its_feed(
    press: PressServer,
) -> None:
    page = Got(press, press.url_of("lam-giang")).text
    assert "Báo tưởng tượng của bản dùng thử Hải Đăng" in page
    assert 'rel="alternate" type="application/rss+xml" href="/rss/trang-chu.rss"' in page


def test_imprint_names_the_organisation(press: PressServer) -> None:
    assert "Tỉnh Lam Giang (tưởng tượng)" in Got(press, press.url_of("lam-giang") + "about").text


def test_section_page_lists_only_its_section(press: PressServer) -> None:
    page = Got(press, press.url_of("lam-giang") + "section/the-thao").text
    assert "Trường An Khê đoạt cúp bóng đá học sinh sau loạt luân lưu" in page
    assert "Chín nghìn ngọn hoa đăng" not in page


def test_kiosk_lists_all_papers_where_none_is_named(press: PressServer) -> None:
    page = Got(press, f"http://localhost:{press.port}/").text
    listed = [paper.key for paper in PAPERS.publications if press.url_of(paper.key) in page]
    assert listed == [paper.key for paper in PAPERS.publications]


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("lam-giang.localhost", "/khong-co"),
        ("lam-giang.localhost", "/../../etc/passwd"),
        ("nobody.localhost", "/rss.xml"),
        ("lam-giang.example", "/rss/trang-chu.rss"),
    ],
)
def test_what_is_not_there_is_404(press: PressServer, host: str, path: str) -> None:
    assert Got(press, f"http://{host}{path}").status == 404


def test_picture_of_an_article_is_served(press: PressServer) -> None:
    item = json.loads(Got(press, press.feed_url_of("vinh-an")).body)["items"][0]
    picture = Got(press, item["image"])
    assert picture.headers["Content-Type"] == "image/svg+xml"
    ET.fromstring(picture.body)


def test_press_refuses_a_public_address_and_a_naive_time() -> None:
    with pytest.raises(ValueError, match="loopback"):
        serve_press(0, opened_at=OPENED, host="0.0.0.0", papers=PAPERS)
    with pytest.raises(ValueError, match="time zone"):
        serve_press(0, opened_at=OPENED.replace(tzinfo=None), papers=PAPERS)


def test_closed_press_frees_its_port() -> None:
    with start() as server:
        port = server.port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)
