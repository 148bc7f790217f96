"""Who may do what on the ground floor: small named rules over a member or None.

What a role allows stands in one table (`roles.py`); here it is asked, together with what no role can give:
that two people are two, that one did not let the other in a moment ago, that both have a second factor.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeGuard

from haidang.core import factors, queries
from haidang.core.enums import Role
from haidang.core.models import Member, Unit
from haidang.core.roles import Act, roles_for


def is_member(member: object) -> TypeGuard[Member]:
    """Whether this is a member who still works here."""
    return isinstance(member, Member) and member.is_active


def may(member: object, act: Act, *, at: Unit | None = None) -> TypeGuard[Member]:
    """Whether a role of this member allows the act at that unit; without a unit: anywhere."""
    return is_member(member) and queries.holds_role(member, roles_for(act), at=at)


def may_read_desk(member: object) -> bool:
    """Those whose role says so read the desk; anyone does while it shows the demo press only."""
    return may(member, Act.READ_DESK) or queries.is_demo()


def may_read_as_member(member: object) -> TypeGuard[Member]:
    """Those whose role says so; a demo changes nothing here."""
    return may(member, Act.READ_DESK)


def may_edit_watch(member: object) -> TypeGuard[Member]:
    """Editors register sources, enter articles, regroup stories and write topics."""
    return may(member, Act.EDIT_WATCH)


def may_propose(member: object, *, at: Unit | None = None) -> TypeGuard[Member]:
    """Editors and contributors propose what others decide."""
    return may(member, Act.PROPOSE, at=at)


def may_review(member: object, *, at: Unit | None = None) -> TypeGuard[Member]:
    """Reviewers approve verdicts and corrections; who proposed is asked by `may_approve_each_other`."""
    return may(member, Act.REVIEW, at=at)


def may_publish(member: object, *, at: Unit | None = None) -> TypeGuard[Member]:
    """Publishers approve what goes out; who proposed is asked by `may_approve_each_other`."""
    return may(member, Act.PUBLISH, at=at)


def may_say_who_publishes(member: object) -> TypeGuard[Member]:
    """Publishers and administrators of the whole organisation say who publishes and who pays.

    Not whoever may only propose: these lines stand on every public text, and each text's approver sees them.
    """
    return may(member, Act.SAY_WHO_PUBLISHES, at=queries.find_root())


def may_enter_gate(member: object) -> TypeGuard[Member]:
    """Those who propose and those who approve see what waits at the publishing gate; they may take it back."""
    return is_member(member) and queries.holds_role(
        member, roles_for(Act.PROPOSE) | roles_for(Act.PUBLISH)
    )


def may_plan(member: object, *, at: Unit | None = None) -> TypeGuard[Member]:
    """Planners keep plans, tasks and meetings."""
    return may(member, Act.PLAN, at=at)


def may_run_jury(member: object, *, at: Unit | None = None) -> TypeGuard[Member]:
    """Jury secretaries run contests; scoring is the jurors'."""
    return may(member, Act.RUN_JURY, at=at)


def may_score(member: object, *, at: Unit | None = None) -> TypeGuard[Member]:
    """Jurors score."""
    return may(member, Act.SCORE, at=at)


def may_run_desk(member: object) -> TypeGuard[Member]:
    """Administrators of the whole organisation keep tokens, backups, mail and webhooks."""
    return may(member, Act.RUN_DESK, at=queries.find_root())


def may_read_log(member: object) -> TypeGuard[Member]:
    """Administrators of the whole organisation open the log of one person's acts, with a reason."""
    return may(member, Act.READ_LOG, at=queries.find_root())


def may_export_all(member: object) -> TypeGuard[Member]:
    """Publishers and administrators of the whole organisation propose or approve a whole export."""
    return may(member, Act.EXPORT_ALL, at=queries.find_root())


# ---------------------------------------------------------------- two people


def may_approve_each_other(one: Member, other: Member, *, now: datetime) -> bool:
    """Whether one of these two may approve what the other proposed (promise 5).

    Never oneself; never someone who does not work here; and not for 30 days after one came in by a link
    that the other made, be it an invitation or a mended password.
    """
    if one.pk == other.pk or not (is_member(one) and is_member(other)):
        return False
    until = queries.find_apart_until(one, other)
    return until is None or now >= until


def has_second_factor(member: Member) -> bool:
    """Whether the member signs in with more than a password: a code app or a passkey."""
    return factors.has_second_factor(member)


# ---------------------------------------------------------------- people and units


def may_see_people(member: object) -> TypeGuard[Member]:
    """All who read a real desk see who works there; a demo shows its people to nobody else."""
    return may_read_as_member(member)


def may_manage_people(member: object, *, at: Unit | None = None) -> TypeGuard[Member]:
    """Administrators invite, give and take roles, at their unit and under it."""
    return may(member, Act.MANAGE_PEOPLE, at=at)


def may_manage_units(member: object, *, at: Unit | None = None) -> TypeGuard[Member]:
    """Administrators change the tree at their unit and under it."""
    return may(member, Act.MANAGE_UNITS, at=at)


def may_manage_organisation(member: object) -> TypeGuard[Member]:
    """Administrators of the whole organisation say what it is called and where it is."""
    return may(member, Act.MANAGE_UNITS, at=queries.find_root())


def may_grant(member: object, to: Member, *, at: Unit) -> TypeGuard[Member]:
    """An administrator gives roles to others, never to themselves: people are not power over content."""
    return may_manage_people(member, at=at) and member.pk != to.pk


def may_manage_member(member: object, whom: Member) -> TypeGuard[Member]:
    """Send away or let in again: an administrator over every unit where that person holds a role."""
    if not may_manage_people(member) or member.pk == whom.pk:
        return False
    units = [grant.unit for grant in queries.find_grants(whom)]
    if not units:
        return may_manage_people(member, at=queries.find_root())
    return all(may_manage_people(member, at=unit) for unit in units)


def is_last_administrator(member: Member) -> bool:
    """Whether nobody would keep the whole organisation's people if this member left."""
    root = queries.find_root()
    others = [one for one in queries.find_holders(Role.ADMINISTRATOR) if one.pk != member.pk]
    holds = queries.holds_role(member, [Role.ADMINISTRATOR], at=root)
    return holds and not any(
        queries.holds_role(one, [Role.ADMINISTRATOR], at=root) for one in others
    )
