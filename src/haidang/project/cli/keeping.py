"""Verbs that keep a desk safe: backup, restore, export, db, upgrade."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from haidang.project.cli.main import Adder, CommandFailed, wake_django
from haidang.project.cli.words import _

if TYPE_CHECKING:
    from haidang.project.safekeeping.upgrade import Outlook


def add_verbs(add: Adder) -> None:
    """backup, restore, export, db, upgrade."""
    backup = add("backup", _("Back up the whole desk into one file, while it runs."), run_backup)
    backup.add_argument(
        "to",
        nargs="?",
        type=Path,
        help=_("a file or a folder (default: backups in the data folder)"),
    )
    restore = add("restore", _("Put a backup in the place of an empty desk."), run_restore)
    restore.add_argument("file", type=Path)
    restore.add_argument(
        "--verify", action="store_true", help=_("only look at every byte of it; change nothing")
    )
    restore.add_argument(
        "--replace", action="store_true", help=_("also of a living desk, which is kept aside")
    )
    export = add(
        "export",
        _("Write the whole desk in open formats, without secrets, into one file."),
        run_export,
    )
    export.add_argument("file", type=Path)
    export.add_argument(
        "--request",
        type=int,
        metavar=_("NUMBER"),
        help=_("the export that two people agreed to at /desk/export"),
    )
    database = add("db", _("Move the desk between SQLite and PostgreSQL."), run_db)
    database.add_argument("act", choices=["move"])
    database.add_argument(
        "to", metavar=_("TARGET"), help=_("postgres://user:password@host/name, or sqlite")
    )
    upgrade = add("upgrade", _("Back up the database and bring its tables up."), run_upgrade)
    upgrade.add_argument(
        "--check", action="store_true", help=_("only tell what would be done; change nothing")
    )


def run_backup(arguments: argparse.Namespace) -> int:
    wake_django()
    from django.utils import timezone

    from haidang.project.safekeeping.backup import log_backup, make_backup

    _ask_for_desk()
    made = make_backup(arguments.to, now=timezone.now())
    log_backup(made, now=timezone.now())
    told = _("{path}: {megabytes} MB, {rows} rows")
    print(told.format(path=made.path, megabytes=_megabytes(made.bytes), rows=made.rows))
    if not made.keys:
        print(
            _(
                "The keys are not in it: set HAIDANG_BACKUP_PASSPHRASE, or keep secret_key elsewhere."
            )
        )
    return 0


def run_restore(arguments: argparse.Namespace) -> int:
    wake_django()
    from django.utils import timezone

    from haidang.project.safekeeping import restore

    if arguments.verify:
        looked = restore.verify(arguments.file)
        told = _("“{file}” is whole: {rows} rows, {files} files")
        print(told.format(file=arguments.file.name, rows=looked.rows, files=looked.files))
        if looked.damaged:
            told = _("{count} archived records were damaged already when it was made")
            print(told.format(count=looked.damaged))
        return 0
    with _held_desk():
        done = restore.restore(arguments.file, now=timezone.now(), replace=arguments.replace)
    told = _("Restored: {rows} rows, {files} files.")
    print(told.format(rows=done.rows, files=done.files))
    _tell_keys(done.keys)
    if done.aside:
        print(_("What stood here is kept in {folder}").format(folder=done.aside))
    return 0


def run_import(file: Path) -> int:
    """`import` of a whole desk, which is told from articles by how the file begins."""
    from django.utils import timezone

    from haidang.project.safekeeping import restore

    with _held_desk():
        done = restore.restore(file, now=timezone.now(), replace=False, kind="export")
    told = _("Taken in: {rows} rows, {files} files.")
    print(told.format(rows=done.rows, files=done.files))
    print(_("No password came with it: `haidang user passwd NAME` makes a link for each member."))
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    wake_django()
    from django.utils import timezone

    from haidang.project.safekeeping.export import export_desk, find_agreed

    _ask_for_desk()
    request = find_agreed(arguments.request, now=timezone.now())
    made = export_desk(arguments.file, request=request, now=timezone.now())
    told = _("{path}: {megabytes} MB, {rows} rows")
    print(told.format(path=made.path, megabytes=_megabytes(made.bytes), rows=made.rows))
    return 0


def run_db(arguments: argparse.Namespace) -> int:
    wake_django()
    from django.utils import timezone

    from haidang.project.safekeeping.move import SQLITE, move_database

    _ask_for_desk()
    with _held_desk():
        loaded = move_database(arguments.to, now=timezone.now())
    told = _("Moved: {rows} rows of {tables} tables; each was read back and compared.")
    print(told.format(rows=sum(loaded.values()), tables=len(loaded)))
    if arguments.to == SQLITE:
        print(_("Start the desk without HAIDANG_DATABASE_URL now; PostgreSQL was left as it is."))
    else:
        print(
            _(
                "Start the desk with HAIDANG_DATABASE_URL set to it now; SQLite's file was left as it is."
            )
        )
    return 0


def run_upgrade(arguments: argparse.Namespace) -> int:
    wake_django()
    from haidang.project import supervisor
    from haidang.project.safekeeping import upgrade

    if arguments.check:
        _ask_for_desk()
        return _tell_outlook(upgrade.look_ahead())
    with _held_desk():
        made = supervisor.prepare_data()
        if made is not None:
            print(_("The database was backed up first: {path}").format(path=made.path))
    print(_("The tables are those of this version."))
    return 0


def _tell_outlook(outlook: Outlook) -> int:
    from django.utils import timezone

    for migration in outlook.newer:
        print("✗ " + _("of a newer version: {migration}").format(migration=migration))
    if outlook.damage:
        print(f"✗ {outlook.damage}")
    for migration in outlook.pending:
        print("· " + _("to be applied: {migration}").format(migration=migration))
    if not outlook.pending and not outlook.newer:
        print("✓ " + _("The tables are those of this version."))
    if outlook.last_backup:
        at = timezone.localtime(outlook.last_backup).strftime("%d/%m/%Y %H:%M")
        print("· " + _("last backup: {at}").format(at=at))
    return 0 if outlook.may_go_on else 1


def _tell_keys(keys: str) -> None:
    told = {
        "restored": "",
        "left out": _(
            "It held no keys: put secret_key back, or members sign in anew and subscriptions are entered again."
        ),
        "no passphrase": _("Its keys are sealed: set HAIDANG_BACKUP_PASSPHRASE and restore again."),
    }[keys]
    if told:
        print(told)


def _ask_for_desk() -> None:
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "sqlite" and not settings.DATABASE_FILE.exists():
        told = _("there is no desk in {home} yet")
        raise CommandFailed(told.format(home=settings.HOME))


@contextmanager
def _held_desk() -> Iterator[None]:
    from django.conf import settings

    from haidang.project import supervisor

    lock = supervisor.hold_lock(Path(settings.HOME) / "up.lock")
    try:
        yield
    finally:
        lock.close()


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f}"
