"""The hostile feeds of the hand, and a sample of their mutants, through the sandbox."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from haidang.engine.errors import EngineError
from haidang.engine.feeds import ENTRIES_MAX
from haidang.engine.sandbox import Sandbox
from haidang.engine.types import TITLE_MAX, URL_MAX

MAKER = Path(__file__).parents[4] / "shared" / "hostile" / "gen_feeds.py"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
MUTANTS = 150

# Cases that must end in one way only.
ENDS = {
    "h-attrs-100k": "hostile_markup",
    "h-ns-10k": "hostile_markup",
    "h-deep-200k": "hostile_markup",
    "h-deep-10k": "hostile_markup",
    "h-items-100k": (500, 99_500),
    "h-billion-laughs": (1, 0),
    "h-quadratic-blowup": (1, 0),
    "h-title-10mb": (1, 0),
    "h-json-deep": "bad_feed",
    "h-html-page": "not_a_feed",
    "h-link-js": (0, 1),
    "h-date-dmy": (1, 0),
}


@pytest.fixture(scope="module")
def feeds(tmp_path_factory):
    if not MAKER.exists():
        pytest.skip("the maker of hostile feeds is not beside the checkout")
    folder = tmp_path_factory.mktemp("hostile")
    subprocess.run(
        [sys.executable, str(MAKER), str(folder), str(MUTANTS)], check=True, capture_output=True
    )
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def ends(feeds):
    """Of each feed by name: its trouble, or its numbers of entries kept and left out."""
    told = {}
    # The CPU limit, 5 s an item, is what is tested; a busy machine may take longer by the wall clock.
    with Sandbox(preload=("haidang.engine.feeds",), wall_s=30.0) as sandbox:
        for path in feeds:
            try:
                feed = sandbox.run(
                    "haidang.engine.feeds:parse_feed",
                    path.read_bytes(),
                    url="http://pub.test/feed",
                    content_type="text/xml",
                    now=NOW,
                )
            except EngineError as error:
                told[path.stem] = error.trouble.value
                continue
            told[path.stem] = (len(feed.entries), feed.left_out)
            assert_within_bounds(feed)
    return told


def assert_within_bounds(feed):
    assert len(feed.entries) <= ENTRIES_MAX
    for entry in feed.entries:
        assert entry.url.startswith(("http://", "https://"))
        assert max(len(entry.title), len(feed.title)) <= TITLE_MAX
        assert max(len(entry.url), len(entry.key)) <= URL_MAX
        assert not set(entry.title + entry.key) & set("\r\n\0\u202e\ufffe")


def test_every_hostile_feed_ends_in_a_feed_or_a_word(ends, feeds):
    assert (len(ends), sum(name.startswith("h-") for name in ends)) == (len(feeds), 111)
    assert {name: end for name, end in ends.items() if end in ("too_slow", "too_hungry")} == {}
    assert {name: end for name, end in ends.items() if end == "reader_died"} == {}


@pytest.mark.parametrize("name", ENDS)
def test_named_hostile_feed_ends_as_it_must(ends, name):
    assert ends[name] == ENDS[name]
