"""Files that a person handed in as evidence, each under its own SHA-256 and never changed.

A file is written beside its place and moved there whole, so what stands under a hash has that hash
or was damaged later (`verify`). Names given by people are not kept.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from haidang.engine.errors import EngineError, Trouble

_HASH = re.compile(r"[0-9a-f]{64}")
_PIECE = 1 << 20
_DAY_S = 86_400


class FileStore:
    """A folder of files by hash."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, data: bytes) -> str:
        """Keep these bytes; their SHA-256 (hex) once they are on the disk. Keeping twice is fine."""
        name = hashlib.sha256(data).hexdigest()
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.parent / f".{secrets.token_hex(8)}"
        try:
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
        return name

    def read(self, sha256: str) -> bytes:
        """The file of that hash. Raises ARCHIVE_DAMAGED if it is gone or no longer has that hash."""
        try:
            data = self._path(sha256).read_bytes()
        except OSError:
            raise EngineError(Trouble.ARCHIVE_DAMAGED, file=sha256[:12], what="missing") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise EngineError(Trouble.ARCHIVE_DAMAGED, file=sha256[:12], what="changed")
        return data

    def verify(self, hashes: Iterable[str]) -> Iterator[tuple[str, str]]:
        """(hash, missing or changed) of those files that are not what they were."""
        for name in hashes:
            try:
                with self._path(name).open("rb") as file:
                    digest = hashlib.sha256()
                    while piece := file.read(_PIECE):
                        digest.update(piece)
            except OSError:
                yield name, "missing"
                continue
            if digest.hexdigest() != name:
                yield name, "changed"

    def drop_strays(self, *, known: frozenset[str], older_than_s: float = _DAY_S) -> int:
        """Delete what no row names any more, unless it was kept lately; how many files."""
        dropped, before = 0, time.time() - older_than_s
        for path in self._folder.glob("??/*"):
            if path.name not in known and path.is_file() and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                dropped += 1
        return dropped

    def _path(self, sha256: str) -> Path:
        if not _HASH.fullmatch(sha256):
            raise FileNotFoundError(sha256)
        return self._folder / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
