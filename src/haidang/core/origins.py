"""Public forms without cookies: a form counts only if one of our own pages sent it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

Rest = ParamSpec("Rest")


def from_own_page(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Guard a public form by where it was sent from, so that its page needs no cookie.

    Raises PermissionDenied unless the browser says that one of our own pages sent it.
    """

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if request.method not in {"GET", "HEAD"} and not _sent_from_here(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _sent_from_here(request: HttpRequest) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if not origin or origin == "null":
        return site is not None
    return urlsplit(origin).netloc == request.get_host()
