"""The first run in the browser: the page behind a one-time link, and what the organisation says of itself."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from haidang.core import actions, queries, rules
from haidang.core.enums import DeskMode, LinkPurpose
from haidang.core.forms import OrganisationForm, SetUpForm
from haidang.core.models import Member, OneTimeLink
from haidang.core.views.asking import add_errors, signed_in

BACKEND = "axes.backends.AxesBackend"


@never_cache
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a one-time link."""
    link = queries.find_link(token, now=timezone.now())
    if link is None:
        return render(request, "core/setup_spent.html", status=410)
    known = {"username": link.member.username, "name": link.member.name} if link.member else {}
    form = SetUpForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            member = actions.use_link(
                token,
                username=form.cleaned_data["username"],
                password=form.cleaned_data["password1"],
                name=form.cleaned_data["name"],
                now=timezone.now(),
            )
        except ValidationError as error:
            add_errors(form, error)
        except PermissionDenied:
            return render(request, "core/setup_spent.html", status=410)
        else:
            return _come_in(request, member, link)
    context = {"form": form, "link": link, "is_first": link.purpose == LinkPurpose.FIRST_MEMBER}
    return render(request, "core/setup.html", context)


def _come_in(request: HttpRequest, member: Member, link: OneTimeLink) -> HttpResponse:
    """Sign in whoever used the link; a second factor is still asked of those who have one."""
    if rules.has_second_factor(member):
        messages.success(request, _("The password is set. Sign in with it and your second factor."))
        return redirect("core:sign_in")
    login(request, member, backend=BACKEND)
    if _begins_empty(link):
        return redirect("core:organisation")
    return redirect("watch:today" if rules.may_read_desk(member) else "core:account")


def _begins_empty(link: OneTimeLink) -> bool:
    """Whether the first member of a new desk came in: they say whose it is, and choose what to follow."""
    desk = queries.find_desk()
    is_first = link.purpose == LinkPurpose.FIRST_MEMBER
    return is_first and desk is not None and desk.mode == DeskMode.NEW


@signed_in
def describe_organisation(request: HttpRequest, member: Member) -> HttpResponse:
    """Name, country, province, languages, contact; asked at the first run, and changed here later."""
    if not rules.may_manage_organisation(member):
        raise PermissionDenied
    desk = queries.find_desk()
    known = {
        "name": desk.name if desk else "",
        "country": desk.country if desk else "VN",
        "province": desk.province if desk else "",
        "languages": (desk.languages if desk else []) or ["vi", "en"],
        "contact": desk.contact if desk else "",
    }
    is_first = not known["name"]
    form = OrganisationForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        actions.describe_organisation(
            actions.Organisation(
                name=told["name"],
                country=told["country"],
                province=told["province"],
                languages=tuple(told["languages"]),
                contact=told["contact"],
            ),
            by=member,
            now=timezone.now(),
        )
        if is_first:
            return redirect("packs")
        messages.success(request, _("What the organisation says of itself is kept."))
        return redirect("core:people")
    context = {"form": form, "is_first": is_first}
    return render(request, "core/organisation.html", context)
