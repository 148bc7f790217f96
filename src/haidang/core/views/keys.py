"""Tokens of the API: a member's own, and all of them for who runs the desk."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from haidang.core import actions, factors, rules
from haidang.core.enums import Scope
from haidang.core.forms import TokenForm
from haidang.core.models import AccessToken, Member
from haidang.core.queries.keys import find_all_tokens, find_tokens
from haidang.core.views.asking import add_errors, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def show_tokens(request: HttpRequest, member: Member) -> HttpResponse:
    """My tokens, and a form for another; only after showing who I am. A new one is shown this once."""
    if not factors.confirmed_by_any_lately(request):
        return redirect(factors.way_to_confirm_by_any(request))
    now, made = timezone.now(), ""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token, made = actions.make_token(member, now=now, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            context = {"token": token, "made": made, "labels": _labels(token)}
            return render(request, "core/token_made.html", context)
    context = {
        "form": form,
        "tokens": [(token, _labels(token)) for token in find_tokens(member, now=now)],
        "may_make": rules.may_read_as_member(member),
    }
    return render(request, "core/tokens.html", context, status=422 if form.errors else 200)


@require_POST
@signed_in
def end_token(request: HttpRequest, member: Member, number: int) -> HttpResponse:
    """Revoke a token: my own, or any, if I run the desk."""
    actions.end_token(number, by=member, now=timezone.now())
    messages.success(request, _("The token is revoked. Whatever used it is refused from now on."))
    if request.POST.get("from") == "desk" and rules.may_run_desk(member):
        return redirect("core:all_tokens")
    return redirect("core:tokens")


@require_GET
@signed_in
def show_all_tokens(request: HttpRequest, member: Member) -> HttpResponse:
    """All tokens of the desk, for who runs it: whose, what for, until when. When they were used is its member's affair."""
    if not rules.may_run_desk(member):
        raise PermissionDenied
    tokens = [(token, _labels(token)) for token in find_all_tokens(now=timezone.now())]
    return render(request, "core/all_tokens.html", {"tokens": tokens})


def _labels(token: AccessToken) -> list[str]:
    return [str(Scope(scope).label) for scope in token.scopes if scope in Scope.values]
