"""The public search: what the gate let out, with or without marks; what it withdrew is gone from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from tests.core.publishing import Newsroom

from haidang.core.actions import finding
from haidang.core.models import Member, PublicItem
from haidang.core.queries import finding as queries
from haidang.core.queries.finding import search_items
from haidang.core.views import finding as views
from haidang.engine.errors import EngineError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factors")]
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.fixture
def room(an: Member, binh: Member) -> Newsroom:
    return Newsroom(an, binh, now=NOW)


@pytest.fixture
def stranger(client_of: Callable[..., Client]) -> Client:
    return client_of(None)


@pytest.fixture(autouse=True)
def _clock_that_stands(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(views.pace, "_clock", lambda: 0.0)
    views.pace.forget()
    yield
    views.pace.forget()


def titles(words: str, page: str = "") -> list[str]:
    return [hit.item.title for hit in search_items(words, page=page).hits]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cầu", ["Cầu Vĩnh An", "Câu lạc bộ"]),
        ("cau", ["Câu lạc bộ", "Cầu Vĩnh An"]),
        ("câu", ["Câu lạc bộ", "Cầu Vĩnh An"]),
        ('"cau vinh an"', ["Cầu Vĩnh An"]),
        ("cau NOT lac", ["Cầu Vĩnh An"]),
        ("lac OR vinh", ["Câu lạc bộ", "Cầu Vĩnh An"]),
        ("hoà", ["Nhà văn hóa"]),
        ("tieng:en cau", []),
        ("lang:en water", ["Water schedule"]),
        ("lang:en", ["Water schedule"]),
        ("từ:24/11/2026 cau", []),
        ("đến:23/11/2026 vinh", ["Cầu Vĩnh An"]),
        ("xyz", []),
    ],
)
def test_words_find_texts_with_the_marks_as_typed_first(
    room: Newsroom, words: str, found: list[str]
) -> None:
    room.publish("Cầu Vĩnh An", "Cấm xe qua lại.")
    room.publish("Câu lạc bộ", "Mở cửa chiều thứ Sáu.")
    room.publish("Nhà văn hóa", "Chiếu phim.")
    room.publish("Water schedule", "Monday.", language="en")
    assert titles(words) == found


def test_marks_come_first_and_the_rest_says_so(room: Newsroom, stranger: Client) -> None:
    room.publish("Cầu Vĩnh An")
    room.publish("Câu lạc bộ")
    page = search_items("cầu")
    assert [(hit.item.title, hit.exact) for hit in page.hits] == [
        ("Cầu Vĩnh An", True),
        ("Câu lạc bộ", False),
    ]
    assert "không dấu" in stranger.get("/vi/find?q=cầu").content.decode()


def test_correction_is_found_by_its_new_words_only_and_what_is_withdrawn_by_none(
    room: Newsroom,
) -> None:
    item = room.publish("Lịch cấp nước", "Thứ Hai cúp điện.")
    room.publish("Lịch cấp nước", "Thứ Ba.", item=item, why="Đăng sai ngày cấp")
    assert (titles("cúp điện"), titles('"thứ ba"')) == ([], ["Lịch cấp nước"])
    room.withdraw(PublicItem.objects.get(pk=item.pk))
    assert titles("lịch") == []


def test_what_is_not_published_is_not_found(room: Newsroom, an: Member) -> None:
    from haidang.core import actions
    from haidang.core.actions.publishing import Intent

    actions.propose(Intent(title="Bí mật chưa duyệt", body="x"), by=an, now=NOW)
    assert titles("bí mật") == []


@pytest.mark.parametrize("words", ["cau", "cầu"])
def test_pages_follow_each_other_without_gap_or_repeat(room: Newsroom, words: str) -> None:
    """Across the border between texts with the marks as typed and those without."""
    for number in range(queries.PAGE + 15):
        name = "Cầu" if number % 2 else "Câu"
        item = PublicItem.objects.create(
            kind="notice", language="vi", title=f"{name} số {number}", json_ld={},
            published_at=NOW + timedelta(minutes=number), changed_at=NOW,
        )  # fmt: skip
        finding.index_item(item)
    told, page = [], ""
    for _round in range(9):
        found = search_items(words, page=page)
        told += [hit.item.pk for hit in found.hits]
        page = found.next_page
        if not page:
            break
    assert len(told) == len(set(told)) == queries.PAGE + 15
    assert search_items(words).total == queries.PAGE + 15


def test_search_stops_at_its_time_and_says_so(
    room: Newsroom, stranger: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.publish("Lịch cấp nước")
    monkeypatch.setattr(queries, "TIME_S", -1.0)
    page = search_items("lịch")
    assert (page.hits, page.total, page.cut_short) == ((), None, True)
    assert stranger.get("/vi/find?q=lich").status_code == 200


@pytest.mark.parametrize("words", ["-cầu", "source:báo lịch", "từ:99/99/2026 x", "(" * 30 + "x"])
def test_words_that_cannot_be_asked_are_told(room: Newsroom, stranger: Client, words: str) -> None:
    with pytest.raises(EngineError):
        search_items(words)
    answer = stranger.get(f"/vi/find?q={quote(words)}")
    assert answer.status_code == 400
    assert 'id="search-trouble"' in answer.content.decode()
    told = stranger.get(f"/find.json?q={quote(words)}")
    assert (told.status_code, told.headers["Content-Type"][:10]) == (400, "text/plain")


@pytest.mark.parametrize("words", ["' OR 1=1", '"a" NEAR/2 b', "core_search : x", "*", "\x00", "x" * 5000, "😀", "(((", "a* ^b"])  # fmt: skip
def test_odd_words_break_nothing(room: Newsroom, stranger: Client, words: str) -> None:
    room.publish("Lịch cấp nước")
    for path in ("/vi/find", "/find.csv"):
        assert stranger.get(path, {"q": words}).status_code in {200, 400}


def test_found_text_is_shown_with_its_words_marked_and_escaped(
    room: Newsroom, stranger: Client
) -> None:
    room.publish("<b>Lịch</b> cấp nước", "Từ <i>thứ</i> Hai.")
    page = stranger.get("/vi/find?q=lich").content.decode()
    assert "&lt;b&gt;<mark>Lịch</mark>&lt;/b&gt;" in page
    assert "<i>" not in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize("kind", ["atom", "rss", "json", "csv"])
def test_results_can_be_taken_away(room: Newsroom, stranger: Client, kind: str) -> None:
    item = room.publish("Lịch cấp nước")
    room.publish("Họp dân")
    answer = stranger.get(f"/find.{kind}?q=lich")
    assert answer.status_code == 200
    assert f"http://localhost{item.address}" in answer.content.decode()
    assert "Họp dân" not in answer.content.decode()
    page = stranger.get("/vi/find?q=lich").content.decode()
    assert f'href="/vi/find.{kind}?q=lich"' in page
    if kind == "json":
        [line] = json.loads(answer.content)["items"]
        assert line["title"] == "Lịch cấp nước"


def test_stranger_searches_so_often_a_minute_and_no_more(room: Newsroom, stranger: Client) -> None:
    told = [stranger.get("/find.csv?q=x").status_code for _try in range(views.SEARCHES_EACH + 1)]
    assert told == [200] * views.SEARCHES_EACH + [429]
    refused = stranger.get("/vi/find?q=x")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert stranger.get("/vi/find").status_code == 200
    assert stranger.get("/vi/find?q=x", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_neighbours_in_one_network_of_ipv6_count_as_one_stranger(
    room: Newsroom, stranger: Client
) -> None:
    told = [
        stranger.get("/find.csv?q=x", REMOTE_ADDR=f"2001:db8::{number:x}").status_code
        for number in range(1, views.SEARCHES_EACH + 2)
    ]
    assert told == [200] * views.SEARCHES_EACH + [429]
    assert stranger.get("/vi/find?q=x", REMOTE_ADDR="2001:db8:0:1::1").status_code == 200


def test_filled_anew_the_index_is_the_same(room: Newsroom) -> None:
    room.publish("Lịch cấp nước")
    room.withdraw(room.publish("Lịch sai"))
    assert finding.fill_index() == 1
    assert titles("lich") == ["Lịch cấp nước"]
