"""The desk's one row, and the one-time links by which people come in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from haidang.core import queries, rules
from haidang.core.actions.log import log_act
from haidang.core.actions.members import give_first_roles, new_member
from haidang.core.actions.public_state import touch_public
from haidang.core.actions.units import name_root
from haidang.core.enums import DeskMode, LinkPurpose
from haidang.core.models import Desk, Member, OneTimeLink

LINK_LIFE = timedelta(hours=24)
INVITATION_LIFE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the organisation says of itself. `languages`: codes of the languages it publishes in."""

    name: str
    country: str
    province: str
    languages: tuple[str, ...]
    contact: str


def open_desk(*, now: datetime) -> Desk:
    """Make the desk's one row at the first start."""
    desk, _made = Desk.objects.get_or_create(
        id=1, defaults={"mode": DeskMode.NEW, "opened_at": now, "languages": ["vi", "en"]}
    )
    return desk


def set_mode(mode: DeskMode, *, now: datetime, demo_port: int | None = None) -> Desk:
    """Turn the desk into a demo, or into a real one."""
    with transaction.atomic():
        desk = open_desk(now=now)
        desk.mode = mode
        desk.demo_port = demo_port
        desk.save()
        touch_public(now=now)
        log_act("set_mode", by=None, now=now, what=mode.value)
    return desk


def reopen_desk(*, now: datetime) -> None:
    """Let the desk begin now: the demo press tells its times from this moment."""
    Desk.objects.filter(id=1).update(opened_at=now)


def describe_organisation(told: Organisation, *, by: Member | None, now: datetime) -> Desk:
    """Say what the organisation is called and where it is; an earlier name stays in its history.

    Raises PermissionDenied unless `by` administers the whole organisation (None is the command line).
    """
    if by is not None and not rules.may_manage_organisation(by):
        raise PermissionDenied
    with transaction.atomic():
        desk = open_desk(now=now)
        before = desk.name
        desk.name, desk.country, desk.province = told.name, told.country, told.province
        desk.languages, desk.contact = list(told.languages), told.contact
        desk.save()
        name_root(told.name, by=by, now=now)
        touch_public(now=now)
        log_act("describe_organisation", by=by, now=now, what=told.name, before=before)
    return desk


def make_link(
    purpose: LinkPurpose, *, now: datetime, member: Member | None = None, by: Member | None = None
) -> str:
    """A new one-time link's token; older links for the same member stop working.

    `by` is who asked for it, None the command line. Raises PermissionDenied unless they may let this member
    in: an administrator over every unit where the member holds a role, and never for themselves.
    """
    if by is not None and (member is None or not rules.may_manage_member(by, member)):
        raise PermissionDenied
    token = secrets.token_urlsafe(32)
    life = INVITATION_LIFE if purpose is LinkPurpose.INVITATION else LINK_LIFE
    with transaction.atomic():
        OneTimeLink.objects.filter(member=member, used_at=None).delete()
        OneTimeLink.objects.create(
            token_hash=queries.hash_token(token),
            purpose=purpose,
            member=member,
            made_by=by,
            made_at=now,
            expires_at=now + life,
        )
        if by is not None and member is not None and purpose is not LinkPurpose.INVITATION:
            log_act("make_link", by=by, now=now, what=member.username, purpose=purpose.value)
    return token


def use_link(token: str, *, username: str, password: str, now: datetime, name: str = "") -> Member:
    """Set up the first member, come in by invitation, or set a new password, by a one-time link.

    All sessions of that member end. Raises PermissionDenied if the link is spent or unknown or its member
    does not work here any more, ValidationError (by field) for a user name that is taken or a password that
    is too weak; the link then stays usable.
    """
    with transaction.atomic():
        link = queries.find_link(token, now=now)
        if link is None:
            raise PermissionDenied(_("This link has been used or has expired."))
        if link.purpose == LinkPurpose.FIRST_MEMBER:
            member = new_member(username, now=now)
            give_first_roles(member, now=now)
        else:
            assert link.member is not None
            member = link.member
        _set_password(member, password)
        member.name = name.strip() or member.name
        member.arrived_at = member.arrived_at or now
        member.session_round += 1
        member.save()
        claimed = OneTimeLink.objects.filter(id=link.id, used_at=None).update(used_at=now)
        if claimed != 1:
            raise PermissionDenied(_("This link has been used or has expired."))
        if link.purpose == LinkPurpose.NEW_START:
            Authenticator.objects.filter(user_id=member.pk).delete()
        log_act("use_link", by=member, now=now, what=link.purpose)
    return member


def change_password(member: Member, password: str, *, now: datetime) -> None:
    """A member's own new password; all their sessions end. Raises ValidationError if it is too weak."""
    with transaction.atomic():
        _set_password(member, password)
        member.session_round += 1
        member.save()
        log_act("change_password", by=member, now=now, what=member.username)


def end_sessions(member: Member, *, by: Member | None, now: datetime) -> None:
    """End every session of a member at once. Raises PermissionDenied unless it is their own or theirs to end."""
    if by is not None and by.pk != member.pk and not rules.may_manage_member(by, member):
        raise PermissionDenied
    with transaction.atomic():
        Member.objects.filter(id=member.pk).update(session_round=F("session_round") + 1)
        log_act("end_sessions", by=by, now=now, what=member.username)
    member.refresh_from_db(fields=["session_round"])


def _set_password(member: Member, password: str) -> None:
    try:
        validate_password(password, user=member)
    except ValidationError as error:
        raise ValidationError({"password1": error.messages}) from None
    member.set_password(password)
