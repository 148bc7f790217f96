"""The register of all that the desk follows: public, without sign-in, without a cookie."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from haidang.core.limits import DAY_S, Pace, count_as
from haidang.core.origins import from_own_page
from haidang.core.syndication import Alternate
from haidang.core.views.site import place_of, render_site
from haidang.watch import actions, rules
from haidang.watch.models import Publication
from haidang.watch.queries.register import RegisterLine, find_register
from haidang.watch.tables import cell

# Of each sender, and of all together, within a day and by process; kept in memory only (promise 11).
MARKS_EACH, MARKS_ALL = 3, 20
FORMS = (("json", "JSON", "application/json"), ("csv", "CSV", "text/csv"))
pace = Pace(MARKS_EACH, together=MARKS_ALL, within_s=DAY_S)


@require_GET
def show_register(request: HttpRequest) -> HttpResponse:
    """Every publication with its organisation, for anyone."""
    context = {
        "lines": find_register(),
        "now": timezone.now(),
        "may_edit": rules.may_edit_sources(request.user),
        "too_many": "too-many" in request.GET,
    }
    forms = tuple(
        Alternate(
            name,
            media,
            f"{_('The register')} ({name})",
            reverse("watch:register_list", args=[kind]),
        )
        for kind, name, media in FORMS
    )
    place = place_of("sources/public")
    return render_site(request, "watch/register.html", context, place=place, alternates=forms)


@require_GET
def take_register(_request: HttpRequest, kind: str) -> HttpResponse:
    """The register as JSON or as a table."""
    lines = find_register()
    if kind == "json":
        told = {"register": [_row(line) for line in lines]}
        body = json.dumps(told, ensure_ascii=False, indent=1)
        return HttpResponse(body, content_type="application/json; charset=utf-8")
    if kind != "csv":
        raise Http404
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines:
        row = _row(line) | {"hosts": " ".join(line.hosts)}
        writer.writerow([cell(row[name]) for name in COLUMNS])
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="haidang-register.csv"'
    return response


@from_own_page
@require_POST
def mark_person(request: HttpRequest, publication_id: int) -> HttpResponse:
    """Somebody says that an entry is a person: it pauses at once. Nothing of who says so is kept."""
    if not Publication.objects.filter(id=publication_id).exists():
        raise Http404
    register = request.path.removesuffix(f"/{publication_id}/person")
    if pace.ask(count_as(request)):
        return redirect(f"{register}?too-many=1")
    actions.mark_person(publication_id, now=timezone.now())
    return redirect(f"{register}#publication-{publication_id}")


COLUMNS = (
    "name", "organisation", "organisation_page", "page_seen", "hosts", "level", "country",
    "language", "since", "paused", "paused_why", "reason",
)  # fmt: skip


def _row(line: RegisterLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "organisation": line.organisation,
        "organisation_page": line.organisation_page,
        "page_seen": _day(line.page_seen_at),
        "hosts": list(line.hosts),
        "level": line.level,
        "country": line.country,
        "language": line.language,
        "since": _day(line.since),
        "paused": _day(line.paused_at),
        "paused_why": line.pause_why,
        "reason": line.pause_reason or _reason_of_members(line),
    }


def _reason_of_members(line: RegisterLine) -> str:
    return line.finding.reason if line.finding and line.finding.decided_at else ""


def _day(moment: Any) -> str:
    return timezone.localtime(moment).date().isoformat() if moment else ""
