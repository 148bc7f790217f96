"""The manifest of the archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Exists, OuterRef

from haidang.engine.types import RecordPlace
from haidang.watch.models import Snapshot


def find_records() -> Iterator[RecordPlace]:
    """Every archived record that was not removed, in the order in which the files lie."""
    rows = (
        Snapshot.objects.filter(removed_at=None)
        .order_by("file", "offset")
        .values_list("file", "offset", "length", "sha256", "payload_sha256", "record_id")
    )
    for file, offset, length, sha256, payload, record_id in rows.iterator(2000):
        yield RecordPlace(
            file=file,
            offset=offset,
            length=length,
            sha256=sha256,
            payload_sha256=payload,
            record_id=record_id,
        )


def place_of(row: Snapshot) -> RecordPlace:
    """Where a record lies."""
    return RecordPlace(
        file=row.file,
        offset=row.offset,
        length=row.length,
        sha256=row.sha256,
        payload_sha256=row.payload_sha256,
        record_id=row.record_id,
    )


def find_old_files(before: datetime, *, limit: int) -> list[str]:
    """Files with something to remove, all of whose ordinary records were fetched before that."""
    ordinary = Snapshot.objects.filter(removed_at=None, kept_why="")
    younger = ordinary.filter(file=OuterRef("file"), fetched_at__gte=before)
    old = ordinary.filter(fetched_at__lt=before).exclude(Exists(younger))
    return sorted(old.values_list("file", flat=True).distinct()[:limit])


def find_live_files() -> frozenset[str]:
    """The files that hold a record which was not removed."""
    rows = Snapshot.objects.filter(removed_at=None).order_by("file")
    return frozenset(rows.values_list("file", flat=True).distinct())
