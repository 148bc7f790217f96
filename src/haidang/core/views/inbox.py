"""A member's inbox: what concerns them, and nobody else's. Reading marks are set by forms alone."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from haidang.core import actions
from haidang.core.models import Member
from haidang.core.queries.inbox import find_inbox, find_line
from haidang.core.views.asking import read_number, signed_in


@require_GET
@signed_in
def show_inbox(request: HttpRequest, member: Member) -> HttpResponse:
    """`/desk/`: the newest first; a page of it, and where the next one begins."""
    page = find_inbox(member, before=read_number(request.GET.get("before", "")) or None)
    return render(request, "core/inbox.html", {"page": page, "room": "inbox"})


@require_POST
@signed_in
def open_line(request: HttpRequest, member: Member, number: int) -> HttpResponse:
    """Note that a line was read; then open its page, or stay."""
    line = find_line(member, number)
    if line is None:
        raise Http404
    actions.mark_read(line, by=member)
    return redirect(line.address if request.POST.get("act") == "open" else "core:inbox")


@require_POST
@signed_in
def read_all(request: HttpRequest, member: Member) -> HttpResponse:
    """Note that all was read, as far as the page showed it: what came meanwhile stays new."""
    actions.mark_all_read(by=member, up_to=read_number(request.POST.get("up_to", "")))
    return redirect("core:inbox")
