"""What people see of the ground floor: signing in, signing out, the one-time link."""

from __future__ import annotations

from django.contrib.auth import login, logout
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from haidang.core import actions, queries
from haidang.core.enums import DeskMode, LinkPurpose
from haidang.core.forms import SetUpForm
from haidang.core.models import OneTimeLink


class SignIn(LoginView):
    """User name and password; `next` leads only to this host."""

    template_name = "core/sign_in.html"
    next_page = "watch:today"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("welcome")


@never_cache
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a one-time link."""
    link = queries.find_link(token, now=timezone.now())
    if link is None:
        return render(request, "core/setup_spent.html", status=410)
    initial = {"username": link.member.username} if link.member else {}
    form = SetUpForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            member = actions.use_link(
                token,
                username=form.cleaned_data["username"],
                password=form.cleaned_data["password1"],
                now=timezone.now(),
            )
        except ValidationError as error:
            for field, messages in error.message_dict.items():
                form.add_error(field if field in form.fields else None, messages)
        except PermissionDenied:
            return render(request, "core/setup_spent.html", status=410)
        else:
            login(request, member)
            return redirect("packs" if _begins_empty(link) else "watch:today")
    return render(request, "core/setup.html", {"form": form})


def _begins_empty(link: OneTimeLink) -> bool:
    """Whether the first member of a new desk came in: they choose what to follow."""
    desk = queries.find_desk()
    is_first = link.purpose == LinkPurpose.FIRST_MEMBER
    return is_first and desk is not None and desk.mode == DeskMode.NEW
