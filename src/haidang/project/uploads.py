"""The largest request that the desk reads: refused by its length, before a byte of it is kept anywhere."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from haidang.engine.clippings import BYTES_MAX

REQUEST_MAX = BYTES_MAX + 2 * 1024 * 1024  # a clipping, and the fields beside it


class RequestLimit:
    """Answers a request that says it is larger than any form of ours with a page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        told = request.META.get("CONTENT_LENGTH") or "0"
        if told.isascii() and told.isdigit() and int(told[:18]) > REQUEST_MAX:
            return render(request, "413.html", status=413)
        return self.get_response(request)
