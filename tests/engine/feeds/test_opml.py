"""Lists of feeds go in and come out again; what is refused is told with its line."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds import OpmlData, OpmlFeed, OpmlRefusal, read_opml, write_opml
from haidang.engine.sandbox import decode, encode

NOW = datetime(2026, 11, 23, tzinfo=UTC)

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Nguồn của tôi</title></head><body>
<outline text="Tỉnh">
  <outline text="Báo">
    <outline type="rss" text="Ngọn Đèn" xmlUrl="https://den.example/rss" htmlUrl="https://den.example"/>
  </outline>
  <outline text="Ngọn Đèn lần nữa" xmlUrl="https://den.example/rss"/>
</outline>
<outline title="Lệnh" xmlUrl="|cat /etc/passwd"/>
<outline text="Tệp" xmlUrl="file:///etc/passwd"/>
<outline text="Ghi chú"/>
<outline text="Đài" xmlUrl="http://dai.example/atom.xml" author="x"/>
</body></opml>
"""


def test_list_is_read_with_folders_and_refusals():
    assert read_opml(LIST.encode()) == OpmlData(
        title="Nguồn của tôi",
        feeds=(
            OpmlFeed(
                url="https://den.example/rss",
                title="Ngọn Đèn",
                home_url="https://den.example/",
                folders=("Tỉnh", "Báo"),
            ),
            OpmlFeed(url="http://dai.example/atom.xml", title="Đài"),
        ),
        repeated=1,
        refused=(
            OpmlRefusal(line=8, why="address", title="Lệnh"),
            OpmlRefusal(line=9, why="address", title="Tệp"),
        ),
        refused_total=2,
    )


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        (b"", {"detail": "xml", "line": 1}),
        (b"not xml", {"detail": "xml", "line": 1}),
        (b"<rss><channel/></rss>", {"detail": "opml", "line": 1}),
        (b'<!DOCTYPE o [\n<!ENTITY e "x">]><opml>&e;</opml>', {"detail": "entities", "line": 2}),
        (b"<opml><body>" + b"<outline>" * 300, {"detail": "xml", "line": 1}),
    ],
)
def test_unreadable_list_is_told(body, facts):
    with pytest.raises(EngineError) as caught:
        read_opml(body)
    assert (caught.value.trouble, caught.value.facts) == (Trouble.BAD_FILE, facts)


def test_first_five_thousand_are_taken_and_the_rest_told_by_line():
    lines = "\n".join(f'<outline xmlUrl="https://a.example/{n}"/>' for n in range(5_300))
    data = read_opml(f"<opml><body>\n{lines}\n</body></opml>".encode())
    assert (len(data.feeds), data.refused_total, len(data.refused)) == (5_000, 300, 200)
    assert data.refused[0] == OpmlRefusal(line=5_002, why="too_many")


def test_outlines_nested_too_deep_are_refused():
    deep = '<outline text="f">' * 40 + '<outline xmlUrl="https://a.example/"/>' + "</outline>" * 40
    data = read_opml(f"<opml><body>{deep}</body></opml>".encode())
    assert (data.feeds, [refusal.why for refusal in data.refused]) == ((), ["depth"])


def test_bare_ampersands_of_other_readers_are_understood():
    data = read_opml(b'<opml><body><outline xmlUrl="https://a.example/?a=1&b=2"/></body></opml>')
    assert [feed.url for feed in data.feeds] == ["https://a.example/?a=1&b=2"]


words = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20)
titles = st.lists(words, min_size=1, max_size=4).map(" ".join)
some_feeds = st.builds(
    OpmlFeed,
    url=st.integers(0, 9_999).map(lambda n: f"https://a.example/{n}?x=1&y=2"),
    title=titles,
    home_url=st.none() | st.just("https://a.example/"),
    folders=st.lists(titles, max_size=3).map(tuple),
)


@given(st.lists(some_feeds, unique_by=lambda feed: feed.url, max_size=8))
def test_what_was_written_is_read_again(feeds):
    once = read_opml(write_opml(feeds, title="x"))
    again = read_opml(write_opml(once.feeds, title="x"))
    assert again == once
    assert {feed.url for feed in once.feeds} == {feed.url for feed in feeds}


@given(st.binary() | st.text().map(lambda text: f"<opml><body>{text}</body></opml>".encode()))
def test_arbitrary_bytes_give_a_list_or_an_engine_error(body):
    with contextlib.suppress(EngineError):
        assert isinstance(read_opml(body), OpmlData)


def test_list_crosses_the_sandbox():
    data = read_opml(LIST.encode())
    assert decode(encode(data)) == data
