"""`/metrics`: numbers about the desk for monitoring, in Prometheus' text format (version 0.0.4).

Counts of things, never of a person. Written by hand: one page of numbers needs no library with a
registry and threads of its own. Answered to this machine, or to who has HAIDANG_METRICS_TOKEN.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min
from django.http import HttpRequest
from django_tasks_db.models import DBTaskResult

from haidang import __version__
from haidang.core.models import WorkerBeat
from haidang.project.proxies import is_from_this_machine
from haidang.project.safekeeping.backup import find_last_backup
from haidang.project.safekeeping.databases import find_pending
from haidang.watch.models import Article, Feed, Story
from haidang.watch.queries.disk import find_used_share

ALIVE = timedelta(seconds=60)
Sample = tuple[dict[str, str], float]


def may_read_metrics(request: HttpRequest) -> bool:
    """Whether it is this machine itself, or whoever shows the token."""
    wanted = settings.OPTIONS["METRICS_TOKEN"]
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if wanted and secrets.compare_digest(shown.encode(), wanted.encode()):
        return True
    return is_from_this_machine(request)


def render_metrics(*, now: datetime) -> str:
    """All numbers, as text."""
    lines = []
    for name, told, kind, samples in _measure(now):
        lines += [f"# HELP haidang_{name} {told}", f"# TYPE haidang_{name} {kind}"]
        for labels, value in samples:
            inner = ",".join(f'{key}="{_escape(label)}"' for key, label in labels.items())
            lines.append(
                f"haidang_{name}{{{inner}}} {value:g}" if inner else f"haidang_{name} {value:.15g}"
            )
    return "\n".join(lines) + "\n"


def _measure(now: datetime) -> Iterator[tuple[str, str, str, list[Sample]]]:
    jobs = DBTaskResult.objects.order_by().values("queue_name", "status").annotate(n=Count("id"))
    oldest = DBTaskResult.objects.filter(status="READY").aggregate(at=Min("enqueued_at"))["at"]
    followed = Feed.objects.filter(stopped_at=None, next_visit_at__isnull=False)
    late = now - timedelta(minutes=10)
    backup = find_last_backup()
    alive = WorkerBeat.objects.filter(at__gt=now - ALIVE).count()
    yield "info", "The program's version.", "gauge", [({"version": __version__}, 1)]
    yield "articles", "Articles kept.", "gauge", [({}, Article.objects.count())]
    yield "stories", "Stories.", "gauge", [({}, Story.objects.filter(merged_into=None).count())]
    yield "feeds", "Feeds followed.", "gauge", [({}, followed.count())]
    troubled = followed.exclude(trouble="").count()
    yield "feeds_in_trouble", "Feeds whose last visit failed.", "gauge", [({}, troubled)]
    overdue = followed.filter(next_visit_at__lt=late).count()
    yield "feeds_late", "Feeds due for ten minutes or more.", "gauge", [({}, overdue)]
    yield (
        "jobs",
        "Jobs by queue and state.",
        "gauge",
        [
            ({"queue": one["queue_name"], "state": str(one["status"]).lower()}, one["n"])
            for one in jobs
        ],
    )
    waited = max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
    yield "oldest_job_seconds", "How long the oldest ready job waits.", "gauge", [({}, waited)]
    yield "workers", "Workers with a sign of life within a minute.", "gauge", [({}, alive)]
    yield (
        "disk_used_ratio",
        "How full the data folder's disk is.",
        "gauge",
        [({}, find_used_share())],
    )
    if backup is not None:
        at = backup.timestamp()
        yield "last_backup_timestamp_seconds", "When the last backup was made.", "gauge", [({}, at)]
    pending = len(find_pending())
    yield "migrations_pending", "Changes of tables still to be applied.", "gauge", [({}, pending)]


def _escape(label: str) -> str:
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
