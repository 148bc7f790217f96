"""What one can find of tokens and of private addresses of lists."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from haidang.core.models import AccessToken, Member, PrivateFeed
from haidang.core.queries import hash_token


def find_token(told: str, *, now: datetime) -> AccessToken | None:
    """The token, if it is good: neither revoked nor expired, its member still here."""
    good = AccessToken.objects.filter(
        token_hash=hash_token(told), ended_at=None, expires_at__gt=now, member__is_active=True
    )
    return good.select_related("member").first()


def find_tokens(member: Member, *, now: datetime) -> QuerySet[AccessToken]:
    """A member's tokens that are good."""
    return AccessToken.objects.filter(member=member, ended_at=None, expires_at__gt=now)


def find_all_tokens(*, now: datetime) -> list[AccessToken]:
    """All good tokens of the desk, for who runs it."""
    good = AccessToken.objects.filter(ended_at=None, expires_at__gt=now)
    return list(good.select_related("member").order_by("-made_at", "-id")[:500])


def find_private_feed(told: str) -> PrivateFeed | None:
    """The list behind a private address, if its member is still here."""
    good = PrivateFeed.objects.filter(
        token_hash=hash_token(told), ended_at=None, member__is_active=True
    )
    return good.select_related("member").first()


def find_private_feeds(member: Member) -> QuerySet[PrivateFeed]:
    """A member's private addresses of lists."""
    return PrivateFeed.objects.filter(member=member, ended_at=None)
