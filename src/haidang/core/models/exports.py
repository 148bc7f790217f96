"""Whole exports: who asked for one, who agreed, and what became of it (promise 15)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from haidang.core.enums import ExportPurpose
from haidang.core.models.people import Member


class ExportRequest(models.Model):
    """One whole export: asked for by one person with a reason, agreed to by another, then made.

    `by_command`: written by the command on the desk's machine, not laid out for download. `sha256`: the
    SHA-256 that the file carries at its end. `file`: its name in the folder of exports, while it lies there.
    """

    purpose = models.CharField(max_length=20, choices=ExportPurpose.choices)
    reason = models.CharField(max_length=500)
    by_command = models.BooleanField(default=False)
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    bytes = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    file = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by=None) | ~Q(agreed_by=F("asked_by")),
                name="export_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(made_at=None)
                | Q(agreed_by__isnull=False, agreed_at__isnull=False, dropped_at=None),
                name="made_only_if_agreed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.asked_at:%Y-%m-%d}"
