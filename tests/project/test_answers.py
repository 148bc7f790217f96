"""What every answer carries: headers, language, light; and forms that need no cookie."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from haidang.project import pages
from haidang.project.middleware import HEADERS

PUBLIC = ["/", "/promises", "/help/keys"]


@pytest.fixture
def reader(db: None) -> Client:
    return Client(headers={"host": "localhost"}, enforce_csrf_checks=True)


def test_policy_allows_nothing_unsafe() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    for word in ("unsafe", "data:", "blob:", "*", "http"):
        assert word not in policy


@pytest.mark.parametrize("path", [*PUBLIC, "/watch/", "/sign-in", "/nope", "/s/1", "/healthz"])
def test_every_answer_carries_the_headers(reader: Client, path: str) -> None:
    answer = reader.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_set_no_cookie(reader: Client, path: str) -> None:
    assert list(reader.get(path).cookies) == []


def test_pages_are_vietnamese_until_told_otherwise(reader: Client) -> None:
    answer = reader.get("/promises", headers={"Accept-Language": "en"})
    assert '<html lang="vi"' in answer.content.decode()
    assert answer.headers["Content-Language"] == "vi"


@pytest.mark.parametrize(
    ("path", "name", "value", "shown"),
    [
        ("/language", "language", "en", '<html lang="en"'),
        ("/appearance", "appearance", "dark", 'data-appearance="dark"'),
    ],
)
def test_choice_is_kept_and_leads_back(
    reader: Client, path: str, name: str, value: str, shown: str
) -> None:
    answer = reader.post(
        path,
        {name: value, "next": "/promises#promise-3"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/promises#promise-3")
    assert shown in reader.get("/promises").content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Referer": "http://evil.example/localhost"},
        {"Origin": "null"},
        {},
    ],
)
def test_choice_sent_from_elsewhere_is_refused(reader: Client, headers: dict[str, str]) -> None:
    answer = reader.post("/language", {"language": "en"}, headers=headers)
    assert (answer.status_code, list(answer.cookies)) == (403, [])


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_choice_never_leads_to_another_host(reader: Client, back: str) -> None:
    answer = reader.post(
        "/language", {"language": "en", "next": back}, headers={"Origin": "http://localhost"}
    )
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(("value", "cookies"), [("xx", []), ("", []), ("vi", ["language"])])
def test_unknown_choice_is_not_kept(reader: Client, value: str, cookies: list[str]) -> None:
    answer = reader.post(
        "/language", {"language": value}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert list(answer.cookies) == cookies


def test_forged_cookies_are_read_as_none(reader: Client) -> None:
    reader.cookies["language"] = '"><script>'
    reader.cookies["appearance"] = '"><script>'
    page = reader.get("/promises").content.decode()
    assert '<html lang="vi" data-appearance="auto">' in page


def test_broken_page_is_told_without_the_database() -> None:
    """No `db` here: asking the database would fail the test."""
    answer = pages.server_error(RequestFactory().get("/watch/"))
    assert answer.status_code == 500
    assert "Có chỗ hỏng ở phía chúng tôi" in answer.content.decode()


def test_form_with_an_old_token_is_told_in_words(reader: Client) -> None:
    answer = reader.post("/sign-in", {"username": "an", "password": "x"})
    assert answer.status_code == 403
    assert "Biểu mẫu đã quá cũ" in answer.content.decode()
