"""Sources: their health, and registering one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from haidang.core.models import Member
from haidang.watch import actions, queries, rules
from haidang.watch.alternates import list_alternates
from haidang.watch.enums import Level
from haidang.watch.forms import AddSourceForm
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
        "alternates": list_alternates("watch:sources_list", _("Sources")),
    }
    return render(request, "watch/sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def add_source(request: HttpRequest) -> HttpResponse:
    """The form that registers a publication and its feed; a refusal is told in the form."""
    member = request.user
    if not rules.may_edit_sources(member):
        if not member.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied
    assert isinstance(member, Member)
    form = AddSourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            name = _register(form, by=member)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(
                request, _("%(name)s is registered; its first visit is due now.") % {"name": name}
            )
            return redirect("watch:sources")
    status = 400 if form.errors else 200
    context = {"form": form, "room": "sources"}
    return render(request, "watch/add_source.html", context, status=status)


def _register(form: AddSourceForm, *, by: Member) -> str:
    """Register what a valid form tells, all or nothing. Raises ValidationError with the reason."""
    told, now = form.cleaned_data, timezone.now()
    with transaction.atomic():
        publication = actions.register_publication(
            actions.NewPublication(
                name=told["name"],
                organisation=told["organisation"],
                organisation_page=told["organisation_page"],
                country=told["country"],
                language=told["language"],
                level=Level(told["level"]),
                hosts=(rules.host_of(told["feed"]),),
            ),
            by=by,
            now=now,
        )
        actions.add_feed(publication, told["feed"], by=by, now=now, kind=form.feed_kind)
    return publication.name
