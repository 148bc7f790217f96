"""The page of promises: all sixteen, in both languages, each with the truth about today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from haidang.project.promises import PROMISES

pytestmark = pytest.mark.django_db
KEPT = {1, 2, 8, 9, 10, 12, 14, 15, 16}
STATES = {
    "vi": ("giữ trọn", "phòng của lời hứa này chưa có trong phiên bản này"),
    "en": ("kept", "its room is not in this version yet"),
}


def read_page(language: str) -> dict[int, str]:
    """The words of each promise on the page."""
    client = Client()
    client.cookies["language"] = language
    page = client.get("/promises").content.decode()
    items = re.findall(r'<li id="promise-(\d+)">(.*?)</li>', page, re.DOTALL)
    return {int(number): " ".join(re.sub(r"<[^>]+>", " ", body).split()) for number, body in items}


def test_promises_are_sixteen_in_their_order() -> None:
    assert [promise.number for promise in PROMISES] == list(range(1, 17))


def test_promises_kept_are_those_whose_rooms_stand() -> None:
    assert {promise.number for promise in PROMISES if promise.kept} == KEPT


@pytest.mark.parametrize("language", ["vi", "en"])
def test_page_shows_each_promise_whole_and_whether_it_is_kept(language: str) -> None:
    shown = read_page(language)
    with translation.override(language):
        kept, absent = (translation.gettext(word) for word in STATES["en"])
        told = {
            promise.number: (str(promise.name), str(promise.sentence), promise.kept)
            for promise in PROMISES
        }
    assert list(shown) == list(told)
    for number, (name, sentence, is_kept) in told.items():
        text = shown[number].replace("&#x27;", "'")
        assert text == f"{number} {name} {sentence} {kept if is_kept else absent}"


def test_page_is_translated_and_not_repeated() -> None:
    vi, en = read_page("vi"), read_page("en")
    assert [number for number in vi if vi[number] == en[number]] == []


def test_page_is_read_by_anyone_on_any_desk(client_of, everyone) -> None:
    told = {name: client_of(who).get("/promises").status_code for name, who in everyone.items()}
    assert told == dict.fromkeys(everyone, 200)


def test_each_promise_has_a_test_that_tries_to_break_it() -> None:
    files = sorted(path.name[5:7] for path in Path(__file__).parent.glob("test_[0-9][0-9]_*.py"))
    assert files == [f"{number:02}" for number in range(1, 17)]


def test_no_setting_switches_a_promise_off() -> None:
    """The table of settings holds none of the words of the promises."""
    from tests.promises.doors import find_doors

    words = "promise author byline takedown verdict opinion jury score sentiment people".split()
    assert [door for door in find_doors(*words) if door.startswith("setting")] == []
