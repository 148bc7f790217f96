"""Sources and their health."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from haidang.watch import queries, rules
from haidang.watch.alternates import list_alternates
from haidang.watch.queries.register import find_proposals
from haidang.watch.views.asking import desk_page


@require_GET
@desk_page
def show_sources(request: HttpRequest) -> HttpResponse:
    """All sources with their health, those in trouble first."""
    now = timezone.now()
    context = {
        "page": queries.find_sources(now=now),
        "now": now,
        "room": "sources",
        "may_edit_sources": rules.may_edit_sources(request.user),
        "proposals": find_proposals() if rules.may_edit_sources(request.user) else (),
        "alternates": list_alternates("watch:sources_list", _("Sources")),
    }
    return render(request, "watch/sources.html", context)
