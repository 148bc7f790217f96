"""What the pages of the ground floor ask first: is someone signed in, and did our own page send them."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from haidang.core.models import Member

Rest = ParamSpec("Rest")
Page = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]


def signed_in(
    view: Callable[Concatenate[HttpRequest, Member, Rest], HttpResponseBase],
) -> Page[Rest]:
    """Only members get the page, kept by no cache; the view is given who it is."""

    @never_cache
    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponseBase:
        member = request.user
        if not isinstance(member, Member):
            return redirect_to_login(request.get_full_path())
        return view(request, member, *args, **kwargs)

    return guarded


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Put what an act refused beside the fields it is about, or above the form."""
    if hasattr(error, "error_dict"):
        for field, messages in error.message_dict.items():
            form.add_error(field if field in form.fields else None, messages)
    else:
        form.add_error(None, error.messages)


def read_number(told: str) -> int:
    """A row's number as a form or an address tells it; 0 for anything else."""
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0


def may_use_passkeys(request: HttpRequest) -> bool:
    """Whether a browser offers passkeys here: the desk needs a name, and encryption or this machine."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return request.is_secure() or host == "localhost" or host.endswith(".localhost")
    return False
