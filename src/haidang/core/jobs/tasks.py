"""What a job is, and how it is enqueued."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_tasks import task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

FETCH, DESK = "fetch", "desk"


def job(*, queue: str) -> Callable[[Callable[..., Any]], Task[Any, Any]]:
    """Make a module's function a job of that queue ("fetch" waits on others, "desk" is our own)."""
    return task(queue_name=queue)


def enqueue_alone(wanted: Task[Any, Any], **kwargs: Any) -> bool:
    """Enqueue unless the same job waits for its turn or is at work; for what takes long. True if it was added."""
    found = DBTaskResult.objects.filter(
        status__in=["READY", "RUNNING"],
        task_path=wanted.module_path,
        args_kwargs={"args": [], "kwargs": kwargs},
    )
    if found.exists():
        return False
    wanted.enqueue(**kwargs)
    return True


def enqueue_once(wanted: Task[Any, Any], **kwargs: Any) -> bool:
    """Enqueue unless the same job already waits for its turn. True if it was added."""
    waiting = DBTaskResult.objects.filter(
        status="READY", task_path=wanted.module_path, args_kwargs={"args": [], "kwargs": kwargs}
    )
    if waiting.exists():
        return False
    wanted.enqueue(**kwargs)
    return True
