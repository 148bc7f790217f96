"""The container of backups and exports: one ZIP file whose every byte is accounted for.

`manifest.json` names each part with its size and SHA-256. The file's comment holds the SHA-256 of all
that stands before it, so that a cut, a flipped bit anywhere and a foreign file are told apart before
anything is read. It proves that nothing was damaged, not who made it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Any, Self

from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _

FORMAT = "haidang-desk"
VERSION = 1
FIRST = "haidang.txt"
MANIFEST = "manifest.json"
PIECE = 1 << 20
MANIFEST_MAX = 256 << 20

_SEAL = re.compile(rb"haidang-desk [0-9]+ sha256 [0-9a-f]{64}")
_PACKED = (".gz", ".zip", ".png", ".jpg", ".jpeg", ".pdf", ".woff2")
_WORDS = """\
This file is a desk of Hải Đăng. manifest.json tells what it holds; tables/ are JSON lines, files/ are the
desk's files, and schema.json explains the tables. The format is told in docs/operate/bundle.md of the program.
"""


class BundleRefused(CommandFailed):
    """A file that is no whole bundle, or not for this program; the message says which."""


def read_seal(path: Path) -> str:
    """The SHA-256 that a whole bundle carries at its end, in hexadecimal."""
    with zipfile.ZipFile(path) as bundle:
        return bundle.comment.decode("ascii").rpartition(" ")[2]


class BundleWriter:
    """Writes a bundle beside its place, and puts it there when it is whole. Readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self._path, self._beside = path, path.with_name(f".{path.name}.part")
        self._beside.unlink(missing_ok=True)
        handle = os.open(self._beside, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", allowZip64=True)
        self._parts: list[dict[str, Any]] = []
        self.add(FIRST, [_WORDS.encode()])

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Add a part of these bytes."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        # What takes long is packing; the quickest way makes text a third as large already.
        info._compresslevel = 1  # type: ignore[attr-defined]  # noqa: SLF001 -- public only from Python 3.13 on
        digest, size = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=True) as part:
            for piece in _gather(pieces):
                part.write(piece)
                digest.update(piece)
                size += len(piece)
        self._parts.append({"name": name, "size": size, "sha256": digest.hexdigest()})

    def add_file(self, name: str, path: Path) -> None:
        """Add a file."""
        with path.open("rb") as file:
            self.add(name, iter(lambda: file.read(PIECE), b""))

    def finish(self, about: Mapping[str, Any]) -> int:
        """Write the manifest and the seal, and put the file in its place; its bytes."""
        manifest = {"format": FORMAT, "version": VERSION, **about, "parts": self._parts}
        told = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        self._zip.writestr(MANIFEST, told, zipfile.ZIP_DEFLATED, 1)
        empty = _seal_of("0" * 64)
        self._zip.comment = empty
        self._zip.close()
        size = self._file.seek(0, os.SEEK_END)
        digest = _hash_until(self._file, size - len(empty))
        self._file.seek(size - len(empty))
        self._file.write(_seal_of(digest))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._beside.replace(self._path)
        sync_folder(self._path.parent)
        return size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """What was not finished is taken away."""
        self._zip.fp = None  # or it would write its end when it is forgotten
        self._file.close()
        self._beside.unlink(missing_ok=True)


class Bundle:
    """A bundle that was found whole. Raises BundleRefused where it is not."""

    def __init__(self, path: Path) -> None:
        self._path = path
        _check_seal(path)
        try:
            self._zip = zipfile.ZipFile(path)
            info = self._zip.getinfo(MANIFEST)
            if info.file_size > MANIFEST_MAX:
                raise BundleRefused(_not_ours(path))
            self.manifest: dict[str, Any] = json.loads(self._zip.read(info))
        except (zipfile.BadZipFile, KeyError, ValueError, OSError):
            raise BundleRefused(_not_ours(path)) from None
        if self.manifest.get("format") != FORMAT or not isinstance(
            self.manifest.get("version"), int
        ):
            raise BundleRefused(_not_ours(path))
        if self.manifest["version"] > VERSION:
            raise BundleRefused(_newer(path))
        self.parts = {part["name"]: part for part in self.manifest["parts"]}
        held = {one.filename for one in self._zip.infolist()} - {MANIFEST}
        if held != set(self.parts) or not all(map(_is_safe, held)):
            raise BundleRefused(_damaged(path))

    @property
    def kind(self) -> str:
        """backup, export or move."""
        return str(self.manifest.get("kind", ""))

    @property
    def size(self) -> int:
        """Bytes of all parts, unpacked."""
        return sum(int(part["size"]) for part in self.parts.values())

    def read(self, name: str) -> Iterator[bytes]:
        """The pieces of a part. Raises BundleRefused if it is not what the manifest says."""
        told = self.parts.get(name)
        if told is None:
            raise BundleRefused(_damaged(self._path))
        digest, left = hashlib.sha256(), int(told["size"])
        try:
            with self._zip.open(name) as part:
                while piece := part.read(PIECE):
                    digest.update(piece)
                    left -= len(piece)
                    if left < 0:
                        break
                    yield piece
        except (zipfile.BadZipFile, OSError, EOFError, ValueError):
            raise BundleRefused(_damaged(self._path)) from None
        if left or digest.hexdigest() != told["sha256"]:
            raise BundleRefused(_damaged(self._path))

    def read_lines(self, name: str) -> Iterator[bytes]:
        """The lines of a part, each with its end."""
        rest = b""
        for piece in self.read(name):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield line + b"\n"
        if rest:
            yield rest + b"\n"

    def extract(self, name: str, to: Path) -> None:
        """Write a part into a new file, on the disk when this returns."""
        to.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            for piece in self.read(name):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def is_bundle(path: Path) -> bool:
    """Whether a file begins as a bundle does, whole or not."""
    try:
        with path.open("rb") as file:
            return _begins_as_ours(file.read(64))
    except OSError:
        return False


def sync_folder(folder: Path) -> None:
    """Make the names in a folder as durable as the files."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _check_seal(path: Path) -> None:
    length = len(_seal_of("0" * 64))
    try:
        with path.open("rb") as file:
            ours = _begins_as_ours(file.read(64))
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - length))
            seal = file.read(length)
            if not ours:
                raise BundleRefused(_not_ours(path))
            if not _SEAL.fullmatch(seal):
                told = _("“{file}” was cut off or damaged at its end; nothing was changed")
                raise BundleRefused(told.format(file=path.name))
            if seal != _seal_of(_hash_until(file, size - length), seal.split()[1].decode()):
                raise BundleRefused(_damaged(path))
    except FileNotFoundError:
        raise BundleRefused(_("there is no file {path}").format(path=path), code=2) from None
    except OSError as error:
        told = _("“{file}” cannot be read: {reason}")
        raise BundleRefused(told.format(file=path.name, reason=error.strerror)) from None


def _begins_as_ours(head: bytes) -> bool:
    return head.startswith(b"PK\x03\x04") and head[30:].startswith(FIRST.encode())


def _seal_of(digest: str, version: str = str(VERSION)) -> bytes:
    return f"{FORMAT} {version} sha256 {digest}".encode()


def _hash_until(file: IO[bytes], end: int) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while end > 0 and (piece := file.read(min(PIECE, end))):
        digest.update(piece)
        end -= len(piece)
    return digest.hexdigest()


def _gather(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces worth packing."""
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def _is_safe(name: str) -> bool:
    """Whether a part's name stays where it is put."""
    pure = PurePosixPath(name)
    return not (
        pure.is_absolute()
        or ".." in pure.parts
        or pure.as_posix() != name
        or set(name) & {"\\", "\0"}
    )


def _not_ours(path: Path) -> str:
    return _("“{file}” is no backup or export of Hải Đăng").format(file=path.name)


def _damaged(path: Path) -> str:
    return _("“{file}” is damaged; nothing was changed").format(file=path.name)


def _newer(path: Path) -> str:
    told = _("“{file}” was made by a newer version of Hải Đăng; bring this one up first")
    return told.format(file=path.name)
