"""Every word of the engine has a whole sentence in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds import VISIT_REASONS
from haidang.engine.group import REASON_WORDS
from haidang.engine.search import QUERY_FAULTS
from haidang.watch import reasons, troubles, words

FACTS = {
    "url": "u", "host": "h", "ip": "10.0.0.1", "seconds": 20, "limit_mb": 5, "ratio": 100,
    "encoding": "br", "detail": "d", "limit": 10, "status": 500, "retry_after_s": 5, "saw": "html",
    "content_type": "image/png", "what": "depth", "file": "f", "at": 3, "line": 4, "field": "author",
}  # fmt: skip
NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # Monday, 12:00 on the desk's clock


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("trouble", list(Trouble))
def test_trouble_has_a_whole_sentence(trouble: Trouble, language: str) -> None:
    with translation.override(language):
        told = troubles.tell_error(EngineError(trouble, **FACTS))
    assert told.endswith(".")
    assert told.count(". ") + told.count("; ") >= 1, "what happened, what was kept, what to do"
    assert "%" not in told
    assert troubles.MISSING not in told


def test_vietnamese_trouble_is_not_the_english_one() -> None:
    with translation.override("en"):
        english = {troubles.tell_trouble(word, FACTS) for word in Trouble}
    with translation.override("vi"):
        vietnamese = {troubles.tell_trouble(word, FACTS) for word in Trouble}
    assert english.isdisjoint(vietnamese)


def test_no_sentence_waits_for_a_trouble_that_does_not_exist() -> None:
    assert set(troubles.TROUBLES) == set(Trouble)


def test_old_row_without_facts_still_gives_a_sentence() -> None:
    for word in Trouble:
        assert "%(" not in troubles.tell_trouble(word, None)


def test_unknown_trouble_is_told_as_such() -> None:
    with translation.override("en"):
        assert "from_the_future" in troubles.tell_trouble("from_the_future", {})


def test_each_query_fault_has_its_own_sentence() -> None:
    closer = {fault for trouble, fault in troubles.CLOSER if trouble == Trouble.BAD_QUERY}
    # The last is raised by the search of what is public, which knows fewer filters.
    assert closer == {fault for fault, _meaning in QUERY_FAULTS} | {"unknown_filter"}


def test_reasons_of_the_engine_and_sentences_agree() -> None:
    assert set(reasons.REASONS) == set(REASON_WORDS)
    assert set(reasons.VISITS) == set(VISIT_REASONS)


@given(st.sampled_from([*sorted(REASON_WORDS), "unheard_of"]), st.text(max_size=40))
def test_detail_of_a_reason_is_escaped(word: str, detail: str) -> None:
    told = reasons.tell_reason(word, f"<b>{detail}</b>")
    assert "<b>" not in told


@pytest.mark.parametrize(
    ("language", "told"),
    [("vi", "Thứ Hai, 23 tháng 11"), ("en", "Monday, 23 November")],
)
def test_front_date(language: str, told: str) -> None:
    with translation.override(language):
        assert words.name_date(NOW) == told


@pytest.mark.parametrize(
    ("past", "vi", "en"),
    [
        (timedelta(seconds=20), "vừa xong", "just now"),
        (timedelta(minutes=1), "1 phút trước", "1 minute ago"),
        (timedelta(minutes=40), "40 phút trước", "40 minutes ago"),
        (timedelta(hours=3), "3 giờ trước", "3 hours ago"),
        (timedelta(hours=20), "16:00 hôm qua", "16:00 yesterday"),
        (timedelta(days=2), "12:00 21/11/2026", "12:00, 21 Nov 2026"),
    ],
)
def test_ago(past: timedelta, vi: str, en: str) -> None:
    with translation.override("vi"):
        assert words.tell_ago(NOW - past, now=NOW) == vi
    with translation.override("en"):
        assert words.tell_ago(NOW - past, now=NOW) == en


@pytest.mark.parametrize(
    ("precision", "told"),
    [
        ("time", "12:00 23/11/2026"),
        ("day", "23/11/2026"),
        ("month", "11/2026"),
        ("seen", "thấy lần đầu 12:00 23/11/2026 (bài không ghi ngày)"),
    ],
)
def test_date_is_told_no_more_exactly_than_it_is_known(precision: str, told: str) -> None:
    with translation.override("vi"):
        assert words.tell_date(NOW, precision) == told


def test_large_numbers_are_grouped_as_the_language_does() -> None:
    with translation.override("vi"):
        assert words.add_up(articles=12_345, originals=345, reprints=12_000) == (
            "12.345 bài = 345 gốc + 12.000 đăng lại"
        )
    with translation.override("en"):
        assert words.add_up(articles=2, originals=1, reprints=1) == (
            "2 articles = 1 original + 1 reprint"
        )
