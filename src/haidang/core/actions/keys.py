"""What a member gives to programs of their own: tokens for the API, private addresses of lists. Shown once, revocable."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.core import queries, rules
from haidang.core.actions.log import log_act
from haidang.core.enums import Scope
from haidang.core.models import AccessToken, Member, PrivateFeed
from haidang.core.queries import keys

TOKEN_PREFIX = "hd_"  # noqa: S105 -- so that a token is known by its looks; not a secret
TOKENS_MAX, FEEDS_MAX = 20, 50
LIVES_DAYS = (30, 90, 365)
KEPT = timedelta(days=90)


def make_token(
    member: Member, *, name: str, scopes: Collection[str], days: int, now: datetime
) -> tuple[AccessToken, str]:
    """A token of the member's own, and what it is: told this once, only its hash is kept. Raises ValidationError."""
    if not rules.may_read_as_member(member):
        raise PermissionDenied
    name = " ".join(name.split())[:80]
    wanted = [scope for scope in Scope.values if scope in scopes]
    if not name:
        raise ValidationError({"name": _("Give it a name by which you know it.")})
    if not wanted or set(scopes) - set(Scope.values):
        raise ValidationError({"scopes": _("Choose what it may be used for.")})
    if days not in LIVES_DAYS:
        raise ValidationError({"days": _("Choose for how long it is good.")})
    told = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        if keys.find_tokens(member, now=now).count() >= TOKENS_MAX:
            raise ValidationError(_("You have twenty tokens; revoke one first."))
        token = AccessToken.objects.create(
            member=member,
            name=name,
            token_hash=queries.hash_token(told),
            scopes=wanted,
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
        log_act("make_token", by=member, now=now, what=name, scopes=", ".join(wanted))
    return token, told


def end_token(token_id: int, *, by: Member, now: datetime) -> None:
    """Revoke a token: one's own, or any by who runs the desk. It is refused from the next question on."""
    with transaction.atomic():
        token = AccessToken.objects.select_for_update().filter(id=token_id).first()
        if token is None or (token.member_id != by.pk and not rules.may_run_desk(by)):
            raise PermissionDenied
        if AccessToken.objects.filter(id=token_id, ended_at=None).update(ended_at=now):
            log_act("end_token", by=by, now=now, what=token.name)


def note_token_used(token: AccessToken, *, now: datetime) -> None:
    """Keep the day of its last use, and nothing else about it."""
    today = timezone.localdate(now)
    fresh = Q(last_used_on=None) | Q(last_used_on__lt=today)
    AccessToken.objects.filter(fresh, id=token.pk).update(last_used_on=today)


def make_private_feed(
    member: Member, *, name: str, path: str, language: str, now: datetime
) -> tuple[PrivateFeed, str]:
    """A list at an address that only this member knows, and its token: told this once. Raises ValidationError.

    `path` is checked by the room whose list it is.
    """
    if not rules.may_read_as_member(member):
        raise PermissionDenied
    told = secrets.token_urlsafe(32)
    with transaction.atomic():
        if keys.find_private_feeds(member).count() >= FEEDS_MAX:
            raise ValidationError(_("You have fifty private feeds; revoke one first."))
        feed = PrivateFeed.objects.create(
            member=member,
            name=" ".join(name.split())[:200],
            path=path,
            language=language,
            token_hash=queries.hash_token(told),
            made_at=now,
        )
        log_act("make_private_feed", by=member, now=now)  # not of what: that tells what they read
    return feed, told


def end_private_feed(feed_id: int, *, by: Member, now: datetime) -> None:
    """Revoke the address of a list of one's own."""
    with transaction.atomic():
        feed = PrivateFeed.objects.select_for_update().filter(id=feed_id, member=by).first()
        if feed is None:
            raise PermissionDenied
        if PrivateFeed.objects.filter(id=feed_id, ended_at=None).update(ended_at=now):
            log_act("end_private_feed", by=by, now=now)


def note_feed_used(feed: PrivateFeed, *, now: datetime) -> None:
    """Keep the day of its last use, and nothing else about it."""
    today = timezone.localdate(now)
    fresh = Q(last_used_on=None) | Q(last_used_on__lt=today)
    PrivateFeed.objects.filter(fresh, id=feed.pk).update(last_used_on=today)


def end_keys_of(member: Member, *, now: datetime) -> None:
    """End all that a member gave to programs; part of letting them go."""
    AccessToken.objects.filter(member=member, ended_at=None).update(ended_at=now)
    PrivateFeed.objects.filter(member=member, ended_at=None).update(ended_at=now)


def forget_keys(*, now: datetime) -> int:
    """Delete tokens and addresses of lists three months after they ended; how many."""
    before = now - KEPT
    tokens = AccessToken.objects.filter(Q(ended_at__lt=before) | Q(expires_at__lt=before))
    feeds = PrivateFeed.objects.filter(ended_at__lt=before)
    return tokens.delete()[0] + feeds.delete()[0]
