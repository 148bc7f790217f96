"""Lists to take away: valid, escaped, and open to those only who may read the page."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.sheet import HOSTILE, Press, Sheet, print_sheet

from haidang.core.enums import DeskMode
from haidang.core.syndication import cell

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def sheet(db: None) -> Sheet:
    return print_sheet(now=timezone.now())


@pytest.fixture
def reader(db: None) -> Client:
    return Client(headers={"host": "localhost"})


def addresses(sheet: Sheet, kind: str) -> list[str]:
    return [
        f"/watch.{kind}", f"/watch.{kind}?order=largest", f"/s/{sheet.story}.{kind}",
        f"/search.{kind}?q=cau", f"/sources.{kind}",
    ]  # fmt: skip


def test_atom_has_what_the_standard_asks(sheet: Sheet, reader: Client) -> None:
    for path in addresses(sheet, "atom"):
        feed = ET.fromstring(reader.get(path).content)
        assert feed.tag == f"{ATOM}feed"
        for name in ("id", "title", "updated", "author"):
            assert feed.find(ATOM + name) is not None, (path, name)
        for entry in feed.iter(f"{ATOM}entry"):
            told = [entry.findtext(ATOM + name) for name in ("id", "title", "updated")]
            assert all(told), path


def test_rss_items_have_title_and_link(sheet: Sheet, reader: Client) -> None:
    for path in addresses(sheet, "rss"):
        channel = ET.fromstring(reader.get(path).content).find("channel")
        assert channel is not None
        for item in channel.iter("item"):
            assert item.findtext("title")
            assert (item.findtext("link") or "").startswith("http://localhost/")


def test_json_feed_is_version_1_1(sheet: Sheet, reader: Client) -> None:
    for path in addresses(sheet, "json"):
        answer = reader.get(path)
        assert answer.headers["Content-Type"] == "application/feed+json; charset=utf-8"
        feed = json.loads(answer.content)
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert all({"id", "content_text"} <= set(item) for item in feed["items"])


def test_csv_lists_every_story_with_numbers_that_add_up(sheet: Sheet, reader: Client) -> None:
    text = reader.get("/watch.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 4
    for row in rows[1:]:
        articles, originals, reprints = (int(number) for number in row[3:6])
        assert articles == originals + reprints


def test_story_list_holds_each_article_once(sheet: Sheet, reader: Client) -> None:
    feed = json.loads(reader.get(f"/s/{sheet.story}.json").content)
    assert sorted(item["id"] for item in feed["items"]) == [
        f"http://localhost/a/{number}" for number in (1, 2, 3, 4)
    ]


def test_hostile_letters_stay_letters(sheet: Sheet, reader: Client) -> None:
    feed = ET.fromstring(reader.get("/watch.atom").content)
    titles = [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]
    assert HOSTILE in titles


def test_control_characters_do_not_break_xml(db: None, reader: Client) -> None:
    print_sheet(now=timezone.now())
    press = Press(now=timezone.now())
    press.number = 100
    paper = press.register("control", "Báo\x0bĐiều khiển\ufffe")
    story = press.open_story("Nhan đề\x07 lạ\x1f", paper, hours_ago=1)
    press.print_article(story, paper, "Nhan đề\x07 lạ\x1f", hours_ago=1)
    feed = ET.fromstring(reader.get("/watch.rss").content)
    assert "Nhan đề lạ" in [item.findtext("title") for item in feed.iter("item")]


def test_lists_are_closed_to_outsiders_on_a_real_desk(
    db: None, everyone: dict[str, object], client_of: Callable[..., Client]
) -> None:
    sheet = print_sheet(now=timezone.now(), mode=DeskMode.REAL)
    for kind in ("atom", "rss", "json", "csv"):
        for path in addresses(sheet, kind):
            told = {name: client_of(who).get(path).status_code for name, who in everyone.items()}
            assert told == {"An": 200, "Bình": 200, "Cúc": 403, "Dũng": 403}, path


class Alternates(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "link" and told.get("rel") == "alternate":
            self.found.append(told["href"] or "")


def test_pages_announce_their_lists_and_each_answers(sheet: Sheet, reader: Client) -> None:
    for path in ("/watch/", f"/s/{sheet.story}", "/search?q=cau", "/sources/"):
        found = Alternates(reader.get(path).content.decode()).found
        assert len(found) == 4, path
        assert [reader.get(address).status_code for address in found] == [200] * 4


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_formula_cell_is_made_text(start: str) -> None:
    assert cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@given(st.text())
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert str(cell(text))[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}
