"""`haidang backfill`: older articles from a sitemap with dates, stopped and gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.watch.press import Paper, Press
from tests.watch.rows import BRIDGE, BRIDGE_ELSEWHERE, RICE, make_publication

from haidang.core.models import LogEntry
from haidang.project import backfill as backfilling
from haidang.project.cli.main import main
from haidang.watch import actions, jobs
from haidang.watch.models import Article, Entry, Publication
from haidang.watch.queries import find_sources
from haidang.watch.queries.health import find_disorder

pytestmark = pytest.mark.django_db(transaction=True)
TEXTS = {"1": BRIDGE, "2": RICE, "3": BRIDGE_ELSEWHERE}
DAYS = {"1": "2025-05-02", "2": "2025-05-20", "3": "2025-06-01"}


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as running:
        yield running


@pytest.fixture
def paper(press: Press, let_read) -> Paper:
    """A registered paper with an index of sitemaps by month, three articles, and what is no article."""
    paper = press.paper("agency")
    for name, text in TEXTS.items():
        hours = timezone.now() - timezone.datetime.fromisoformat(f"{DAYS[name]}T08:00:00+07:00")
        paper.write(
            f"/{name}.html", f"Tin số {name} của tỉnh", text, hours_ago=hours / timedelta(hours=1)
        )
    urls = "".join(
        f"<url><loc>/{n}.html</loc><lastmod>{day}</lastmod></url>" for n, day in DAYS.items()
    )
    others = "".join(
        f"<url><loc>{path}</loc><lastmod>2025-05-10</lastmod></url>"
        for path in ("/tac-gia/an.html", "http://evil.example/x.html")
    )
    paper.serve("/2025-05.xml", f"<urlset>{urls}{others}</urlset>", kind="text/xml")
    places = "".join(
        f"<sitemap><loc>/{month}.xml</loc></sitemap>" for month in ("2025-05", "2025-06", "2019-01")
    )
    paper.serve("/sitemap.xml", f"<sitemapindex>{places}</sitemapindex>", kind="text/xml")
    make_publication(host=paper.host)
    let_read(*press.hosts())
    return paper


def run(paper: Paper, *told: str) -> int:
    return main(["backfill", f"http://{paper.host}/sitemap.xml", *told])


def pages(paper: Paper) -> list[str]:
    return [path for path in paper.asked if path.endswith(".html")]


def test_backfill_reads_the_pages_of_the_wanted_days(paper: Paper, let_read, capsys) -> None:
    assert run(paper, "--since", "1/5/2025", "--until", "2025-05-31") == 0
    assert [one.title for one in Article.objects.order_by("sort_at")] == [
        "Tin số 1 của tỉnh",
        "Tin số 2 của tỉnh",
    ]
    assert {one.sort_at.date().isoformat() for one in Article.objects.all()} == {
        "2025-05-02",
        "2025-05-20",
    }
    assert "/2019-01.xml" not in paper.asked
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "2 sơ đồ trang: 2 trang mới, 0 trang đã có, 3 trang bỏ qua",
        "2 bài mới",
    ]
    assert "2025-06.xml" in told.err
    assert LogEntry.objects.get(act="backfill").data == {
        "sitemap": f"http://{paper.host}/sitemap.xml"
    }
    assert find_disorder() == []


def test_backfill_without_days_reads_every_page_of_the_publication(paper: Paper, let_read) -> None:
    assert run(paper) == 0
    assert sorted(pages(paper)) == ["/1.html", "/2.html", "/3.html"]
    assert Article.objects.count() == 3


def test_backfill_that_was_stopped_goes_on_and_asks_nothing_twice(
    press: Press, paper: Paper, let_read, monkeypatch
) -> None:
    read = jobs.read_entry

    def read_one_and_stop(entry, machines):
        read(entry, machines)
        raise KeyboardInterrupt

    monkeypatch.setattr(backfilling, "read_entry", read_one_and_stop)
    assert run(paper) == 130
    assert Entry.objects.filter(state="waiting").count() == 2
    monkeypatch.undo()
    let_read(*press.hosts())
    assert run(paper) == 0
    assert sorted(pages(paper)) == ["/1.html", "/2.html", "/3.html"]
    assert Article.objects.count() == 3
    let_read(*press.hosts())
    assert run(paper) == 0
    assert len(pages(paper)) == 3


def test_backfill_leaves_what_the_desk_has_already(paper: Paper, let_read, capsys) -> None:
    assert run(paper, "--until", "3/5/2025") == 0
    Entry.objects.all().delete()
    capsys.readouterr()
    let_read(paper.host)
    assert run(paper, "--until", "3/5/2025") == 0
    assert "0 trang mới, 1 trang đã có" in capsys.readouterr().out


def test_worker_does_not_read_a_backfill_by_itself(paper: Paper, let_read) -> None:
    """Who stops the command stops the reading."""
    feed = actions.open_backfill(Publication.objects.get(), sitemap="x", now=timezone.now())
    assert feed is not None
    Entry.objects.create(feed=feed, key="a", url="http://a.example/", first_seen=timezone.now())
    actions.release_feed(feed.id)
    assert actions.claim_due_feeds(now=timezone.now()) == []


def test_two_backfills_of_one_publication_do_not_run_at_once(
    paper: Paper, let_read, capsys
) -> None:
    actions.open_backfill(Publication.objects.get(), sitemap="x", now=timezone.now())
    assert run(paper) == 1
    assert pages(paper) == []


def test_backfill_is_no_source_in_trouble(paper: Paper, let_read) -> None:
    run(paper)
    page = find_sources(now=timezone.now())
    assert ([line.state for line in page.lines], page.total) == (["import"], 0)


@pytest.mark.parametrize(
    ("address", "told", "says"),
    [
        ("https://khac.example/sitemap.xml", [], "khac.example"),
        ("https://www.facebook.com/sitemap.xml", [], "facebook.com"),
        ("{own}", ["--since", "hôm qua"], "hôm qua"),
        ("{own}", ["--since", "2/5/2025", "--until", "1/5/2025"], "--since"),
    ],
)
def test_backfill_says_what_is_wrong_with_the_command(
    paper: Paper, capsys, address: str, told: list[str], says: str
) -> None:
    own = f"http://{paper.host}/sitemap.xml"
    assert main(["backfill", address.format(own=own), *told]) == 2
    assert says in capsys.readouterr().err
    assert paper.asked == []


def test_backfill_of_something_else_than_a_sitemap_fails(paper: Paper, let_read, capsys) -> None:
    paper.serve("/sitemap.xml", "<html><body>Không có</body></html>")
    assert run(paper) == 1
    assert "/sitemap.xml" in capsys.readouterr().err
