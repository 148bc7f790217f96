"""No text of the sign-in libraries reaches a screen: their catalogues have no Vietnamese, ours has all."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import allauth
import axes
import polib
import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from tests.cast import PASSWORD

from haidang.core import signing
from haidang.core.models import Member

OURS = {
    signing.AccountAdapter: DefaultAccountAdapter,
    signing.FactorAdapter: DefaultMFAAdapter,
    signing.OutsideAdapter: DefaultSocialAccountAdapter,
}


def sentences_of_libraries() -> set[str]:
    """What the libraries say in English, of two words or more."""
    folders = [Path(one.__file__).parent / "locale" for one in (allauth, axes)]
    catalogues = [path for folder in folders for path in folder.rglob("de/LC_MESSAGES/django.po")]
    assert len(catalogues) == 2
    told = {entry.msgid for path in catalogues for entry in polib.pofile(str(path))}
    return {one for one in told if len(one.split()) > 1 and not re.search(r"%\(|\{", one)}


def text_of(answer: object) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


@pytest.mark.parametrize("adapter", OURS, ids=lambda one: one.__name__)
def test_every_error_has_our_own_words_in_both_languages(adapter: type) -> None:
    theirs = OURS[adapter].error_messages
    assert set(adapter.error_messages) == set(theirs)
    told: dict[str, set[str]] = {}
    for language in ("vi", "en"):
        with translation.override(language):
            told[language] = {str(message) for message in adapter.error_messages.values()}
    assert told["vi"] & told["en"] == set()
    with translation.override("en"):
        assert told["en"] & {str(message) for message in theirs.values()} == set()


@pytest.mark.django_db
def test_no_sentence_of_the_libraries_stands_on_a_page(an: Member) -> None:
    """Every page of signing in and of one's account, empty and after mistakes, in Vietnamese."""
    cache.clear()
    theirs = sentences_of_libraries()
    assert len(theirs) > 100
    guest, browser = Client(), Client()
    TOTP.activate(an, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(an)
    browser.post("/sign-in", {"username": "an", "password": PASSWORD})
    code = an.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()[0]
    pages = [
        guest.get("/sign-in"),
        guest.post("/sign-in", {"username": "an", "password": "x"}),
        guest.post("/sign-in", {}),
        browser.get("/sign-in/code"),
        browser.post("/sign-in/code", {"code": "000"}),
        browser.post("/sign-in/code", {"code": ""}),
        browser.post("/sign-in/code", {"credential": "{}"}),
        browser.post("/sign-in/code", {"code": code}, follow=True),
        browser.get("/account/"),
        browser.get("/account/password"),
        browser.post(
            "/account/password", {"present-password": "x", "password1": "a", "password2": "b"}
        ),
        browser.get("/account/confirm/code?next=/account/recovery-codes"),
        browser.post("/account/confirm/code", {"code": "000"}),
    ]
    codes = an.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()
    browser.post("/account/confirm/code", {"code": codes[0]})
    pages += [
        browser.get("/account/recovery-codes"),
        browser.get("/account/recovery-codes/new"),
        browser.get("/account/code-app/drop"),
        browser.get("/account/passkeys/add"),
        browser.post("/account/passkeys/add", {"name": "x", "credential": "{}"}),
    ]
    assert {page.status_code for page in pages} == {200}
    told = " ".join(map(text_of, pages))
    assert "Mã không đúng" in told
    assert sorted(one for one in theirs if one in told) == []


@pytest.mark.django_db
def test_labels_are_told_in_the_readers_language(an: Member) -> None:
    def labels(language: str) -> set[str]:
        browser = Client()
        browser.force_login(an)
        browser.cookies["language"] = language
        found: set[str] = set()
        for page in ("/sign-in", "/account/", "/account/password", "/account/confirm"):
            text = browser.get(page).content.decode()
            found |= {unescape(one).strip() for one in re.findall(r"<label[^>]*>([^<]+)", text)}
        return found

    vi, en = labels("vi"), labels("en")
    assert len(vi) >= 7
    assert vi & en == set()
