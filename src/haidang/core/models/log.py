"""The log of acts."""

from __future__ import annotations

from django.db import models

from haidang.core.models.people import Member


class LogEntry(models.Model):
    """One act of a person, or one batch of the machine's, in the order it happened."""

    at = models.DateTimeField()
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT)
    act = models.CharField(max_length=60)
    what = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.act} {self.what}"
