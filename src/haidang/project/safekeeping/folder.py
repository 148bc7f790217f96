"""The files of a data folder: which of them are the desk's, which are secret, and putting them in place."""

from __future__ import annotations

import filecmp
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from haidang.project.safekeeping.bundle import PIECE, is_bundle, sync_folder

DATABASE = "haidang.sqlite3"
BACKUPS = "backups"
EXPORTS = "exports"  # whole exports that wait to be taken (core/queries/exports.py)
ASIDE = "before-"  # folders with what a restore took the place of
MAKING = ".making-"  # folders in which something is made; a crash leaves one
_SECRET_NAMES = frozenset({"secret_key", "haidang.toml"})
_SECRET_ENDS = ("_key", ".key", ".pem")


def find_files(home: Path, *, besides: Path | None = None) -> Iterator[PurePosixPath]:
    """The desk's own files, secrets among them, relative to the folder; not its database."""
    for folder, names, files in os.walk(home):
        here = Path(folder)
        if here == home:
            names[:] = [name for name in names if not _passing(name)]
        names[:] = sorted(name for name in names if here / name != besides)
        for name in sorted(files):
            path = here / name
            if here == home and (_passing(name) or is_bundle(path)):
                continue
            if path.is_file() and not path.is_symlink():
                yield PurePosixPath(path.relative_to(home).as_posix())


def is_secret(name: PurePosixPath) -> bool:
    """Whether a file is a key, or may hold a password."""
    return (
        name.parts[0] == "keys"
        or str(name) in _SECRET_NAMES
        or (len(name.parts) == 1 and name.name.endswith(_SECRET_ENDS))
    )


@contextmanager
def make_beside(home: Path) -> Iterator[Path]:
    """A folder in which something is made, gone afterwards; those that a crash left go too."""
    for left in home.glob(f"{MAKING}*"):
        shutil.rmtree(left, ignore_errors=True)
    beside = home / f"{MAKING}{secrets.token_hex(6)}"
    beside.mkdir(mode=0o700)
    try:
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def hold(home: Path, to: Path, *, besides: Path | None = None) -> None:
    """Hold on to the desk's files as they are now: hard links, or copies where those cannot be.

    Evidence is only ever appended to or deleted, so a link holds what a database copy refers to.
    """
    for name in find_files(home, besides=besides):
        held = to / name
        if is_secret(name) or held.exists():
            continue
        held.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(home / name, held)
        except FileNotFoundError:
            continue  # it went meanwhile, so nothing refers to it
        except OSError:
            shutil.copy2(home / name, held)


def place(staged: Path, home: Path, *, aside: Path) -> None:
    """Put each staged file into the folder. Files of both stay; what another would replace goes aside.

    At any moment either the old or the new file stands under a name, so that a kill loses neither.
    """
    for name in find_files(staged):
        new, old = staged / name, home / name
        old.parent.mkdir(parents=True, exist_ok=True)
        if old.exists():
            if _continues(old, new):
                continue
            put_aside(old, aside / name)
        new.replace(old)
        sync_folder(old.parent)


def put_aside(path: Path, to: Path) -> None:
    """Keep a file under a second name."""
    to.parent.mkdir(parents=True, exist_ok=True)
    to.unlink(missing_ok=True)
    try:
        os.link(path, to)
    except OSError:
        shutil.copy2(path, to)


def _continues(old: Path, new: Path) -> bool:
    """Whether `old` is `new`, perhaps with more appended since."""
    size = new.stat().st_size
    if old.stat().st_size < size:
        return False
    if old.stat().st_size == size:
        return filecmp.cmp(old, new, shallow=False)
    with old.open("rb") as one, new.open("rb") as other:
        while piece := other.read(PIECE):
            if one.read(len(piece)) != piece:
                return False
    return True


def _passing(name: str) -> bool:
    """Whether something in the folder is of this machine or of the moment."""
    return (
        name.startswith((DATABASE, MAKING, ASIDE))
        or name in {BACKUPS, EXPORTS}
        or name.endswith((".lock", ".part"))
        or ".log" in name
    )
