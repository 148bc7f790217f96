"""When to come back: polite, bounded, and moved by what the feed did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.feeds import VISIT_REASONS, choose_next_visit
from haidang.engine.types import FeedPast

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HOUR, DAY = 3_600.0, 86_400.0

seconds = st.floats(min_value=0, max_value=1e9)
pasts = st.builds(
    FeedPast,
    interval_s=st.floats(),
    failures=st.integers(0, 1_000),
    new_entries=st.integers(0, 500),
    entries_per_day=st.none() | st.floats(0, 1e6),
    retry_after_s=st.none() | st.floats(),
    max_age_s=st.none() | st.floats(),
)


def choose(**told):
    decision = choose_next_visit(FeedPast(**({"interval_s": HOUR} | told)), now=NOW)
    return decision.interval_s, decision.why


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"entries_per_day": 4.0}, (HOUR, "steady")),
        ({"entries_per_day": 6.0}, (2_400.0, "busy")),
        ({"entries_per_day": 120.0}, (HOUR / 2, "busy")),
        ({"entries_per_day": 120.0, "interval_s": 900.0}, (900.0, "busy")),
        ({"entries_per_day": 8 / 3}, (5_400.0, "quiet")),
        ({"entries_per_day": 0.0}, (2 * HOUR, "quiet")),
        ({"entries_per_day": 0.0, "interval_s": DAY}, (DAY, "quiet")),
        ({"new_entries": 3}, (HOUR / 2, "busy")),
        ({}, (HOUR * 2**0.2, "quiet")),
        ({"failures": 1}, (1_800.0, "failed")),
        ({"failures": 3}, (7_200.0, "failed")),
        ({"failures": 500}, (DAY, "failed")),
        ({"failures": 1, "retry_after_s": HOUR}, (HOUR, "retry_after")),
        ({"failures": 3, "retry_after_s": 0.0}, (7_200.0, "failed")),
        ({"failures": 1, "retry_after_s": -5.0}, (1_800.0, "failed")),
        ({"failures": 1, "retry_after_s": 99_999_999.0}, (DAY, "retry_after")),
        ({"entries_per_day": 4.0, "max_age_s": 3 * HOUR}, (3 * HOUR, "max_age")),
        ({"entries_per_day": 4.0, "max_age_s": 60.0}, (HOUR, "steady")),
        ({"interval_s": 0.0, "entries_per_day": 16.0}, (900.0, "steady")),
    ],
)
def test_next_visit_follows_what_the_feed_did(told, expected):
    assert choose(**told) == expected


def test_gone_feed_is_never_visited_again():
    decision = choose_next_visit(FeedPast(interval_s=HOUR, gone=True), now=NOW)
    assert (decision.at, decision.why) == (None, "gone")


@given(pasts, seconds, seconds)
def test_visit_is_within_its_bounds_whatever_was_told(past, one, two):
    shortest, longest = sorted((one + 1, two + 1))
    decision = choose_next_visit(past, now=NOW, shortest_s=shortest, longest_s=min(longest, 1e8))
    assert min(shortest, 1e8) <= decision.interval_s <= longest
    assert decision.at == NOW + timedelta(seconds=decision.interval_s)
    assert decision.why in VISIT_REASONS


@given(pasts, st.integers(0, 40))
def test_more_failures_never_bring_the_visit_closer(past, more):
    def interval(failures):
        told = FeedPast(
            interval_s=past.interval_s, failures=failures, retry_after_s=past.retry_after_s
        )
        return choose_next_visit(told, now=NOW).interval_s

    assert interval(past.failures + more + 1) >= interval(past.failures + 1)


@given(pasts, st.floats(0, 1e7), st.floats(0, 1e7))
def test_what_a_host_asks_for_is_kept(past, one, two):
    def interval(asked):
        told = FeedPast(interval_s=past.interval_s, failures=1, retry_after_s=asked)
        return choose_next_visit(told, now=NOW).interval_s

    less, more = sorted((one, two))
    assert interval(less) <= interval(more)
    assert interval(more) >= min(more, DAY)


@given(st.floats(900, DAY), st.floats(0, 1_000), st.floats(0, 1_000))
def test_slower_feed_is_never_visited_sooner(before, one, two):
    def interval(rate):
        return choose_next_visit(
            FeedPast(interval_s=before, entries_per_day=rate), now=NOW
        ).interval_s

    slower, faster = sorted((one, two))
    assert interval(slower) >= interval(faster)
