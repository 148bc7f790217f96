"""Signing in and out, and where that leads."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.cast import PASSWORD

from haidang.core.models import Member

pytestmark = pytest.mark.django_db


def sign_in(client: Client, username: str, *, password: str = PASSWORD, to: str = "") -> object:
    return client.post(
        "/sign-in", {"username": username, "password": password, **({"next": to} if to else {})}
    )


def test_member_signs_in_and_reads(client: Client, an: Member) -> None:
    answer = sign_in(client, "an")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/watch/")
    assert client.get("/watch/").status_code == 200


@pytest.mark.parametrize(
    ("username", "password"),
    [("an", "sai mật khẩu rồi"), ("an", ""), ("ai", PASSWORD), ("cúc", PASSWORD)],
)
def test_wrong_sign_in_is_one_answer_whoever_it_names(
    client: Client, an: Member, cuc: Member, username: str, password: str
) -> None:
    """Unknown, wrong, or left: the page does not tell which."""
    answer = sign_in(client, username, password=password)
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session
    if password:
        assert [*answer.context["form"].errors] == ["__all__"]


def test_member_who_left_is_signed_out_at_once(client_of, an: Member) -> None:
    browser = client_of(an)
    assert browser.get("/watch/").status_code == 200
    Member.objects.filter(id=an.id).update(is_active=False)
    assert browser.get("/watch/").status_code == 302


def test_desk_page_asks_to_sign_in_and_comes_back(client: Client, an: Member) -> None:
    asked = client.get("/search?q=lũ")
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith("/sign-in?next=/search")
    answer = sign_in(client, "an", to="/search?q=lũ")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/search?q=l")


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/",
        r"\\evil.example",
        "/\\evil.example",
        "///evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "https://testserver@evil.example/",
        " https://evil.example/",
        "\thttps://evil.example/",
    ],
)
@pytest.mark.parametrize("door", ["/sign-in", "/language", "/appearance"])
def test_next_never_leads_to_another_host(client: Client, an: Member, door: str, to: str) -> None:
    told = {"username": "an", "password": PASSWORD, "language": "en", "next": to}
    answer = client.post(door, told, headers={"origin": "http://testserver"})
    assert answer.status_code == 302
    assert answer.headers["Location"] in {"/", "/watch/"}


def test_sign_out_needs_a_form_and_ends_the_session(client_of, an: Member) -> None:
    browser = client_of(an)
    assert browser.get("/sign-out").status_code == 405
    assert browser.get("/watch/").status_code == 200
    assert browser.post("/sign-out").status_code == 302
    assert browser.get("/watch/").status_code == 302


@pytest.mark.parametrize(
    "door", ["/sign-in", "/sign-out", "/sources/add", "/setup/x", "/language", "/appearance"]
)
def test_forms_are_refused_when_another_site_sends_them(an: Member, door: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(an)
    answer = browser.post(door, {"next": "/"}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "page",
    [
        "/watch/",
        "/watch/news?since=2026-11-23T00:00:00Z",
        "/watch.atom",
        "/watch.json",
        "/search?q=x",
        "/search.csv?q=x",
        "/sources/",
        "/sources/add",
        "/sources.rss",
        "/s/1",
        "/s/1.json",
        "/a/1",
    ],
)
def test_desk_is_read_by_those_who_work_here(client_of, everyone, page: str) -> None:
    told = {
        name: client_of(who).get(page).status_code in {200, 404} for name, who in everyone.items()
    }
    assert told == {"An": True, "Bình": True, "Cúc": False, "Dũng": False}


@pytest.mark.parametrize(
    "page", ["/", "/promises", "/help/keys", "/healthz", "/readyz", "/sign-in"]
)
def test_public_pages_are_for_everyone(client_of, everyone, page: str) -> None:
    told = {name: client_of(who).get(page).status_code for name, who in everyone.items()}
    assert told == dict.fromkeys(everyone, 200)


@pytest.mark.parametrize("page", ["/", "/promises", "/help/keys", "/healthz"])
def test_public_pages_set_no_cookie(client: Client, page: str) -> None:
    assert dict(client.get(page).cookies) == {}
