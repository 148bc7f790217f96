"""Kept public pages: the same for all strangers, right at once after a change, and never a member's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from tests.core.publishing import Newsroom

from haidang.core import actions, keeping
from haidang.core.actions.people import Organisation
from haidang.core.enums import DeskMode
from haidang.core.keeping import KeptPages, public_page
from haidang.core.models import Member, PublicItem, PublicState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factors")]
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
PAGES = ("/vi/", "/en/", "/", "/vi/team", "/vi/corrections", "/notices.atom", "/vi/notices.csv", "/sitemap.xml", "/vi/find", "/vi/vocabulary")  # fmt: skip


@pytest.fixture
def room(an: Member, binh: Member) -> Newsroom:
    return Newsroom(an, binh, now=NOW)


@pytest.fixture
def stranger(client_of: Callable[..., Client]) -> Client:
    return client_of(None)


@pytest.mark.parametrize("path", PAGES)
def test_second_stranger_is_answered_from_memory_by_one_look_at_the_mark(
    room: Newsroom, stranger: Client, client_of: Callable[..., Client], path: str
) -> None:
    room.publish("Lịch cấp nước")
    first, asked = stranger.get(path), count_queries(client_of(None), path)
    second = client_of(None)  # of one process: both browsers share its memory
    second.handler = stranger.handler
    with CaptureQueriesContext(connection) as seen:
        answer = second.get(path)
    assert (answer.content, answer.headers["ETag"]) == (first.content, first.headers["ETag"])
    assert len(seen) == 1 < asked


def change_imprint(room: Newsroom) -> None:
    room.say_who_publishes("Ủy ban xã Tên Mới")


def change_text(room: Newsroom) -> None:
    room.publish(
        "Lịch mới", item=PublicItem.objects.get(title="Lịch cấp nước"), why="Đổi hẳn lịch cấp"
    )


def withdraw(room: Newsroom) -> None:
    room.withdraw(PublicItem.objects.get(title="Lịch cấp nước"))


def publish(room: Newsroom) -> None:
    room.publish("Họp dân")


def rename_desk(room: Newsroom) -> None:
    told = Organisation(
        name="Bàn tin Lam Hạ", country="VN", province="", languages=("vi",), contact=""
    )
    actions.describe_organisation(told, by=None, now=NOW)


def become_demo(room: Newsroom) -> None:
    actions.set_mode(DeskMode.DEMO, now=NOW, demo_port=9)


@pytest.mark.parametrize(
    "change", [change_imprint, change_text, withdraw, publish, rename_desk, become_demo]
)
def test_change_is_seen_at_once(
    room: Newsroom, stranger: Client, change: Callable[[Newsroom], None]
) -> None:
    """By the process that keeps pages, and by browsers and proxies that ask with what they have."""
    room.publish("Lịch cấp nước")
    room.publish("Còn lại")
    before = stranger.get("/vi/")
    assert before.headers["Cache-Control"] == "public, no-cache"
    assert count_queries(stranger, "/vi/") == 1
    change(room)
    etag = before.headers["ETag"]
    after = stranger.get("/vi/", headers={"If-None-Match": etag})
    assert after.status_code == 200
    assert after.content != before.content


def test_each_process_keeps_its_own_and_all_follow_the_table(
    room: Newsroom, stranger: Client
) -> None:
    """Two workers with a memory each: what one publishes the other shows with its next answer."""
    room.publish("Lịch cấp nước")
    other = Client(headers={"host": "localhost"})
    assert other.handler is not stranger.handler
    for browser in (stranger, other, stranger, other):
        browser.get("/vi/")
    room.publish("Họp dân")
    assert all("Họp dân" in browser.get("/vi/").content.decode() for browser in (other, stranger))


def test_asker_who_has_the_page_is_told_so(room: Newsroom, stranger: Client) -> None:
    room.publish("Lịch cấp nước")
    for path in ("/vi/", "/vi/"):  # drawn, then kept
        etag = stranger.get(path).headers["ETag"]
        answer = stranger.get(path, headers={"If-None-Match": etag})
        assert (answer.status_code, answer.content) == (304, b"")


def test_moment_is_told_only_when_no_later_change_can_share_it(
    room: Newsroom, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Last-Modified counts seconds: a page that changed a moment ago tells none."""
    room.publish("Lịch cấp nước")
    moment = keeping.BEGAN + timedelta(seconds=30)
    PublicState.objects.update(changed_at=moment)
    monkeypatch.setattr(keeping.timezone, "now", lambda: moment + timedelta(seconds=1))
    assert "Last-Modified" not in stranger.get("/vi/").headers
    monkeypatch.setattr(keeping.timezone, "now", lambda: moment + timedelta(seconds=3))
    told = stranger.get("/vi/").headers["Last-Modified"]
    assert stranger.get("/vi/", headers={"If-Modified-Since": told}).status_code == 304


def test_member_is_never_given_a_kept_page_and_leaves_none(
    room: Newsroom, stranger: Client, client_of: Callable[..., Client]
) -> None:
    room.publish("Lịch cấp nước")
    member = client_of(room.an)
    member.handler = stranger.handler
    own = member.get("/vi/")
    assert "/sign-out" in own.content.decode()
    assert own.headers["Cache-Control"] == "private, no-cache"
    assert "ETag" not in own.headers
    assert "/sign-out" not in stranger.get("/vi/").content.decode()
    assert "/sign-out" in member.get("/vi/").content.decode()


@pytest.mark.parametrize(
    ("cookie", "value", "wanted"),
    [("language", "en", '<html lang="en"'), ("appearance", "dark", 'data-appearance="dark"')],
)
def test_reader_choices_have_pages_of_their_own(
    room: Newsroom, client_of: Callable[..., Client], cookie: str, value: str, wanted: str
) -> None:
    room.publish("Lịch cấp nước")
    plain, choosing = client_of(None), client_of(None)
    choosing.handler = plain.handler
    choosing.cookies[cookie] = value
    for _round in (1, 2):
        assert wanted not in plain.get("/").content.decode()
        assert wanted in choosing.get("/").content.decode()
    choosing.cookies[cookie] = "x" * 50  # no reader's choice: as none
    assert wanted not in choosing.get("/").content.decode()


def test_languages_are_kept_apart(room: Newsroom, stranger: Client) -> None:
    for _round in (1, 2):
        assert stranger.get("/vi/team").headers["Content-Language"] == "vi"
        assert stranger.get("/en/team").headers["Content-Language"] == "en"


def test_hosts_are_kept_apart(room: Newsroom) -> None:
    """Absolute addresses are in the pages: one name's page is not given out under another."""
    room.publish("Lịch cấp nước")
    browser = Client()
    pages = [
        browser.get("/sitemap.xml", headers={"host": host}).content.decode()
        for host in ("localhost", "127.0.0.1:8000", "localhost")
    ]
    assert ["http://localhost/vi/" in page for page in pages] == [True, False, True]


@pytest.mark.parametrize("path", ["/vi/find?q=cấp", "/vi/?before=9", "/vi/method?x=1", "/nowhere", "/method", "/sign-in", "/healthz"])  # fmt: skip
def test_nothing_else_is_kept(room: Newsroom, stranger: Client, path: str) -> None:
    room.publish("Lịch cấp nước")
    first, second = (count_queries(stranger, path) for _time in (1, 2))
    assert first == second


def count_queries(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        browser.get(path)
    return len(seen)


def test_memory_is_bounded(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "KEPT_MAX", 3)
    monkeypatch.setattr(keeping, "BYTES_MAX", 250)

    @public_page
    def show(_request: Any) -> HttpResponse:
        return HttpResponse(b"x" * 100)

    pages = KeptPages(show)
    for number in range(10):
        pages(RequestFactory().get(f"/{number}", headers={"host": "localhost"}))
        assert len(pages._kept) <= 2
        assert pages._bytes == 100 * len(pages._kept)
    assert [key[2] for key in pages._kept] == ["/8", "/9"]


def test_page_that_sets_a_cookie_is_not_kept(room: Newsroom) -> None:
    @public_page
    def show(_request: Any) -> HttpResponse:
        response = HttpResponse(b"x")
        response.set_cookie("a", "b")
        return response

    pages = KeptPages(show)
    answer = pages(RequestFactory().get("/", headers={"host": "localhost"}))
    assert (dict(pages._kept), answer.headers["Cache-Control"]) == ({}, "private, no-cache")
