"""Guessing passwords is stopped, for the guesser and not for the one whose name is guessed."""

from __future__ import annotations

import logging
from ipaddress import ip_network

import pytest
from django.core.cache import cache
from django.test import Client
from tests.cast import PASSWORD

from haidang.core.models import Member
from haidang.project.options import Values

pytestmark = pytest.mark.django_db
WRONG = {"username": "an", "password": "sai mật khẩu rồi"}
RIGHT = {"username": "an", "password": PASSWORD}


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def at(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_seven_wrong_passwords_rest_the_name_from_that_address(an: Member) -> None:
    guesser = at("192.0.2.1")
    told = [guesser.post("/sign-in", WRONG).status_code for _ in range(8)]
    assert told == [200] * 6 + [429] * 2
    answer = guesser.post("/sign-in", RIGHT)
    assert (answer.status_code, is_in(guesser)) == (429, False)
    assert answer.headers["Retry-After"] == "900"


def test_owner_of_the_name_elsewhere_is_not_locked_out(an: Member) -> None:
    for _ in range(10):
        at("192.0.2.1").post("/sign-in", WRONG)
    owner = at("198.51.100.9")
    owner.post("/sign-in", RIGHT)
    assert is_in(owner)


def test_others_at_the_same_address_are_not_locked_out(an: Member, binh: Member) -> None:
    for _ in range(10):
        at("192.0.2.1").post("/sign-in", WRONG)
    colleague = at("192.0.2.1")
    colleague.post("/sign-in", {"username": "bình", "password": PASSWORD})
    assert is_in(colleague)


def test_right_password_forgets_the_wrong_ones_before(an: Member) -> None:
    member = at("192.0.2.1")
    for _ in range(3):
        for _ in range(5):
            member.post("/sign-in", WRONG)
        member.post("/sign-in", RIGHT)
        assert is_in(member)
        member.post("/sign-out")


def test_many_names_from_one_address_are_stopped(an: Member) -> None:
    """A spray: one password for each of many names."""
    sprayer = at("192.0.2.1")
    told = [
        sprayer.post("/sign-in", {"username": f"u{number}", "password": "x"}).status_code
        for number in range(62)
    ]
    assert set(told[:60]) == {200}
    assert told[61] == 429


def test_one_name_from_many_addresses_is_stopped(an: Member) -> None:
    for number in range(41):
        at(f"192.0.2.{number}").post("/sign-in", WRONG)
    late = at("198.51.100.9")
    late.post("/sign-in", RIGHT)
    assert not is_in(late)


def test_name_in_other_letters_counts_as_the_same(an: Member) -> None:
    guesser = at("192.0.2.1")
    for name in ("an", " an", "an ", "ａn", "an", "an", "an"):
        guesser.post("/sign-in", {**WRONG, "username": name})
    assert guesser.post("/sign-in", RIGHT).status_code == 429


PROXY = "10.0.0.5"


@pytest.fixture
def behind_proxy(settings) -> None:
    options = dict(settings.OPTIONS.values)
    options["TRUSTED_PROXIES"] = (ip_network("10.0.0.0/24"),)
    settings.OPTIONS = Values(options, settings.OPTIONS.origins)


def through(forwarded: str, *, peer: str = PROXY) -> Client:
    return Client(REMOTE_ADDR=peer, headers={"x-forwarded-for": forwarded})


def test_behind_a_proxy_the_guesser_is_locked_out_and_nobody_else(
    an: Member, behind_proxy: None
) -> None:
    for _ in range(8):
        told = through("192.0.2.1").post("/sign-in", WRONG)
    assert told.status_code == 429
    owner = through("198.51.100.9")
    owner.post("/sign-in", RIGHT)
    assert is_in(owner)


def test_forged_addresses_do_not_lead_past_the_lock(an: Member, behind_proxy: None) -> None:
    """What a guesser writes into the header stands left of what the proxy adds."""
    told = [
        through(f"198.51.100.{number}, 192.0.2.1").post("/sign-in", WRONG).status_code
        for number in range(8)
    ]
    assert told == [200] * 6 + [429] * 2


@pytest.mark.parametrize("name", ["x-forwarded-for", "x-real-ip", "forwarded"])
def test_headers_of_untrusted_peers_are_nothing(an: Member, behind_proxy: None, name: str) -> None:
    """A guesser who reaches the desk past the proxy is counted by the address that connects."""
    told = [
        Client(REMOTE_ADDR="192.0.2.1", headers={name: f"198.51.100.{number}"})
        .post("/sign-in", WRONG)
        .status_code
        for number in range(8)
    ]
    assert told == [200] * 6 + [429] * 2


def test_limits_of_the_sign_in_library_count_the_asker_behind_the_proxy(
    an: Member, behind_proxy: None
) -> None:
    """A spray from one asker stops that asker; another behind the same proxy comes in."""
    sprayer = "192.0.2.1"
    told = [
        through(f"203.0.113.{number}, {sprayer}")
        .post("/sign-in", {"username": f"u{number}", "password": "x"})
        .status_code
        for number in range(62)
    ]
    assert (set(told[:60]), told[61]) == ({200}, 429)
    colleague = through("198.51.100.9")
    colleague.post("/sign-in", RIGHT)
    assert is_in(colleague)


def test_what_is_counted_lies_in_memory_alone() -> None:
    """No table of the libraries: axes counts in the cache, and the cache is this process's."""
    from axes.models import AccessAttempt, AccessFailureLog, AccessLog
    from django.conf import settings

    at("192.0.2.1").post("/sign-in", WRONG)
    kept = [model.objects.count() for model in (AccessAttempt, AccessFailureLog, AccessLog)]
    assert kept == [0, 0, 0]
    assert settings.CACHES["default"]["BACKEND"].endswith("LocMemCache")


def test_locked_out_page_is_ours_in_both_languages(an: Member) -> None:
    guesser = at("192.0.2.1")
    for _ in range(7):
        answer = guesser.post("/sign-in", WRONG)
    assert "Nhập sai mật khẩu quá nhiều lần" in answer.content.decode()
    guesser.cookies["language"] = "en"
    assert "Too many wrong passwords" in guesser.post("/sign-in", WRONG).content.decode()


def test_neither_log_nor_table_keeps_who_tried_from_where(
    an: Member, caplog: pytest.LogCaptureFixture
) -> None:
    from tests.promises.test_02_no_author_profiles import dump_of_tables

    canary = Client(REMOTE_ADDR="203.0.113.77", headers={"user-agent": "CanaryAgent/7"})
    with caplog.at_level(logging.DEBUG):
        for _ in range(8):
            canary.post("/sign-in", {"username": "chimhoangyen", "password": "x"})
        canary.post("/sign-in", RIGHT)
    told = caplog.text + dump_of_tables()
    assert [word for word in ("203.0.113.77", "CanaryAgent", "chimhoangyen") if word in told] == []
