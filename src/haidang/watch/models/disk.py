"""How full the disk was, day by day: from it the desk tells how fast it fills."""

from __future__ import annotations

from django.db import models


class DiskReading(models.Model):
    """One day's last measuring. Sizes are bytes; `days` maps a day of the archive to its bytes."""

    day = models.DateField(primary_key=True)
    measured_at = models.DateTimeField()
    database = models.BigIntegerField(default=0)  # with the search index
    search = models.BigIntegerField(default=0)
    archive = models.BigIntegerField(default=0)
    files = models.BigIntegerField(default=0)  # handed in by members
    logs = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(default=0)  # of the archive: kept for ever
    total = models.BigIntegerField(default=0)  # of the whole disk
    free = models.BigIntegerField(default=0)
    days = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.day.isoformat()
