"""What a visit to a feed leaves behind: new, changed and refused entries, and the feed's health."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.watch.rows import (
    HOUR,
    NOW,
    make_article,
    make_entry,
    make_feed,
    make_publication,
    make_told,
    make_visit,
)

from haidang.engine.errors import Trouble
from haidang.engine.types import FeedKind, VisitDecision, When
from haidang.watch import actions
from haidang.watch.actions.feeds import AHEAD, CLAIM, VisitStored
from haidang.watch.enums import EntryState
from haidang.watch.models import Entry, Feed

pytestmark = pytest.mark.django_db


def failed(trouble: Trouble = Trouble.TIMED_OUT, **facts: str | float) -> object:
    return make_visit(data=None, trouble=trouble, facts=facts)


def test_visit_stores_new_entries_once() -> None:
    feed = make_feed()
    visit = make_visit(make_told(feed, "a"), make_told(feed, "b"))
    assert actions.store_visit(feed, visit, now=NOW) == VisitStored(new=2)
    assert actions.store_visit(feed, visit, now=NOW + HOUR) == VisitStored()
    assert sorted(Entry.objects.values_list("key", "state", "first_seen")) == [
        ("a", "waiting", NOW),
        ("b", "waiting", NOW),
    ]


def test_visit_tells_how_the_feed_does() -> None:
    feed = make_feed(failures=3, trouble="timed_out", trouble_facts={"seconds": 30})
    visit = make_visit(make_told(feed, "a"), etag='"1"', last_modified="Mon", kind=FeedKind.ATOM)
    actions.store_visit(feed, visit, now=NOW)
    feed.refresh_from_db()
    assert (feed.failures, feed.trouble, feed.trouble_facts) == (0, "", {})
    assert (feed.last_visit_at, feed.last_ok_at, feed.last_new_at) == (NOW, NOW, NOW)
    assert (feed.kind, feed.title, feed.etag, feed.last_modified) == (
        "atom",
        "Trang nhất",
        '"1"',
        "Mon",
    )
    assert (feed.next_visit_at, feed.interval_s, feed.visit_why) == (NOW + HOUR, 3600.0, "quiet")


def test_visit_refuses_entries_of_another_host_and_says_so() -> None:
    """Never attributed to this source, whatever its feed says (promise 1)."""
    feed = make_feed()
    away = make_told(feed, "a", url="https://evil.example/bai.html")
    below = make_told(feed, "b", url=f"https://m.{feed.publication.hosts.get().host}/b")
    assert actions.store_visit(feed, make_visit(away, below), now=NOW) == VisitStored(
        new=1, refused=1
    )
    refused = Entry.objects.get(key="a")
    assert (refused.state, refused.trouble, refused.trouble_facts) == (
        "refused",
        "other_host",
        {"host": "evil.example"},
    )
    assert Entry.objects.get(key="b").state == "waiting"


def test_refused_entry_stays_refused() -> None:
    feed = make_feed()
    away = make_told(feed, "a", url="https://evil.example/bai.html")
    actions.store_visit(feed, make_visit(away), now=NOW)
    again = make_told(feed, "a", url="https://evil.example/bai.html", title="Tin khác")
    assert actions.store_visit(feed, make_visit(again), now=NOW) == VisitStored()
    assert Entry.objects.get().state == "refused"


def test_feed_that_goes_empty_deletes_nothing() -> None:
    feed = make_feed()
    actions.store_visit(feed, make_visit(make_told(feed, "a")), now=NOW)
    make_article(feed.publication)
    actions.store_visit(feed, make_visit(), now=NOW + HOUR)
    actions.store_visit(feed, failed(Trouble.GONE), now=NOW + 2 * HOUR)
    assert Entry.objects.count() == 2
    assert feed.publication.articles.count() == 1


def test_trouble_is_kept_for_the_editor_and_counted() -> None:
    feed = make_feed(last_ok_at=NOW - HOUR, title="Trang nhất", etag='"1"')
    for _ in range(2):
        actions.store_visit(feed, failed(seconds=30), now=NOW)
    feed.refresh_from_db()
    assert (feed.trouble, feed.trouble_facts, feed.failures) == ("timed_out", {"seconds": 30}, 2)
    assert (feed.last_ok_at, feed.title, feed.etag) == (NOW - HOUR, "Trang nhất", '"1"')


def test_feed_that_is_gone_is_not_visited_again() -> None:
    feed = make_feed()
    never = VisitDecision(at=None, interval_s=3600.0, why="gone")
    visit = make_visit(data=None, trouble=Trouble.GONE, next=never)
    actions.store_visit(feed, visit, now=NOW)
    assert actions.claim_due_feeds(now=NOW + timedelta(days=400)) == []


def test_nothing_new_keeps_what_was_known() -> None:
    feed = make_feed(etag='"1"', kind="rss", title="Trang nhất")
    actions.store_visit(feed, make_visit(data=None, etag='"1"'), now=NOW)
    feed.refresh_from_db()
    assert (feed.kind, feed.title, feed.etag, feed.last_ok_at, feed.last_new_at) == (
        "rss",
        "Trang nhất",
        '"1"',
        NOW,
        None,
    )


@pytest.mark.parametrize(("etag", "kept"), [('"' + "x" * 510 + '"', True), ("x" * 513, False)])
def test_validators_too_long_to_send_back_are_not_kept(etag: str, *, kept: bool) -> None:
    feed = make_feed(etag='"1"')
    actions.store_visit(feed, make_visit(etag=etag), now=NOW)
    assert feed.etag == (etag if kept else "")


def test_changed_entry_is_read_again_only_once_it_was_placed() -> None:
    feed = make_feed()
    article = make_article(feed.publication, feed=feed)
    entry = article.entries.get()
    told = make_told(feed, entry.key, url=entry.url, title=entry.title)
    newer = make_told(feed, entry.key, url=entry.url, title="Tít mới")
    assert actions.store_visit(feed, make_visit(told), now=NOW) == VisitStored()
    assert actions.store_visit(feed, make_visit(newer), now=NOW) == VisitStored(changed=1)
    entry.refresh_from_db()
    assert (entry.state, entry.title, entry.tries, entry.article_id) == (
        "waiting",
        "Tít mới",
        0,
        article.id,
    )
    assert actions.store_visit(feed, make_visit(told), now=NOW) == VisitStored()


def test_update_told_by_the_feed_has_the_page_read_again() -> None:
    feed = make_feed()
    entry = make_entry(feed, state=EntryState.FAILED, tries=5, updated_at=NOW - HOUR)
    same = make_told(feed, entry.key, url=entry.url, title=entry.title, updated=When(NOW - HOUR))
    newer = make_told(feed, entry.key, url=entry.url, title=entry.title, updated=When(NOW))
    assert actions.store_visit(feed, make_visit(same), now=NOW) == VisitStored()
    assert actions.store_visit(feed, make_visit(newer), now=NOW) == VisitStored(changed=1)
    entry.refresh_from_db()
    assert (entry.state, entry.tries, entry.next_try_at) == ("waiting", 0, None)


def test_entry_told_twice_by_one_feed_is_one() -> None:
    feed = make_feed()
    visit = make_visit(make_told(feed, "a"), make_told(feed, "a", title="Tin a lần nữa"))
    assert actions.store_visit(feed, visit, now=NOW) == VisitStored(new=1)


def test_very_long_keys_stay_apart() -> None:
    feed = make_feed()
    keys = ["k" * 3000 + end for end in "ab"]
    visit = make_visit(*(make_told(feed, "x", key=key) for key in keys))
    assert actions.store_visit(feed, visit, now=NOW).new == 2
    assert actions.store_visit(feed, visit, now=NOW).new == 0


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (None, ""),
        ("vi", "vi"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("en-Latn-GB-oxendict", "en-Latn-GB"),
        ("x" * 40, ""),
    ],
)
def test_language_is_kept_as_far_as_its_column_holds_it(told: str | None, kept: str) -> None:
    """PostgreSQL refuses a longer one, and with it the whole visit."""
    feed = make_feed()
    actions.store_visit(feed, make_visit(make_told(feed, "a", language=told)), now=NOW)
    assert Entry.objects.get().language == kept


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (NOW - HOUR, NOW - HOUR),
        (NOW + AHEAD, NOW),
        (NOW + AHEAD + timedelta(seconds=1), None),
        (NOW + timedelta(days=4000), None),
        (NOW.replace(year=1989), None),
    ],
)
def test_dates_are_believed_within_reason(told: object, kept: object) -> None:
    feed = make_feed()
    actions.store_visit(feed, make_visit(make_told(feed, "a", published=When(told))), now=NOW)
    assert Entry.objects.get().published_at == kept


# ---------------------------------------------------------------- whose turn it is


def test_due_feeds_are_claimed_once() -> None:
    due = make_feed(next_visit_at=NOW - HOUR)
    make_feed(next_visit_at=NOW + HOUR)
    make_feed(next_visit_at=None)
    assert actions.claim_due_feeds(now=NOW) == [due.id]
    assert actions.claim_due_feeds(now=NOW) == []


def test_claim_ends_by_itself_by_release_and_not_while_it_is_renewed() -> None:
    due = make_feed(next_visit_at=NOW - HOUR)
    actions.claim_due_feeds(now=NOW)
    actions.renew_claim(due.id, now=NOW + CLAIM / 2)
    assert actions.claim_due_feeds(now=NOW + CLAIM) == []
    assert actions.claim_due_feeds(now=NOW + 2 * CLAIM) == [due.id]
    actions.release_feed(due.id)
    assert actions.claim_due_feeds(now=NOW + 2 * CLAIM) == [due.id]


@pytest.mark.parametrize(
    ("left", "renewed"), [(CLAIM - HOUR / 60, True), (CLAIM - HOUR / 900, False)]
)
def test_claim_is_written_anew_only_when_some_of_it_is_gone(
    left: timedelta, *, renewed: bool
) -> None:
    feed = make_feed(next_visit_at=NOW - HOUR, claimed_until=NOW + left)
    actions.renew_claim(feed.id, now=NOW)
    feed.refresh_from_db()
    assert (feed.claimed_until == NOW + CLAIM) is renewed


def test_feed_with_pages_to_read_is_claimed_though_its_visit_is_not_due() -> None:
    feed = make_feed(next_visit_at=NOW + HOUR)
    make_entry(feed, next_try_at=NOW + HOUR / 2)
    assert actions.claim_due_feeds(now=NOW) == []
    assert actions.claim_due_feeds(now=NOW + HOUR / 2) == [feed.id]


def test_paused_publication_is_left_alone() -> None:
    publication = make_publication()
    make_entry(make_feed(publication))
    publication.paused_at = NOW
    publication.save()
    assert actions.claim_due_feeds(now=NOW) == []
    assert Feed.objects.count() == 1
