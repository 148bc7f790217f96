"""`/api/v1/`: the routers of all rooms behind one door, its OpenAPI document, and a page that explains both.

Every error is a problem (RFC 9457) in the reader's language; no answer sets a cookie or looks at one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_supported_language_variant, gettext
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_GET
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from haidang import __version__
from haidang.core import api as core_api
from haidang.core.bearers import ANYONE_A_MINUTE, TOKEN_A_MINUTE
from haidang.core.enums import Scope
from haidang.core.problems import TITLES, Problem, render_problem
from haidang.watch import api as watch_api

PREFIX = "/api/v1/"

log = logging.getLogger(__name__)
Answer = Callable[..., HttpResponse]

api = NinjaAPI(
    title="Hải Đăng",
    version="1",
    description="A self-hosted information desk. Reading only.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
api.add_router("", core_api.router)
api.add_router("", watch_api.router)


@api.exception_handler(Problem)
def tell_problem(_request: HttpRequest, problem: Any) -> HttpResponse:
    """A problem that an endpoint told."""
    answer: HttpResponse = problem.to_response()
    return answer


@api.exception_handler(Http404)
def tell_missing(_request: HttpRequest, _error: Any) -> HttpResponse:
    """There is no such thing."""
    return render_problem(404, gettext("There is nothing at this address."))


@api.exception_handler(ValidationError)
def tell_faults(_request: HttpRequest, error: Any) -> HttpResponse:
    """Which part of the question is wrong; the words of the library are English, so only the kind is taken."""
    faults = [
        {"where": ".".join(str(part) for part in one["loc"][1:]) or "query", "what": one["type"]}
        for one in error.errors[:20]
    ]
    named = ", ".join(fault["where"] for fault in faults)
    told = gettext("Look at these parts of the question: %(names)s.") % {"names": named[:200]}
    return render_problem(422, told, faults=faults)


@api.exception_handler(HttpError)
def tell_http_error(_request: HttpRequest, error: Any) -> HttpResponse:
    """What the library refuses by itself."""
    status = error.status_code if error.status_code in TITLES else 400
    return render_problem(status, str(TITLES[status]))


@api.exception_handler(Exception)
def tell_broken(_request: HttpRequest, error: Any) -> HttpResponse:
    """A fault of ours: its facts go to the log, not to the reader."""
    log.error("the API broke", exc_info=error)
    return render_problem(500, gettext("Nothing was changed. Try again later."))


@require_GET
def show_openapi(_request: HttpRequest) -> HttpResponse:
    """The OpenAPI document, made from the code."""
    return JsonResponse(_schema(), json_dumps_params={"ensure_ascii": False})


@require_GET
def show_docs(request: HttpRequest) -> HttpResponse:
    """What can be asked here, drawn on the server from the same document; nothing of others is loaded."""
    endpoints = [_describe(address, told["get"]) for address, told in _schema()["paths"].items()]
    context = {
        "endpoints": endpoints,
        "scopes": Scope.choices,
        "problems": [(status, title) for status, title in TITLES.items()],
        "token_pace": TOKEN_A_MINUTE,
        "anyone_pace": ANYONE_A_MINUTE,
    }
    return render(request, "api.html", context)


@require_GET
def show_nothing(_request: HttpRequest, _rest: str) -> HttpResponse:
    """There is no such address under the API."""
    return render_problem(404, gettext("There is nothing at this address."))


@cache
def _schema() -> dict[str, Any]:
    told = api.get_openapi_schema(path_prefix=PREFIX)
    told["info"]["x-program"] = f"haidang {__version__}"
    scopes = {
        f"{PREFIX}{path_}": auth.scope.value for path_, auth in _auths() if hasattr(auth, "scope")
    }
    for address, methods in told["paths"].items():
        for operation in methods.values():
            operation["x-scope"] = scopes.get(address, "")
            for status, answer in operation["responses"].items():
                if int(status) >= 400 and "content" in answer:
                    answer["content"] = {
                        "application/problem+json": next(iter(answer["content"].values()))
                    }
    return dict(told)


def _auths() -> list[tuple[str, Any]]:
    """(path as the document writes it, who is let in) of every operation."""
    found = []
    for router in (core_api.router, watch_api.router):
        for told, view in router.path_operations.items():
            found += [
                (told.replace("{int:", "{"), operation.auth_param) for operation in view.operations
            ]
    return found


def _describe(address: str, operation: dict[str, Any]) -> dict[str, Any]:
    """One endpoint for the page."""
    answer = operation["responses"][200]["content"]["application/json"]["schema"]
    return {
        "address": address,
        "summary": gettext(operation["summary"]),
        "scope": operation["x-scope"],
        "parameters": [one["name"] for one in operation.get("parameters", ())],
        "answer": str(answer.get("$ref", "")).rpartition("/")[2],
    }


def _at_the_door(view: Answer) -> Answer:
    """Around every endpoint: the reader's language, no shared memory of what a token was told, problems only."""

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = _language_of(request)
        with translation.override(language):
            if request.method not in {"GET", "HEAD", "OPTIONS"}:
                answer = render_problem(405, gettext("Only GET is answered here."))
                answer.headers["Allow"] = "GET"
            else:
                answer = view(request, *args, **kwargs)
                if answer.status_code == 405:
                    answer = render_problem(405, gettext("Only GET is answered here."))
                    answer.headers["Allow"] = "GET"
        answer.headers["Content-Language"] = language
        answer.headers.setdefault("Cache-Control", "private, no-store")
        patch_vary_headers(answer, ("Accept-Language", "Authorization"))
        return answer

    guarded.csrf_exempt = True  # type: ignore[attr-defined]  # Django's mark; nothing here looks at a cookie
    return guarded


def _language_of(request: HttpRequest) -> str:
    """The first language of `Accept-Language` that the desk speaks; without one, the desk's own."""
    for told, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200]):
        try:
            return get_supported_language_variant(told)
        except LookupError:
            continue
    return str(settings.LANGUAGE_CODE)


def _patterns() -> list[URLPattern]:
    found: list[URLPattern] = [
        path("", show_docs, name="docs"),
        path("openapi.json", show_openapi, name="openapi"),
    ]
    for one in api.urls[0]:
        if isinstance(one, URLPattern) and str(one.pattern):
            one.callback = _at_the_door(one.callback)
            found.append(one)
    return [*found, path("<path:_rest>", _at_the_door(show_nothing), name="nothing")]


urlpatterns = _patterns()
