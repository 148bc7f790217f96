"""Who works here and as what: inviting, giving and taking roles, leaving and coming back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from haidang.core import queries, rules
from haidang.core.actions.inbox import tell_member
from haidang.core.actions.keys import end_keys_of
from haidang.core.actions.log import log_act
from haidang.core.actions.units import open_root
from haidang.core.enums import Role
from haidang.core.models import Member, OneTimeLink, RoleGrant, Unit

_EVERYWHERE = {"role_given": "_to_all", "role_taken": "_from_all"}
FIRST_ROLES = (Role.EDITOR, Role.ADMINISTRATOR)


def add_member(
    username: str,
    *,
    now: datetime,
    by: Member | None = None,
    name: str = "",
    affiliation: str = "",
    roles: Iterable[Role] = (),
    unit: Unit | None = None,
) -> Member:
    """A new member without a password; a one-time link lets them come in. Who invited whom is kept.

    Raises PermissionDenied unless `by` administers the unit (None is the command line), ValidationError by
    field for a user name that is taken and for a contributor without a name or an affiliation.
    """
    unit = unit or open_root()
    if by is not None and not rules.may_manage_people(by, at=unit):
        raise PermissionDenied
    with transaction.atomic():
        member = new_member(username, now=now)
        member.invited_by = by
        member.name, member.affiliation = name.strip(), affiliation.strip()
        member.save()
        given = [_give(member, role, unit=unit, by=by, now=now).role for role in sorted(set(roles))]
        log_act("add_member", by=by, now=now, what=member.username, roles=given, unit=unit.pk)
    return member


def describe_member(
    member: Member, *, by: Member, now: datetime, name: str, affiliation: str, email: str = ""
) -> None:
    """A member's name and affiliation as they are printed; their own act, or an administrator's.

    Raises PermissionDenied, and ValidationError by field for a contributor without one of the two.
    """
    if by.pk != member.pk and not rules.may_manage_member(by, member):
        raise PermissionDenied
    with transaction.atomic():
        before = {"name": member.name, "affiliation": member.affiliation}
        member.name, member.affiliation = name.strip(), affiliation.strip()
        member.email = email.strip()
        if any(grant.role == Role.CONTRIBUTOR for grant in queries.find_grants(member)):
            _check_open(member)
        member.full_clean(exclude=["password"])
        member.save()
        log_act("describe_member", by=by, now=now, what=member.username, before=before)


def give_role(
    member: Member, role: Role, *, unit: Unit, by: Member | None, now: datetime
) -> RoleGrant:
    """Give a role at a unit and those under it. A role that is held there already stays as it is.

    Raises PermissionDenied unless `by` administers that unit and is another person, ValidationError for a
    contributor without a name and an affiliation and for a unit that is closed.
    """
    if by is not None and not rules.may_grant(by, member, at=unit):
        raise PermissionDenied
    with transaction.atomic():
        grant = _give(member, role, unit=unit, by=by, now=now)
        _tell_role("role_given", grant, by=by, now=now)
        log_act("give_role", by=by, now=now, what=member.username, role=role.value, unit=unit.pk)
    return grant


def take_role(grant: RoleGrant, *, by: Member | None, now: datetime) -> None:
    """End a role; it holds no longer from the next question on.

    Administrators of the unit take roles, and everybody may lay down their own. Raises PermissionDenied, and
    ValidationError for the last administrator of the organisation.
    """
    member = grant.member
    is_own = by is not None and by.pk == member.pk
    if by is not None and not is_own and not rules.may_manage_people(by, at=grant.unit):
        raise PermissionDenied
    with transaction.atomic():
        _lock_people()
        if grant.role == Role.ADMINISTRATOR and grant.unit.is_root:
            _check_not_last(member)
        ended = RoleGrant.objects.filter(id=grant.pk, ended_at=None).update(
            ended_at=now, ended_by=by
        )
        if ended:
            _tell_role("role_taken", grant, by=by, now=now)
            log_act(
                "take_role",
                by=by,
                now=now,
                what=member.username,
                role=grant.role,
                unit=grant.unit_id,
            )


def let_go(member: Member, *, by: Member | None, now: datetime) -> None:
    """A member leaves: sessions, roles, open links, tokens and private feeds end at once; what they did stays.

    One's own act, or an administrator's. Raises PermissionDenied, and ValidationError for the last
    administrator of the organisation.
    """
    is_own = by is not None and by.pk == member.pk
    if by is not None and not is_own and not rules.may_manage_member(by, member):
        raise PermissionDenied
    with transaction.atomic():
        _lock_people()
        _check_not_last(member)
        Member.objects.filter(id=member.pk).update(
            is_active=False, left_at=now, session_round=F("session_round") + 1
        )
        RoleGrant.objects.filter(member=member, ended_at=None).update(ended_at=now, ended_by=by)
        OneTimeLink.objects.filter(member=member, used_at=None).delete()
        end_keys_of(member, now=now)
        log_act("let_go", by=by, now=now, what=member.username)
    member.refresh_from_db()


def take_back(member: Member, *, by: Member | None, now: datetime) -> None:
    """A member who left may come in again, by a one-time link, with no role and no password of before.

    Raises PermissionDenied unless `by` administers the whole organisation (None is the command line).
    """
    if by is not None and not rules.may_manage_people(by, at=open_root()):
        raise PermissionDenied
    with transaction.atomic():
        member.is_active, member.left_at = True, None
        member.session_round += 1
        member.set_unusable_password()
        member.save()
        log_act("take_back", by=by, now=now, what=member.username)


def give_first_roles(member: Member, *, now: datetime) -> None:
    """The first member keeps people and edits; everything that takes two people needs a second one."""
    root = open_root()
    for role in FIRST_ROLES:
        _give(member, role, unit=root, by=None, now=now)


def new_member(username: str, *, now: datetime) -> Member:
    """A row for a new person, without a password. Raises ValidationError by field."""
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


def _give(member: Member, role: Role, *, unit: Unit, by: Member | None, now: datetime) -> RoleGrant:
    if not member.is_active:
        raise ValidationError(_("Who left holds no role: let them come in again first."))
    if unit.closed_on is not None:
        raise ValidationError(_("This unit is closed; nobody can be given a role there."))
    if role is Role.CONTRIBUTOR:
        _check_open(member)
    grant, _made = RoleGrant.objects.get_or_create(
        member=member,
        unit=unit,
        role=role,
        ended_at=None,
        defaults={"given_by": by, "given_at": now},
    )
    return grant


def _tell_role(kind: str, grant: RoleGrant, *, by: Member | None, now: datetime) -> None:
    name = "" if grant.unit.is_root else grant.unit.name
    tell_member(
        grant.member, kind if name else f"{kind}{_EVERYWHERE[kind]}", by=by, address="/account/",
        now=now, what=name, role=grant.role,
    )  # fmt: skip


def _check_open(member: Member) -> None:
    """A contributor writes openly: name and affiliation are printed, so both must be there."""
    told = _("A contributor is printed with name and affiliation, so both are needed.")
    missing = [field for field in ("name", "affiliation") if not getattr(member, field)]
    if missing:
        raise ValidationError({field: [told] for field in missing})


def _check_not_last(member: Member) -> None:
    if rules.is_last_administrator(member):
        raise ValidationError(
            _("Nobody else keeps the people of the whole organisation: name another first.")
        )


def _lock_people() -> None:
    """Two who leave at once do so one after the other, so that one administrator stays."""
    list(RoleGrant.objects.select_for_update().filter(role=Role.ADMINISTRATOR, ended_at=None))
