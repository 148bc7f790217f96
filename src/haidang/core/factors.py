"""Second factors, as the rest of the house may ask for them; the library that keeps them is behind this page.

A second factor is a code app (TOTP) or a passkey. Recovery codes stand in for one of these and are no factor
by themselves. "Confirmed lately" is about one session: what another browser of the same member did says
nothing about who sits before this one.
"""

from __future__ import annotations

import time
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.urls import reverse

from haidang.core.models import Member

CONFIRMED_S = 15 * 60
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(member: Member) -> bool:
    """Whether the member has a code app or a passkey."""
    return bool(Authenticator.objects.filter(user_id=member.pk, type__in=KINDS).exists())


def confirmed_lately(request: HttpRequest) -> bool:
    """Whether the second factor was shown in this session during the last 15 minutes.

    Signing in with it counts. A member without a second factor has confirmed nothing.
    """
    member = request.user
    if not isinstance(member, Member) or not has_second_factor(member):
        return False
    shown = [
        record["at"]
        for record in get_authentication_records(request, member)
        if record.get("method") == "mfa"
    ]
    return bool(shown) and 0 <= time.time() - max(shown) < CONFIRMED_S


def confirmed_by_any_lately(request: HttpRequest) -> bool:
    """Whether the member showed who they are during the last 15 minutes, by the strongest way they have.

    The second factor, or without one the password. Enough for what is a member's own, not for publishing.
    """
    member = request.user
    if not isinstance(member, Member):
        return False
    if has_second_factor(member):
        return confirmed_lately(request)
    shown = [
        record["at"]
        for record in get_authentication_records(request, member)
        if record.get("method") == "password"
    ]
    return bool(shown) and 0 <= time.time() - max(shown) < CONFIRMED_S


def way_to_confirm_by_any(request: HttpRequest) -> str:
    """Where this member confirms who they are by the strongest way they have."""
    back = request.get_full_path()
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"


def way_to_confirm(request: HttpRequest, *, back: str = "") -> str:
    """The address at which this member confirms who they are, or makes a second factor first."""
    member = request.user
    back = back or request.get_full_path()
    if isinstance(member, Member) and not has_second_factor(member):
        return reverse("core:account")
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"
