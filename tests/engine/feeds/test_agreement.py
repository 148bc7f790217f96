"""Our fast reader, feedparser and fastfeedparser see the same entries in a valid feed."""

from __future__ import annotations

import io
import warnings
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import fastfeedparser
import feedparser
import pytest

from haidang.engine.errors import EngineError
from haidang.engine.feeds import parse_feed
from haidang.engine.feeds.tolerant import read_tolerant
from haidang.engine.feeds.xml_feed import parse_xml, read_xml

GOLDEN = Path(__file__).parent / "golden"
CASES = Path(__file__).parents[4] / "shared" / "data" / "feeds" / "feedparser_cases.zip"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


# Where we read otherwise on purpose: Microsoft's CDF of 1997 is not read; an enclosure, a link of
# an unknown kind, or an RSS item in an Atom feed is no entry's address; guid goes before atom:id.
OTHERWISE = ("/cdf", "_no_href", "link_rel_other", "/http_entry_contributor", "/unknown-namespace")
OTHERWISE += ("simplechapter", "isPermaLink_ValueError")


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
def test_three_readers_see_the_same_entries(name):
    text = (GOLDEN / name).read_text(encoding="utf-8")
    bare = text.partition("?>")[2]
    ours = [entry.guid or entry.link for entry in read_xml(parse_xml(bare)).entries]
    tolerant = [entry.guid or entry.link for entry in read_tolerant(bare).entries]
    fast = [entry["id"] for entry in fastfeedparser.parse(text.encode())["entries"]]
    assert ours == tolerant == fast


@pytest.mark.parametrize("name", ["rss.xml", "atom.xml"])
def test_both_of_our_readers_read_the_same_values(name):
    bare = (GOLDEN / name).read_text(encoding="utf-8").partition("?>")[2]
    ours, tolerant = read_xml(parse_xml(bare)), read_tolerant(bare)
    seen = [[(e.link, e.published, e.updated) for e in feed.entries] for feed in (ours, tolerant)]
    assert seen[0] == seen[1]
    assert (ours.kind, ours.title, ours.home) == (tolerant.kind, tolerant.title, tolerant.home)


def sample(part, *, every):
    """Every n-th case of a folder, as (name, bytes)."""
    if not CASES.exists():
        pytest.skip("feedparser's cases are not beside the checkout")
    with zipfile.ZipFile(CASES) as held:
        names = sorted(name for name in held.namelist() if part in name and name.endswith(".xml"))
        return [(name, held.read(name)) for name in names[::every]]


@pytest.mark.parametrize("part", ["wellformed", "illformed", "encoding", "entities"])
def test_cases_of_feedparser_never_crash(part):
    cases = sample(part, every=4)
    assert len(cases) > 3
    for _, body in cases:
        try:
            parse_feed(body, url="https://a.example/f", content_type=None, now=NOW)
        except EngineError:
            continue


def test_keys_agree_with_feedparser_on_its_well_formed_cases():
    differing = []
    for name, body in sample("wellformed", every=3):
        if any(word in name for word in OTHERWISE):
            continue
        text = body.decode("utf-8", "replace")
        try:
            root = parse_xml(text.partition("?>")[2] if text.startswith("<?") else text)
            ours = [(entry.guid or entry.link) for entry in read_xml(root).entries]
        except (ValueError, EngineError):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            told = feedparser.parse(io.BytesIO(body), sanitize_html=False)
            theirs = [entry.get("id") or entry.get("link") or "" for entry in told.entries]
        if ours != theirs and not told.bozo:
            differing.append((name, ours, theirs))
    assert differing == []
