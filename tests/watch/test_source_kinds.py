"""Sources of every kind the whole way: sitemaps, home pages, pages without a feed, paging feeds."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from tests.machines import run_jobs
from tests.watch.press import Paper, Press
from tests.watch.rows import (
    BRIDGE,
    BRIDGE_ELSEWHERE,
    NOW,
    RICE,
    make_entry,
    make_feed,
    make_publication,
)

from haidang.core.models import LogEntry
from haidang.watch import actions, jobs
from haidang.watch.models import Article, Entry, Feed

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS = {"cau": BRIDGE, "lua": RICE, "thong-xe": BRIDGE_ELSEWHERE}
HEADLINES = {
    "cau": "Khánh thành cầu Suối Mộc ở Vân Trì",
    "lua": "An Khê gặt lúa sớm ba tuần",
    "thong-xe": "Cầu Suối Mộc chính thức thông xe",
}


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as running:
        yield running


@pytest.fixture
def paper(press: Press, let_read) -> Paper:
    paper = press.paper("agency")
    for name, text in TEXTS.items():
        paper.write(f"/{name}.html", HEADLINES[name], text)
    let_read(*press.hosts())
    return paper


def follow(paper: Paper, path: str, **told: object) -> Feed:
    publication = make_publication(host=paper.host)
    url = f"http://{paper.host}{path}"
    return make_feed(publication, url=url, next_visit_at=timezone.now(), **told)


def sweep() -> None:
    Feed.objects.exclude(next_visit_at=None).update(next_visit_at=timezone.now())
    jobs.sweep(timezone.now())
    run_jobs()


def sitemap(*paths: str) -> str:
    at = datetime.now(UTC).isoformat()
    return (
        "<urlset>"
        + "".join(f"<url><loc>{path}</loc><lastmod>{at}</lastmod></url>" for path in paths)
        + "</urlset>"
    )


def page(*names: str, around: str = "list", head: str = "") -> str:
    items = "".join(
        f'<div class="item"><a href="/{name}.html">{HEADLINES[name]}</a></div>' for name in names
    )
    return (
        f"<!doctype html><html><head><title>Trang nhất</title>{head}</head>"
        f'<body><div class="{around}">{items}</div></body></html>'
    )


def titles() -> set[str]:
    return set(Article.objects.values_list("title", flat=True))


# ---------------------------------------------------------------- sitemaps


def test_index_of_gzip_sitemaps_is_followed(paper: Paper) -> None:
    packed = gzip.compress(sitemap("/cau.html", "/lua.html").encode())
    paper.pages["/tin.xml.gz"] = (200, "application/gzip", packed)
    paper.serve(
        "/sitemap.xml",
        "<sitemapindex><sitemap><loc>/tin.xml.gz</loc></sitemap></sitemapindex>",
        kind="text/xml",
    )
    feed = follow(paper, "/sitemap.xml")
    sweep()
    feed.refresh_from_db()
    assert (feed.kind, feed.trouble, titles()) == (
        "sitemap",
        "",
        {HEADLINES["cau"], HEADLINES["lua"]},
    )


def test_gzip_sitemap_itself_is_followed(paper: Paper) -> None:
    packed = gzip.compress(sitemap("/cau.html").encode())
    paper.pages["/sitemap.xml.gz"] = (200, "application/x-gzip", packed)
    follow(paper, "/sitemap.xml.gz")
    sweep()
    assert titles() == {HEADLINES["cau"]}


def test_pages_of_persons_in_a_sitemap_are_not_read(paper: Paper) -> None:
    """A sitemap names everything, the authors' own pages too (promises 1 and 2)."""
    paper.write("/tac-gia/an.html", "Trang của An", RICE)
    paper.serve("/sitemap.xml", sitemap("/cau.html", "/tac-gia/an.html"), kind="text/xml")
    follow(paper, "/sitemap.xml")
    sweep()
    assert [entry.url.rpartition("/")[2] for entry in Entry.objects.all()] == ["cau.html"]
    assert "/tac-gia/an.html" not in paper.asked


# ---------------------------------------------------------------- a home page


def test_home_page_becomes_the_feed_it_announces(paper: Paper) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/tin.rss">'
    paper.serve("/", page("cau", "lua", "thong-xe", head=link))
    told = [(f"http://{paper.host}/{name}.html", HEADLINES[name], 1.0) for name in TEXTS]
    url = paper.list(*told, path="/tin.rss")
    feed = follow(paper, "/")
    sweep()
    feed.refresh_from_db()
    assert (feed.url, feed.kind, len(titles())) == (url, "rss", 3)


def test_home_page_does_not_become_a_feed_that_is_followed_already(paper: Paper) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/tin.rss">'
    paper.serve("/", page("cau", "lua", "thong-xe", head=link))
    paper.list((f"http://{paper.host}/cau.html", HEADLINES["cau"], 1.0), path="/tin.rss")
    home = follow(paper, "/")
    make_feed(home.publication, url=f"http://{paper.host}/tin.rss", next_visit_at=None)
    sweep()
    home.refresh_from_db()
    assert (home.url, home.kind) == (f"http://{paper.host}/", "page")


def test_home_page_never_becomes_a_persons_feed(paper: Paper) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/tac-gia/an.rss">'
    paper.serve("/", page("cau", "lua", "thong-xe", head=link))
    paper.list((f"http://{paper.host}/cau.html", "x", 1.0), path="/tac-gia/an.rss")
    feed = follow(paper, "/")
    sweep()
    feed.refresh_from_db()
    assert (feed.kind, "/tac-gia/an.rss" in paper.asked) == ("page", False)


# ---------------------------------------------------------------- a page without a feed


def test_page_teaches_its_selector_and_teaches_it_anew_when_it_is_rebuilt(paper: Paper) -> None:
    paper.serve("/tin/", page("cau", "lua", "thong-xe"))
    feed = follow(paper, "/tin/", kind="page")
    sweep()
    feed.refresh_from_db()
    assert feed.selector == "body > div.list > div.item > a"
    paper.serve("/tin/", page("cau", "lua", "thong-xe", around="cot-chinh"))
    sweep()
    feed.refresh_from_db()
    assert (feed.selector, feed.failures) == ("body > div.cot-chinh > div.item > a", 0)


def test_given_selector_stays_and_says_when_it_finds_nothing(paper: Paper, an) -> None:
    paper.serve("/tin/", page("cau", "lua", "thong-xe"))
    feed = follow(paper, "/tin/", kind="page")
    actions.set_selector(feed, ".khong-co", by=an, now=timezone.now())
    sweep()
    feed.refresh_from_db()
    assert (feed.selector, feed.trouble, Entry.objects.count()) == (".khong-co", "no_links", 0)
    actions.set_selector(feed, "", by=an, now=timezone.now())
    sweep()
    feed.refresh_from_db()
    assert (feed.selector, feed.selector_given, feed.trouble) == (
        "body > div.list > div.item > a",
        False,
        "",
    )


def test_selector_given_makes_the_page_be_read_again_at_once(an) -> None:
    feed = make_feed(kind="rss", etag='"1"', last_modified="Mon", next_visit_at=NOW + timedelta(1))
    actions.set_selector(feed, " .list  a ", by=an, now=NOW)
    feed.refresh_from_db()
    assert (feed.selector, feed.selector_given, feed.kind) == (".list a", True, "page")
    assert (feed.etag, feed.last_modified, feed.next_visit_at) == ("", "", NOW)
    act = LogEntry.objects.get(act="set_selector")
    assert (act.member, act.what, act.data) == (an, feed.url, {"selector": ".list a", "before": ""})


def test_selector_that_cannot_be_read_is_refused(an) -> None:
    feed = make_feed(kind="page", selector="a")
    with pytest.raises(ValidationError):
        actions.set_selector(feed, "a:hover", by=an, now=NOW)
    feed.refresh_from_db()
    assert (feed.selector, LogEntry.objects.count()) == ("a", 0)


def test_only_members_give_selectors(everyone) -> None:
    feed, may = make_feed(kind="page"), []
    for name, member in everyone.items():
        try:
            actions.set_selector(feed, ".a", by=member, now=NOW)
            may.append(name)
        except PermissionDenied:
            continue
    assert may == ["An", "Bình"]


# ---------------------------------------------------------------- paging feeds


def test_paging_feed_is_read_back_at_its_first_visit_only(paper: Paper) -> None:
    def put(path: str, name: str, further: str = "") -> None:
        link = f'<link xmlns="http://www.w3.org/2005/Atom" rel="next" href="{further}"/>'
        item = (
            f"<item><link>/{name}.html</link><title>{HEADLINES[name]}</title>"
            f"<pubDate>{format_datetime(datetime.now(UTC))}</pubDate></item>"
        )
        feed = f"<rss><channel>{link if further else ''}{item}</channel></rss>"
        paper.serve(path, feed, kind="application/rss+xml")

    put("/feed", "cau", "/feed?p=2")
    put("/feed?p=2", "lua", "/feed?p=3")
    put("/feed?p=3", "thong-xe", "/feed")
    follow(paper, "/feed")
    sweep()
    assert (len(titles()), paper.asked.count("/feed")) == (3, 1)
    sweep()
    assert (paper.asked.count("/feed"), paper.asked.count("/feed?p=2")) == (2, 1)


# ---------------------------------------------------------------- speed


def test_claiming_takes_the_same_queries_for_few_feeds_and_many(django_assert_num_queries) -> None:
    publication = make_publication()
    for count in (1, 3):
        Feed.objects.all().delete()
        for _ in range(count):
            make_entry(make_feed(publication))
        with django_assert_num_queries(2):
            assert len(actions.claim_due_feeds(now=NOW)) == count
