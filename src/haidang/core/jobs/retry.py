"""A job that fails is tried again, with growing pauses; then it stays failed and can be read."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

TRIES = 5
FIRST_PAUSE_S = 10.0

log = logging.getLogger(__name__)


def pause_before(attempt: int) -> timedelta:
    """How long to wait before the attempt of that number (2 is the first repetition)."""
    return timedelta(seconds=FIRST_PAUSE_S * 4 ** max(0, attempt - 2))


def listen() -> None:
    """Hear of each finished job."""
    task_finished.connect(_give_another_try, dispatch_uid="haidang.core.jobs.retry")


def _give_another_try(*, task_result: Any, **_kwargs: Any) -> None:
    if str(task_result.status) != "FAILED":
        return
    attempts = len(task_result.worker_ids)
    last_words = task_result.errors[-1].traceback if task_result.errors else ""
    log.warning(
        "job %s failed (attempt %s): %s", task_result.task.module_path, attempts, last_words
    )
    if attempts < TRIES:
        DBTaskResult.objects.filter(id=task_result.id, status="FAILED").update(
            status="READY", run_after=timezone.now() + pause_before(attempts + 1)
        )
