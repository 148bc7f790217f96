"""The only place of the ground floor that writes: one function for each act.

An act is: permission, transaction, change, log entry. The page and the command call the same one.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from haidang.core import queries
from haidang.core.enums import DeskMode, LinkPurpose
from haidang.core.models import Desk, Lease, LogEntry, Member, OneTimeLink
from haidang.core.processes import is_dead_here

LINK_LIFE = timedelta(hours=24)


def log_act(act: str, *, by: Member | None, now: datetime, what: str = "", **data: Any) -> LogEntry:
    """Write one act into the log; `by` None is the machine or the command line."""
    return LogEntry.objects.create(at=now, member=by, act=act, what=what[:200], data=data)


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


def take_lease(name: str, *, holder: str, seconds: float, now: datetime) -> int | None:
    """The fence number if `holder` has the lease now, else None.

    The fence grows only when the lease passes to another: the same holder finds its own again.
    """
    until = now + timedelta(seconds=seconds)
    with transaction.atomic():
        Lease.objects.get_or_create(name=name, defaults={"holder": "", "until": now})
        renewed = Lease.objects.filter(name=name, holder=holder).update(until=until)
        if not renewed:
            free = Q(until__lte=now) | Q(holder="") | Q(holder__in=_dead_holders(name))
            taken = Lease.objects.filter(free, name=name).update(
                holder=holder, until=until, fence=F("fence") + 1
            )
            if not taken:
                return None
        return Lease.objects.values_list("fence", flat=True).get(name=name)


def _dead_holders(name: str) -> list[str]:
    holders = Lease.objects.filter(name=name).values_list("holder", flat=True)
    return [holder for holder in holders if is_dead_here(holder)]


def drop_lease(name: str, *, holder: str, now: datetime) -> None:
    """Give the lease back. The holder's name stays, so that its next taking needs no rebuild."""
    Lease.objects.filter(name=name, holder=holder).update(until=now)
