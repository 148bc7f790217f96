"""The folder of WARC files: appended to, read, and held against the manifest.

Each open store writes files of its own (time, process and chance are in the name, created only if
absent), so several processes may write at once and a record torn by a crash is the last of its file
for ever: no later append can follow it, no manifest names it. A write that fails is cut off again.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import BinaryIO, Self

from haidang.engine.archive.records import (
    RecordUnreadableError,
    pack_info,
    pack_reply,
    unpack_reply,
)
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.types import RecordFault, RecordPlace, Reply

ROLL_BYTES = 256 << 20
_PIECE = 1 << 20


class WarcStore:
    """A folder of WARC files. Thread-safe; after a fork the child begins a file of its own."""

    def __init__(self, folder: Path, *, roll_bytes: int = ROLL_BYTES) -> None:
        self._folder = folder
        self._roll_bytes = roll_bytes
        self._lock = threading.Lock()
        self._file: io.FileIO | None = None
        self._name = ""
        self._size = 0
        self._owner = ("", 0)  # day and process that the open file belongs to

    def append(self, reply: Reply) -> RecordPlace:
        """Keep `reply`; its place is returned once the bytes are on the disk (fsync).

        Raises OSError when the disk refuses; nothing is then kept.
        """
        return self.append_all((reply,))[0]

    def append_all(self, replies: Sequence[Reply]) -> tuple[RecordPlace, ...]:
        """Keep all of `replies` with one fsync; otherwise as `append`."""
        ids = [f"urn:uuid:{uuid.uuid4()}" for _ in replies]
        packed = [pack_reply(reply, record_id=id_) for reply, id_ in zip(replies, ids, strict=True)]
        if not packed:
            return ()
        with self._lock:
            offset = self._write(packed)
            name = self._name
        places = []
        for reply, id_, record in zip(replies, ids, packed, strict=True):
            place = RecordPlace(
                file=name,
                offset=offset,
                length=len(record),
                sha256=hashlib.sha256(record).hexdigest(),
                payload_sha256=hashlib.sha256(reply.body).hexdigest(),
                record_id=id_,
            )
            places.append(place)
            offset += len(record)
        return tuple(places)

    def read(self, place: RecordPlace) -> tuple[tuple[tuple[str, str], ...], bytes]:
        """The headers and the decoded body of a kept page. Raises ARCHIVE_DAMAGED."""
        reply = self.read_reply(place)
        return reply.headers, reply.body

    def read_reply(self, place: RecordPlace) -> Reply:
        """The whole kept answer, as it was given to `append`. Raises ARCHIVE_DAMAGED."""
        fault = next(self.verify((place,)), None)
        if fault:
            raise EngineError(Trouble.ARCHIVE_DAMAGED, file=place.file, what=fault.what)
        try:
            with self._path(place.file).open("rb") as file:
                file.seek(place.offset)
                packed = file.read(place.length)
            return unpack_reply(packed, payload_sha256=place.payload_sha256)
        except (OSError, RecordUnreadableError) as error:
            raise EngineError(Trouble.ARCHIVE_DAMAGED, file=place.file, what="changed") from error

    def verify(self, places: Iterable[RecordPlace]) -> Iterator[RecordFault]:
        """Those of `places` whose record is missing, cut or changed, in the order given.

        Reads every byte of every record; memory stays small. Hand places over sorted by file.
        """
        file: BinaryIO | None = None
        name = ""
        try:
            for place in places:
                if place.file != name:
                    if file:
                        file.close()
                    file, name = self._open_for_reading(place.file), place.file
                fault = _inspect(file, place)
                if fault:
                    yield fault
        finally:
            if file:
                file.close()

    def close(self) -> None:
        """End the file being written. The store may be used on; it begins another."""
        with self._lock:
            self._end_file()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _write(self, packed: Sequence[bytes]) -> int:
        """Write the records in one go; the offset of the first. The lock is held."""
        file = self._file_to_write()
        offset = self._size
        try:
            for record in packed:
                _write_whole(file, record)
            os.fsync(file.fileno())
        except BaseException:
            self._cut_back(file, offset)
            raise
        self._size += sum(map(len, packed))
        return offset

    def _file_to_write(self) -> io.FileIO:
        owner = (datetime.now(UTC).strftime("%Y%m%d"), os.getpid())
        if self._file and (owner != self._owner or self._size >= self._roll_bytes):
            self._end_file()
        if self._file is None:
            self._begin_file(owner)
        assert self._file is not None
        return self._file

    def _begin_file(self, owner: tuple[str, int]) -> None:
        moment = datetime.now(UTC)
        short = f"haidang-{moment:%Y%m%dT%H%M%SZ}-{os.getpid()}-{secrets.token_hex(4)}.warc.gz"
        name = f"{moment:%Y/%m}/{short}"
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        info = pack_info(short)
        # Unbuffered: after a failed write nothing of it can reach the disk behind our back.
        file = io.FileIO(path, "xb")
        try:
            _write_whole(file, info)
            for folder in (path.parent, path.parent.parent, self._folder):
                _sync_folder(folder)
        except BaseException:
            file.close()
            raise
        self._file, self._name, self._size, self._owner = file, name, len(info), owner

    def _end_file(self) -> None:
        if self._file:
            self._file.close()
        self._file = None

    def _cut_back(self, file: io.FileIO, size: int) -> None:
        """After a failed write: leave whole records only, and never write to this file again."""
        self._file = None
        with file:
            file.truncate(size)

    def _open_for_reading(self, name: str) -> BinaryIO | None:
        try:
            return self._path(name).open("rb")
        except (OSError, ValueError):
            return None

    def _path(self, name: str) -> Path:
        """The file of that name, which never lies outside the store. Raises FileNotFoundError."""
        pure = PurePosixPath(name)
        if not name or pure.is_absolute() or ".." in pure.parts:
            raise FileNotFoundError(name)
        return self._folder / pure


def _write_whole(file: io.FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _inspect(file: BinaryIO | None, place: RecordPlace) -> RecordFault | None:
    if file is None or place.offset < 0 or place.length < 1:
        return RecordFault(place=place, what="missing")
    file.seek(place.offset)
    digest, left = hashlib.sha256(), place.length
    while left and (piece := file.read(min(left, _PIECE))):
        digest.update(piece)
        left -= len(piece)
    if left:
        return RecordFault(place=place, what="cut", facts={"bytes_missing": str(left)})
    if digest.hexdigest() != place.sha256:
        return RecordFault(place=place, what="changed", facts={"sha256": digest.hexdigest()})
    return None


def _sync_folder(folder: Path) -> None:
    """Make the file's name as durable as its bytes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
