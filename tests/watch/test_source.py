"""One source: its page, repairing, pausing, leaving, correcting; articles stay whatever happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from tests.machines import run_jobs
from tests.watch.rows import (
    HOUR,
    NOW,
    make_article,
    make_feed,
    make_publication,
    make_told,
    make_visit,
)

from haidang.core.models import LogEntry, Member
from haidang.engine.errors import Trouble
from haidang.engine.types import VisitDecision
from haidang.watch import actions
from haidang.watch.actions.feeds import claim_due_feeds
from haidang.watch.enums import Level, PauseWhy
from haidang.watch.models import Article, Entry, Feed, Publication, Story
from haidang.watch.queries import find_sources
from haidang.watch.queries.register import find_source
from haidang.watch.visits import RUNS_MAX, note_visit, read_history

pytestmark = pytest.mark.django_db


def fail(feed: Feed, trouble: Trouble = Trouble.TIMED_OUT, **facts: Any) -> None:
    decision = VisitDecision(at=NOW + HOUR, interval_s=3600.0, why="failed")
    visit = make_visit(data=None, next=decision, trouble=trouble, facts=facts)
    actions.store_visit(feed, visit, now=NOW)


def test_history_tells_like_visits_together() -> None:
    feed = make_feed()
    actions.store_visit(feed, make_visit(make_told(feed, "a")), now=NOW - 3 * HOUR)
    actions.store_visit(feed, make_visit(make_told(feed, "b")), now=NOW - 2 * HOUR)
    fail(feed, seconds=5.0)
    [newest, before] = read_history(Feed.objects.get().history)
    assert (newest.trouble, newest.visits, newest.facts) == ("timed_out", 1, {"seconds": 5.0})
    assert (before.trouble, before.visits, before.new) == ("", 2, 2)
    assert (before.first, before.last) == (NOW - 3 * HOUR, NOW - 2 * HOUR)


@given(st.lists(st.sampled_from(["", "timed_out", "gone"]), max_size=80))
def test_history_is_short_and_counts_every_visit_it_holds(troubles: list[str]) -> None:
    history: list[Any] = []
    for number, trouble in enumerate(troubles):
        at = NOW + timedelta(minutes=number)
        history = note_visit(history, at=at, trouble=trouble, facts={}, new=1)
    runs = read_history(history)
    assert len(runs) <= RUNS_MAX
    told = [run.trouble for run in reversed(runs) for _ in range(run.visits)]
    assert told == troubles[len(troubles) - len(told) :]


def test_page_shows_health_history_and_why_the_next_visit_is_when(
    an: Member, client_of: Callable[..., Client]
) -> None:
    feed = make_feed(title="Trang nhất")
    fail(feed, Trouble.HTTP_STATUS, status=500)
    client = client_of(an)
    client.cookies["language"] = "en"
    page = client.get(f"/sources/{feed.publication_id}").content.decode()
    for told in (
        "The server answered with error 500.",
        "1 visit without success.",
        "The last visit failed: each failure in a row doubles the pause.",
        "Trang nhất",
    ):
        assert told in page


def test_page_answers_readers_of_the_desk_only(
    everyone: dict[str, Any], client_of: Callable[..., Client]
) -> None:
    publication = make_feed().publication
    told = {
        name: client_of(who).get(f"/sources/{publication.id}").status_code
        for name, who in everyone.items()
    }
    assert told == {"An": 200, "Bình": 200, "Cúc": 302, "Dũng": 302}
    assert client_of(everyone["An"]).get("/sources/999").status_code == 404


def test_page_runs_the_same_queries_for_one_and_three_feeds() -> None:
    publication = make_publication()
    asked = set()
    for wanted in (1, 3):
        while Feed.objects.count() < wanted:
            fail(make_feed(publication))
        with CaptureQueriesContext(connection) as queries:
            page = find_source(publication.id)
        asked.add(len(queries))
        assert page is not None
        assert len(page.feeds) == wanted
    assert len(asked) == 1


def act(client: Client, publication: Publication, name: str, **told: Any) -> Any:
    return client.post(f"/sources/{publication.id}/{name}", told)


def test_acts_are_for_members_who_are_still_here(everyone: dict[str, Any]) -> None:
    feed = make_feed()
    for name in ("Cúc", "Dũng"):
        who = everyone[name]
        for do in (
            lambda: actions.visit_now(feed.id, by=who, now=NOW),  # noqa: B023 -- called at once
            lambda: actions.stop_feed(feed.id, by=who, now=NOW),  # noqa: B023 -- as above
            lambda: actions.change_address(feed.id, feed.url + "2", by=who, now=NOW),  # noqa: B023 -- as above
            lambda: actions.pause_publication(feed.publication_id, reason="", by=who, now=NOW),  # noqa: B023 -- as above
            lambda: actions.leave_publication(feed.publication_id, reason="", by=who, now=NOW),  # noqa: B023 -- as above
            lambda: actions.resume_publication(feed.publication_id, by=who, now=NOW),  # noqa: B023 -- as above
        ):
            with pytest.raises(PermissionDenied):
                do()
    assert LogEntry.objects.count() == 0


def test_new_address_is_visited_at_once_and_entries_stay(
    an: Member, client_of: Callable[..., Client]
) -> None:
    feed = make_feed(etag='"old"', next_visit_at=None, trouble="gone", failures=3)
    make_article(feed.publication)
    url = f"https://{feed.publication.hosts.get().host}/new.xml"
    answer = act(client_of(an), feed.publication, "address", feed_id=feed.id, feed=url)
    assert answer.status_code == 302
    feed.refresh_from_db()
    assert (feed.url, feed.etag, feed.failures, feed.trouble) == (url, "", 0, "")
    assert feed.next_visit_at is not None
    assert (Article.objects.count(), Entry.objects.count()) == (1, 1)
    assert LogEntry.objects.latest("id").data["before"] != url


@pytest.mark.parametrize(
    "url",
    ["https://noikhac.example/f", "https://facebook.com/x", "https://{host}/tac-gia/a.rss", "ftp://{host}/f"],
)  # fmt: skip
def test_new_address_obeys_the_same_rules_as_the_first(
    an: Member, client_of: Callable[..., Client], url: str
) -> None:
    feed = make_feed()
    before = feed.url
    told = url.format(host=feed.publication.hosts.get().host)
    answer = act(client_of(an), feed.publication, "address", feed_id=feed.id, feed=told)
    assert answer.status_code == 400
    feed.refresh_from_db()
    assert feed.url == before


def test_address_of_another_feed_is_refused(an: Member) -> None:
    publication = make_publication()
    first, second = make_feed(publication), make_feed(publication)
    with pytest.raises(ValidationError):
        actions.change_address(second.id, first.url, by=an, now=NOW)


def test_visit_that_was_under_way_does_not_bring_the_old_address_back(an: Member) -> None:
    feed = make_feed()
    under_way = Feed.objects.get()
    url = f"https://{feed.publication.hosts.get().host}/new.xml"
    actions.change_address(feed.id, url, by=an, now=NOW)
    actions.store_visit(under_way, make_visit(make_told(feed, "a")), now=NOW)
    assert (Feed.objects.get().url, Entry.objects.count()) == (url, 0)


def test_feed_that_was_stopped_during_its_visit_stays_stopped(an: Member) -> None:
    feed = make_feed()
    under_way = Feed.objects.get()
    actions.stop_feed(feed.id, by=an, now=NOW)
    actions.store_visit(under_way, make_visit(make_told(feed, "a")), now=NOW)
    assert Feed.objects.get().stopped_at == NOW
    assert claim_due_feeds(now=NOW + 2 * HOUR) == []


def test_further_feed_of_a_registered_publication(
    an: Member, client_of: Callable[..., Client]
) -> None:
    feed = make_feed()
    url = f"https://{feed.publication.hosts.get().host}/second.xml"
    assert act(client_of(an), feed.publication, "feed", feed=url, is_page="on").status_code == 302
    assert Feed.objects.latest("id").kind == "page"


def test_leaving_keeps_articles_and_ends_visits(
    an: Member, client_of: Callable[..., Client]
) -> None:
    article = make_article()
    publication = article.publication
    client = client_of(an)
    assert act(client, publication, "leave", reason="Đã đóng cửa.").status_code == 302
    publication.refresh_from_db()
    assert (publication.pause_why, publication.pause_reason) == (PauseWhy.LEFT, "Đã đóng cửa.")
    assert claim_due_feeds(now=NOW + HOUR) == []
    assert Article.objects.get() == article
    [line] = find_sources(now=NOW).lines
    assert (line.state, find_sources(now=NOW).total) == ("left", 0)
    act(client, publication, "resume")
    assert claim_due_feeds(now=NOW + timedelta(days=9999)) != []


def test_paused_source_waits_and_reads_on(an: Member, client_of: Callable[..., Client]) -> None:
    feed = make_feed()
    act(client_of(an), feed.publication, "pause", reason="Máy chủ quá tải.")
    assert claim_due_feeds(now=NOW) == []
    page = Client(headers={"host": "localhost"}).get("/sources/public").content.decode()
    assert "Máy chủ quá tải." in page
    act(client_of(an), feed.publication, "resume")
    assert claim_due_feeds(now=NOW + timedelta(days=9999)) == [feed.id]


@pytest.mark.django_db(transaction=True)
def test_level_corrected_is_counted_in_its_stories(
    an: Member, client_of: Callable[..., Client]
) -> None:
    article = make_article()
    told = {"level": "foreign", "country": "la", "language": "vi"}
    assert act(client_of(an), article.publication, "standing", **told).status_code == 302
    run_jobs()
    assert Story.objects.get().foreign_originals == 1
    entry = LogEntry.objects.get(act="edit_publication")
    assert entry.data["level"] == {"before": Level.PROVINCE.value, "after": "foreign"}


def test_act_on_another_publications_feed_is_no_page(
    an: Member, client_of: Callable[..., Client]
) -> None:
    feed, other = make_feed(), make_feed()
    client = client_of(an)
    for feed_id in (other.id, "x", "", "9" * 30):
        assert act(client, feed.publication, "visit", feed_id=feed_id).status_code == 404
    assert act(client, feed.publication, "nothing").status_code == 404


def test_feed_that_was_gone_is_visited_when_a_member_asks(
    an: Member, client_of: Callable[..., Client]
) -> None:
    feed = make_feed(next_visit_at=None, trouble="gone", failures=1)
    assert act(client_of(an), feed.publication, "visit", feed_id=feed.id).status_code == 302
    assert claim_due_feeds(now=NOW + timedelta(days=9999)) == [feed.id]
