"""A member's own account: name, password, second factors, sessions, a linked account elsewhere.

The library checks and writes second factors; each change of theirs passes through one act of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account.adapter import get_adapter
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from allauth.socialaccount.internal.flows.connect import disconnect, validate_disconnect
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from haidang.core import actions, factors, queries, rules
from haidang.core.enums import InboxMail
from haidang.core.forms import (
    ChangePasswordForm,
    ConfirmCodeForm,
    ConfirmPasskeyForm,
    DescribeForm,
    InboxMailForm,
    PasskeyForm,
    PasswordForm,
    TotpForm,
)
from haidang.core.models import Member
from haidang.core.views.asking import add_errors, may_use_passkeys, signed_in
from haidang.core.views.signing import name_of_outside

Result = TypeVar("Result")
private = method_decorator([never_cache, login_required], name="dispatch")


@signed_in
def show_account(request: HttpRequest, member: Member) -> HttpResponse:
    """Who I am here, what I may do, how I sign in."""
    known = {"name": member.name, "affiliation": member.affiliation, "email": member.email}
    form = DescribeForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            actions.describe_member(member, by=member, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Your name and affiliation are kept."))
            return redirect("core:account")
    kept = list(Authenticator.objects.filter(user_id=member.pk).order_by("id"))
    context = {
        "form": form,
        "letters": InboxMailForm(
            initial={
                "choice": member.inbox_mail,
                "language": member.mail_language or get_language(),
            }
        ),
        "member": member,
        "grants": queries.find_grants(member),
        "code_app": next((one for one in kept if one.type == Authenticator.Type.TOTP), None),
        "recovery": next((one.wrap() for one in kept if one.type == "recovery_codes"), None),
        "keys": [one for one in kept if one.type == Authenticator.Type.WEBAUTHN],
        "has_second_factor": rules.has_second_factor(member),
        "passkeys": may_use_passkeys(request),
        "outside": name_of_outside(),
        "linked": SocialAccount.objects.filter(user_id=member.pk),
    }
    return render(request, "core/account.html", context)


@require_POST
@signed_in
def choose_inbox_mail(request: HttpRequest, member: Member) -> HttpResponse:
    """Which lines of one's own inbox come by mail too."""
    form = InboxMailForm(request.POST)
    if form.is_valid():
        choice = InboxMail(form.cleaned_data["choice"])
        actions.choose_inbox_mail(member, choice, language=form.cleaned_data["language"])
        messages.success(request, _("Your choice of letters is kept."))
    return redirect("core:account")


def to_account(_request: HttpRequest) -> HttpResponse:
    """Where the library would list second factors: they stand on the account's page."""
    return redirect("core:account")


@signed_in
def change_password(request: HttpRequest, member: Member) -> HttpResponse:
    """Another password, with the present one and the second factor; every other session ends."""
    if rules.has_second_factor(member) and not factors.confirmed_lately(request):
        return redirect(factors.way_to_confirm(request))
    present = PasswordForm(request.POST or None, user=member, prefix="present")
    form = ChangePasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and present.is_valid():
        try:
            actions.change_password(member, form.cleaned_data["password1"], now=timezone.now())
        except ValidationError as error:
            add_errors(form, error)
        else:
            update_session_auth_hash(request, member)
            messages.success(request, _("The new password is set; other sessions have ended."))
            return redirect("core:account")
    return render(request, "core/password.html", {"form": form, "present": present})


@require_POST
@signed_in
def end_other_sessions(request: HttpRequest, member: Member) -> HttpResponse:
    """End every session of mine but this one."""
    actions.end_sessions(member, by=member, now=timezone.now())
    update_session_auth_hash(request, member)
    messages.success(request, _("Every other session of yours has ended."))
    return redirect("core:account")


@require_POST
@signed_in
def unlink(request: HttpRequest, member: Member, account_id: int) -> HttpResponse:
    """Take away the link to an account elsewhere."""
    account = get_object_or_404(SocialAccount, id=account_id, user_id=member.pk)
    try:
        validate_disconnect(request, account)
    except ValidationError as error:
        for told in error.messages:
            messages.error(request, told)
    else:
        _change(lambda: disconnect(request, account), member, what="outside", does="removed")
    return redirect("core:account")


def _change(write: Callable[[], Result], member: Any, *, what: str, does: str) -> Result:
    return actions.change_factors(write, by=member, now=timezone.now(), what=what, does=does)


@private
class SetUpTotp(ActivateTOTPView):
    """Set up a code app."""

    form_class = TotpForm
    template_name = "core/totp.html"

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**told)
        drawn = context["totp_svg"]
        picture = mark_safe(drawn[drawn.index("<svg") :])  # noqa: S308 -- drawn by the library from our secret
        return context | {"drawn": picture, "secret": context["form"].secret}

    def form_valid(self, form: Any) -> HttpResponse:
        def write() -> HttpResponse:
            answer: HttpResponse = super(SetUpTotp, self).form_valid(form)
            return answer

        return _change(write, self.request.user, what="totp", does="added")


@private
class DropTotp(DeactivateTOTPView):
    """Remove the code app, and the recovery codes if nothing is left for them to stand in for."""

    template_name = "core/factor_drop.html"

    def form_valid(self, form: Any) -> HttpResponse:
        def write() -> HttpResponse:
            answer: HttpResponse = super(DropTotp, self).form_valid(form)
            return answer

        return _change(write, self.request.user, what="totp", does="removed")


@private
class ShowCodes(ViewRecoveryCodesView):
    """The recovery codes that are still good."""

    template_name = "core/codes.html"

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        def write() -> dict[str, Any]:
            context: dict[str, Any] = super(ShowCodes, self).get_context_data(**told)
            return context

        return _change(write, self.request.user, what="recovery_codes", does="shown")


@private
class NewCodes(GenerateRecoveryCodesView):
    """New recovery codes; the old ones are void."""

    template_name = "core/codes_new.html"

    def form_valid(self, form: Any) -> HttpResponse:
        def write() -> HttpResponse:
            answer: HttpResponse = super(NewCodes, self).form_valid(form)
            return answer

        return _change(write, self.request.user, what="recovery_codes", does="made anew")


@private
class AddPasskey(AddWebAuthnView):
    """Add a passkey."""

    form_class = PasskeyForm
    template_name = "core/passkey.html"

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**told)
        return context | {"passkeys": may_use_passkeys(self.request)}

    def form_valid(self, form: Any) -> HttpResponse:
        def write() -> HttpResponse:
            answer: HttpResponse = super(AddPasskey, self).form_valid(form)
            return answer

        return _change(write, self.request.user, what="passkey", does="added")


@private
class DropPasskey(RemoveWebAuthnView):
    """Remove a passkey of one's own."""

    template_name = "core/factor_drop.html"
    success_url = reverse_lazy("core:account")

    def form_valid(self, form: Any) -> HttpResponse:
        def write() -> HttpResponse:
            answer: HttpResponse = super(DropPasskey, self).form_valid(form)
            return answer

        return _change(write, self.request.user, what="passkey", does="removed")


class _Confirming:
    """The ways to confirm, other than the one on this page, in our own words."""

    request: HttpRequest

    def get_context_data(self, **told: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**told)  # type: ignore[misc]  # of the library's view beside it
        others = [
            one["id"] for one in get_adapter().get_reauthentication_methods(self.request.user)
        ]
        return context | {"ways": others, "passkeys": may_use_passkeys(self.request)}


@private
class ConfirmPassword(_Confirming, ReauthenticateView):
    """The password again; only for those who have no second factor."""

    form_class = PasswordForm
    template_name = "core/confirm.html"


@private
class ConfirmCode(_Confirming, CodeReauthenticateView):
    """The code again."""

    form_class = ConfirmCodeForm
    template_name = "core/confirm.html"


@private
class ConfirmPasskey(_Confirming, ReauthenticateWebAuthnView):
    """The passkey again."""

    form_class = ConfirmPasskeyForm
    template_name = "core/confirm_passkey.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        """Told on this page; the library would send to the sign-in page, and from there nowhere."""
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return answer
