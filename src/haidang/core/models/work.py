"""What the jobs and their processes share."""

from __future__ import annotations

from django.db import models


class Lease(models.Model):
    """Work that only one may do at a time. `fence` grows with each new holder."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=64)
    until = models.DateTimeField()
    fence = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class WorkerBeat(models.Model):
    """A worker's sign of life; a worker that is silent too long gives its jobs back."""

    worker = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker


class Rhythm(models.Model):
    """When a periodic job is due next."""

    name = models.CharField(max_length=60, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
