"""Who may do what on the ground floor: small named rules over a member or None."""

from __future__ import annotations

from datetime import datetime
from typing import TypeGuard

from haidang.core import queries
from haidang.core.models import Member


def is_member(member: object) -> TypeGuard[Member]:
    """Whether this is a member who still works here."""
    return isinstance(member, Member) and member.is_active


def may_read_desk(member: object) -> bool:
    """Members read the desk; anyone does while it shows the demo press only."""
    return is_member(member) or queries.is_demo()


def may_read_log(member: object) -> bool:
    """Members read what was done, without the names of who did it."""
    return is_member(member)


def may_open_log_of(member: object) -> bool:
    """Who may open the log of one member's acts, with a reason that this member sees."""
    return is_member(member)


def may_name_keepers(member: object) -> bool:
    """Who may say who keeps the log's heads outside."""
    return is_member(member)


def may_write_notices(member: object) -> bool:
    """Who may propose what the organisation publishes."""
    return is_member(member)


def may_approve_notices(member: object) -> bool:
    """Who may approve what another proposed."""
    return is_member(member)


def has_second_factor(member: Member) -> bool:
    """Whether this member signs in with a second factor: any who works here, until sign-in knows of them."""
    return member.is_active


def may_approve_each_other(one: Member, other: Member, *, now: datetime) -> bool:  # noqa: ARG001 -- who invited whom, and when, is known to the rules of people
    """Two people, and neither brought the other in within the last 30 days."""
    return one.pk != other.pk
