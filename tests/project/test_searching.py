"""One search box across rooms: grouped, folded, and by the rights of whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import give_roles
from tests.watch.rows import make_article, make_feed, make_publication

from haidang.core.actions import open_root
from haidang.core.models import Desk, Member, Passage, PublicItem, Unit
from haidang.core.queries.naming import bears, split_words
from haidang.project.searching import find_groups
from haidang.watch.models import Topic

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.fixture
def things(an: Member) -> None:
    """One thing of each kind that bears the word "Hòa Bình", and one of each that does not."""
    for name in ("Báo Hòa Bình", "Báo Lam Giang"):
        make_publication(name=name)
    for name in ("Hòa Bình", "Lam Giang"):
        Topic.objects.create(
            title_vi=f"Thủy điện {name}", rule="x", needs_second=False, proposer=an,
            opened_at=NOW, rule_at=NOW,
        )  # fmt: skip
        Unit.objects.create(name=f"Xã {name}", kind="commune", parent=open_root(), path=f"/{name}/")
        PublicItem.objects.create(
            kind="notice", language="vi", title=f"Thông báo {name}", json_ld={},
            published_at=NOW, changed_at=NOW,
        )  # fmt: skip
        Passage.objects.create(
            act="publish", kind="notice", language="vi", title=f"Chờ duyệt {name}", proposer=an,
            proposed_at=NOW,
        )  # fmt: skip
    Member.objects.create(username="hoabinh", name="Đỗ Thị Hòa Bình", joined_at=NOW)
    Member.objects.create(username="left", name="Vũ Hòa Bình", joined_at=NOW, is_active=False)


def titles(who: object, text: str = "hoa binh") -> set[str]:
    return {one.title for group in find_groups(text, who=who) for one in group.found}


ALL = {
    "Báo Hòa Bình", "Thủy điện Hòa Bình", "Xã Hòa Bình", "Thông báo Hòa Bình",
    "Chờ duyệt Hòa Bình", "Đỗ Thị Hòa Bình",
}  # fmt: skip


def test_each_room_brings_its_things_and_no_other(things: None, an: Member) -> None:
    assert titles(an) == ALL
    assert titles(an, "hoà BÌNH") == ALL
    assert titles(an, "thuy hoa") == {"Thủy điện Hòa Bình"}
    assert titles(an, "   ") == titles(an, "zzz") == set()


def test_rights_of_whoever_asks_are_kept(
    things: None, an: Member, hanh: Member, khoa: Member, cuc: Member
) -> None:
    gate = {"Chờ duyệt Hòa Bình"}
    give_roles(khoa, ["reader"])
    assert titles(khoa) == ALL - gate
    assert titles(hanh) == titles(cuc) == titles(None) == set()
    Desk.objects.update_or_create(id=1, defaults={"mode": "demo", "opened_at": NOW})
    assert titles(None) == {"Báo Hòa Bình", "Thủy điện Hòa Bình", "Thông báo Hòa Bình"}


def test_closed_withdrawn_and_done_things_are_not_found(things: None, an: Member) -> None:
    Topic.objects.update(closed_at=NOW)
    Unit.objects.exclude(is_root=True).update(closed_on=NOW.date())
    PublicItem.objects.update(withdrawn_why="error")
    Passage.objects.update(dropped_at=NOW)
    assert titles(an) == {"Báo Hòa Bình", "Đỗ Thị Hòa Bình"}


def test_page_groups_and_shows_articles_too(
    things: None, client_of: Callable[..., Client], an: Member
) -> None:
    make_article(make_publication(name="Báo Vân Trì"), title="Lúa Hòa Bình được mùa")
    page = client_of(an).get("/desk/search", {"q": "hoa binh"}).content.decode()
    order = [
        page.index(f"<h2>{one}</h2>") for one in ("Đề tài", "Nguồn tin", "Nhân sự", "Đơn vị", "Bài")
    ]
    assert order == sorted(order)
    assert 'href="/search?q=hoa+binh"' in page


def test_words_of_articles_alone_lead_on_to_their_search(
    client_of: Callable[..., Client], an: Member
) -> None:
    for text in ("lua som", 'cầu "Vĩnh An" NOT lũ', "lang:vi", ""):
        answer = client_of(an).get("/desk/search", {"q": text})
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/search")


def test_words_that_no_article_search_can_read_still_find_names(
    things: None, client_of: Callable[..., Client], an: Member
) -> None:
    answer = client_of(an).get("/desk/search", {"q": "hòa ("})
    assert answer.status_code == 200


def test_search_asks_as_often_for_many_as_for_few(
    client_of: Callable[..., Client], an: Member
) -> None:
    browser = client_of(an)
    make_feed(make_publication(name="Báo Hòa Bình"))
    with CaptureQueriesContext(connection) as few:
        assert browser.get("/desk/search", {"q": "hoa"}).status_code == 200
    for number in range(12):
        make_feed(make_publication(name=f"Báo Hòa Bình {number}"))
    with CaptureQueriesContext(connection) as many:
        page = browser.get("/desk/search", {"q": "hoa"}).content.decode()
    assert len(few) == len(many)
    assert "còn 5 kết quả nữa" in page.lower()


@pytest.mark.parametrize(
    ("typed", "name", "wanted"),
    [("dien bien", "Điện Biên Phủ", True), ("bien", "Điện Biên", True), ("ien", "Điện Biên", False),
     ("lao cai", "Lào Cai – Yên Bái", True), ("baohb.vn", "x baohb.vn", True)],
)  # fmt: skip
def test_each_word_begins_a_word(typed: str, name: str, wanted: bool) -> None:
    assert bears(split_words(typed), name) is wanted
