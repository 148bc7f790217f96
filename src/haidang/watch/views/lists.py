"""Lists of sources in the browser: a file in with a report, OPML and CSV out."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from haidang.core.models import Member
from haidang.engine.errors import EngineError
from haidang.engine.sandbox import Sandbox
from haidang.watch import jobs
from haidang.watch.listing import (
    ListReport,
    read_list,
    take_list,
    write_list_csv,
    write_list_opml,
)
from haidang.watch.source_forms import ListForm
from haidang.watch.troubles import tell_error
from haidang.watch.views.asking import desk_page, member_page


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def import_sources(request: HttpRequest, member: Member) -> HttpResponse:
    """A list of sources from a file, with a report of every row."""
    form = ListForm(request.POST or None, request.FILES or None)
    report: ListReport | None = None
    if request.method == "POST" and form.is_valid():
        look_only = form.cleaned_data["look_only"]
        try:
            report = _take(form.cleaned_data["file"], by=member, look_only=look_only)
        except EngineError as error:
            form.add_error("file", tell_error(error))
    context = {
        "form": form,
        "report": report,
        "look_only": report is not None and form.cleaned_data["look_only"],
        "room": "sources",
    }
    return render(request, "watch/import_sources.html", context, status=400 if form.errors else 200)


def _take(data: bytes, *, by: Member, look_only: bool) -> ListReport:
    # A reading child for this one file: the web server has none of its own.
    reader = Sandbox(size=1, preload=("haidang.engine.feeds",))
    try:
        rows = read_list(data, reader=reader)
    finally:
        reader.close()
    with transaction.atomic():
        report = take_list(rows, by=by, now=timezone.now(), look_only=look_only)
        for proposal_id in report.proposals:
            jobs.read_proposal_next(proposal_id)
    return report


@require_GET
@desk_page
def export_sources(_request: HttpRequest, kind: str) -> HttpResponse:
    """What the desk follows, as OPML or CSV. No credential is in it."""
    if kind not in {"opml", "csv"}:
        raise Http404
    body = write_list_opml() if kind == "opml" else write_list_csv().encode()
    media = {"opml": "text/x-opml; charset=utf-8", "csv": "text/csv; charset=utf-8"}[kind]
    response = HttpResponse(body, content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="haidang-sources.{kind}"'
    return response
