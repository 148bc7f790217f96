"""Private feeds: lists of the desk at addresses that only their member knows, made and revoked on one's account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from haidang.core import actions, factors
from haidang.core.limits import Pace
from haidang.core.models import Member
from haidang.core.queries.keys import find_private_feed, find_private_feeds
from haidang.core.rules import may_read_as_member
from haidang.watch.alternates import KINDS
from haidang.watch.forms import PrivateFeedForm
from haidang.watch.private_lists import answer_list, is_list, list_choices
from haidang.watch.views.asking import own_page

pace = Pace(30)  # of each address; a reader asks a few times an hour


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def show_private_feeds(request: HttpRequest, member: Member) -> HttpResponse:
    """My private feeds and a form for another, after showing who I am; a new address is shown this once."""
    if not factors.confirmed_by_any_lately(request):
        return redirect(factors.way_to_confirm_by_any(request))
    form = PrivateFeedForm(request.POST or None, lists=list_choices())
    if request.method == "POST" and form.is_valid():
        try:
            return _make(request, member, form)
        except ValidationError as error:
            form.add_error(None, error.messages)
    context = {
        "form": form,
        "feeds": find_private_feeds(member),
        "may_make": may_read_as_member(member),
    }
    return render(request, "watch/private_feeds.html", context, status=422 if form.errors else 200)


def _make(request: HttpRequest, member: Member, form: forms.Form) -> HttpResponse:
    path = form.cleaned_data["list"]
    name = dict(list_choices()).get(path, "")
    if not is_list(path):
        raise ValidationError(_("Choose a list."))
    feed, token = actions.make_private_feed(
        member,
        name=name,
        path=path,
        language=translation.get_language() or "vi",
        now=timezone.now(),
    )
    addresses = [
        (short, request.build_absolute_uri(reverse("watch:private_feed", args=[token, kind])))
        for kind, (short, _media) in KINDS.items()
    ]
    context: dict[str, Any] = {"feed": feed, "addresses": addresses}
    return render(request, "watch/private_feed_made.html", context)


@require_POST
@own_page
def end_private_feed(request: HttpRequest, member: Member, number: int) -> HttpResponse:
    """Revoke one of my private feeds."""
    actions.end_private_feed(number, by=member, now=timezone.now())
    messages.success(
        request, _("The private feed is revoked. Its address leads nowhere from now on.")
    )
    return redirect("watch:private_feeds")


@csrf_exempt
@require_GET
def send_private_feed(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """The list behind a private address; to all others there is none. No cookie is looked at."""
    feed = find_private_feed(token)
    if feed is None:
        raise Http404
    wait, now = pace.ask(f"feed {feed.pk}"), timezone.now()
    if wait:
        answer = HttpResponse(
            _("Too many tries.") + "\n", status=429, content_type="text/plain; charset=utf-8"
        )
        answer.headers["Retry-After"] = str(wait)
        return _keep_private(answer)
    try:
        answer = answer_list(request, feed, kind)
    except PermissionDenied:
        raise Http404 from None
    if feed.last_used_on != timezone.localdate(now):
        actions.note_feed_used(feed, now=now)
    return _keep_private(answer)


def _keep_private(answer: HttpResponse) -> HttpResponse:
    """Its address is a key: no shared cache keeps it, no search engine and no other site learns it."""
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
