"""Placing: reprints under their original, articles in stories, numbers that always add up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.watch.rows import (
    BRIDGE,
    BRIDGE_ELSEWHERE,
    HOUR,
    NOW,
    RICE,
    make_article,
    make_feed,
    make_page,
    make_publication,
    make_read,
    place,
)

from haidang.core.actions import take_lease
from haidang.core.models import Lease
from haidang.watch import actions
from haidang.watch.actions import placing
from haidang.watch.enums import EntryState, Level
from haidang.watch.models import Article, ArticleVersion, Entry, Look, Sketch, Story
from haidang.watch.queries import SearchFilters, search_articles
from haidang.watch.queries.health import find_disorder

pytestmark = pytest.mark.django_db
TITLE = "Khánh thành cầu Suối Mộc"


def found(words: str) -> int:
    return len(search_articles(words, filters=SearchFilters(fold_reprints=False), now=NOW).hits)


def numbers(story: Story) -> tuple[int, int, int]:
    """Articles, originals, reprints."""
    story.refresh_from_db()
    return story.articles, story.originals, story.articles - story.originals


def test_article_opens_a_story_of_its_own() -> None:
    article = make_article(text=RICE, at=NOW - HOUR)
    assert numbers(article.story) == (1, 1, 0)
    assert (article.story.title, article.story.first_at) == (article.title, NOW - HOUR)
    assert (article.original, article.reprint_kind, article.share) == (None, "", None)


def test_reprint_stands_under_its_original() -> None:
    first, copy, cut = place(
        make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - 3 * HOUR),
        make_read(make_publication(), BRIDGE, title="Cầu Suối Mộc thông xe", at=NOW - 2 * HOUR),
        make_read(
            make_publication(), "\n".join(BRIDGE.split("\n")[:3]), title=TITLE, at=NOW - HOUR
        ),
    )
    assert [(row.original_id, row.reprint_kind) for row in (first, copy, cut)] == [
        (None, ""),
        (first.id, "verbatim"),
        (first.id, "cut"),
    ]
    assert copy.share is not None
    assert copy.share >= 0.98
    assert {row.story_id for row in (first, copy, cut)} == {first.story_id}
    assert numbers(first.story) == (3, 1, 2)
    assert first.story.publications == 3


def test_originals_of_one_event_stand_in_one_story() -> None:
    first, other, rice = place(
        make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - 3 * HOUR),
        make_read(
            make_publication(),
            BRIDGE_ELSEWHERE,
            title="Cầu Suối Mộc ở Vân Trì thông xe",
            at=NOW - 2 * HOUR,
        ),
        make_read(make_publication(), RICE, at=NOW - HOUR),
    )
    assert (other.story_id, other.original_id) == (first.story_id, None)
    assert rice.story_id != first.story_id
    assert numbers(first.story) == (2, 2, 0)
    assert other.why != []


def test_late_original_takes_over_its_copies() -> None:
    """The copy was read first; what it copied comes later, with an earlier date."""
    copy, second = place(
        make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - 2 * HOUR),
        make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - HOUR),
    )
    assert second.original_id == copy.id
    [late] = place(make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - 9 * HOUR, seen=NOW))
    copy.refresh_from_db()
    second.refresh_from_db()
    assert [row.original_id for row in (late, copy, second)] == [None, late.id, late.id]
    assert copy.reprint_why != []
    assert numbers(late.story) == (3, 1, 2)
    assert late.story.first_at == NOW - 9 * HOUR
    assert find_disorder() == []


def test_numbers_of_a_story_are_sums_of_its_rows() -> None:
    home = make_publication()
    abroad = make_publication(country="XA", level=Level.FOREIGN)
    rows = place(
        make_read(home, BRIDGE, title=TITLE, at=NOW - 5 * HOUR),
        make_read(abroad, BRIDGE, title=TITLE, at=NOW - 4 * HOUR),
        make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - 3 * HOUR),
        make_read(abroad, BRIDGE_ELSEWHERE, title="Cầu Suối Mộc ở Vân Trì thông xe", at=NOW - HOUR),
    )
    story = rows[0].story
    kept = list(story.article_rows.select_related("publication"))
    originals = [row for row in kept if row.original_id is None]
    foreign = [row for row in kept if row.publication.level == Level.FOREIGN]
    assert numbers(story) == (len(kept), len(originals), len(kept) - len(originals))
    assert story.edited == sum(row.reprint_kind == "edited" for row in kept)
    assert story.foreign_originals == sum(row in originals for row in foreign)
    assert story.foreign_originals + story.foreign_edited + story.foreign_copies == len(foreign)
    assert story.publications == len({row.publication_id for row in kept})
    assert (story.first_at, story.last_at) == (NOW - 5 * HOUR, NOW - HOUR)
    assert story.title == TITLE


def test_headline_of_a_story_is_its_first_original_at_home() -> None:
    abroad = make_publication(country="XA", level=Level.FOREIGN)
    first, home = place(
        make_read(
            abroad, BRIDGE_ELSEWHERE, title="Cầu Suối Mộc ở Vân Trì thông xe", at=NOW - HOUR * 2
        ),
        make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - HOUR),
    )
    assert first.story_id == home.story_id
    first.story.refresh_from_db()
    assert (first.story.title, first.story.first_publication) == (TITLE, home.publication)


def test_changed_headline_keeps_what_stood_before() -> None:
    feed = make_feed()
    article = make_article(feed.publication, BRIDGE, title="Hân hoan trên suối", feed=feed)
    entry = article.entries.get()
    entry.state = EntryState.READ
    entry.page = placing_page(BRIDGE, title="Thông xe cầu Suối Mộc sau mười bốn tháng")
    entry.save()
    assert place(entry) == [article]
    article.refresh_from_db()
    version = ArticleVersion.objects.get()
    assert (version.title, version.text, version.article_id) == (
        "Hân hoan trên suối",
        article.text,
        article.id,
    )
    assert (article.title, article.headline_changes) == (
        "Thông xe cầu Suối Mộc sau mười bốn tháng",
        1,
    )
    assert numbers(article.story) == (1, 1, 0)
    assert article.story.title == article.title
    assert (found("hân hoan"), found("thông xe")) == (0, 1)


def placing_page(text: str, *, title: str) -> dict[str, object]:
    from haidang.watch.actions.pages import page_to_json

    return page_to_json(make_page(text, title=title, at=NOW))


def test_changed_text_is_found_by_its_new_words_only() -> None:
    feed = make_feed()
    article = make_article(feed.publication, "Đập tràn xã Phú Lợi đã vỡ đêm qua.", feed=feed)
    entry = article.entries.get()
    for text in ("Đập tràn xã Phú Lợi vẫn an toàn.", "Đập tràn xã Phú Lợi vẫn đứng vững."):
        entry.state, entry.page = EntryState.READ, placing_page(text, title=article.title)
        entry.save()
        place(entry)
        entry.refresh_from_db()
    assert [found(word) for word in ("vỡ", '"an toàn"', '"đứng vững"')] == [0, 0, 1]
    assert ArticleVersion.objects.count() == 2
    article.refresh_from_db()
    assert article.headline_changes == 0


def test_page_read_again_without_a_change_leaves_no_version() -> None:
    feed = make_feed()
    article = make_article(feed.publication, BRIDGE, title=TITLE, feed=feed)
    entry = article.entries.get()
    entry.state, entry.page = EntryState.READ, placing_page(BRIDGE, title=TITLE)
    entry.save()
    place(entry)
    assert ArticleVersion.objects.count() == 0
    entry.refresh_from_db()
    assert (entry.state, entry.page) == ("placed", None)


def test_one_address_in_two_feeds_is_one_article() -> None:
    publication = make_publication()
    entries = [
        make_read(publication, BRIDGE, title=TITLE, feed=make_feed(publication)) for _ in range(2)
    ]
    Entry.objects.filter(id=entries[1].id).update(url=entries[0].url)
    articles = place(*entries)
    assert articles[0] == articles[1]
    assert Article.objects.count() == 1


def test_headline_changed_within_a_batch_is_a_version_whose_sketch_is_dropped() -> None:
    publication = make_publication()
    first = make_read(publication, BRIDGE, title=TITLE)
    second = make_read(publication, BRIDGE, title="Cầu Suối Mộc thông xe", feed=first.feed)
    Entry.objects.filter(id=second.id).update(url=first.url)
    article, again = place(first, second)
    assert article == again
    assert again.headline_changes == 1
    assert Sketch.objects.count() == 0
    assert Look.objects.get().article_id == article.id
    assert list(Entry.objects.values_list("article_id", "state")) == [(article.id, "placed")] * 2


def test_articles_of_a_batch_share_what_is_written_last() -> None:
    def queries_for(count: int) -> int:
        for _ in range(count):
            make_read(make_publication(), RICE, seen=NOW - HOUR)
        with CaptureQueriesContext(connection) as seen:
            assert actions.place_waiting(now=NOW) == count
        return len(seen)

    queries_for(1)  # the window is built, and what all copy stands in the tables
    few, many = queries_for(4), queries_for(12)
    assert (many - few) / 8 <= 3


def test_article_without_a_date_stands_where_it_was_first_seen() -> None:
    entry = make_read(make_publication(), RICE, seen=NOW - HOUR, published=None)
    Entry.objects.filter(id=entry.id).update(published_at=None)
    [article] = place(entry)
    assert (article.published_at, article.precision, article.sort_at) == (
        NOW - HOUR,
        "seen",
        NOW - HOUR,
    )


def test_article_is_never_placed_later_than_it_was_seen() -> None:
    """A page may say "tomorrow": lists are ordered by what is known."""
    [article] = place(make_read(make_publication(), at=NOW, seen=NOW - 2 * HOUR))
    assert article.sort_at == NOW - 2 * HOUR


# ---------------------------------------------------------------- one grouper at a time


def test_placing_waits_for_the_one_who_holds_the_lease() -> None:
    entry = make_read(make_publication())
    take_lease("grouper", holder="another", seconds=60, now=NOW)
    assert actions.place_waiting(now=NOW) == 0
    entry.refresh_from_db()
    assert entry.state == "read"
    assert actions.place_waiting(now=NOW + timedelta(seconds=61)) == 1


def test_window_is_built_anew_when_another_placed_meanwhile() -> None:
    """What this process did not place itself it still knows as an original."""
    make_article(text=RICE, at=NOW - 5 * HOUR)  # this process has a window now
    mine = placing._seats
    placing._seats = type(mine)()  # another process, with a memory of its own
    Lease.objects.update(holder="", fence=99)
    first = make_article(text=BRIDGE, title=TITLE, at=NOW - 3 * HOUR)
    placing._seats = mine
    Lease.objects.update(holder="", fence=101)
    copy = make_article(text=BRIDGE, title=TITLE, at=NOW - HOUR)
    assert copy.original_id == first.id


def test_articles_older_than_the_window_are_placed_among_their_own_time() -> None:
    old = NOW - timedelta(days=400)
    first, copy = place(
        make_read(make_publication(), BRIDGE, title=TITLE, at=old, seen=NOW),
        make_read(make_publication(), BRIDGE, title=TITLE, at=old + HOUR, seen=NOW),
    )
    today = make_article(text=BRIDGE, title=TITLE, at=NOW - HOUR)
    assert copy.original_id == first.id
    assert (today.original_id, today.story_id == first.story_id) == (None, False)


@pytest.mark.django_db(transaction=True)
def test_entry_that_cannot_be_placed_does_not_stop_the_batch() -> None:
    bad = make_read(make_publication(), BRIDGE, title=TITLE)
    Entry.objects.filter(id=bad.id).update(page={"no": "page"})
    good = [make_read(make_publication(), RICE, at=NOW - n * HOUR) for n in range(1, 4)]
    assert actions.place_waiting(now=NOW) == 4
    bad.refresh_from_db()
    assert (bad.state, bad.article) == ("failed", None)
    assert Entry.objects.filter(id__in=[one.id for one in good], state="placed").count() == 3
    assert (Article.objects.count(), find_disorder()) == (3, [])
    assert actions.place_waiting(now=NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_failed_transaction_leaves_nothing_half_done() -> None:
    """The memory of the grouper never knows more than the tables."""
    first = make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - 2 * HOUR)
    bad = make_read(make_publication(), RICE, at=NOW - HOUR)
    Entry.objects.filter(id=bad.id).update(page={"no": "page"})
    actions.place_waiting(now=NOW)
    copy = make_article(text=BRIDGE, title=TITLE, at=NOW)
    first.refresh_from_db()
    assert copy.original_id == first.article_id
    assert (Article.objects.count(), Story.objects.count(), find_disorder()) == (2, 1, [])


def test_reprint_of_itself_or_without_a_kind_is_refused_by_the_database() -> None:
    from django.db import IntegrityError, transaction

    article = make_article()
    for change in (
        {"original": article, "reprint_kind": "verbatim", "share": 1.0},
        {"reprint_kind": "verbatim"},
        {"share": 0.9},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Article.objects.filter(id=article.id).update(**change)
    assert connection.vendor in {"sqlite", "postgresql"}


def test_every_article_is_found_by_search_and_belongs_to_a_story() -> None:
    place(*(make_read(make_publication(), text, title=TITLE) for text in (BRIDGE, RICE)))
    assert (found("cầu"), find_disorder()) == (2, [])
