"""Accounts of an OpenID Connect provider: linked by a member, never a way in for strangers.

The provider is a small real one on this machine; the library asks it over HTTP as it would a big one.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core.cache import cache
from django.test import Client
from tests.cast import PASSWORD

from haidang.core.models import LogEntry, Member

pytestmark = pytest.mark.django_db(transaction=True)
OWN = {"sec-fetch-site": "same-origin"}


class Provider:
    """Signs in whoever `subject` names, and says what a real one would of them."""

    def __init__(self) -> None:
        self.subject = "so-17"
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_about: object) -> None:
                pass

            def do_GET(self) -> None:
                told = {
                    "/.well-known/openid-configuration": {
                        "issuer": provider.url,
                        "authorization_endpoint": f"{provider.url}/authorize",
                        "token_endpoint": f"{provider.url}/token",
                        "userinfo_endpoint": f"{provider.url}/userinfo",
                        "jwks_uri": f"{provider.url}/jwks",
                    },
                    "/userinfo": {
                        "sub": provider.subject,
                        "name": "Chim Hoàng Yến",
                        "email": "chim@vd.example",
                    },
                }[self.path]
                self.tell(told)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.tell({"access_token": "x", "token_type": "Bearer", "expires_in": 60})

            def tell(self, told: dict[str, object]) -> None:
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def provider(settings: object) -> Iterator[Provider]:
    cache.clear()
    one = Provider()
    app = {
        "provider_id": "oidc",
        "name": "Cổng chung",
        "client_id": "desk",
        "secret": "s",
        "settings": {"server_url": one.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
    }
    settings.OPTIONS = {**settings.OPTIONS.values, "OIDC_URL": one.url, "OIDC_NAME": "Cổng chung"}
    yield one
    one.stop()


def go(browser: Client, *, process: str = "") -> object:
    """To the provider and back, as the browser would; the answer to coming back."""
    way = "/sign-in/elsewhere/oidc" + (f"?process={process}" if process else "")
    out = browser.get(way, headers=OWN)
    assert out.status_code == 302
    asked = parse_qs(urlsplit(out.headers["Location"]).query)
    return browser.get("/sign-in/elsewhere/oidc/back", {"code": "c", "state": asked["state"][0]})


def link(browser: Client) -> None:
    """Link the account that the provider tells to the member of this browser."""
    way = "/sign-in/elsewhere/oidc?process=connect"
    asked = browser.get(way, headers=OWN)
    assert asked.headers["Location"].startswith("/account/confirm?next=")
    browser.post("/account/confirm", {"password": PASSWORD, "next": way})
    assert go(browser, process="connect").headers["Location"] == "/account/"


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def test_linked_account_lets_its_member_in(provider: Provider, client_of, an: Member) -> None:
    link(client_of(an))
    assert SocialAccount.objects.get().user == an
    guest = Client()
    assert "Cổng chung" in guest.get("/sign-in").content.decode()
    assert go(guest).headers["Location"] == "/watch/"
    assert int(guest.session["_auth_user_id"]) == an.pk


def test_stranger_with_an_account_there_is_no_member_here(provider: Provider, db: None) -> None:
    guest = Client()
    assert go(guest).headers["Location"] == "/sign-in"
    assert not is_in(guest)
    assert (Member.objects.count(), SocialAccount.objects.count()) == (0, 0)


def test_account_with_a_members_mail_address_is_not_that_member(provider, an: Member) -> None:
    an.email = "chim@vd.example"
    an.save()
    guest = Client()
    go(guest)
    assert not is_in(guest)


def test_nothing_is_kept_of_what_the_provider_tells_but_the_number(
    provider: Provider, client_of, an: Member
) -> None:
    link(client_of(an))
    kept = SocialAccount.objects.get()
    assert (kept.uid, kept.extra_data) == ("so-17", {})
    assert SocialToken.objects.count() == 0
    an.refresh_from_db()
    assert (an.name, an.email) == ("", "")


def test_account_of_one_member_is_not_taken_over_by_another(
    provider: Provider, client_of, an: Member, binh: Member
) -> None:
    link(client_of(an))
    link(client_of(binh))
    assert SocialAccount.objects.get().user == an


def test_second_factor_is_asked_after_the_account_elsewhere(provider, client_of, an) -> None:
    link(client_of(an))
    TOTP.activate(an, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    guest = Client()
    assert go(guest).headers["Location"] == "/sign-in/code"
    assert not is_in(guest)


def test_one_who_left_does_not_come_in_by_it(provider: Provider, client_of, an: Member) -> None:
    link(client_of(an))
    Member.objects.filter(id=an.pk).update(is_active=False)
    guest = Client()
    go(guest)
    assert not is_in(guest)


def test_link_is_taken_away_by_its_member_only(
    provider: Provider, client_of: Callable[..., Client], an: Member, binh: Member
) -> None:
    browser = client_of(an)
    link(browser)
    page = f"/account/elsewhere/{SocialAccount.objects.get().pk}/unlink"
    assert client_of(binh).post(page).status_code == 404
    assert browser.post(page).status_code == 302
    assert not SocialAccount.objects.exists()
    assert LogEntry.objects.filter(act="change_factors", data__factor="outside").exists()


@pytest.mark.parametrize(
    "headers", [{}, {"sec-fetch-site": "cross-site"}, {"referer": "https://evil.example/"}]
)
def test_way_out_is_open_from_our_own_page_only(provider, db, headers: dict[str, str]) -> None:
    """Otherwise a stranger's page could sign someone in under an account of its own."""
    answer = Client().get("/sign-in/elsewhere/oidc", headers=headers)
    assert answer.headers["Location"] == "/sign-in"


@pytest.mark.parametrize(
    "told", [{}, {"code": "c"}, {"code": "c", "state": "x"}, {"error": "access_denied"}]
)
def test_answer_to_no_question_of_ours_lets_nobody_in(provider, db, told: dict[str, str]) -> None:
    guest = Client()
    answer = guest.get("/sign-in/elsewhere/oidc/back", told)
    assert answer.headers["Location"] == "/sign-in"
    assert not is_in(guest)


def test_answer_is_not_good_twice(provider: Provider, client_of, an: Member) -> None:
    link(client_of(an))
    guest = Client()
    asked = parse_qs(
        urlsplit(guest.get("/sign-in/elsewhere/oidc", headers=OWN).headers["Location"]).query
    )
    told = {"code": "c", "state": asked["state"][0]}
    guest.get("/sign-in/elsewhere/oidc/back", told)
    guest.post("/sign-out")
    guest.get("/sign-in/elsewhere/oidc/back", told)
    assert not is_in(guest)


def test_provider_that_is_down_is_told_calmly(provider: Provider, db: None) -> None:
    provider.server.shutdown()
    provider.server.server_close()
    answer = Client().get("/sign-in/elsewhere/oidc", headers=OWN)
    assert answer.headers["Location"] == "/sign-in"


def test_question_carries_a_proof_that_only_this_browser_can_finish(provider, db: None) -> None:
    """PKCE: a code that was caught on the way is worth nothing to whoever caught it."""
    out = Client().get("/sign-in/elsewhere/oidc", headers=OWN).headers["Location"]
    asked = parse_qs(urlsplit(out).query)
    assert asked["redirect_uri"] == ["http://testserver/sign-in/elsewhere/oidc/back"]
    assert asked["code_challenge_method"] == ["S256"]
