"""Second factors: a code is good once, a recovery code is good once, and nothing is confirmed by a password."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.cast import PASSWORD

from haidang.core import actions, factors, rules
from haidang.core.enums import LinkPurpose
from haidang.core.models import LogEntry, Member

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def code_now(secret: str = SECRET, *, step: int = 0) -> str:
    """The code of this half minute, or of one `step` beside it."""
    middle = list(yield_hotp_counters_from_time())[1]
    return format_hotp_value(hotp_value(secret, middle + step))


def wrong_code() -> str:
    good = {code_now(step=step) for step in (-1, 0, 1)}
    return next(code for code in ("000000", "111111", "222222", "333333") if code not in good)


@pytest.fixture
def an_with_codes(an: Member) -> Member:
    TOTP.activate(an, SECRET)
    RecoveryCodes.activate(an)
    return an


def enter_password(client: Client) -> None:
    answer = client.post("/sign-in", {"username": "an", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/code")


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def request_of(client: Client, member: Member) -> object:
    session = SessionStore(client.session.session_key)
    return SimpleNamespace(user=member, session=session, get_full_path=lambda: "/x")


# ---------------------------------------------------------------- signing in


def test_password_alone_lets_nobody_in_who_has_a_second_factor(
    client: Client, an_with_codes: Member
) -> None:
    enter_password(client)
    assert not is_in(client)
    assert client.post("/sign-in/code", {"code": wrong_code()}).status_code == 200
    assert not is_in(client)
    assert client.post("/sign-in/code", {"code": code_now()}).status_code == 302
    assert is_in(client)


@pytest.mark.parametrize("step", [-1, 0, 1])
def test_code_is_good_once_also_beside_its_half_minute(
    client: Client, an_with_codes: Member, step: int
) -> None:
    """Whoever reads a code over a shoulder, or from the line, cannot use it again."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        code = code_now(step=step)
        enter_password(client)
        assert client.post("/sign-in/code", {"code": code}).status_code == 302
        for seconds in (0, 29, 31):
            clock.shift(timedelta(seconds=seconds))
            thief = Client()
            enter_password(thief)
            assert thief.post("/sign-in/code", {"code": code}).status_code == 200
            assert not is_in(thief)


@pytest.mark.parametrize("step", [-2, 2])
def test_code_of_another_minute_is_refused(client: Client, an_with_codes, step: int) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        enter_password(client)
        client.post("/sign-in/code", {"code": code_now(step=step)})
        assert not is_in(client)


def test_recovery_code_works_once(client: Client, an_with_codes: Member) -> None:
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    enter_password(client)
    assert client.post("/sign-in/code", {"code": code}).status_code == 302
    cache.clear()
    other = Client()
    enter_password(other)
    assert other.post("/sign-in/code", {"code": code}).status_code == 200
    assert not is_in(other)


def test_code_of_another_member_is_refused(client: Client, an_with_codes, binh: Member) -> None:
    other = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"
    TOTP.activate(binh, other)
    enter_password(client)
    client.post("/sign-in/code", {"code": code_now(other)})
    assert not is_in(client)


def test_guessing_codes_is_stopped(client: Client, an_with_codes: Member) -> None:
    enter_password(client)
    for _ in range(45):
        client.post("/sign-in/code", {"code": wrong_code()})
    client.post("/sign-in/code", {"code": code_now()})
    assert not is_in(client)


def test_code_page_without_a_password_before_it_leads_back(client: Client) -> None:
    assert client.get("/sign-in/code").headers["Location"] == "/sign-in"
    assert client.post("/sign-in/code", {"code": "123456"}).headers["Location"] == "/sign-in"


def test_member_who_left_between_password_and_code_is_not_let_in(
    client: Client, an_with_codes: Member, giang: Member
) -> None:
    enter_password(client)
    actions.let_go(an_with_codes, by=giang, now=timezone.now())
    client.post("/sign-in/code", {"code": code_now()})
    assert not is_in(client)


# ---------------------------------------------------------------- setting up


def confirm_password(client: Client, *, to: str) -> None:
    assert client.get(to).headers["Location"].startswith("/account/confirm?next=")
    answer = client.post("/account/confirm", {"password": PASSWORD, "next": to})
    assert answer.headers["Location"] == to


@pytest.mark.django_db(transaction=True)
def test_code_app_is_set_up_with_the_password_and_brings_recovery_codes(
    client_of: Callable[..., Client], an: Member
) -> None:
    browser = client_of(an)
    confirm_password(browser, to="/account/code-app")
    page = browser.get("/account/code-app")
    assert page.status_code == 200
    assert "<svg" in page.content.decode()
    answer = browser.post("/account/code-app", {"code": code_now(page.context["secret"])})
    assert answer.headers["Location"] == "/account/recovery-codes"
    shown = browser.get("/account/recovery-codes").content.decode()
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    assert all(code in shown for code in codes)
    assert rules.has_second_factor(an)
    logged = LogEntry.objects.filter(act="change_factors").values_list("data", flat=True)
    assert {"factor": "totp", "does": "added"} in list(logged)


def test_secret_of_a_code_app_is_sealed_in_the_table(an_with_codes: Member) -> None:
    rows = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in rows
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert not [code for code in codes if code in rows]


@pytest.mark.django_db(transaction=True)
def test_factor_is_not_taken_away_with_the_password_alone(
    client: Client, an_with_codes: Member
) -> None:
    enter_password(client)
    client.post("/sign-in/code", {"code": code_now()})
    asked = client.get("/account/code-app/drop")
    assert asked.headers["Location"].startswith("/account/confirm/code")
    answer = client.post("/account/confirm", {"password": PASSWORD, "next": "/account/"})
    assert answer.headers["Location"].startswith("/account/confirm/code")
    assert client.post("/account/code-app/drop").status_code == 302
    assert rules.has_second_factor(an_with_codes)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    answer = client.post(
        "/account/confirm/code", {"code": codes[0], "next": "/account/code-app/drop"}
    )
    assert (
        answer.headers["Location"] == "/account/factors"
    )  # what was asked before goes on by itself
    assert not Authenticator.objects.filter(user=an_with_codes).exists()


def test_passkey_of_another_member_is_not_found(client_of, an: Member, binh: Member) -> None:
    key = Authenticator.objects.create(user=binh, type="webauthn", data={"name": "x"})
    browser = client_of(an)
    page = f"/account/passkeys/{key.pk}/drop"
    confirm_password(browser, to=page)
    assert browser.post(page).status_code == 404
    assert Authenticator.objects.filter(id=key.pk).exists()


@pytest.mark.parametrize(
    "told",
    [
        "",
        "x",
        "{}",
        "[]",
        "null",
        "1",
        '{"id": "x"}',
        '{"id": "x", "rawId": "eA", "type": "public-key", "response": null}',
        '{"response": {"userHandle": "MQ"}}',
        '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"userHandle": "MQ", "clientDataJSON": "e30", "authenticatorData": "eA", "signature": "eA"}}',
    ],
)
def test_forged_passkey_lets_nobody_in(client: Client, an: Member, told: str) -> None:
    asked = client.get("/sign-in/passkey", headers={"Accept": "application/json"})
    assert asked.json()["request_options"]["publicKey"]["challenge"]
    answer = client.post("/sign-in/passkey", {"credential": told})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in")
    assert not is_in(client)


@pytest.mark.parametrize(
    "told", ["[]", '{"id": "x"}', '{"id": "eA", "rawId": "eA", "response": 1}']
)
def test_forged_passkey_is_not_taken_in(client_of, an: Member, told: str) -> None:
    browser = client_of(an)
    confirm_password(browser, to="/account/passkeys/add")
    assert browser.get("/account/passkeys/add").status_code == 200
    assert (
        browser.post("/account/passkeys/add", {"name": "x", "credential": told}).status_code == 200
    )
    assert not Authenticator.objects.filter(user=an).exists()


# ---------------------------------------------------------------- confirming


def test_confirmed_lately_is_about_the_second_factor_and_this_session(
    client: Client, an_with_codes: Member, client_of
) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        enter_password(client)
        client.post("/sign-in/code", {"code": code_now()})
        assert factors.confirmed_lately(request_of(client, an_with_codes))
        other = client_of(an_with_codes)
        other.get("/account/")
        assert not factors.confirmed_lately(request_of(other, an_with_codes))
        clock.shift(factors.CONFIRMED_S)
        assert not factors.confirmed_lately(request_of(client, an_with_codes))
        answer = client.post("/account/confirm/code", {"code": code_now(), "next": "/people/"})
        assert answer.headers["Location"] == "/people/"
        assert factors.confirmed_lately(request_of(client, an_with_codes))


def test_clock_that_jumped_back_confirms_nothing(client: Client, an_with_codes: Member) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        enter_password(client)
        client.post("/sign-in/code", {"code": code_now()})
        clock.shift(-3600)
        assert not factors.confirmed_lately(request_of(client, an_with_codes))


def test_who_has_no_second_factor_has_confirmed_nothing_and_is_sent_to_make_one(
    client: Client, an: Member
) -> None:
    client.post("/sign-in", {"username": "an", "password": PASSWORD})
    request = request_of(client, an)
    assert not factors.confirmed_lately(request)
    assert factors.way_to_confirm(request) == "/account/"


def test_recovery_codes_alone_are_no_second_factor(an: Member) -> None:
    RecoveryCodes.activate(an)
    assert not rules.has_second_factor(an)


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_confirming_leads_to_this_desk_only(client_of, an: Member, to: str) -> None:
    answer = client_of(an).post("/account/confirm", {"password": PASSWORD, "next": to})
    assert answer.headers["Location"] in {"/watch/", "/account/"}


# ---------------------------------------------------------------- passwords and links


def test_new_password_needs_the_present_one_and_ends_other_sessions(client_of, an: Member) -> None:
    browser, other = client_of(an), client_of(an)
    fresh = "ngọn đèn mới trên đảo xa"
    told = {"password1": fresh, "password2": fresh}
    browser.post("/account/password", {**told, "present-password": "sai mật khẩu rồi"})
    an.refresh_from_db()
    assert an.check_password(PASSWORD)
    assert (
        browser.post("/account/password", {**told, "present-password": PASSWORD}).status_code == 302
    )
    an.refresh_from_db()
    assert an.check_password(fresh)
    assert (is_in(browser), is_in(other)) == (True, False)


def test_password_link_does_not_open_past_the_second_factor(
    client: Client, an_with_codes: Member, giang: Member
) -> None:
    """An administrator's link mends a password; it does not make them that member."""
    token = actions.make_link(
        LinkPurpose.NEW_PASSWORD, now=timezone.now(), member=an_with_codes, by=giang
    )
    fresh = "ngọn đèn mới trên đảo xa"
    answer = client.post(
        f"/setup/{token}", {"username": "an", "password1": fresh, "password2": fresh}
    )
    assert answer.headers["Location"] == "/sign-in"
    assert not is_in(client)
    assert rules.has_second_factor(an_with_codes)


def test_link_for_a_new_start_drops_the_second_factors(
    client: Client, an_with_codes: Member, giang: Member
) -> None:
    token = actions.make_link(
        LinkPurpose.NEW_START, now=timezone.now(), member=an_with_codes, by=giang
    )
    fresh = "ngọn đèn mới trên đảo xa"
    client.post(f"/setup/{token}", {"username": "an", "password1": fresh, "password2": fresh})
    assert is_in(client)
    assert not Authenticator.objects.filter(user=an_with_codes).exists()
