"""Forms of signing in and of second factors: the library's checks under our own words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.account.forms import ReauthenticateForm as LibraryPasswordForm
from allauth.mfa.adapter import get_adapter as factor_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from haidang.core.models import Member

# A code is good for its own half minute and one to each side; used once, it is void for longer than that.
CODE_VOID_S = 180


class SignInForm(LoginForm):
    """User name and password."""

    field_order = ("username", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["login"]
        self.fields["username"] = forms.CharField(
            label=_("User name"),
            max_length=60,
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
            ),
        )
        self.fields["password"] = _password_field(_("Password"), "current-password")
        self.order_fields(self.field_order)

    def clean_username(self) -> str:
        """One form for all ways of typing the same marks, as user names are kept."""
        told: str = Member.normalize_username(self.cleaned_data["username"].strip())
        return told

    def clean(self) -> Any:
        self.cleaned_data["login"] = self.cleaned_data.get("username", "")
        return super().clean()


class PasswordForm(LibraryPasswordForm):
    """The password again, before one's ways to sign in change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = _password_field(_("Your password"), "current-password")


class _UsedOnce(forms.Form):
    """A code that was right once is void, also in the half minutes beside its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = _code_field()

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]  # of the library's form beside this one
        user: Any = self.user  # type: ignore[attr-defined]  # see above
        if not cache.add(f"code-used-{user.pk}-{code.strip()}", "y", timeout=CODE_VOID_S):
            raise factor_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_UsedOnce, AuthenticateForm):
    """The code of the app, or a recovery code, after the password."""


class ConfirmCodeForm(_UsedOnce, ReauthenticateForm):
    """The code again, before something that needs it."""


class TotpForm(_UsedOnce, ActivateTOTPForm):
    """The first code of a code app that is being set up."""


# What the library trips over in an answer that no browser gives: it is a wrong answer, not a fault of ours.
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


class _PasskeyAnswer(forms.Form):
    """An answer that cannot be read is a wrong one."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]  # of the library's form beside this one
        except _UNREADABLE:
            raise factor_adapter().validation_error("incorrect_code") from None


class PasskeySignInForm(_PasskeyAnswer, LoginWebAuthnForm):
    """A passkey alone."""


class PasskeyAfterForm(_PasskeyAnswer, AuthenticateWebAuthnForm):
    """A passkey after the password."""


class ConfirmPasskeyForm(_PasskeyAnswer, ReauthenticateWebAuthnForm):
    """A passkey again."""


class PasskeyForm(AddWebAuthnForm):
    """A passkey's name; the key itself is put in by the browser."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].help_text = _("So that you know later which device it lies in.")
        self.fields["passwordless"].label = _("Sign in with this key alone")
        self.fields["passwordless"].help_text = _(
            "Without a user name and a password. The key then asks for your finger, face or PIN."
        )
        self.fields["passwordless"].initial = True

    def clean(self) -> Any:
        try:
            return super().clean()
        except _UNREADABLE:
            raise factor_adapter().validation_error("incorrect_code") from None


def _password_field(label: Any, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


def _code_field() -> forms.CharField:
    return forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "size": 12}
        ),
    )
