"""The whole way, on loopback: feed, gate, archive, sandbox, tables, story, search; twice, and broken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.machines import run_jobs
from tests.watch.press import Paper, Press
from tests.watch.rows import BRIDGE, RICE, make_feed, make_publication

from haidang.core.machines import find_machines
from haidang.engine.errors import Trouble
from haidang.project import doctor
from haidang.watch import jobs
from haidang.watch.models import Article, ArticleVersion, Entry, Feed, Snapshot, Story
from haidang.watch.queries import SearchFilters, search_articles
from haidang.watch.queries.archive import find_records
from haidang.watch.queries.health import find_disorder

pytestmark = pytest.mark.django_db(transaction=True)
TITLE = "Khánh thành cầu Suối Mộc"


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as running:
        yield running


def follow(paper: Paper) -> Feed:
    """Register the paper and its feed."""
    publication = make_publication(paper.host.partition(".")[0], host=paper.host)
    return make_feed(publication, url=f"http://{paper.host}/feed.xml", next_visit_at=timezone.now())


def sweep(*, later: timedelta = timedelta(0)) -> None:
    """One turn of the worker: sweep, read, place."""
    if later:
        Feed.objects.exclude(next_visit_at=None).update(next_visit_at=timezone.now())
    jobs.sweep(timezone.now())
    run_jobs()


def open_two_papers(press: Press) -> tuple[Paper, Paper]:
    """The agency's bridge and rice, and a province paper's copy of the bridge."""
    agency, province = press.paper("agency"), press.paper("province")
    agency.list(
        (agency.write("/cau", TITLE, BRIDGE, hours_ago=5), TITLE, 5),
        (agency.write("/lua", "An Khê gặt lúa sớm", RICE, hours_ago=3), "An Khê gặt lúa sớm", 3),
    )
    province.list((province.write("/cau-moi", TITLE, BRIDGE, hours_ago=2), TITLE, 2))
    return agency, province


def state() -> dict[str, int]:
    rows = (Article, Story, Entry, Snapshot, ArticleVersion)
    return {model.__name__: model.objects.count() for model in rows}


def test_whole_way_from_feed_to_story_and_search(press: Press, let_read) -> None:
    for paper in open_two_papers(press):
        follow(paper)
    let_read(*press.hosts())
    sweep()
    assert state() == {"Article": 3, "Story": 2, "Entry": 3, "Snapshot": 3, "ArticleVersion": 0}
    first, copy = Article.objects.filter(title=TITLE).order_by("sort_at")
    assert (copy.original_id, copy.reprint_kind) == (first.id, "verbatim")
    assert first.text == BRIDGE
    assert first.language == "vi"
    [hit] = search_articles("cau suoi moc", filters=SearchFilters(), now=timezone.now()).hits
    assert (hit.article_id, hit.copies_folded) == (first.id, 1)
    assert find_disorder() == []
    assert DBTaskResult.objects.exclude(status="SUCCESSFUL").count() == 0


def test_whole_way_twice_changes_nothing(press: Press, let_read) -> None:
    papers = open_two_papers(press)
    for paper in papers:
        follow(paper)
    let_read(*press.hosts())
    sweep()
    before, asked = state(), [list(paper.asked) for paper in papers]
    sweep(later=timedelta(hours=1))
    assert state() == before
    assert [paper.asked[len(was) :] for paper, was in zip(papers, asked, strict=True)] == [
        ["/feed.xml"],
        ["/feed.xml"],
    ]


def test_archive_holds_what_was_seen_and_is_verified(press: Press, let_read) -> None:
    agency, _province = open_two_papers(press)
    follow(agency)
    let_read(*press.hosts())
    sweep()
    store, places = find_machines().store, list(find_records())
    assert list(store.verify(places)) == []
    bodies = {store.read(place)[1] for place in places}
    assert bodies == {agency.pages["/cau"][2], agency.pages["/lua"][2]}


def test_doctor_is_content_after_the_whole_way(press: Press, let_read, capsys) -> None:
    follow(open_two_papers(press)[0])
    let_read(*press.hosts())
    sweep()
    assert doctor.print_report(as_json=True) == 0
    told = {finding["what"]: finding["state"] for finding in json.loads(capsys.readouterr().out)}
    assert "bad" not in told.values()


def test_page_that_asks_not_to_be_archived_is_kept_as_text_only(press: Press, let_read) -> None:
    paper = press.paper("agency")
    meta = '<meta name="robots" content="noarchive">'
    paper.list((paper.write("/cau", TITLE, BRIDGE, extra=meta), TITLE, 1))
    follow(paper)
    let_read(*press.hosts())
    sweep()
    article = Article.objects.get()
    assert (article.noarchive, article.snapshot, article.text) == (True, None, BRIDGE)
    assert Snapshot.objects.count() == 0


def test_headline_changed_by_the_publisher_becomes_a_version(press: Press, let_read) -> None:
    paper = press.paper("agency")
    paper.list((paper.write("/cau", TITLE, BRIDGE), TITLE, 1))
    follow(paper)
    let_read(*press.hosts())
    sweep()
    paper.list(
        (paper.write("/cau", "Cầu Suối Mộc đã thông xe", BRIDGE), "Cầu Suối Mộc đã thông xe", 1)
    )
    sweep(later=timedelta(hours=1))
    article = Article.objects.get()
    assert (article.title, article.headline_changes) == ("Cầu Suối Mộc đã thông xe", 1)
    assert list(ArticleVersion.objects.values_list("title", flat=True)) == [TITLE]
    assert Snapshot.objects.count() == 2


def test_feed_that_breaks_or_goes_empty_loses_nothing(press: Press, let_read) -> None:
    paper = press.paper("agency")
    paper.list((paper.write("/cau", TITLE, BRIDGE), TITLE, 1))
    feed = follow(paper)
    let_read(*press.hosts())
    sweep()
    before = state()
    for body, status, trouble in (
        ("<rss><channel></channel></rss>", 200, ""),
        ("", 200, Trouble.NOT_A_FEED),
        ("<html><body>Bảo trì</body></html>", 200, Trouble.NOT_A_FEED),
        ("lỗi", 500, Trouble.HTTP_STATUS),
    ):
        paper.serve("/feed.xml", body, kind="text/xml", status=status)
        sweep(later=timedelta(hours=1))
        feed.refresh_from_db()
        assert (state(), feed.trouble) == (before, trouble)
    assert feed.failures == 3


def test_entry_on_another_host_is_never_fetched_nor_attributed(press: Press, let_read) -> None:
    paper, other = press.paper("agency"), press.paper("stranger")
    away = other.write("/bai", "Bài của người khác", RICE)
    paper.list((away, "Bài của người khác", 1))
    follow(paper)
    let_read(*press.hosts())
    sweep()
    assert (Article.objects.count(), other.asked) == (0, [])
    assert Entry.objects.get().trouble == "other_host"


def test_private_address_that_was_not_allowed_is_not_asked(press: Press, let_read) -> None:
    paper = press.paper("agency")
    paper.list((paper.write("/cau", TITLE, BRIDGE), TITLE, 1))
    feed = follow(paper)
    let_read()
    sweep()
    feed.refresh_from_db()
    assert (feed.trouble, paper.asked) == ("denied_address", [])


def test_robots_are_obeyed_and_told(press: Press, let_read) -> None:
    paper = press.paper("agency")
    paper.serve("/robots.txt", "User-agent: *\nDisallow: /kin/", kind="text/plain")
    paper.list(
        (paper.write("/kin/cau", TITLE, BRIDGE), TITLE, 1),
        (paper.write("/lua", "An Khê gặt lúa sớm", RICE), "An Khê gặt lúa sớm", 1),
    )
    follow(paper)
    let_read(*press.hosts())
    sweep()
    assert "/kin/cau" not in paper.asked
    assert Article.objects.get().title == "An Khê gặt lúa sớm"
    assert Entry.objects.get(state="failed").trouble == "robots_denied"


def test_page_that_fails_for_now_is_read_later_and_not_lost(press: Press, let_read) -> None:
    paper = press.paper("agency")
    url = paper.serve("/cau", "nghỉ", status=500)
    paper.list((url, TITLE, 1))
    follow(paper)
    let_read(*press.hosts())
    sweep()
    assert Entry.objects.get().state == "waiting"
    paper.write("/cau", TITLE, BRIDGE)
    Entry.objects.update(next_try_at=timezone.now())
    sweep()
    assert (Entry.objects.get().state, Article.objects.get().text) == ("placed", BRIDGE)


def test_one_entry_that_no_database_can_keep_does_not_take_the_feed_with_it(
    press: Press, let_read
) -> None:
    """Half a character (a lone surrogate) in an address, a key and a headline of a JSON feed."""
    paper = press.paper("agency")
    good = paper.write("/cau", TITLE, BRIDGE)
    half = "\\ud800"
    odd = f'{{"id": "{half}", "url": "http://{paper.host}/{half}", "title": "Tin {half}"}}'
    entry = json.dumps({"id": "1", "url": good, "title": TITLE})
    paper.serve(
        "/feed.xml",
        f'{{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [{odd}, {entry}]}}',
        kind="application/feed+json",
    )
    feed = follow(paper)
    let_read(*press.hosts())
    sweep()
    feed.refresh_from_db()
    assert (feed.trouble, Article.objects.get().url) == ("", good)
