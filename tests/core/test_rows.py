"""Rows written past Django's own statements stand in the tables as if a model had saved them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from tests.watch.rows import NOW, make_article, make_entry, make_feed, make_publication

from haidang.core.actions.rows import insert_row, insert_rows, update_row, update_rows
from haidang.watch.models import Article, Entry, Look, Sketch, Story

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def values_of(row: Any, *, besides: tuple[str, ...] = ()) -> dict[str, Any]:
    names = [field.attname for field in type(row)._meta.concrete_fields]
    stored = type(row).objects.filter(pk=row.pk).values(*names).get()
    return {name: value for name, value in stored.items() if name not in besides}


def test_inserted_row_is_what_the_model_would_have_saved() -> None:
    like = make_article(title="Lũ về", text="Nước 'dâng' %s \"cao\"")
    like.why, like.told_at, like.share = [["title", "3"]], NOW - timedelta(days=4), None
    like.save()
    copy = Article.objects.get(id=like.id)
    copy.id, copy.url, copy.search_key = like.id + 1, like.url + "2", like.search_key + 1
    insert_row(copy)
    besides = ("id", "url", "search_key")
    assert values_of(copy, besides=besides) == values_of(like, besides=besides)
    copy.title = "Lũ rút"
    copy.save()  # known to be stored: written over, not inserted again
    assert Article.objects.get(id=copy.id).title == "Lũ rút"


def test_inserted_row_without_a_number_learns_it() -> None:
    story = Story(
        title="Lũ", language="vi", first_publication=make_publication(),
        first_at=NOW, last_at=NOW, opened_at=NOW, languages=["vi"],
    )  # fmt: skip
    insert_row(story)
    assert Story.objects.get() == story
    assert Story.objects.get().languages == ["vi"]


def test_second_row_of_one_key_is_refused_or_left_out_as_asked() -> None:
    feed = make_feed()
    known = make_entry(feed, key="a", title="cũ")
    with pytest.raises(IntegrityError):
        insert_row(
            Entry(id=known.id, feed=feed, key="b", url="https://a.example/b", first_seen=NOW)
        )


def test_rows_are_inserted_together_and_what_is_there_stays() -> None:
    feed = make_feed()
    make_entry(feed, key="a", title="cũ")
    rows = [
        Entry(feed=feed, key=key, url=f"https://a.example/{key}", title="mới", first_seen=NOW)
        for key in ("a", "b")
    ]
    with CaptureQueriesContext(connection) as seen:
        insert_rows(rows, end="ON CONFLICT DO NOTHING")
        insert_rows([])
    assert len(seen) == 1
    assert dict(Entry.objects.values_list("key", "title")) == {"a": "cũ", "b": "mới"}


def test_only_the_named_fields_are_written() -> None:
    first, second = make_entry(title="một"), make_entry(title="hai")
    for row in (first, second):
        row.title, row.trouble_facts, row.page, row.summary = "ba", {"số": 1}, None, "không viết"
        row.next_try_at = NOW
    names = ("title", "trouble_facts", "page", "next_try_at")
    assert update_row(first, names)
    update_rows([second], names)
    update_rows([], names)
    for row in Entry.objects.all():
        assert (row.title, row.trouble_facts, row.page, row.next_try_at) == (
            "ba",
            {"số": 1},
            None,
            NOW,
        )
        assert row.summary == ""
    first.delete()
    second.pk = 10**9
    assert not update_row(second, names)


def test_bytes_and_keys_of_others_are_written() -> None:
    article = make_article()
    Sketch.objects.all().delete()
    Look.objects.all().delete()
    insert_rows([Sketch(article=article, at=NOW, data=b"\x00\xff")])
    insert_rows([Look(article=article, next_at=None)])
    assert bytes(Sketch.objects.get().data) == b"\x00\xff"
    assert Look.objects.get().next_at is None
