"""Writing down how full the disk is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

from django.utils import timezone

from haidang.watch.models import DiskReading
from haidang.watch.queries.disk import Sizes

KEPT_DAYS = 400


def store_sizes(sizes: Sizes, *, now: datetime) -> None:
    """Keep this measuring as that of its day; older than a year and a month goes."""
    day = timezone.localtime(now).date()
    told = {**asdict(sizes), "measured_at": now}
    DiskReading.objects.update_or_create(day=day, defaults=told)
    DiskReading.objects.filter(day__lt=day - timedelta(days=KEPT_DAYS)).delete()
