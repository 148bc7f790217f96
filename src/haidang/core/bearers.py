"""Who asks the API: a token's member, or anyone; how often they may; and never with the rights of a cookie."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from haidang.core import actions, rules
from haidang.core.enums import Scope
from haidang.core.limits import Pace, count_as
from haidang.core.models import AccessToken
from haidang.core.problems import Problem
from haidang.core.queries.keys import find_token

TOKEN_A_MINUTE, ANYONE_A_MINUTE = 120, 30
TOLD_MAX = 200

pace_of_tokens = Pace(TOKEN_A_MINUTE)
pace_of_anyone = Pace(ANYONE_A_MINUTE)


class TokenFor(HttpBearer):
    """Lets in a good token that holds this scope, whose member may read the desk now."""

    openapi_name = "token"

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Any | None:
        token = ask_token(request)
        if token is None:
            _wait(pace_of_anyone.ask(count_as(request)))
            raise Problem(
                401,
                _("Make a token on your account's page and put it into the header Authorization."),
                headers={"WWW-Authenticate": 'Bearer realm="haidang"'},
            )
        if self.scope not in token.scopes:
            raise Problem(
                403,
                _("This token was not made for that: it lacks “%(scope)s”.")
                % {"scope": self.scope},
                headers={
                    "WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{self.scope}"'
                },
            )
        if not rules.may_read_desk(token.member):
            raise Problem(403, _("The member of this token may not read the desk."))
        return token

    def authenticate(
        self, request: HttpRequest, token: str
    ) -> Any | None:  # pragma: no cover -- `__call__` does it all
        raise NotImplementedError


class Anyone:
    """Lets anyone in, at a reader's pace; a token that may read what is public, at its own."""

    def __call__(self, request: HttpRequest) -> object:
        token = ask_token(request) if "Authorization" in request.headers else None
        if token is not None and Scope.PUBLIC in token.scopes:
            return token
        _wait(pace_of_anyone.ask(count_as(request)))
        return self


def ask_token(request: HttpRequest) -> AccessToken | None:
    """The good token of a question, at its pace; the day of its use is kept. None without one.

    Raises Problem 401 for a token that is none (any more), 429 for one that asks too often.
    """
    kind, _space, told = request.headers.get("Authorization", "").partition(" ")
    if not kind:
        return None
    now = timezone.now()
    told = told.strip()
    good = kind.lower() == "bearer" and 0 < len(told) <= TOLD_MAX
    token = find_token(told, now=now) if good else None
    if token is None:
        _wait(pace_of_anyone.ask(count_as(request)))
        raise Problem(
            401,
            _("This token is not known, was revoked or has expired."),
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    _wait(pace_of_tokens.ask(f"token {token.pk}"))
    if token.last_used_on != timezone.localdate(now):
        actions.note_token_used(token, now=now)
    return token


def _wait(seconds: int) -> None:
    if seconds:
        told = _("Ask again in %(seconds)s seconds.") % {"seconds": seconds}
        raise Problem(429, told, headers={"Retry-After": str(seconds)})
