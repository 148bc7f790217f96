"""The manifest of the archive."""

from __future__ import annotations

from collections.abc import Iterator

from haidang.engine.types import RecordPlace
from haidang.watch.models import Snapshot


def find_records() -> Iterator[RecordPlace]:
    """Every archived record, in the order in which the files lie."""
    rows = Snapshot.objects.order_by("file", "offset").values_list(
        "file", "offset", "length", "sha256", "payload_sha256", "record_id"
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
