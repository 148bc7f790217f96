"""What members were told, and whether they looked: a mark that belongs to the member alone (promise 16)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from haidang.core.models.people import Member


class InboxLine(models.Model):
    """One thing told to one member. When they read it is kept nowhere, only that it is no longer new.

    `settled`: it asked for an act that is done, or no longer wanted. `address`: a path of this desk.
    `to_mail`: the member wants it in a letter too, and no letter has it yet.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="inbox")
    kind = models.CharField(max_length=40)
    by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    what = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict)
    address = models.CharField(max_length=200)
    at = models.DateTimeField()
    is_read = models.BooleanField(default=False)
    settled = models.BooleanField(default=False)
    to_mail = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["member", "-id"], name="inbox_of_member"),
            models.Index(
                fields=["member"], condition=Q(is_read=False, settled=False), name="inbox_new"
            ),
            models.Index(fields=["address"], condition=Q(settled=False), name="inbox_open"),
            models.Index(fields=["member"], condition=Q(to_mail=True), name="inbox_to_mail"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(address__startswith="/") & ~Q(address__startswith="//"),
                name="inbox_leads_to_this_desk",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.what}"
