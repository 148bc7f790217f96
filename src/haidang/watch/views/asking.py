"""What every page of WATCH asks first: may this reader read, and what do the parameters say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from haidang.core.models import Member
from haidang.watch import rules

Rest = ParamSpec("Rest")
Page = Callable[Concatenate[HttpRequest, Rest], HttpResponse]

PAGE_MAX = 400


def desk_page(view: Page[Rest]) -> Page[Rest]:
    """Only those who may read the desk get the page; others are asked to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not rules.may_read_desk(request.user):
            if isinstance(request.user, Member):
                raise PermissionDenied
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


def member_page(
    view: Callable[Concatenate[HttpRequest, Member, Rest], HttpResponse],
) -> Page[Rest]:
    """Only members who may edit sources get the page; the view is given who it is."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        member = request.user
        if not isinstance(member, Member):
            return redirect_to_login(request.get_full_path())
        if not rules.may_edit_sources(member):
            raise PermissionDenied
        return view(request, member, *args, **kwargs)

    return guarded


def own_page(
    view: Callable[Concatenate[HttpRequest, Member, Rest], HttpResponse],
) -> Page[Rest]:
    """Only members get the page of what is their own, kept by no cache; the view is given who it is."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        member = request.user
        if not isinstance(member, Member):
            return redirect_to_login(request.get_full_path())
        return view(request, member, *args, **kwargs)

    return guarded


def read_page(request: HttpRequest) -> str | None:
    """The cursor of a later page; None for the first. An unreadable one is a bad request."""
    told = request.GET.get("page")
    if told is None:
        return None
    if not told or len(told) > PAGE_MAX or not told.isascii() or not told.isprintable():
        raise SuspiciousOperation("page")
    return told


def read_moment(text: str) -> datetime | None:
    """A moment with its offset, or None if it is none or out of reach."""
    try:
        told = datetime.fromisoformat(text)
        return told.astimezone(UTC) if told.tzinfo else None
    except (ValueError, OverflowError):
        return None


def change_address(request: HttpRequest, **changes: str | None) -> str:
    """The same address with parameters changed, or taken away where None."""
    told = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            told.pop(name, None)
        else:
            told[name] = value
    return f"{request.path}?{told.urlencode()}" if told else request.path
