"""The organisation as a tree of units, what happened to each, and who is what where."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from haidang.core.enums import Role, UnitEvent, UnitKind
from haidang.core.models.people import Member


class Unit(models.Model):
    """A part of the organisation; the root is the organisation itself.

    `path` is made of the numbers of all units from the root down to this one ("/1/7/12/"), so that
    "under" is a comparison of beginnings. A closed unit stays, with its day.
    """

    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=UnitKind.choices, default=UnitKind.OFFICE)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=400, blank=True, db_index=True)
    is_root = models.BooleanField(default=False)
    closed_on = models.DateField(null=True, blank=True)
    depth: int  # how far below the root, where queries.find_units tells it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_root"], condition=Q(is_root=True), name="one_root_unit"
            ),
            models.CheckConstraint(
                condition=Q(is_root=True, parent__isnull=True, closed_on__isnull=True)
                | Q(is_root=False, parent__isnull=False),
                name="only_the_root_has_no_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitChange(models.Model):
    """One change of a unit on a day: what it was called before and after, and with which other unit."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="changes")
    event = models.CharField(max_length=10, choices=UnitEvent.choices)
    on = models.DateField()
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    other = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="changes_of_others"
    )
    basis = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="unit_changes"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["on", "id"]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.event} {self.on:%Y-%m-%d}"


class RoleGrant(models.Model):
    """A role of a member at a unit, from when to when. Ended grants stay as history."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="grants")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    given_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="grants_given"
    )
    given_at = models.DateTimeField()
    ended_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="grants_ended"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "unit", "role"],
                condition=Q(ended_at__isnull=True),
                name="a_role_once_at_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(given_by__isnull=True) | ~Q(given_by=F("member")),
                name="nobody_gives_oneself_a_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.member_id} @ {self.unit_id}"
