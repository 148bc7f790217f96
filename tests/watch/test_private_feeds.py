"""Private feeds: an address that only its member knows; revoked, forged or of who left it leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from tests.cast import confirm, give_code_app
from tests.watch.rows import make_article, make_feed

from haidang.core import actions
from haidang.core.models import Member, PrivateFeed
from haidang.watch.views import private

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_pace(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(private.pace, "_clock", lambda: 0.0)
    yield
    private.pace.forget()


def make(member: Member, path: str = "/watch", language: str = "vi") -> str:
    now = timezone.now()
    return actions.make_private_feed(member, name="Hôm nay", path=path, language=language, now=now)[
        1
    ]


def get(token: str, kind: str = "atom") -> Any:
    return Client(headers={"host": "localhost"}).get(f"/f/{token}.{kind}")


@pytest.mark.parametrize("kind", ["atom", "rss", "json", "csv"])
def test_list_comes_without_a_cookie_in_every_form(an: Member, kind: str) -> None:
    make_article(feed=make_feed())
    answer = get(make(an), kind)
    assert answer.status_code == 200
    assert "An Khê gặt lúa sớm" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.cookies == {}


def test_token_is_kept_as_a_hash_with_the_day_of_its_use(an: Member) -> None:
    token = make(an)
    assert len(token) == 43  # 256 bits
    get(token)
    row = PrivateFeed.objects.get()
    assert token not in str(PrivateFeed.objects.values())
    assert row.last_used_on == timezone.localdate()


def test_query_of_the_chosen_list_counts_and_not_that_of_who_asks(an: Member) -> None:
    make_article(feed=make_feed())
    token = make(an, "/watch?order=largest")
    answer = Client(headers={"host": "localhost"}).get(f"/f/{token}.json?page=99")
    assert len(answer.json()["items"]) == 1


def test_revoked_forged_and_of_who_left_lead_nowhere(
    an: Member, binh: Member, giang: Member
) -> None:
    now = timezone.now()
    revoked = make(an)
    actions.end_private_feed(PrivateFeed.objects.get().pk, by=an, now=now)
    left = make(binh)
    actions.let_go(binh, by=giang, now=now)
    actions.take_back(binh, by=giang, now=now)
    codes = [get(token).status_code for token in (revoked, left, "x" * 43, revoked.swapcase())]
    assert codes == [404] * 4


def test_member_without_a_role_any_more_reads_nothing(an: Member) -> None:
    token = make(an)
    an.grants.all().delete()
    assert get(token).status_code == 404


def test_one_is_revoked_and_the_other_stays(an: Member) -> None:
    first, second = make(an), make(an, "/sources")
    actions.end_private_feed(PrivateFeed.objects.get(path="/watch").pk, by=an, now=timezone.now())
    assert [get(first).status_code, get(second).status_code] == [404, 200]


def test_nobody_revokes_that_of_another(an: Member, binh: Member, giang: Member) -> None:
    make(an)
    for other in (binh, giang):
        with pytest.raises(PermissionDenied):
            actions.end_private_feed(PrivateFeed.objects.get().pk, by=other, now=timezone.now())


@pytest.mark.parametrize(
    "path",
    [
        "/account/",
        "/desk/log/",
        "//elsewhere.example/watch",
        "/sources/public",
        "/people/",
        "/watch/../people",
        "/search?q=Nguy%E1%BB%85n+V%C4%83n+A",  # a standing watch that nobody else would see
        "",
        "/s/" + "9" * 600,
    ],
)
def test_what_is_no_list_is_never_answered(an: Member, path: str) -> None:
    from haidang.watch.private_lists import is_list

    assert not is_list(path)
    assert get(make(an, path[:500])).status_code == 404


def test_it_comes_in_the_language_in_which_it_was_chosen(an: Member) -> None:
    assert get(make(an, language="en")).headers["Content-Language"] == "en"
    assert get(make(an, language="vi")).headers["Content-Language"] == "vi"


def test_asking_too_often_is_slowed_down(an: Member) -> None:
    token = make(an)
    codes = [get(token, "csv").status_code for _time in range(31)]
    assert codes[-1] == 429


def test_page_shows_the_addresses_once_after_showing_who_one_is(
    an: Member, client_of: Callable[[Member | None], Client]
) -> None:
    give_code_app(an)
    browser = client_of(an)
    assert browser.get("/account/feeds/").headers["Location"].startswith("/account/confirm")
    confirm(browser)
    assert browser.get("/account/feeds/").status_code == 200
    page = browser.post("/account/feeds/", {"list": "/watch?order=largest"})
    found = re.findall(r"http://localhost(/f/[\w-]{43}\.\w+)", page.content.decode())
    assert len(found) == 4
    assert get(found[0].split("/f/")[1].split(".")[0]).status_code == 200
    assert PrivateFeed.objects.get().path == "/watch?order=largest"
    assert b"/f/" not in browser.get("/account/feeds/").content
    assert browser.post("/account/feeds/", {"list": "/people/"}).status_code == 422
    assert browser.post(f"/account/feeds/{PrivateFeed.objects.get().pk}/end").status_code == 302
    assert get(found[0].split("/f/")[1].split(".")[0]).status_code == 404
