"""What crosses the pipe comes back equal; nothing else can be built from its bytes."""

from __future__ import annotations

import contextlib
import json
import pickle
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.sandbox import BadMessageError, allow, decode, encode
from haidang.engine.types import EntryData, FeedData, FeedKind, Precision, When

AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
FEED = FeedData(
    kind=FeedKind.RSS,
    title="Báo Ngọn Đèn",
    entries=(EntryData(key="1", url="https://a.example/1", title="Tin", published=When(AT)),),
)

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.datetimes(timezones=st.just(UTC)),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def forged(tree, blob=b""):
    head = json.dumps(tree).encode()
    return len(head).to_bytes(4, "big") + head + blob


@given(plain)
def test_plain_values_come_back_equal(value):
    assert decode(encode(value)) == value


def test_engine_values_come_back_equal():
    assert decode(encode((FEED, Precision.DAY))) == (FEED, Precision.DAY)


def test_times_come_back_in_utc():
    local = AT.astimezone(timezone(timedelta(hours=7)))
    back = decode(encode(local))
    assert (back, back.tzinfo) == (AT, UTC)


@pytest.mark.parametrize(
    "value",
    [{1, 2}, object(), test_times_come_back_in_utc, FeedData, 1j],
    ids=["set", "object", "function", "class", "complex"],
)
def test_strangers_do_not_cross(value):
    with pytest.raises(BadMessageError):
        encode(value)


def test_dataclass_that_was_not_allowed_does_not_cross():
    @dataclass
    class Stranger:
        name: str

    with pytest.raises(BadMessageError):
        encode(Stranger("x"))


def test_same_name_for_another_kind_is_refused():
    @dataclass
    class FeedData:
        title: str

    with pytest.raises(TypeError, match="two kinds"):
        allow(FeedData)


@given(st.binary())
def test_arbitrary_bytes_never_do_more_than_fail(message):
    with contextlib.suppress(BadMessageError):
        decode(message)


@pytest.mark.parametrize(
    "tree",
    [
        {"$c": ["When", [{"$at": "2026-11-23T00:00:00+00:00"}]]},
        {"$c": ["When", ["soon", {"$e": ["Precision", "day"]}]]},
        {"$c": ["EntryData", [["k"], "u", "t", "", None, None, None]]},
        {"$c": ["Popen", [["ls"]]]},
        {"$e": ["FeedData", "x"]},
        {"$e": ["Precision", "century"]},
        {"$at": "2026-11-23T00:00:00"},
        {"$b": [0, 99]},
        {"$b": [-4, 4]},
        {"$x": 1},
        {"$t": 5},
        {},
        {"$t": [], "$d": []},
    ],
    ids=str,
)
def test_forged_messages_are_refused(tree):
    with pytest.raises(BadMessageError):
        decode(forged(tree))


def test_deep_message_is_refused():
    with pytest.raises(BadMessageError):
        decode(forged(json.loads("[" * 200 + "]" * 200)))


def test_pickle_is_not_read():
    with pytest.raises(BadMessageError):
        decode(pickle.dumps(FEED))
