"""The desk's one row, its members, and their one-time links."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haidang.core import queries
from haidang.core.actions.log import log_act
from haidang.core.enums import DeskMode, LinkPurpose
from haidang.core.models import Desk, Member, OneTimeLink

LINK_LIFE = timedelta(hours=24)


def open_desk(*, now: datetime) -> Desk:
    """Make the desk's one row at the first start."""
    desk, _made = Desk.objects.get_or_create(
        id=1, defaults={"mode": DeskMode.NEW, "opened_at": now}
    )
    return desk


def set_mode(mode: DeskMode, *, now: datetime, demo_port: int | None = None) -> Desk:
    """Turn the desk into a demo, or into a real one."""
    with transaction.atomic():
        desk = open_desk(now=now)
        desk.mode = mode
        desk.demo_port = demo_port
        desk.save()
        log_act("set_mode", by=None, now=now, what=mode.value)
    return desk


def reopen_desk(*, now: datetime) -> None:
    """Let the desk begin now: the demo press tells its times from this moment."""
    Desk.objects.filter(id=1).update(opened_at=now)


def make_link(purpose: LinkPurpose, *, now: datetime, member: Member | None = None) -> str:
    """A new one-time link's token; older links of the same purpose and member stop working."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        OneTimeLink.objects.filter(purpose=purpose, member=member, used_at=None).delete()
        OneTimeLink.objects.create(
            token_hash=queries.hash_token(token),
            purpose=purpose,
            member=member,
            made_at=now,
            expires_at=now + LINK_LIFE,
        )
    return token


def use_link(token: str, *, username: str, password: str, now: datetime) -> Member:
    """Set up the first member, or set a new password, by a one-time link.

    Raises PermissionDenied if the link is spent or unknown, ValidationError (by field) for a
    user name that is taken or a password that is too weak; the link then stays usable.
    """
    with transaction.atomic():
        link = queries.find_link(token, now=now)
        if link is None:
            raise PermissionDenied(_("This link has been used or has expired."))
        if link.purpose == LinkPurpose.FIRST_MEMBER:
            member = _new_member(username, now=now)
        else:
            assert link.member is not None
            member = link.member
        _set_password(member, password)
        member.save()
        claimed = OneTimeLink.objects.filter(id=link.id, used_at=None).update(used_at=now)
        if claimed != 1:
            raise PermissionDenied(_("This link has been used or has expired."))
        log_act("use_link", by=member, now=now, what=link.purpose)
    return member


def add_member(username: str, *, now: datetime, by: Member | None = None) -> Member:
    """A new member without a password; a one-time link lets them set it."""
    with transaction.atomic():
        member = _new_member(username, now=now)
        member.set_unusable_password()
        member.save()
        log_act("add_member", by=by, now=now, what=member.username)
    return member


def _new_member(username: str, *, now: datetime) -> Member:
    member = Member(username=Member.normalize_username(username.strip()), joined_at=now)
    member.set_unusable_password()
    try:
        member.full_clean()
        with transaction.atomic():
            member.save()
    except ValidationError as error:
        raise ValidationError({"username": error.messages}) from None
    except IntegrityError:
        raise ValidationError({"username": [_("This user name is taken.")]}) from None
    return member


def _set_password(member: Member, password: str) -> None:
    try:
        validate_password(password, user=member)
    except ValidationError as error:
        raise ValidationError({"password1": error.messages}) from None
    member.set_password(password)
