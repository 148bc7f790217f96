"""How the libraries of signing in (allauth, axes) behave on this desk, and every sentence they may say.

A closed desk: nobody registers, only invited members sign in. No mail is sent. The secrets of second factors
are sealed at rest. Their catalogues have no Vietnamese, so no text of theirs reaches a screen: the sentences
below and our own templates take their place (`tests/core/test_sign_in_words.py` holds that).
"""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haidang.core import actions, factors, queries, rules
from haidang.core.models import Member
from haidang.core.seals import seal, unseal

SEALED_FOR = "second factor"
LOCKED_S = 15 * 60

_WRONG_CODE = _("This code is not right, or it was used already. Wait for the next one.")
_WAIT = _("Too many tries. Nothing was changed; wait a quarter of an hour and try again.")
_NOT_HERE = _("This desk does not offer that.")
_WRONG_NAME_OR_PASSWORD = _(
    "User name and password do not go together. Both are told apart by capitals and marks."
)

# What the library tells after an act of its own, by the name of its template; of the rest we say nothing,
# or our own page says it.
_TOLD = {
    "mfa/messages/totp_activated.txt": _("The code app is set up."),
    "mfa/messages/totp_deactivated.txt": _("The code app is removed."),
    "mfa/messages/webauthn_added.txt": _("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": _("The passkey is removed."),
    "mfa/messages/recovery_codes_generated.txt": _(
        "New recovery codes are made; old ones are void."
    ),
    "socialaccount/messages/account_connected.txt": _("The other account is linked."),
    "socialaccount/messages/account_connected_other.txt": _(
        "That account is linked to another member here, so nothing was changed."
    ),
    "socialaccount/messages/account_disconnected.txt": _("The other account is no longer linked."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Members sign in; nobody registers."""

    error_messages = dict.fromkeys(DefaultAccountAdapter.error_messages, _NOT_HERE) | {
        "account_inactive": _WRONG_NAME_OR_PASSWORD,
        "enter_current_password": _("Please type your present password."),
        "incorrect_code": _WRONG_CODE,
        "incorrect_password": _("This is not your password."),
        "invalid_login": _WRONG_NAME_OR_PASSWORD,
        "username_password_mismatch": _WRONG_NAME_OR_PASSWORD,
        "too_many_login_attempts": _WAIT,
        "rate_limited": _WAIT,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- the library's signature
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Today for those who may read it; their own account for the rest (a juror, say)."""
        may_read = rules.may_read_desk(request.user)
        return reverse("watch:today") if may_read else reverse("core:account")

    def respond_user_inactive(self, request: HttpRequest, user: Member) -> HttpResponse:  # noqa: ARG002 -- the library's signature
        """Who left is told what anyone is told who does not belong here."""
        messages.error(request, gettext("This account cannot sign in here."))
        return HttpResponseRedirect(reverse("account_login"))

    def add_message(  # noqa: PLR0917 -- the library passes these by position
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,  # noqa: ARG002 -- the library's signature
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        told = message or _TOLD.get(message_template or "")
        if told:
            messages.add_message(request, level, str(told), extra_tags=extra_tags)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has a second factor confirms by it; the password alone is not enough any more."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if isinstance(user, Member) and factors.has_second_factor(user):
            return [one for one in methods if one["id"] != "reauthenticate"]
        return methods

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail about one's account: the log of acts and the account's own page tell."""


class FactorAdapter(DefaultMFAAdapter):
    """Second factors, their secrets sealed with the desk's key."""

    error_messages = dict.fromkeys(DefaultMFAAdapter.error_messages, _NOT_HERE) | {
        "incorrect_code": _WRONG_CODE,
        "cannot_generate_recovery_codes": _(
            "Recovery codes stand in for a code app or a passkey: set one of these up first."
        ),
    }

    def get_totp_issuer(self) -> str:
        desk = queries.find_desk()
        return f"{desk.name} · Hải Đăng" if desk and desk.name else "Hải Đăng"

    def get_totp_label(self, user: Member) -> str:
        return user.username

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text, purpose=SEALED_FOR)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(base64.b64decode(encrypted_text), purpose=SEALED_FOR)

    def generate_authenticator_name(self, user: Member, type: Any) -> str:  # noqa: A002 -- the library's name
        number = 1 + user.authenticator_set.filter(type=type).count()  # type: ignore[attr-defined]  # the library's table
        return gettext("Passkey %(number)s") % {"number": number}


class OutsideAdapter(DefaultSocialAccountAdapter):
    """Accounts of an OpenID Connect provider: linked by a signed-in member, never a way to register."""

    error_messages = dict.fromkeys(DefaultSocialAccountAdapter.error_messages, _NOT_HERE) | {
        "no_password": _(
            "Set a password first: without it and without this link you could not come in."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 -- the library's signature
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Keep nothing of what the provider tells but the number of the account; refuse strangers."""
        account = sociallogin.account
        account.extra_data = {}
        if sociallogin.state.get("process") == "connect":
            member = request.user
            linked = isinstance(member, Member) and actions.link_account(
                member, provider=account.provider, uid=account.uid, now=timezone.now()
            )
            told = "account_connected" if linked else "account_connected_other"
            self._send_back(request, str(_TOLD[f"socialaccount/messages/{told}.txt"]))
        if not sociallogin.is_existing:
            self._send_back(
                request,
                gettext(
                    "That account is not linked to a member here. Sign in with your password, then link it on your account's page."
                ),
            )

    def on_authentication_error(self, request: HttpRequest, provider: Any, **told: Any) -> None:  # noqa: ARG002 -- the library's signature
        self._send_back(
            request,
            gettext("Signing in elsewhere did not work, so nothing was changed. Try again."),
        )

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:  # noqa: ARG002 -- the library's signature
        return reverse("core:account")

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail."""

    def _send_back(self, request: HttpRequest, told: str) -> None:
        messages.error(request, told)
        to = "core:account" if request.user.is_authenticated else "account_login"
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse(to)))


def tell_locked_out(
    request: HttpRequest, _original: HttpResponse | None = None, _credentials: Any = None
) -> HttpResponse:
    """The page after too many wrong passwords for one name from one address."""
    answer = render(request, "core/locked_out.html", status=429)
    answer.headers["Retry-After"] = str(LOCKED_S)
    return answer


def tell_nobody(*_about: Any) -> str:
    """What the log of the process says of whoever tries to sign in: nothing."""
    return "-"
