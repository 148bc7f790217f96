"""What one can find on the ground floor."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q, QuerySet

from haidang.core.enums import DeskMode, Role
from haidang.core.models import Desk, Member, OneTimeLink, RoleGrant, Unit, UnitChange
from haidang.core.queries.single import find_row
from haidang.engine.text.sorting import name_key, sort_key

# For how long inviter and invitee may not approve each other (promise 5).
APART = timedelta(days=30)


def find_desk() -> Desk | None:
    """The desk, or None before the first start."""
    return find_row(Desk)


def is_demo() -> bool:
    """Whether the desk shows the demo press."""
    return Desk.objects.filter(id=1, mode=DeskMode.DEMO).exists()


def has_members() -> bool:
    return Member.objects.filter(is_active=True).exists()


def hash_token(token: str) -> str:
    """SHA-256, hex: the token itself has 256 bits, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_link(token: str, *, now: datetime) -> OneTimeLink | None:
    """The link of that token if it can still be used: not spent, in time, its member still here."""
    usable = Q(member=None) | Q(member__is_active=True)
    return (
        OneTimeLink.objects.filter(
            usable, token_hash=hash_token(token), used_at=None, expires_at__gt=now
        )
        .select_related("member")
        .first()
    )


# ---------------------------------------------------------------- members and roles


def find_grants(member: Member) -> QuerySet[RoleGrant]:
    """The roles that a member holds now, each with its unit."""
    return RoleGrant.objects.filter(member=member, ended_at=None).select_related("unit")


def holds_role(member: Member, roles: Collection[Role], *, at: Unit | None = None) -> bool:
    """Whether the member holds one of these roles at that unit or above it; without a unit: anywhere.

    Asked of the database each time, so that what is taken away is gone with the next question.
    """
    paths = RoleGrant.objects.filter(member=member, ended_at=None, role__in=roles).values_list(
        "unit__path", flat=True
    )
    return any(at is None or at.path.startswith(path) for path in paths)


def find_members(*, left: bool = False) -> list[Member]:
    """Members who work here (or who left), by given name, with their roles in `open_grants`."""
    held = RoleGrant.objects.filter(ended_at=None).select_related("unit")
    members = (
        Member.objects.filter(is_active=not left)
        .select_related("invited_by")
        .prefetch_related(Prefetch("grants", queryset=held, to_attr="open_grants"))
    )
    return sort_people(members)


def sort_people(members: Iterable[Member]) -> list[Member]:
    """In the order of given names; a member without a name stands under the user name."""
    return sorted(members, key=lambda member: (name_key(str(member)), member.id))


def find_holders(role: Role) -> list[Member]:
    """Members who hold this role somewhere now, by given name."""
    return sort_people(
        Member.objects.filter(is_active=True, grants__role=role, grants__ended_at=None).distinct()
    )


def find_who_may(roles: Collection[Role]) -> list[Member]:
    """Members who hold one of these roles somewhere now, by number: those to whom an act is open."""
    held = Member.objects.filter(grants__role__in=roles, grants__ended_at=None)
    return list(held.filter(is_active=True).distinct().order_by("id"))


def find_contributors() -> list[Member]:
    """Contributors, whose names and affiliations are printed."""
    return find_holders(Role.CONTRIBUTOR)


def find_waiting_links() -> list[OneTimeLink]:
    """Invitations that nobody used yet, the newest first."""
    return list(
        OneTimeLink.objects.filter(used_at=None, member__isnull=False)
        .select_related("member", "made_by")
        .order_by("-made_at", "-id")
    )


def find_apart_until(one: Member, other: Member) -> datetime | None:
    """Until when these two may not approve each other, or None if nothing keeps them apart.

    What keeps them apart is a one-time link that one made and the other came in with: an invitation, or
    a mended password.
    """
    used = (
        OneTimeLink.objects.filter(
            Q(made_by=one, member=other) | Q(made_by=other, member=one), used_at__isnull=False
        )
        .order_by("-used_at")
        .values_list("used_at", flat=True)
        .first()
    )
    return used + APART if used else None


# ---------------------------------------------------------------- units


def find_root() -> Unit | None:
    """The organisation itself as a unit."""
    return Unit.objects.filter(is_root=True).first()


def find_units(*, closed: bool = False) -> list[Unit]:
    """The tree from the root down, siblings in Vietnamese order; each unit has its `depth`."""
    units = list(Unit.objects.all() if closed else Unit.objects.filter(closed_on=None))
    below: dict[int | None, list[Unit]] = {}
    for unit in sorted(units, key=lambda unit: (sort_key(unit.name), unit.id)):
        below.setdefault(unit.parent_id, []).append(unit)
    found: list[Unit] = []

    def walk(parent: int | None, depth: int) -> None:
        for unit in below.get(parent, []):
            unit.depth = depth
            found.append(unit)
            walk(unit.id, depth + 1)

    walk(None, 0)
    return found


def find_changes(unit: Unit) -> list[UnitChange]:
    """What happened to a unit, and to others through it, in order of days."""
    return list(
        UnitChange.objects.filter(Q(unit=unit) | Q(other=unit)).select_related("unit", "other")
    )


def find_unit_name(unit: Unit, on: datetime) -> str:
    """What the unit was called on that day."""
    later = (
        UnitChange.objects.filter(unit=unit, on__gt=on.date(), event="renamed")
        .order_by("on", "id")
        .first()
    )
    return later.before if later else unit.name
