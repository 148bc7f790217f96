"""Pages of no room: welcome, promises, key help, language and light, health, errors."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from haidang.core import queries as core_queries
from haidang.core.enums import DeskMode
from haidang.core.keeping import public_page
from haidang.core.origins import from_own_page
from haidang.core.queries.inbox import count_new
from haidang.core.queries.public import has_texts
from haidang.core.rules import is_member, may_enter_gate, may_read_as_member, may_run_desk
from haidang.core.views.public import show_front
from haidang.core.views.site import LANGUAGES as OWN_NAMES
from haidang.core.views.site import place_of, render_site
from haidang.project.metrics import may_read_metrics, render_metrics
from haidang.project.promises import PROMISES
from haidang.project.safekeeping.databases import find_pending

APPEARANCES = ("auto", "light", "dark")
YEAR_S = 365 * 24 * 3600


def about_the_desk(request: HttpRequest) -> dict[str, Any]:
    """What each page knows: the desk's name and mode, the reader's choice of light."""
    desk = core_queries.find_desk()
    is_demo = bool(desk and desk.mode == DeskMode.DEMO)
    member = getattr(request, "user", None)
    reads = may_read_as_member(member)
    return {
        "desk_name": desk.name if desk else "",
        "demo_mode": is_demo,
        "language_names": name_languages(),
        "appearance": _read_appearance(request),
        "may_read_desk": reads
        or is_demo,  # as core.rules.may_read_desk says, asked of the database once
        "may_see_people": reads,
        "may_enter_gate": reads and may_enter_gate(member),
        "inbox_new": count_new(member) if is_member(member) else 0,
        "may_run_desk": reads and may_run_desk(member),
        "has_mail": bool(settings.OPTIONS["MAIL_URL"] and settings.OPTIONS["MAIL_FROM"]),
    }


def name_languages() -> list[tuple[str, str]]:
    """The languages of the pages, each called by its own name."""
    return [*OWN_NAMES, *((code, str(name)) for code, name in settings.LANGUAGES[len(OWN_NAMES) :])]


def _read_appearance(request: HttpRequest) -> str:
    appearance = request.COOKIES.get("appearance", "auto")
    return appearance if appearance in APPEARANCES else "auto"


def welcome(request: HttpRequest) -> HttpResponse:
    """`/`, `/vi/`, `/en/`: what is public; until then what this is, and the way in; in a demo, the news."""
    if has_texts():
        return show_front(request)
    if core_queries.is_demo():
        return redirect("watch:today")
    return render(request, "welcome.html", {"has_members": core_queries.has_members()})


@require_safe
@public_page
def promises(request: HttpRequest) -> HttpResponse:
    """The promises, each marked kept or not here yet."""
    return render_site(request, "promises.html", {"promises": PROMISES}, place=place_of("promises"))


def keys(request: HttpRequest) -> HttpResponse:
    return render(request, "keys.html")


@from_own_page
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language, and go back to where they were."""
    return _remember(request, "language", [code for code, _name in settings.LANGUAGES])


@from_own_page
@require_POST
def choose_appearance(request: HttpRequest) -> HttpResponse:
    """Remember the reader's choice of light or dark, and go back to where they were."""
    return _remember(request, "appearance", list(APPEARANCES))


def _remember(request: HttpRequest, name: str, allowed: list[str]) -> HttpResponse:
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    value = request.POST.get(name, "")
    if value in allowed:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(
            name, value, max_age=YEAR_S, httponly=True, samesite="Lax", secure=secure
        )
    return response


def healthz(_request: HttpRequest) -> HttpResponse:
    """The web server answers."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> HttpResponse:
    """The database answers too, and its tables are those of this version; 503 if not."""
    try:
        waiting = bool(find_pending())
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    if waiting:
        return JsonResponse({"status": "tables of an older version"}, status=503)
    return JsonResponse({"status": "ok"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for monitoring; for anyone else there is no such page."""
    if not may_read_metrics(request):
        raise Http404
    told = render_metrics(now=timezone.now())
    return HttpResponse(told, content_type="text/plain; version=0.0.4; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:  # noqa: ARG001 -- Django's signature
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:  # noqa: ARG001 -- Django's signature
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:  # noqa: ARG001 -- Django's signature
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Made without the database, which may be what broke."""
    known = {"appearance": _read_appearance(request), "language_names": name_languages()}
    told = render_to_string("500.html", known)
    return HttpResponse(told, status=500)
