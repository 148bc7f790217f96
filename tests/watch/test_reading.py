"""What reading an entry's page leaves behind: read, tried again, made of the summary, or given up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from tests.watch.rows import NOW, make_article, make_entry, make_feed, make_page

from haidang.engine.errors import Trouble
from haidang.engine.pipeline import PageRead
from haidang.engine.types import PageData, PageKind, Precision, RecordPlace, When
from haidang.watch import actions
from haidang.watch.actions.pages import SUMMARY_MIN, TRIES, page_from_json, page_to_json
from haidang.watch.models import Entry, Snapshot
from haidang.watch.queries.due import find_batch_entries, find_batch_entry

pytestmark = pytest.mark.django_db
PASSES = PageRead(page=None, trouble=Trouble.TIMED_OUT, facts={"seconds": 30})
STAYS = PageRead(page=None, trouble=Trouble.NO_TEXT)


def test_page_that_was_read_is_kept_until_it_is_placed() -> None:
    entry, page = make_entry(), make_page()
    assert actions.store_read(entry, PageRead(page=page), now=NOW) == "read"
    kept = Entry.objects.get()
    assert page_from_json(kept.page) == page
    assert (kept.tries, kept.trouble) == (1, "")


def test_passing_trouble_is_tried_again_with_growing_pauses_and_then_given_up() -> None:
    entry, now, pauses = make_entry(), NOW, []
    while actions.store_read(entry, PASSES, now=now) == "waiting":
        pauses.append((entry.next_try_at - now) / timedelta(minutes=1))
        assert find_batch_entries(entry.feed, now=now, limit=9) == []
        now = entry.next_try_at
        assert find_batch_entries(entry.feed, now=now, limit=9) == [entry]
    assert pauses == [2, 8, 32, 128]
    kept = Entry.objects.get()
    assert (kept.state, kept.tries, kept.trouble, kept.trouble_facts) == (
        "failed",
        TRIES,
        "timed_out",
        {"seconds": 30},
    )


@pytest.mark.parametrize(
    ("trouble", "facts", "state"),
    [
        (Trouble.HTTP_STATUS, {"status": 500}, "waiting"),
        (Trouble.HTTP_STATUS, {"status": 404}, "failed"),
        (Trouble.HOST_BUSY, {"status": 429}, "waiting"),
        (Trouble.ROBOTS_DENIED, {"host": "a.example"}, "failed"),
        (Trouble.DENIED_ADDRESS, {"host": "a.example", "ip": "10.0.0.1"}, "failed"),
        (Trouble.HOSTILE_MARKUP, {"what": "depth", "limit": 1000}, "failed"),
        (Trouble.TOO_SLOW, {"seconds": 5}, "failed"),
    ],
)
def test_what_will_not_pass_is_not_tried_again(
    trouble: Trouble, facts: dict[str, str | int | float], state: str
) -> None:
    read = PageRead(page=None, trouble=trouble, facts=facts)
    assert actions.store_read(make_entry(), read, now=NOW) == state


def test_long_summary_stands_in_for_a_page_that_cannot_be_read() -> None:
    entry = make_entry(summary="Tóm tắt đủ dài để đọc. " * 5, language="vi")
    assert actions.store_read(entry, STAYS, now=NOW) == "read"
    page = page_from_json(entry.page)
    assert (page.text, page.language, entry.page["kind"]) == (entry.summary, "vi", "summary")
    assert entry.trouble == "no_text"


def test_short_summary_does_not() -> None:
    entry = make_entry(summary="x" * (SUMMARY_MIN - 1))
    assert actions.store_read(entry, STAYS, now=NOW) == "failed"


def test_summary_never_replaces_a_text_that_was_read_before() -> None:
    """A page that breaks after it was an article leaves the article as it stands."""
    article = make_article()
    entry = article.entries.get()
    entry.summary = "Tóm tắt đủ dài để đọc. " * 5
    assert actions.store_read(entry, STAYS, now=NOW) == "failed"
    before = article.text
    article.refresh_from_db()
    assert (article.text, entry.article_id) == (before, article.id)


def test_record_is_kept_even_when_the_page_could_not_be_read() -> None:
    place = RecordPlace(
        file="a.warc.gz", offset=0, length=9, sha256="0" * 64, payload_sha256="1" * 64
    )
    read = PageRead(
        page=None,
        record=place,
        fetched_at=NOW,
        final_url="https://a.example/b",
        trouble=Trouble.NO_TEXT,
    )
    entry = make_entry()
    actions.store_read(entry, read, now=NOW)
    snapshot = Snapshot.objects.get()
    assert (snapshot.file, snapshot.url, snapshot.fetched_at) == (
        "a.warc.gz",
        "https://a.example/b",
        NOW,
    )
    assert entry.snapshot == snapshot


@pytest.mark.parametrize("trouble", [None, Trouble.TIMED_OUT])
def test_page_of_a_batch_is_written_down_in_one_statement(trouble: Trouble | None) -> None:
    entry = find_batch_entry(make_entry().id)
    assert entry is not None
    read = PageRead(page=None if trouble else make_page(), trouble=trouble)
    with CaptureQueriesContext(connection) as seen:
        actions.store_read(entry, read, now=NOW)
    assert len([told for told in seen if "SAVEPOINT" not in told["sql"]]) == 1
    stored = Entry.objects.get()
    assert (stored.state, stored.tries) == ("waiting" if trouble else "read", 1)


def test_batch_takes_the_newest_entries_first() -> None:
    feed = make_feed()
    old, new = (make_entry(feed, published_at=NOW - timedelta(days=days)) for days in (2, 1))
    assert find_batch_entries(feed, now=NOW, limit=1) == [new]
    assert find_batch_entries(feed, now=NOW, limit=2) == [new, old]


words = st.text(max_size=30)
dates = st.none() | st.builds(
    When, st.datetimes(timezones=st.just(NOW.tzinfo)), st.sampled_from(Precision)
)


@given(
    st.builds(
        PageData,
        title=words,
        lead=words,
        text=words,
        kind=st.sampled_from(PageKind),
        published=dates,
        modified=dates,
        canonical_url=st.none() | words,
        language=words,
        section=words,
        image_url=st.none() | words,
        noarchive=st.booleans(),
    )
)
def test_page_comes_back_as_it_was_kept(page: PageData) -> None:
    assert page_from_json(page_to_json(page)) == page
