"""What people see of the log: its heads (anyone), its acts (members), one person's acts (with a reason)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from haidang.core import actions, queries, rules, signatures
from haidang.core.audit import chain, sentences
from haidang.core.enums import ExportPurpose
from haidang.core.forms import OpenLogForm
from haidang.core.models import Member
from haidang.core.queries.exports import PublicExport, find_public_exports
from haidang.core.queries.log import (
    HeadsPage,
    LogLine,
    find_heads,
    find_log,
    find_opening,
    find_openings_of,
    to_signed,
)
from haidang.core.syndication import Alternate, Item, List, answer_list, iso, list_alternates
from haidang.core.views.site import current_language, place_of, render_site


@dataclass(frozen=True, slots=True)
class Told:
    """One act as it is shown."""

    number: int
    at: datetime
    sentence: str


@require_GET
def show_heads(request: HttpRequest) -> HttpResponse:
    """`/audit`: the signed heads, how to verify them, and whether anybody outside keeps them."""
    page = find_heads()
    keepers = [(keeper, bool(keeper.address)) for keeper in page.keepers]
    context = {
        "page": page,
        "keepers": keepers,
        "key": signatures.find_public_key(),
        "exports": [(one, _purpose(one)) for one in find_public_exports()],
    }
    return render_site(
        request,
        "core/audit.html",
        context,
        place=place_of("audit"),
        alternates=_list_alternates(),
    )


def _list_alternates() -> tuple[Alternate, ...]:
    """The forms of the list of heads; its JSON is no feed, but what a verifier reads."""
    return tuple(
        replace(one, type="application/json") if one.name == "JSON" else one
        for one in list_alternates("core:audit_list", _("Heads of the log"))
    )


@require_GET
def list_heads(request: HttpRequest, kind: str) -> HttpResponse:
    """The same for machines: `/audit.json` in a form of its own, `.atom`, `.rss` and `.csv` as every list."""
    page = find_heads()
    if kind == "json":
        return JsonResponse(_heads_table(page), json_dumps_params={"ensure_ascii": False})
    desk, home = queries.find_desk(), f"/{current_language()}/audit"
    items = [
        Item(
            id=f"urn:sha256:{head.digest}",
            address=home,
            title=_("Head %(number)s") % {"number": head.number},
            at=head.at,
            summary=chain.to_canonical(to_signed(head).to_table()),
            language="",
            columns=(head.number, iso(head.at), head.digest, head.proof),
        )
        for head in page.heads
    ]
    told = List(
        title=_("Heads of the log"),
        home=home,
        columns=(_("number"), _("signed"), _("hash"), _("signature")),
        items=tuple(items),
        **({"author": desk.name} if desk and desk.name else {}),
    )
    return answer_list(request, told, kind=kind)


def _purpose(export: PublicExport) -> str:
    """What an export was for; "" where its words were erased, or where it was none of two people."""
    known = export.purpose in ExportPurpose.values
    return str(ExportPurpose(export.purpose).label) if known else ""


def _heads_table(page: HeadsPage) -> dict[str, Any]:
    return {
        "format": "haidang-heads-1",
        "entries": page.entries,
        "key": signatures.find_public_key(),
        "exports": [
            {
                "number": one.number,
                "at": chain.to_moment(one.at),
                "digest": one.digest,
                "purpose": one.purpose,
                "bytes": one.bytes,
                "sha256": one.sha256,
            }
            for one in find_public_exports()
        ],
        "heads": [to_signed(head).to_table() for head in page.heads],
        "keepers": [
            {"name": keeper.name, "since": chain.to_moment(keeper.since), "copy": keeper.copy_url}
            for keeper in page.keepers
        ],
    }


@login_required
@require_GET
def show_log(request: HttpRequest) -> HttpResponse:
    """What was done here, newest first, without the names of others: that needs a reason."""
    member = _ask_member(request)
    page = find_log(before=_read_before(request))
    context = {
        "lines": _tell(page.lines, {member.pk: _("You")}),
        "before": page.before,
        "form": OpenLogForm(),
        "may_open": rules.may_read_log(member),
        "may_export": rules.may_export_all(member),
    }
    return render(request, "core/log.html", context)


@login_required
@require_http_methods(["POST"])
def open_log(request: HttpRequest) -> HttpResponse:
    """Open one person's log with a reason; the person sees who opened it, and why."""
    member = _ask_member(request)
    if not rules.may_read_log(member):
        raise PermissionDenied
    form = OpenLogForm(request.POST)
    if not form.is_valid():
        page = find_log()
        lines = _tell(page.lines, {member.pk: _("You")})
        context = {"lines": lines, "before": page.before, "form": form, "may_open": True}
        return render(request, "core/log.html", context, status=422)
    opened = actions.open_log_of(
        form.cleaned_data["member"],
        reason=form.cleaned_data["reason"],
        by=member,
        now=timezone.now(),
    )
    return redirect("core:opened_log", number=opened.number)


@login_required
@require_GET
def show_opened_log(request: HttpRequest, number: int) -> HttpResponse:
    """One person's acts, to whoever opened that log, for a day."""
    member = _ask_member(request)
    if not rules.may_read_log(member):
        raise PermissionDenied
    opening = find_opening(number)
    if opening is None or opening.by.pk != member.pk or timezone.now() > opening.until:
        raise Http404
    person = Member.objects.get(pk=opening.member_id)
    page = find_log(before=_read_before(request), member_id=person.pk)
    context = {
        "lines": _tell(page.lines, {person.pk: str(person)}),
        "before": page.before,
        "person": person,
        "opening": opening,
    }
    return render(request, "core/log_of.html", context)


@login_required
@require_GET
def show_own_log(request: HttpRequest) -> HttpResponse:
    """What the log tells of oneself, and who opened it, when and why."""
    member = _ask_member(request)
    page = find_log(before=_read_before(request), member_id=member.pk)
    context = {
        "lines": _tell(page.lines, {member.pk: _("You")}),
        "before": page.before,
        "openings": find_openings_of(member),
    }
    return render(request, "core/log_mine.html", context)


def _ask_member(request: HttpRequest) -> Member:
    if not rules.may_read_as_member(request.user):
        raise PermissionDenied
    return request.user


def _read_before(request: HttpRequest) -> int | None:
    told = request.GET.get("before", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None


def _tell(lines: Iterable[LogLine], names: Mapping[int, str]) -> list[Told]:
    def who(line: LogLine) -> str:
        if line.member_id is None:
            return _("The desk")
        return names.get(line.member_id, _("A member"))

    return [
        Told(
            line.number,
            line.at,
            sentences.tell_act(line.act, who=who(line), what=line.what, data=line.data),
        )
        for line in lines
    ]
