"""Going back to a backup, and letting an export become a desk.

    look at every byte ─► make the desk whole beside the present one: tables as they were, brought up,
    compared ─► files into place, the old ones kept ─► the database takes its place in one step

Until that step the present desk is whole; a kill leaves a folder that the next command takes away. What
it took the place of stays in `before-restore-…` (PostgreSQL: in a schema of that name).
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction

from haidang.core.actions import doubt_letters, log_act
from haidang.core.machines import evidence_folder
from haidang.core.tables import count_rows
from haidang.engine.archive import WarcStore
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _
from haidang.project.safekeeping import databases, folder, tables
from haidang.project.safekeeping.backup import DATABASE_PART, FILES, KEYS_PART
from haidang.project.safekeeping.bundle import Bundle, BundleRefused, sync_folder
from haidang.project.safekeeping.passphrase import PassphraseWrongError, unseal_files
from haidang.watch.queries.archive import find_records

ROOM = 1.15  # of what lies in the bundle, so much must be free on the disk
ACTS = {"backup": "restore_backup", "export": "import_desk"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was done. `aside`: where the desk that stood here is kept, "" if there was none."""

    rows: int
    files: int
    keys: str  # restored, left out, or no passphrase
    aside: str
    damaged: int  # archived records that were not what their manifest says, when only looked at


def look_into(path: Path, *, kind: str) -> Bundle:
    """The bundle, if every byte of it is as it was made and this program can read it."""
    bundle = Bundle(path)
    if bundle.kind != kind:
        told = {
            "backup": _("“{file}” is no backup; an export is taken in with `haidang import`"),
            "export": _("“{file}” is no export; a backup is put back with `haidang restore`"),
        }[kind]
        raise BundleRefused(told.format(file=path.name))
    tables.check_version(bundle.manifest, file=path.name)
    return bundle


def verify(path: Path, *, kind: str = "backup") -> Restored:
    """Make the desk of a backup whole beside the present one, look at all of it, and drop it again."""
    with look_into(path, kind=kind) as bundle, folder.make_beside(Path(settings.HOME)) as beside:
        _check_room(bundle)
        files = _stage_files(bundle, beside)
        with _staged_file(bundle, beside):
            rows = _check_counts(bundle)
            places = list(find_records())
        held = WarcStore(beside / "files" / evidence_folder().name)
        damaged = (
            sum(1 for _fault in held.verify(places)) if bundle.manifest.get("files", True) else 0
        )
        keys = _open_keys(bundle)
        return Restored(
            rows=rows, files=files, keys=_tell_keys(bundle, keys), aside="", damaged=damaged
        )


def restore(path: Path, *, now: datetime, replace: bool, kind: str = "backup") -> Restored:
    """Put a backup (or an export) in the place of this desk, which must be empty unless `replace`.

    The caller holds the desk's lock. Raises CommandFailed; then this desk is as it was.
    """
    home, file = Path(settings.HOME), settings.DATABASE_FILE
    on_sqlite = connection.vendor == "sqlite"
    with look_into(path, kind=kind) as bundle, folder.make_beside(home) as beside:
        living = databases.is_living(vendor=connection.vendor, file=file)
        if living and not replace:
            told = _(
                "a desk lives here already; with --replace it is kept aside and the other takes its place"
            )
            raise CommandFailed(told)
        if not on_sqlite and DATABASE_PART in bundle.parts:
            told = _(
                "this backup holds an SQLite database: restore it there, then `haidang db move` it"
            )
            raise CommandFailed(told)
        _check_room(bundle)
        keys = _open_keys(bundle)
        files = _stage_files(bundle, beside)
        _stage_keys(keys, beside, home)
        aside = home / f"{folder.ASIDE}restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        act = ACTS[kind]
        if on_sqlite:
            with _staged_file(bundle, beside):
                rows = _check_counts(bundle)
                doubt_letters(now=now, all_open=True)
                log_act(act, by=None, now=now, what=path.name, rows=rows)
            folder.place(beside / "files", home, aside=aside)
            if not living:
                folder.place(beside / "keys", home, aside=aside)
            _swap_file(beside / folder.DATABASE, file, aside=aside)
        else:
            with _in_one_transaction(aside.name):
                rows = sum(tables.load_bundle(bundle).values())
                doubt_letters(now=now, all_open=True)
                log_act(act, by=None, now=now, what=path.name, rows=rows)
                folder.place(beside / "files", home, aside=aside)
        folder.place(beside / "keys", home, aside=aside)
        return Restored(
            rows=rows,
            files=files,
            keys=_tell_keys(bundle, keys),
            aside=str(aside) if living else "",
            damaged=0,
        )


@contextmanager
def _staged_file(bundle: Bundle, beside: Path) -> Iterator[None]:
    """Stand on the bundle's database, made whole in an SQLite file beside and brought up."""
    file = beside / folder.DATABASE
    if DATABASE_PART in bundle.parts:
        bundle.extract(DATABASE_PART, file)
        databases.check_file(file)
    with databases.standing_on_file(file):
        if DATABASE_PART not in bundle.parts:
            tables.load_bundle(bundle)
        elif databases.find_pending():
            databases.bring_forward()
        ContentType.objects.clear_cache()
        yield


def _check_counts(bundle: Bundle) -> int:
    """Rows in all. Raises BundleRefused if a table of a copied file has not as many as it had."""
    told = bundle.manifest["tables"]
    if DATABASE_PART in bundle.parts:
        nodes = set(databases.find_applied())
        if nodes == set(tables.nodes_of(bundle.manifest)):
            wrong = sorted(table for table in told if count_rows(table) != told[table]["rows"])
            if wrong:
                sentence = _("the number of rows differs in {tables}")
                raise BundleRefused(sentence.format(tables=", ".join(wrong)))
    return sum(int(one["rows"]) for one in told.values())


def _stage_files(bundle: Bundle, beside: Path) -> int:
    """Write the bundle's files beside; how many."""
    names = [name for name in bundle.parts if name.startswith(FILES)]
    for name in names:
        bundle.extract(name, beside / "files" / PurePosixPath(name).relative_to(FILES))
    (beside / "files").mkdir(exist_ok=True)
    return len(names)


def _open_keys(bundle: Bundle) -> dict[str, bytes]:
    """The keys of a backup; none if they are not in it or no passphrase is set."""
    passphrase = settings.OPTIONS["BACKUP_PASSPHRASE"]
    if KEYS_PART not in bundle.parts or not passphrase:
        return {}
    try:
        return unseal_files(b"".join(bundle.read(KEYS_PART)), passphrase=passphrase)
    except PassphraseWrongError:
        told = _("HAIDANG_BACKUP_PASSPHRASE is not the one that sealed this backup's keys")
        raise CommandFailed(told) from None


def _stage_keys(keys: dict[str, bytes], beside: Path, home: Path) -> None:
    """Write the keys beside. Settings that stand here already are this machine's and stay."""
    staged = beside / "keys"
    staged.mkdir(mode=0o700)
    for name, data in keys.items():
        pure = PurePosixPath(name)
        if pure.is_absolute() or ".." in pure.parts or not folder.is_secret(pure):
            raise BundleRefused(_("the keys in it are not those of a desk"))
        if name == "haidang.toml" and (home / name).exists():
            continue
        path = staged / pure
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o600)


def _tell_keys(bundle: Bundle, keys: dict[str, bytes]) -> str:
    if keys:
        return "restored"
    return "no passphrase" if KEYS_PART in bundle.parts else "left out"


def _swap_file(staged: Path, file: Path, *, aside: Path) -> None:
    """Let the staged file become the database. Raises CommandFailed if somebody has the old one open."""
    connection.close()
    if not file.exists():
        staged.replace(file)
        sync_folder(file.parent)
        return
    with closing(sqlite3.connect(file, timeout=5, isolation_level=None)) as old:
        try:
            old.execute("PRAGMA locking_mode=EXCLUSIVE")
            # All of it into one file: a journal left behind would be read into the new one.
            old.execute("PRAGMA journal_mode=DELETE").fetchone()
            old.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise CommandFailed(_("another command uses the desk; wait until it ends")) from None
        except sqlite3.DatabaseError:
            _set_wreck_aside(file, aside)
        if file.stat().st_size:
            folder.put_aside(file, aside / file.name)
        staged.replace(file)
        sync_folder(file.parent)


def _set_wreck_aside(file: Path, aside: Path) -> None:
    """A database that cannot be read keeps its journal beside it, so that an expert may try."""
    for end in ("-wal", "-shm"):
        journal = file.with_name(file.name + end)
        if journal.exists():
            aside.mkdir(parents=True, exist_ok=True)
            journal.replace(aside / journal.name)


@contextmanager
def _in_one_transaction(aside: str) -> Iterator[None]:
    """PostgreSQL: the present tables go into a schema of that name, and new ones are made, or nothing."""
    name = connection.ops.quote_name(aside)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            present = connection.introspection.table_names(cursor)
            if present:
                cursor.execute(f"CREATE SCHEMA {name}")
            for table in present:
                quoted = connection.ops.quote_name(table)
                cursor.execute(f"ALTER TABLE {quoted} SET SCHEMA {name}")
            cursor.execute(
                "SELECT p.oid::regprocedure::text FROM pg_proc p"
                " WHERE pronamespace = current_schema()::regnamespace AND pg_has_role(proowner, 'USAGE')"
                " AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND deptype = 'e')"
            )
            for (function,) in cursor.fetchall() if present else ():
                cursor.execute(f"ALTER FUNCTION {function} SET SCHEMA {name}")
            yield
    except DatabaseError as error:
        told = _("PostgreSQL refused, and nothing was changed: {reason}")
        raise CommandFailed(told.format(reason=str(error).splitlines()[0])) from None


def _check_room(bundle: Bundle) -> None:
    free = shutil.disk_usage(settings.HOME).free
    if free < bundle.size * ROOM:
        told = _("the disk has {free} MB free and {wanted} MB are wanted; nothing was changed")
        raise CommandFailed(
            told.format(free=free // 1_000_000, wanted=int(bundle.size * ROOM) // 1_000_000)
        )
