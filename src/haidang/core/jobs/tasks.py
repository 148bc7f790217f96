"""What a job is, and how it is enqueued."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet
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
    if _waits(wanted.module_path, kwargs):
        return False
    wanted.enqueue(**kwargs)
    return True


def _waits(path: str, kwargs: Mapping[str, Any]) -> bool:
    if not kwargs:  # asked for every page that is read
        told, values = _words_of_waits(path, connection.vendor)
        with connection.cursor() as cursor:
            cursor.execute(told, values)
            return cursor.fetchone() is not None
    return _waiting(path, kwargs).exists()


@cache
def _words_of_waits(path: str, _vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The question in the database's own words, which take Django longer than the answer."""
    query = _waiting(path, {}).order_by().values("id")[:1].query
    told, values = query.sql_with_params()
    return told, tuple(values)


def _waiting(path: str, kwargs: Mapping[str, Any]) -> QuerySet[DBTaskResult[Any, Any]]:
    return DBTaskResult.objects.filter(
        status="READY", task_path=path, args_kwargs={"args": [], "kwargs": dict(kwargs)}
    )
