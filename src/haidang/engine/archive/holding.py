"""What lies in the folder of records, and moving kept records together so that a file can go.

A file is never changed. Records that stay are copied byte for byte into a new file of the same month;
the caller changes its manifest in one transaction and drops the old file only then. A crash in between
leaves a file that no manifest names, which `find_strays` finds.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from haidang.engine.archive.records import pack_info
from haidang.engine.archive.store import WarcStore
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.types import RecordPlace

IDLE_S = 2 * 86_400.0  # a file is written to for a day at most
_DAY = re.compile(r"haidang-(\d{4})(\d\d)(\d\d)T")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    """One file of records. `day` (ISO) is when its pages were fetched, "" for moved records."""

    name: str  # relative to the folder, as in the manifest
    bytes: int
    changed_at: float  # Unix seconds
    day: str


def find_files(folder: Path) -> Iterator[HeldFile]:
    """All files of records, in the order of their names."""
    for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]/[0-9][0-9]/*.warc.gz")):
        try:
            told = path.stat()
        except OSError:
            continue  # it went meanwhile
        day = _DAY.match(path.name)
        yield HeldFile(
            name=path.relative_to(folder).as_posix(),
            bytes=told.st_size,
            changed_at=told.st_mtime,
            day="-".join(day.groups()) if day else "",
        )


def move_together(
    folder: Path, places: Sequence[RecordPlace], *, month: str
) -> tuple[RecordPlace, ...]:
    """Copy these records into a new file of that month ("2026/11"); their new places, in order.

    The bytes are on the disk when it returns. Raises ARCHIVE_DAMAGED if one is not what the manifest
    says: then nothing is kept of the new file, and the old one must stay.
    """
    fault = next(WarcStore(folder).verify(places), None)
    if fault is not None:
        raise EngineError(Trouble.ARCHIVE_DAMAGED, file=fault.place.file, what=fault.what)
    moment = datetime.now(UTC)
    short = f"moved-{moment:%Y%m%dT%H%M%SZ}-{os.getpid()}-{secrets.token_hex(4)}.warc.gz"
    name = f"{month}/{short}"
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    moved = []
    try:
        with path.open("xb") as file:
            file.write(pack_info(short))
            for place in places:
                record = _read(folder, place)
                moved.append(replace(place, file=name, offset=file.tell()))
                file.write(record)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    for parent in (path.parent, path.parent.parent, folder):
        _sync(parent)
    return tuple(moved)


def drop_file(folder: Path, name: str) -> int:
    """Delete a file that the manifest names no more; its bytes, 0 if it was gone."""
    path = folder / name
    try:
        size = path.stat().st_size
        path.unlink()
    except FileNotFoundError:
        return 0
    _sync(path.parent)
    return size


def find_strays(folder: Path, *, known: frozenset[str]) -> list[str]:
    """Files that no manifest names and nobody writes any more."""
    before = time.time() - IDLE_S
    files = find_files(folder)
    return [one.name for one in files if one.name not in known and one.changed_at < before]


def _read(folder: Path, place: RecordPlace) -> bytes:
    with (folder / place.file).open("rb") as file:
        file.seek(place.offset)
        record = file.read(place.length)
    if hashlib.sha256(record).hexdigest() != place.sha256:
        raise EngineError(Trouble.ARCHIVE_DAMAGED, file=place.file, what="changed")
    return record


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
