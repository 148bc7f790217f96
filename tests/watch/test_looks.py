"""Looking again at young articles: changed texts, pages that are gone, dates that cannot be."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.watch.rows import (
    BRIDGE,
    HOUR,
    NOW,
    RICE,
    make_article,
    make_entry,
    make_feed,
    make_page,
    make_publication,
    make_read,
    make_told,
    make_visit,
    place,
)

from haidang.core.models import LogEntry
from haidang.engine.errors import Trouble
from haidang.engine.pipeline import PageRead
from haidang.engine.types import PageKind, When
from haidang.watch import actions
from haidang.watch.models import Article, Entry, Look
from haidang.watch.queries.looks import find_look

pytestmark = pytest.mark.django_db


def look_at(article: Article, read: PageRead, *, now: datetime = NOW) -> bool:
    look = find_look(article.id)
    assert look is not None
    changed = actions.store_look(look, read, now=now)
    actions.place_waiting(now=now)
    article.refresh_from_db()
    return changed


def gone(status: int = 404) -> PageRead:
    return PageRead(page=None, trouble=Trouble.HTTP_STATUS, facts={"status": status})


def test_young_article_is_looked_at_four_times() -> None:
    article = make_article(at=NOW, seen=NOW)
    hours, now = [], NOW
    while (look := find_look(article.id)) is not None and look.next_at is not None:
        hours.append((look.next_at - NOW) / HOUR)
        assert actions.take_due_looks(now=now, limit=9) == []
        now = look.next_at
        assert actions.take_due_looks(now=now, limit=9) == [article.id]
        assert actions.take_due_looks(now=now, limit=9) == []
        look_at(article, PageRead(page=None, unchanged=True), now=now)
    assert hours == [1, 6, 24, 72]


def test_old_and_handed_in_articles_are_not_looked_at() -> None:
    make_article(at=NOW - timedelta(days=4))
    hand = make_feed(kind="hand")
    place(make_read(hand.publication, feed=hand))
    assert Look.objects.count() == 0


def test_changed_text_becomes_a_version_without_a_word_from_the_feed() -> None:
    article = make_article(at=NOW, text=RICE)
    assert look_at(article, PageRead(page=make_page(BRIDGE), etag='"2"'))
    assert (article.text, article.versions.get().text) == (BRIDGE, RICE)
    assert Look.objects.get().etag == '"2"'


def test_wall_that_went_up_later_does_not_take_the_text_away() -> None:
    article = make_article(at=NOW)
    page = make_page("Đăng ký để đọc tiếp.", kind=PageKind.PAYWALL)
    assert not look_at(article, PageRead(page=page))
    assert (article.text, article.versions.count()) == (RICE, 0)


@pytest.mark.parametrize("status", [404, 410])
def test_page_that_is_gone_is_noted_and_the_text_stays(status: int, an, client_of) -> None:
    article = make_article(at=NOW)
    read = gone() if status == 404 else PageRead(page=None, trouble=Trouble.GONE)
    look_at(article, read)
    assert (article.gone_at, article.text) == (NOW, RICE)
    page = client_of(an).get(f"/a/{article.id}").content.decode()
    assert "trang của ấn phẩm không còn nữa" in page
    look_at(article, gone(), now=NOW + HOUR)
    assert article.gone_at == NOW


def test_page_that_is_gone_at_the_last_look_is_looked_at_once_more_and_may_come_back() -> None:
    article, late = make_article(at=NOW), NOW + timedelta(days=4)
    look_at(article, gone(), now=late)
    assert Look.objects.get().next_at == late + timedelta(days=1)
    look_at(article, gone(), now=late + timedelta(days=1))
    assert Look.objects.get().next_at is None
    look_at(article, PageRead(page=None, unchanged=True), now=late + timedelta(days=2))
    assert article.gone_at is None


def test_server_in_trouble_does_not_mean_that_the_page_is_gone() -> None:
    article = make_article(at=NOW)
    look_at(article, gone(503))
    look_at(article, PageRead(page=None, trouble=Trouble.TIMED_OUT, facts={"seconds": 30}))
    assert article.gone_at is None
    assert Look.objects.get().trouble == "timed_out"


def test_member_asks_for_a_look_and_it_is_logged(an, cuc, client_of) -> None:
    article = make_article(at=NOW - timedelta(days=50))
    with pytest.raises(PermissionDenied):
        actions.ask_look(article, by=cuc, now=NOW)
    answer = client_of(an).post(f"/a/{article.id}/look")
    assert answer.status_code == 302
    assert LogEntry.objects.get(act="look_again").member == an
    look = Look.objects.get()
    assert actions.take_due_looks(now=look.next_at, limit=9) == [article.id]


def test_paused_publication_is_not_looked_at(an) -> None:
    article = make_article(at=NOW)
    article.publication.paused_at = NOW
    article.publication.save()
    assert actions.take_due_looks(now=NOW + timedelta(days=1), limit=9) == []
    with pytest.raises(ValidationError):
        actions.ask_look(article, by=an, now=NOW)


def test_article_that_its_feed_leaves_out_before_older_ones_is_looked_at_once() -> None:
    feed = make_feed(kind="rss")

    def tell(*names: str, now: datetime) -> None:
        told = [
            make_told(feed, name, published=When(NOW - (5 - int(name)) * HOUR)) for name in names
        ]
        actions.store_visit(feed, make_visit(*told), now=now)

    tell("1", "2", "3", now=NOW)
    for entry in Entry.objects.all():
        actions.store_read(entry, PageRead(page=make_page(f"{RICE}\n{entry.key}")), now=NOW)
    actions.place_waiting(now=NOW)
    Look.objects.update(next_at=NOW + 9 * HOUR)
    tell("1", "3", now=NOW + HOUR)
    dropped = Entry.objects.get(key="2").article_id
    assert actions.take_due_looks(now=NOW + HOUR, limit=9) == [dropped]
    Look.objects.update(next_at=NOW + 9 * HOUR, claimed_until=None)
    tell("1", "3", now=NOW + 2 * HOUR)
    assert actions.take_due_looks(now=NOW + 2 * HOUR, limit=9) == []


def test_oldest_entries_that_fall_off_a_feed_are_not_looked_at() -> None:
    feed = make_feed(kind="rss")
    names = [str(number) for number in range(4)]
    told = {n: make_told(feed, n, published=When(NOW - (9 - int(n)) * HOUR)) for n in names}
    actions.store_visit(feed, make_visit(*(told[n] for n in "012")), now=NOW)
    for entry in Entry.objects.all():
        actions.store_read(entry, PageRead(page=make_page(f"{RICE}\n{entry.key}")), now=NOW)
    actions.place_waiting(now=NOW)
    actions.store_visit(feed, make_visit(*(told[n] for n in "123")), now=NOW + HOUR)
    assert Look.objects.exclude(dropped_at=None).count() == 0


@pytest.mark.parametrize(
    ("told", "flagged"),
    [
        (NOW + timedelta(days=400), True),
        (NOW.replace(year=1970), True),
        (datetime(1, 1, 1, tzinfo=NOW.tzinfo), True),
        (datetime(9999, 12, 31, 23, tzinfo=NOW.tzinfo), True),
        (NOW + timedelta(seconds=30), False),
        (NOW - HOUR, False),
    ],
)
def test_ill_date_is_never_later_than_seen_and_is_told(
    told: datetime, flagged: bool, an, client_of
) -> None:
    publication = make_publication()
    entry = make_read(publication, at=told, seen=NOW)
    entry.published_at = None
    entry.save()
    article = place(entry)[0]
    assert article.published_at <= article.first_seen
    assert (article.told_at is not None) is flagged
    page = client_of(an).get(f"/a/{article.id}").content.decode()
    assert ("điều không thể đúng" in page) is flagged


def test_sweeping_looks_asks_as_much_for_three_as_for_one() -> None:
    make_article(at=NOW)
    with CaptureQueriesContext(
        connection,
    ) as one:
        actions.take_due_looks(now=NOW + 2 * HOUR, limit=9)
    Look.objects.update(claimed_until=None)
    for number in range(2):
        make_article(text=f"{BRIDGE}\n{number}", at=NOW)
    with CaptureQueriesContext(connection) as three:
        assert len(actions.take_due_looks(now=NOW + 2 * HOUR, limit=9)) == 3
    assert len(one) == len(three)


def test_entries_that_were_not_taken_are_forgotten_once_their_feed_tells_of_them_no_more() -> None:
    feed, long_ago = make_feed(kind="rss"), NOW - timedelta(days=91)
    for name, state, seen in [
        ("listed", "failed", long_ago),
        ("fallen", "failed", long_ago),
        ("foreign", "refused", long_ago),
        ("young", "failed", NOW - timedelta(days=89)),
        ("waiting", "waiting", long_ago),
    ]:
        make_entry(feed, key=name, state=state, first_seen=seen)
    actions.store_visit(feed, make_visit(make_told(feed, "listed")), now=NOW)
    left = sorted(Entry.objects.values_list("key", flat=True))
    assert left == ["listed", "waiting", "young"]
    actions.store_visit(feed, make_visit(), now=NOW)
    assert "young" in Entry.objects.values_list("key", flat=True)
