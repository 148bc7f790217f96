"""Signing in: password, then code or passkey; a passkey alone; an account elsewhere that is linked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.decorators import reauthentication_required
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from allauth.socialaccount.providers.openid_connect import views as openid
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from haidang.core.forms import CodeForm, PasskeyAfterForm, PasskeySignInForm, SignInForm
from haidang.core.views.asking import may_use_passkeys


def name_of_outside() -> str:
    """What the provider of outside accounts is called, or nothing where there is none."""
    options = settings.OPTIONS
    return str(options["OIDC_NAME"] or urlsplit(options["OIDC_URL"]).hostname or "")


class SignIn(LoginView):
    """User name and password; `next` leads only to this host."""

    form_class = SignInForm
    template_name = "core/sign_in.html"

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**told)
        return context | {
            "passkeys": may_use_passkeys(self.request),
            "outside": name_of_outside(),
        }


class CodeAfterPassword(AuthenticateView):
    """The second factor, after the password."""

    form_class = CodeForm
    webauthn_form_class = PasskeyAfterForm
    template_name = "core/sign_in_code.html"

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**told)
        return context | {"passkeys": may_use_passkeys(self.request)}


class PasskeySignIn(LoginWebAuthnView):
    """A passkey alone: the browser's script asks for the question, and posts the answer."""

    form_class = PasskeySignInForm


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("welcome")


@never_cache
@require_safe
def go_elsewhere(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider's own page. Only from a page of ours: a stranger's link does not sign anyone in."""
    if not name_of_outside():
        raise Http404
    if not _from_our_page(request):
        return redirect("core:sign_in")
    if request.GET.get("process") == "connect":
        return _go_to_link(request, provider_id)
    return _go(request, provider_id)


@never_cache
@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider, with its answer to the question we asked."""
    if not name_of_outside():
        raise Http404
    answer: HttpResponse = openid.callback(request, provider_id=provider_id)
    return answer


@login_required
def _go_to_link(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Whoever links an account says first who they are: a session left open links nothing."""
    answer: HttpResponse = reauthentication_required(_go)(request, provider_id)
    return answer


def _go(request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = openid.login(request, provider_id=provider_id)
    except OSError:  # what the library's client raises when nobody answers
        messages.error(request, _("The other side does not answer, so nothing was changed."))
        return redirect("core:sign_in")
    return answer


def _from_our_page(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return urlsplit(request.headers.get("Referer", "")).netloc == request.get_host()
