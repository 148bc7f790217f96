"""The pages as a reader gets them: who may read, what is escaped, what a bad address does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from tests.sheet import HOSTILE, Sheet, print_sheet

from haidang.core.enums import DeskMode

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # 12:00 on the desk's clock
VOID = {"meta", "link", "input", "br", "hr", "img", "rect", "circle", "line", "path", "use", "stop"}


class Elements(HTMLParser):
    """All start tags of a page, with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


@pytest.fixture
def sheet(db: None) -> Sheet:
    return print_sheet(now=timezone.now())


@pytest.fixture
def reader(db: None) -> Client:
    return Client(headers={"host": "localhost"})


def read(client: Client, path: str, *, language: str = "vi", status: int = 200) -> str:
    client.cookies["language"] = language
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def all_pages(sheet: Sheet) -> list[str]:
    return [
        "/watch/", "/watch/?order=largest", f"/s/{sheet.story}", f"/a/{sheet.original}",
        f"/a/{sheet.edited}", f"/a/{sheet.translated}", f"/a/{sheet.hostile}", "/search",
        "/search?q=cau", "/search?q=window", "/sources/",
    ]  # fmt: skip


def test_pages_answer_members_only_on_a_real_desk(
    db: None, everyone: dict[str, object], client_of: Callable[..., Client]
) -> None:
    sheet = print_sheet(now=timezone.now(), mode=DeskMode.REAL)
    for path in all_pages(sheet):
        told = {name: client_of(who).get(path).status_code for name, who in everyone.items()}
        assert told == {"An": 200, "Bình": 200, "Cúc": 302, "Dũng": 302}, path


def test_pages_answer_everyone_while_the_desk_is_a_demo(sheet: Sheet, reader: Client) -> None:
    told = {path: reader.get(path).status_code for path in all_pages(sheet)}
    assert set(told.values()) == {200}, told


def test_sign_in_leads_back_to_the_page_that_was_asked(db: None, reader: Client) -> None:
    print_sheet(now=timezone.now(), mode=DeskMode.REAL)
    answer = reader.get("/watch/?order=largest")
    assert answer.headers["Location"] == "/sign-in?next=/watch/%3Forder%3Dlargest"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_strangers_letters_are_never_alive(sheet: Sheet, reader: Client, language: str) -> None:
    for path in all_pages(sheet):
        found = Elements(read(reader, path, language=language)).found
        scripts = [attrs.get("src", "inline") for tag, attrs in found if tag == "script"]
        assert scripts == ["/static/vendor/htmx-2.0.10.min.js", "/static/js/desk.js"], path
        assert [tag for tag, _attrs in found if tag in {"img", "iframe", "style", "base"}] == []
        for tag, attrs in found:
            assert not [name for name in attrs if name == "style" or name.startswith("on")], tag
            for name in ("href", "src", "action", "hx-get"):
                assert attrs.get(name, "/").startswith(("/", "#", "https://", "?")), attrs


def test_hostile_title_is_shown_as_it_was_printed(sheet: Sheet, reader: Client) -> None:
    page = Elements(read(reader, f"/a/{sheet.hostile}"))
    assert HOSTILE in "".join(page.text)


def test_article_without_a_web_address_has_no_link_to_it(sheet: Sheet, reader: Client) -> None:
    found = Elements(read(reader, f"/a/{sheet.hostile}")).found
    assert [attrs for _tag, attrs in found if "data-original" in attrs] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/watch/?page=-1", 200),
        ("/watch/?page=abc", 200),
        ("/watch/?page=999999999999999999999", 200),
        ("/watch/?page=", 400),
        ("/watch/?page=%00", 400),
        ("/watch/?page=1%0d%0aSet-Cookie:a", 400),
        ("/watch/?order=drop+table", 200),
        ("/watch/news?since=%00", 400),
        ("/watch/news?since=9999-12-31T23:59:59-23:59", 400),
        ("/watch/news?since=0001-01-01T00:00:00%2B23:59", 400),
        ("/s/0", 404),
        ("/s/999999999999999999", 404),
        ("/s/9999999999999999999999999", 404),
        ("/s/1'", 404),
        ("/a/-1", 404),
        ("/search?q=a%00'%3B--", 200),
        ("/search?q=" + "x" * 400, 400),
        ("/search?q=cau&publication=abc", 400),
        ("/search?q=cau&publication=99999999999999999999", 400),
        ("/search?q=cau&since=2026-99-99", 400),
        ("/search?q=cau&since=0001-01-01", 400),
        ("/search?q=cau&page=%00", 400),
        ("/search?q=cau&page=x", 200),
        ("/search?q=(((", 200),
        ("/search.atom", 400),
        ("/search.atom?q=cau&country=%00", 400),
        ("/watch.xml", 404),
        ("/sources/?x=1", 200),
    ],
)
def test_bad_address_is_a_page_and_never_a_fault(
    sheet: Sheet, reader: Client, path: str, status: int
) -> None:
    assert reader.get(path).status_code == status


@pytest.mark.parametrize(
    ("language", "status", "sentence"),
    [
        ("vi", 404, "Không có trang này"),
        ("en", 404, "There is no such page"),
        ("vi", 400, "Không đọc được yêu cầu này"),
        ("en", 400, "This request cannot be read"),
    ],
)
def test_error_page_speaks_the_readers_language(
    sheet: Sheet, reader: Client, language: str, status: int, sentence: str
) -> None:
    path = {404: "/s/999", 400: "/watch/?page="}[status]
    page = read(reader, path, language=language, status=status)
    assert f"<h1>{sentence}</h1>" in page
    assert "Traceback" not in page


def test_both_numbers_stand_in_the_same_words(sheet: Sheet, reader: Client) -> None:
    vi = Elements(read(reader, f"/s/{sheet.story}")).words()
    en = Elements(read(reader, f"/s/{sheet.story}", language="en")).words()
    assert "4 bài = 2 gốc + 2 đăng lại" in vi
    assert "4 articles = 2 originals + 2 reprints" in en


def test_foreign_headline_carries_its_language(sheet: Sheet, reader: Client) -> None:
    page = read(reader, f"/s/{sheet.story}")
    assert '<h3 lang="en"><a href=' in page
    page = read(reader, f"/s/{sheet.story}", language="en")
    assert '<h3><a href="/a/4">New bridge opens</a></h3>' in page


def test_edited_copy_shows_the_words_it_changed(sheet: Sheet, reader: Client) -> None:
    words = Elements(read(reader, f"/a/{sheet.edited}")).words()
    assert "bỏ: ba" in words
    assert "thêm: bốn" in words


def test_first_line_tells_what_came_since_the_last_sitting(db: None, reader: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        print_sheet(now=NOON - timedelta(hours=2))
        assert "lần xem trước" not in read(reader, "/watch/")
    with time_machine.travel(NOON + timedelta(minutes=20), tick=False):
        assert "lần xem trước" not in read(reader, "/watch/"), "the same sitting goes on"
    with time_machine.travel(NOON + timedelta(hours=3), tick=False):
        assert "Không có gì mới từ lần xem trước" in Elements(read(reader, "/watch/")).words()


def test_news_line_is_empty_until_something_comes(sheet: Sheet, reader: Client) -> None:
    later = (timezone.now() + timedelta(minutes=1)).isoformat().replace("+", "%2B")
    assert read(reader, f"/watch/news?since={later}").strip() == ""
    before = (timezone.now() - timedelta(hours=4, minutes=30)).isoformat().replace("+", "%2B")
    assert "3 bài" in read(reader, f"/watch/news?since={before}")


def test_further_stories_do_not_repeat_the_day_above_them(db: None, reader: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        print_sheet(now=NOON, stories=60)
        first = Elements(read(reader, "/watch/"))
        more = next(
            attrs["hx-get"]
            for _tag, attrs in first.found
            if "hx-get" in attrs and "page=" in attrs["hx-get"]
        )
        whole = Elements(reader.get(more).content.decode())
        part = Elements(reader.get(more, headers={"HX-Request": "true"}).content.decode())
    days_whole = [attrs for tag, attrs in whole.found if attrs.get("class") == "day"]
    days_part = [attrs for tag, attrs in part.found if attrs.get("class") == "day"]
    assert len(days_part) == len(days_whole) - 1


def test_empty_desk_says_what_will_appear_and_the_one_act(
    an: object, client_of: Callable[..., Client]
) -> None:
    page = client_of(an).get("/watch/").content.decode()
    assert "Các vụ việc trong ngày sẽ hiện ở đây" in page
    assert re.findall(r'<a class="button primary" href="([^"]*)">', page) == ["/sources/packs"]
    assert '<a class="button" href="/sources/add">' in page


# ---------------------------------------------------------------- registering


GOOD = {
    "name": "Báo Vĩnh An", "organisation": "Hội Nhà báo Vĩnh An",
    "organisation_page": "https://hoi.example/bao", "feed": "https://vinh-an.example/rss",
    "country": "vn", "language": "vi", "level": "province",
}  # fmt: skip


def test_member_proposes_a_publication_with_its_feed(
    an: object, client_of: Callable[..., Client]
) -> None:
    """The way through the organisation's page is tried in test_register.py."""
    from haidang.watch.models import Proposal, Publication

    answer = client_of(an).post("/sources/add", GOOD)
    assert answer.status_code == 302
    proposal = Proposal.objects.get()
    assert answer.headers["Location"] == f"/sources/proposals/{proposal.id}"
    assert (proposal.feed, proposal.country, proposal.state) == (GOOD["feed"], "VN", "reading")
    assert Publication.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("feed", "https://www.facebook.com/someone"),
        ("feed", "javascript:alert(1)"),
        ("feed", "https://[bad"),
        ("organisation_page", "ftp://hoi.example/"),
        ("organisation", "   "),
        ("country", "Việt Nam"),
        ("language", "../../x"),
        ("level", "person"),
    ],
)
def test_refused_registration_keeps_what_was_typed_and_stores_nothing(
    an: object, client_of: Callable[..., Client], field: str, value: str
) -> None:
    from haidang.watch.models import Publication

    answer = client_of(an).post("/sources/add", {**GOOD, field: value})
    assert answer.status_code == 400
    assert GOOD["name"] in answer.content.decode()
    assert Publication.objects.count() == 0


def test_outsider_cannot_register_even_in_a_demo(sheet: Sheet, reader: Client) -> None:
    answer = reader.post("/sources/add", GOOD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/sources/add")
