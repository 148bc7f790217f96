"""Errors of the API as RFC 9457 tells them: `application/problem+json`, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from ninja import Schema

MEDIA = "application/problem+json"

TITLES: Mapping[int, LazyText | str] = {
    400: _("The question cannot be read"),
    401: _("A token is wanted"),
    403: _("This token may not do that"),
    404: _("There is nothing here"),
    405: _("This address is only read"),
    422: _("A part of the question is wrong"),
    429: _("Too many questions"),
    500: _("Something broke on this side"),
}


class Problem(Exception):  # noqa: N818 -- the word of the standard
    """An answer that is not what was asked for. `detail`: a sentence in the reader's language."""

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, dict(headers or {})

    def to_response(self) -> HttpResponse:
        """As it is answered."""
        return render_problem(self.status, self.detail, headers=self.headers)


class Fault(Schema):
    """One part of the question that is wrong."""

    where: str
    what: str


class ProblemOut(Schema):
    """An error, as RFC 9457 tells it."""

    type: str
    title: str
    status: int
    detail: str
    faults: list[Fault] = []


def render_problem(
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    faults: Sequence[Mapping[str, Any]] = (),
) -> HttpResponse:
    """The answer for a status of `TITLES`."""
    told: dict[str, Any] = {
        "type": f"/api/v1/#problem-{status}",
        "title": str(TITLES[status]),
        "status": status,
        "detail": detail,
    }
    if faults:
        told["faults"] = list(faults)
    body = json.dumps(told, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type=MEDIA, headers=dict(headers or {}))
