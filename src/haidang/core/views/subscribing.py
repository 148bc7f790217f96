"""The notices by mail, for anyone: asking, saying yes, and stopping with one click; no cookie, no sign-in.

The links hold 256 bits, so whoever has one was sent it: they work from any mail program (RFC 8058). Only POST
changes anything, because programs that look through mail follow links.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from haidang.core import actions
from haidang.core.forms import SubscribeForm
from haidang.core.letters import find_server
from haidang.core.limits import Pace, count_as
from haidang.core.links import find_by_link
from haidang.core.origins import from_own_page
from haidang.core.queries.public import find_imprint
from haidang.core.views.asking import add_errors
from haidang.core.views.site import place_of, render_site

pace = Pace(3, together=60)


@require_http_methods(["GET", "HEAD", "POST"])
@from_own_page
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask for the notices. What is answered does not tell whether the address was known."""
    form = SubscribeForm(
        request.POST or None, initial={"language": translation.get_language() or "vi"}
    )
    is_asked, status = False, 200
    if request.method == "POST":
        wait = pace.ask(count_as(request))
        if wait:
            form.add_error(None, _("Too many ask at this moment. Try again in a minute."))
            answer = _render(request, form, is_asked=False, status=429)
            answer.headers["Retry-After"] = str(wait)
            return answer
        if form.is_valid():
            try:
                actions.ask_to_subscribe(now=timezone.now(), **form.cleaned_data)
                is_asked = True
            except ValidationError as error:
                add_errors(form, error)
        status = 200 if is_asked else 422
    return _render(request, form, is_asked=is_asked, status=status)


def _render(
    request: HttpRequest, form: SubscribeForm, *, is_asked: bool, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "is_asked": is_asked,
        "has_mail": find_server() is not None,
    }
    place = place_of("subscribe")
    return render_site(request, "core/subscribe.html", context, place=place, status=status)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The address says yes, by a button: a link that is only followed changes nothing."""
    subscriber = find_by_link(token, "confirm")
    is_done = False
    if subscriber is not None and request.method == "POST":
        actions.confirm_subscription(subscriber, now=timezone.now())
        is_done = True
    context = {"is_known": subscriber is not None, "is_done": is_done, "imprint": find_imprint()}
    return _quiet(
        render(request, "core/subscribe_yes.html", context, status=200 if subscriber else 404)
    )


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """One click: the address is erased. Who clicks again is told the same."""
    subscriber = find_by_link(token, "unsubscribe")
    is_done = subscriber is None
    if subscriber is not None and request.method == "POST":
        actions.end_subscription(subscriber, now=timezone.now())
        is_done = True
    return _quiet(render(request, "core/unsubscribe.html", {"is_done": is_done}))


def _quiet(answer: HttpResponse) -> HttpResponse:
    """The address of this page is a key: no search engine and no other site learns it."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
