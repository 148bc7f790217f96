"""Forgetting the demo. There is no other way to empty the archive, and no act to remove an article."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django_tasks_db.models import DBTaskResult

from haidang.core.models import Lease
from haidang.core.queries import is_demo
from haidang.watch.actions.search import empty_index
from haidang.watch.enums import RegroupingKind
from haidang.watch.models import (
    Article,
    ArticleTopic,
    ArticleVersion,
    DiskReading,
    Draft,
    Entry,
    Feed,
    HostTurn,
    KeptFile,
    Proposal,
    Publication,
    PublicationHost,
    Regrouping,
    Separation,
    Sketch,
    Snapshot,
    Story,
    Topic,
)


def forget_demo() -> None:
    """Take away all that a desk in demo mode read and registered. Refused in any other mode."""
    if not is_demo():
        raise PermissionDenied
    empty_index()
    Article.objects.update(
        original=None, reprint_kind="", share=None, translated_from=None, snapshot=None
    )
    Story.objects.update(merged_into=None)
    Regrouping.objects.update(undoes=None, kind=RegroupingKind.PIN)
    tables = (
        DiskReading,
        HostTurn,
        Separation,
        Regrouping,
        Sketch,
        ArticleTopic,
        Topic,
        Draft,
        KeptFile,
        Entry,
        ArticleVersion,
        Article,
        Story,
        Snapshot,
        Feed,
        PublicationHost,
        Proposal,
        Publication,
    )
    for model in tables:
        model.objects.all().delete()
    DBTaskResult.objects.all().delete()
    Lease.objects.all().delete()
