"""What is known of hosts, shared by all processes that fetch: whose turn it is, who wants patience."""

from __future__ import annotations

from django.db import models


class HostTurn(models.Model):
    """One host ("host"), or one of its ports ("host:port", for being down). Moments are Unix seconds.

    `version` grows with each change: who changes a row names the version it read.
    """

    name = models.CharField(max_length=300, primary_key=True)
    version = models.PositiveBigIntegerField(default=0)
    left_at = models.FloatField(default=0)  # the end of the last request that owes a pause
    held_until = models.FloatField(default=0)  # a request is under way, at most until then
    holder = models.CharField(max_length=64, blank=True)  # the process whose request it is
    busy_until = models.FloatField(default=0)  # it asked for patience (Retry-After)
    busy_status = models.PositiveSmallIntegerField(default=0)
    crawl_delay_s = models.FloatField(default=0)
    stalls = models.PositiveIntegerField(default=0)
    down_until = models.FloatField(default=0)

    def __str__(self) -> str:
        return self.name
