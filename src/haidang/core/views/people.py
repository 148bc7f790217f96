"""Who works here: the list, a member, inviting, and the acts of an administrator."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from haidang.core import actions, queries, rules
from haidang.core.enums import LinkPurpose, Role
from haidang.core.forms import InviteForm, RoleForm
from haidang.core.models import Member, RoleGrant, Unit
from haidang.core.views.asking import add_errors, signed_in

MENDING = {purpose.value: purpose for purpose in LinkPurpose} | {"first_member": None}


@signed_in
def show_people(request: HttpRequest, member: Member) -> HttpResponse:
    """Members by given name with their roles, invitations that wait, those who left."""
    if not rules.may_see_people(member):
        raise PermissionDenied
    may_manage = rules.may_manage_people(member)
    members = queries.find_members()
    context = {
        "arrived": [one for one in members if one.arrived_at],
        "invited": [one for one in members if not one.arrived_at] if may_manage else [],
        "gone": queries.find_members(left=True) if may_manage else [],
        "may_manage": may_manage,
        "may_manage_organisation": rules.may_manage_organisation(member),
        "room": "people",
    }
    return render(request, "core/people.html", context)


@signed_in
def invite(request: HttpRequest, member: Member) -> HttpResponse:
    """A new member with roles at a unit; the page after it shows the one-time link, once."""
    if not rules.may_manage_people(member):
        raise PermissionDenied
    form = InviteForm(request.POST or None, units=_units_of(member))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            invited = actions.add_member(
                told["username"],
                now=timezone.now(),
                by=member,
                name=told["name"],
                affiliation=told["affiliation"],
                roles=[Role(role) for role in told["roles"]],
                unit=told["unit"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _show_link(request, member, invited, LinkPurpose.INVITATION)
    return render(request, "core/invite.html", {"form": form, "room": "people"})


@signed_in
def show_member(request: HttpRequest, member: Member, member_id: int) -> HttpResponse:
    """One member: name, affiliation, roles and since when; acts for an administrator."""
    if not rules.may_see_people(member):
        raise PermissionDenied
    return _show(request, member, get_object_or_404(Member, id=member_id))


@require_POST
@signed_in
def act_on_member(request: HttpRequest, member: Member, member_id: int, act: str) -> HttpResponse:
    """One act of an administrator, or laying down a role of one's own."""
    if act not in _ACTS:
        raise Http404
    if not rules.may_see_people(member):
        raise PermissionDenied
    whom = get_object_or_404(Member, id=member_id)
    try:
        answer = _ACTS[act](request, member, whom)
    except ValidationError as error:
        for told in error.messages:
            messages.error(request, told)
        answer = None
    return answer or redirect("core:member", whom.pk)


def _show(
    request: HttpRequest, member: Member, whom: Member, form: RoleForm | None = None
) -> HttpResponse:
    units = _units_of(member) if member.pk != whom.pk and whom.is_active else []
    ended = RoleGrant.objects.filter(member=whom, ended_at__isnull=False).select_related("unit")
    context = {
        "whom": whom,
        "grants": [
            (grant, whom.pk == member.pk or rules.may_manage_people(member, at=grant.unit))
            for grant in queries.find_grants(whom).select_related("given_by")
        ],
        "ended": ended.order_by("-ended_at", "-id")[:20],
        "form": form or (RoleForm(units=units) if units else None),
        "may_manage": rules.may_manage_member(member, whom),
        "may_take_back": not whom.is_active
        and rules.may_manage_people(member, at=queries.find_root()),
        "is_own": whom.pk == member.pk,
        "apart_until": queries.find_apart_until(member, whom),
        "now": timezone.now(),
        "room": "people",
    }
    return render(request, "core/member.html", context, status=400 if form else 200)


def _show_link(
    request: HttpRequest, member: Member, whom: Member, purpose: LinkPurpose
) -> HttpResponse:
    """The only page that ever shows a one-time link; what is kept of it is a hash."""
    token = actions.make_link(purpose, now=timezone.now(), member=whom, by=member)
    path = reverse("core:set_up", args=[token])
    address = (
        f"{settings.BASE_URL}{path}" if settings.BASE_URL else request.build_absolute_uri(path)
    )
    context = {"whom": whom, "address": address, "purpose": purpose, "room": "people"}
    return render(request, "core/link.html", context)


def _units_of(member: Member) -> list[Unit]:
    """The open units over which this member may name people."""
    return [unit for unit in queries.find_units() if rules.may_manage_people(member, at=unit)]


def _give_role(request: HttpRequest, member: Member, whom: Member) -> HttpResponse | None:
    form = RoleForm(request.POST, units=_units_of(member))
    if not form.is_valid():
        if not rules.may_manage_people(member):
            raise PermissionDenied
        return _show(request, member, whom, form)
    role, unit = Role(form.cleaned_data["role"]), form.cleaned_data["unit"]
    actions.give_role(whom, role, unit=unit, by=member, now=timezone.now())
    return None


def _take_role(request: HttpRequest, member: Member, whom: Member) -> None:
    told = request.POST.get("grant", "")
    if not (told.isascii() and told.isdigit() and len(told) < 19):
        raise SuspiciousOperation("grant")
    grant = get_object_or_404(
        RoleGrant.objects.select_related("unit", "member"), id=int(told), member=whom
    )
    actions.take_role(grant, by=member, now=timezone.now())


def _make_link(request: HttpRequest, member: Member, whom: Member) -> HttpResponse:
    purpose = MENDING.get(request.POST.get("purpose", ""))
    if purpose is None:
        raise SuspiciousOperation("purpose")
    if not whom.is_active:
        raise ValidationError(_("Who left cannot come in by a link: let them come in again first."))
    return _show_link(request, member, whom, purpose)


def _end_sessions(request: HttpRequest, member: Member, whom: Member) -> None:
    actions.end_sessions(whom, by=member, now=timezone.now())
    messages.success(request, _("Every session of this member has ended."))


def _let_go(request: HttpRequest, member: Member, whom: Member) -> HttpResponse | None:
    actions.let_go(whom, by=member, now=timezone.now())
    if whom.pk == member.pk:
        return redirect("welcome")
    messages.success(request, _("This member has left; sessions, roles and links ended at once."))
    return None


def _take_back(request: HttpRequest, member: Member, whom: Member) -> None:
    actions.take_back(whom, by=member, now=timezone.now())
    messages.success(request, _("This member may come in again, once a link and a role are given."))


_ACTS: dict[str, Callable[[HttpRequest, Member, Member], HttpResponse | None]] = {
    "give-role": _give_role,
    "take-role": _take_role,
    "link": _make_link,
    "end-sessions": _end_sessions,
    "let-go": _let_go,
    "take-back": _take_back,
}
