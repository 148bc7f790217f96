"""`/desk/export`: taking the whole desk away, by two people; the file for whoever asked."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from haidang.core import actions, rules
from haidang.core.enums import ExportPurpose
from haidang.core.factors import confirmed_lately, way_to_confirm
from haidang.core.forms import ExportForm
from haidang.core.models import ExportRequest, Member
from haidang.core.queries.exports import (
    ASK_LIFE,
    FILE_LIFE,
    exports_folder,
    find_exports,
    find_open_export,
    state_of,
)
from haidang.core.views.asking import add_errors, signed_in

ACTS = frozenset({"agree", "drop", "take"})
_FACTOR_FIRST = frozenset({"agree", "take"})


@require_http_methods(["GET", "POST"])
@signed_in
def show_exports(request: HttpRequest, member: Member) -> HttpResponse:
    """What was asked for and what became of it; asking for a new one."""
    if not rules.may_export_all(member):
        raise PermissionDenied
    now = timezone.now()
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            actions.ask_export(
                ExportPurpose(told["purpose"]), reason=told["reason"],
                by_command=told["where"] == "command", by=member, now=now,
            )  # fmt: skip
            return redirect("core:exports")
        except ValidationError as error:
            add_errors(form, error)
    exports = [(one, state_of(one, now=now)) for one in find_exports()]
    context = {
        "form": form,
        "exports": [
            (one, state, state == "waits" and one.asked_by_id != member.pk,
             state == "ready" and one.asked_by_id == member.pk, _ends_of(one, state))
            for one, state in exports
        ],
        "is_free": find_open_export(now=now) is None,
        "has_factor": rules.has_second_factor(member),
        "command": "haidang export FILE --request",
        "hours": int(FILE_LIFE.total_seconds() // 3600),
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "core/exports.html", context, status=status)


def _ends_of(export: ExportRequest, state: str) -> datetime | None:
    """Until when a request waits, or its file lies there."""
    if state == "waits":
        return export.asked_at + ASK_LIFE
    return export.made_at + FILE_LIFE if state == "ready" and export.made_at else None


@require_POST
@signed_in
def act_on_export(
    request: HttpRequest, member: Member, number: int, act: str
) -> HttpResponse | FileResponse:
    """Agree as second person, take back, or take the file."""
    if not rules.may_export_all(member):
        raise PermissionDenied
    if act not in ACTS:
        raise Http404
    if act in _FACTOR_FIRST and not confirmed_lately(request):
        told = _("Show your second factor first; then go on.")
        if not rules.has_second_factor(member):
            told = _("An export needs a second factor. Set one up here; then go on.")
        messages.info(request, told)
        return redirect(way_to_confirm(request, back=reverse("core:exports")))
    now = timezone.now()
    try:
        if act == "agree":
            actions.agree_to_export(number, by=member, now=now)
        elif act == "drop":
            actions.drop_export(number, by=member, now=now)
        else:
            return _hand_over(number, member)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    return redirect("core:exports")


def _hand_over(number: int, member: Member) -> FileResponse:
    export = actions.take_export(number, by=member, now=timezone.now())
    try:
        file = (exports_folder() / export.file).open("rb")
    except OSError:
        raise ValidationError(_("This file is no longer here. Ask for a new export.")) from None
    name = f"haidang-export-{export.made_at:%Y%m%d}-{export.pk}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
