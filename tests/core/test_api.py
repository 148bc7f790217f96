"""The door of the API: tokens that are forged, revoked, expired, of a member who left or too narrow; paces; cursors; problems."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.watch.rows import make_article, make_feed

from haidang.core import actions, bearers
from haidang.core.enums import Scope
from haidang.core.limits import Pace
from haidang.core.models import AccessToken, LogEntry, Member, PublicItem

pytestmark = pytest.mark.django_db

ALL = list(Scope.values)


@pytest.fixture(autouse=True)
def _fresh_paces(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every bucket is full at first, and none fills while a test runs, however slow the machine."""
    for pace in (bearers.pace_of_anyone, bearers.pace_of_tokens):
        monkeypatch.setattr(pace, "_clock", lambda: 0.0)
    yield
    bearers.pace_of_anyone.forget()
    bearers.pace_of_tokens.forget()


def make_token(member: Member, scopes: list[str] = ALL, **told: Any) -> str:
    asked = {"name": "Bảng tin", "days": 90, "now": timezone.now(), **told}
    return actions.make_token(member, scopes=scopes, **asked)[1]


def ask(path: str, token: str = "", **headers: str) -> Any:
    client = Client(headers={"host": "localhost"})
    if token:
        headers["authorization"] = f"Bearer {token}"
    return client.get(f"/api/v1/{path}", headers=headers)


def publish(number: int, **told: Any) -> PublicItem:
    at = timezone.now() - timedelta(hours=number)
    made = {
        "kind": "notice",
        "language": "vi",
        "title": f"Thông báo {number}",
        "json_ld": {},
        **told,
    }
    return PublicItem.objects.create(published_at=at, changed_at=at, **made)


def test_token_is_told_once_and_kept_as_a_hash(an: Member) -> None:
    told = make_token(an)
    kept = AccessToken.objects.get()
    assert told.startswith("hd_")
    assert len(told) == 46
    assert told not in json.dumps(list(AccessToken.objects.values()), default=str)
    assert ask("stories", told).status_code == 200
    kept.refresh_from_db()
    assert kept.last_used_on == timezone.localdate()
    assert [entry.act for entry in LogEntry.objects.all()] == ["make_token"]


@pytest.mark.parametrize("path", ["stories", "articles", "sources", "search?q=lu", "stories/1"])
def test_members_lists_want_a_token(
    path: str, client_of: Callable[[Any], Client], an: Member
) -> None:
    answer = ask(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    signed_in = client_of(an).get(f"/api/v1/{path}")  # a cookie is no token
    assert signed_in.status_code == 401


def test_forged_tokens_are_refused(an: Member) -> None:
    good = make_token(an)
    forged = [
        good[:-1],
        good + "x",
        good.swapcase(),
        "hd_",
        "",
        "x" * 500,
        good.removeprefix("hd_"),
    ]
    assert [ask("stories", one).status_code for one in forged] == [401] * len(forged)
    assert ask("stories", good).status_code == 200


def test_token_in_an_address_is_none(an: Member) -> None:
    assert ask(f"stories?token={make_token(an)}").status_code == 401


def test_revoked_and_expired_tokens_are_refused(an: Member) -> None:
    revoked, expired = make_token(an), make_token(an, name="cũ")
    actions.end_token(AccessToken.objects.get(name="Bảng tin").pk, by=an, now=timezone.now())
    AccessToken.objects.filter(name="cũ").update(expires_at=timezone.now())
    assert [ask("stories", one).status_code for one in (revoked, expired)] == [401, 401]


def test_token_of_a_member_who_left_is_refused_for_ever(an: Member, giang: Member) -> None:
    token, now = make_token(an), timezone.now()
    actions.let_go(an, by=giang, now=now)
    assert ask("stories", token).status_code == 401
    actions.take_back(an, by=giang, now=now)
    assert ask("stories", token).status_code == 401


def test_token_of_a_member_without_a_role_reads_nothing_of_the_desk(an: Member) -> None:
    token = make_token(an)
    an.grants.all().delete()
    answer = ask("stories", token)
    assert (answer.status_code, answer.json()["status"]) == (403, 403)


def test_member_who_may_not_read_makes_no_token(khoa: Member, hanh: Member) -> None:
    from django.core.exceptions import PermissionDenied

    for member in (khoa, hanh):
        with pytest.raises(PermissionDenied):
            make_token(member)


@pytest.mark.parametrize("path", ["stories", "articles", "sources", "search?q=lu"])
def test_token_without_the_scope_is_refused(path: str, an: Member) -> None:
    answer = ask(path, make_token(an, [Scope.PUBLIC]))
    assert answer.status_code == 403
    assert "insufficient_scope" in answer.headers["WWW-Authenticate"]


def test_scopes_outside_the_closed_set_are_refused(an: Member) -> None:
    from django.core.exceptions import ValidationError

    for scopes in ([], ["write:all"], [Scope.PUBLIC, "admin"]):
        with pytest.raises(ValidationError):
            make_token(an, scopes)


def test_nobody_revokes_the_token_of_another_but_who_runs_the_desk(
    an: Member, binh: Member, giang: Member
) -> None:
    from django.core.exceptions import PermissionDenied

    token, now = make_token(an), timezone.now()
    row = AccessToken.objects.get()
    with pytest.raises(PermissionDenied):
        actions.end_token(row.pk, by=binh, now=now)
    assert ask("stories", token).status_code == 200
    actions.end_token(row.pk, by=giang, now=now)
    assert ask("stories", token).status_code == 401


def test_public_texts_are_for_anyone_page_by_page() -> None:
    for number in range(5):
        publish(number)
    seen, cursor = [], ""
    for _page in range(3):
        told = ask(f"notices?limit=2&cursor={cursor}").json()
        seen += [one["title"] for one in told["items"]]
        cursor = told["next"]
    assert seen == [f"Thông báo {number}" for number in range(5)]
    assert cursor is None


def test_forged_and_foreign_cursors_are_a_clear_400(an: Member) -> None:
    for number in range(3):
        publish(number)
    good = ask("notices?limit=1").json()["next"]
    token = make_token(an)
    wrong = [
        f"notices?limit=1&cursor={good[:-2]}xx",
        "notices?cursor=WyIyMDI2Il0",
        "notices?cursor=" + "x" * 3000,
        f"notices?limit=1&language=vi&cursor={good}",
        "notices?cursor=%00%FF",
    ]
    answers = [ask(path) for path in wrong] + [ask(f"stories?cursor={good}", token)]
    assert [answer.status_code for answer in answers] == [400] * len(answers)
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/problem+json"}
    assert ask(f"notices?limit=1&cursor={good}").status_code == 200


def test_signed_text_is_told_with_its_signature() -> None:
    item = publish(1, text="kind: notice\n\nNước rút.\n", key="ab", proof="cd")
    told = ask(f"notices/{item.pk}").json()
    assert told["signed"]["text"] == item.text
    assert told["signed"]["format"] == "haidang-signed-1"


def test_problems_are_told_in_the_readers_language() -> None:
    titles = {}
    for language in ("en-GB,en;q=0.8", "vi", "fr, en;q=0.5", ""):
        answer = ask("nowhere", **{"accept-language": language})
        titles[language] = (
            answer.status_code,
            answer.headers["Content-Language"],
            answer.json()["title"],
        )
    assert titles["en-GB,en;q=0.8"] == (404, "en", "There is nothing here")
    assert titles["fr, en;q=0.5"] == titles["en-GB,en;q=0.8"]
    assert titles["vi"] == titles[""]
    assert titles["vi"][1] == "vi"
    assert titles["vi"][2] != titles["fr, en;q=0.5"][2]


def test_wrong_parts_of_a_question_are_named(an: Member) -> None:
    answer = ask("notices?limit=5000&language=fr")
    assert answer.status_code == 422
    assert [fault["where"] for fault in answer.json()["faults"]] == ["limit", "language"]


def test_numbers_beyond_a_database_are_just_missing(an: Member) -> None:
    token = make_token(an)
    paths = ["stories/" + "9" * 30, "articles/" + "9" * 30, "notices/" + "9" * 30, "stories/999"]
    assert [ask(path, token).status_code for path in paths] == [404] * 4


def test_only_reading_is_answered(an: Member) -> None:
    client = Client(
        headers={"host": "localhost", "authorization": f"Bearer {make_token(an)}"},
        enforce_csrf_checks=True,
    )
    for verb in (client.post, client.put, client.patch, client.delete):
        answer = verb("/api/v1/stories")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_answers_set_no_cookie_and_are_kept_by_no_cache(an: Member) -> None:
    for answer in (ask("notices"), ask("stories", make_token(an)), ask("stories")):
        assert answer.cookies == {}
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert {"Authorization", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))


def test_stories_are_those_of_the_page_with_both_numbers(an: Member) -> None:
    feed = make_feed()
    articles = [
        make_article(feed.publication, text, title=title, feed=feed)
        for title, text in (
            ("Cầu Suối Mộc thông xe", "Cầu Suối Mộc thông xe sáng thứ hai, dài 240 m, nối hai xã."),
            ("Giá cà phê lên", "Giá cà phê nhân xô ở huyện lên 118.000 đồng một cân trong tuần."),
            ("Trường mới ở Lam Hạ", "Trường tiểu học Lam Hạ khai giảng với mười hai phòng học."),
        )
    ]
    token = make_token(an)
    told = ask("stories?limit=2", token).json()
    rest = ask(f"stories?limit=2&cursor={told['next']}", token).json()
    listed = told["items"] + rest["items"]
    assert sorted(one["id"] for one in listed) == sorted(one.story_id for one in articles)
    assert all(one["articles"] == one["originals"] + one["reprints"] for one in listed)
    assert rest["next"] is None
    whole = ask(f"stories/{articles[0].story_id}", token).json()
    assert [one["id"] for one in whole["members"]] == [articles[0].id]
    article = ask(f"articles/{articles[0].id}", token).json()
    assert article["story"] == articles[0].story_id
    assert [one["id"] for one in ask("articles?limit=1", token).json()["items"]] != []
    assert ask("sources", token).json()["items"][0]["publication"] == feed.publication.name
    assert ask("search?q=nowhere-at-all", token).json()["items"] == []
    assert ask("search?q=%22", token).status_code in {200, 400}


def test_no_author_is_told_anywhere() -> None:
    shapes = ask("openapi.json").json()["components"]["schemas"]
    names = {name for shape in shapes.values() for name in shape.get("properties", {})}
    assert names & {"author", "authors", "byline", "sentiment", "likes", "score", "member"} == set()
    assert "articles" in names


def test_openapi_document_names_every_scope_and_error() -> None:
    told = ask("openapi.json").json()
    scopes = {path: one["get"]["x-scope"] for path, one in told["paths"].items()}
    assert scopes["/api/v1/stories/{number}"] == "read:stories"
    assert scopes["/api/v1/notices"] == ""
    assert set(scopes.values()) - {""} == set(Scope.values) - {Scope.PUBLIC}
    errors = told["paths"]["/api/v1/stories"]["get"]["responses"]["401"]["content"]
    assert list(errors) == ["application/problem+json"]


def test_page_of_the_api_loads_nothing_of_others() -> None:
    page = ask("").content.decode()
    assert "/api/v1/stories" in page
    assert "https://" not in page.replace("https://schema.org", "")
    assert "cdn" not in page


# ---------------------------------------------------------------- pace


def test_pace_refuses_and_says_for_how_long() -> None:
    clock = [0.0]
    pace = Pace(3, clock=lambda: clock[0])
    assert [pace.ask("a") for _time in range(4)] == [0, 0, 0, 20]
    assert pace.ask("b") == 0
    clock[0] = 19.0
    assert pace.ask("a") == 1
    clock[0] = 20.5
    assert pace.ask("a") == 0


def test_pace_of_all_together_refuses_and_what_is_refused_costs_nothing() -> None:
    clock = [0.0]
    pace = Pace(2, together=3, within_s=30, clock=lambda: clock[0])
    assert [pace.ask(reader) for reader in ("a", "a", "a", "b", "c", "b")] == [0, 0, 15, 0, 10, 10]
    clock[0] = 10.0
    assert [pace.ask(reader) for reader in ("b", "c")] == [0, 10]


def test_pace_forgets_whoever_was_quiet_as_long_as_it_lasts() -> None:
    clock = [0.0]
    pace = Pace(2, within_s=30, clock=lambda: clock[0])
    pace.ask("a")
    clock[0] = 29.0
    pace.ask("b")
    clock[0] = 30.0
    pace.ask("c")
    assert len(pace._buckets) == 2


def test_readers_without_a_token_are_slowed_down_by_where_they_ask_from() -> None:
    def ask_from(address: str) -> Any:
        return Client(headers={"host": "localhost"}, REMOTE_ADDR=address).get("/api/v1/notices")

    codes = [ask_from("203.0.113.7").status_code for _time in range(bearers.ANYONE_A_MINUTE + 1)]
    assert codes == [200] * bearers.ANYONE_A_MINUTE + [429]
    answer = ask_from("203.0.113.7")
    assert int(answer.headers["Retry-After"]) >= 1
    assert ask_from("203.0.113.8").status_code == 200
    network = [ask_from(f"2001:db8:1:2::{number:x}").status_code for number in range(1, 33)]
    assert network.count(429) == 2  # one network counts as one reader


def test_nothing_of_who_asks_is_remembered_in_clear() -> None:
    Client(headers={"host": "localhost"}, REMOTE_ADDR="203.0.113.9").get("/api/v1/notices")
    assert all(b"203" not in key for key in bearers.pace_of_anyone._buckets)


def test_guessing_tokens_is_slowed_down() -> None:
    codes = [
        ask("stories", f"hd_{number:043}").status_code
        for number in range(bearers.ANYONE_A_MINUTE + 1)
    ]
    assert codes[-1] == 429


def test_each_token_has_its_own_pace(
    an: Member, binh: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bearers, "pace_of_tokens", Pace(2, clock=lambda: 0.0))
    mine, others = make_token(an), make_token(binh)
    assert [ask("sources", mine).status_code for _time in range(3)] == [200, 200, 429]
    assert ask("sources", others).status_code == 200


def test_old_tokens_are_forgotten(an: Member, now: datetime) -> None:
    make_token(an, now=now)
    assert actions.forget_keys(now=now + timedelta(days=179)) == 0
    assert actions.forget_keys(now=now + timedelta(days=181)) == 1


# ---------------------------------------------------------------- pages


def test_token_is_made_on_the_account_after_showing_who_one_is(
    an: Member, client_of: Callable[[Any], Client]
) -> None:
    from tests.cast import confirm, give_code_app

    give_code_app(an)
    browser = client_of(an)
    assert browser.get("/account/tokens/").headers["Location"].startswith("/account/confirm")
    confirm(browser)
    page = browser.post("/account/tokens/", {"name": "Bảng", "scopes": ALL, "days": "30"})
    [told] = [
        word
        for word in page.content.decode().replace("<", " ").replace(">", " ").split()
        if word.startswith("hd_")
    ]
    assert ask("stories", told).status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert told not in browser.get("/account/tokens/").content.decode()
    assert (
        browser.post(
            "/account/tokens/", {"name": "", "scopes": ["admin"], "days": "9999"}
        ).status_code
        == 422
    )
    assert browser.post(f"/account/tokens/{AccessToken.objects.get().pk}/end").status_code == 302
    assert ask("stories", told).status_code == 401


def test_member_without_a_second_factor_shows_the_password(
    an: Member, client_of: Callable[[Any], Client]
) -> None:
    from tests.cast import PASSWORD

    browser = client_of(an)
    assert browser.get("/account/tokens/").status_code == 302
    browser.post("/account/confirm", {"password": PASSWORD, "next": "/account/tokens/"})
    assert browser.get("/account/tokens/").status_code == 200


def test_who_runs_the_desk_sees_whose_tokens_there_are_and_not_when_they_were_used(
    an: Member, giang: Member, client_of: Callable[[Any], Client]
) -> None:
    ask("stories", make_token(an))
    browser = client_of(giang)
    page = browser.get("/desk/tokens/").content.decode()
    assert "Bảng tin" in page
    used = timezone.localdate().strftime("%d/%m/%Y")
    assert page.count(used) == 1  # the day it was made
    answer = browser.post(f"/account/tokens/{AccessToken.objects.get().pk}/end", {"from": "desk"})
    assert answer.headers["Location"] == "/desk/tokens/"
    assert AccessToken.objects.get().ended_at is not None
