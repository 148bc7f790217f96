"""The tree of units: as it stands, one unit with its history, and what an administrator changes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.core import actions, queries, rules
from haidang.core.enums import UnitKind
from haidang.core.forms import UnitChangeForm, UnitForm
from haidang.core.models import Member, RoleGrant, Unit
from haidang.core.views.asking import add_errors, signed_in


@signed_in
def show_units(request: HttpRequest, member: Member) -> HttpResponse:
    """The tree, siblings in Vietnamese order; closed units below, with their day."""
    if not rules.may_see_people(member):
        raise PermissionDenied
    every = queries.find_units(closed=True)
    context = {
        "units": [unit for unit in every if unit.closed_on is None],
        "closed": [unit for unit in every if unit.closed_on is not None],
        "may_manage": rules.may_manage_units(member),
        "room": "people",
    }
    return render(request, "core/units.html", context)


@signed_in
def add_unit(request: HttpRequest, member: Member) -> HttpResponse:
    """Open a unit under another."""
    if not rules.may_manage_units(member):
        raise PermissionDenied
    form = UnitForm(request.POST or None, units=_units_of(member))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            unit = actions.open_unit(
                told["name"],
                kind=UnitKind(told["kind"]),
                under=told["under"],
                on=told["on"],
                basis=told["basis"],
                by=member,
                now=timezone.now(),
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("core:unit", unit.pk)
    return render(request, "core/unit_add.html", {"form": form, "room": "people"})


@signed_in
def show_unit(request: HttpRequest, member: Member, unit_id: int) -> HttpResponse:
    """One unit: who holds which role here, what happened to it; a form of changes."""
    if not rules.may_see_people(member):
        raise PermissionDenied
    unit = get_object_or_404(Unit.objects.select_related("parent"), id=unit_id)
    may_change = (
        unit.closed_on is None and not unit.is_root and rules.may_manage_units(member, at=unit)
    )
    form = None
    if may_change:
        others = [one for one in _units_of(member) if not one.path.startswith(unit.path)]
        form = UnitChangeForm(request.POST or None, units=others)
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and _change(unit, member, form):
            messages.success(request, _("The change is kept, with its day."))
            return redirect("core:unit", unit.pk)
    grants = RoleGrant.objects.filter(unit=unit, ended_at=None).select_related("member")
    people = queries.sort_people({grant.member for grant in grants})
    context = {
        "unit": unit,
        "children": Unit.objects.filter(parent=unit, closed_on=None),
        "people": [(one, [g for g in grants if g.member_id == one.pk]) for one in people],
        "changes": queries.find_changes(unit),
        "form": form,
        "may_organise": unit.is_root and rules.may_manage_organisation(member),
        "room": "people",
    }
    return render(request, "core/unit.html", context)


def _change(unit: Unit, member: Member, form: UnitChangeForm) -> bool:
    """Do what the form says; false, with the reason in the form, if it was refused."""
    told = form.cleaned_data
    event = told["event"]
    common: dict[str, Any] = {
        "on": told["on"],
        "basis": told["basis"],
        "by": member,
        "now": timezone.now(),
    }
    try:
        if event == "rename":
            actions.rename_unit(unit, told["name"], **common)
        elif event == "move":
            actions.move_unit(unit, under=told["other"], **common)
        elif event == "merge":
            actions.merge_units([unit], into=told["other"], **common)
        elif event == "split":
            names = [line for line in told["name"].splitlines() if line.strip()]
            actions.split_unit(unit, names, **common)
        else:
            actions.close_unit(unit, **common)
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


def _units_of(member: Member) -> list[Unit]:
    return [unit for unit in queries.find_units() if rules.may_manage_units(member, at=unit)]
