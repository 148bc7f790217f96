"""Moving the desk between SQLite and PostgreSQL, and back.

The source is only read. The target must be empty; it is filled in one transaction (PostgreSQL) or in a
file beside (SQLite), so that a kill leaves it empty. Files and keys stay where they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from haidang.core.actions import log_act
from haidang.core.tables import count_rows
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _
from haidang.project.options import BadOption
from haidang.project.safekeeping import databases, folder, tables
from haidang.project.safekeeping.backup import describe_tables
from haidang.project.safekeeping.bundle import Bundle, BundleWriter, sync_folder
from haidang.project.settings import database_at

SQLITE = "sqlite"


def move_database(to: str, *, now: datetime) -> dict[str, int]:
    """Copy all rows into the database `to` ("sqlite" or a postgres:// address); table → rows.

    The caller holds the desk's lock and sets HAIDANG_DATABASE_URL afterwards. Raises CommandFailed, with
    both databases as they were.
    """
    home, file = Path(settings.HOME), settings.DATABASE_FILE
    target = _target(to, file)
    if databases.find_pending():
        raise CommandFailed(_("the tables are of an older version; `haidang upgrade` first"))
    with folder.make_beside(home) as beside:
        path = beside / "move.zip"
        with BundleWriter(path) as writer, databases.snapshot(beside / "source.sqlite3"):
            nodes = databases.find_applied()
            about = {"kind": "move", **describe_tables(nodes, now=now)}
            about["tables"] = tables.add_tables(writer, databases.find_models_at(nodes))
            writer.finish(about)
        with Bundle(path) as bundle:
            if to == SQLITE:
                staged = beside / folder.DATABASE
                with databases.standing_on_file(staged):
                    loaded = _load(bundle, now=now, what=SQLITE)
                databases.check_file(staged)
                staged.replace(file)
                sync_folder(home)
            else:
                with databases.standing_on(target):
                    loaded = _load_in_one(bundle, now=now)
    return loaded


def _target(to: str, file: Path) -> Mapping[str, Any]:
    if to == SQLITE:
        if connection.vendor == "sqlite":
            raise CommandFailed(_("the desk is on SQLite already"), code=2)
        if file.exists() and file.stat().st_size:
            told = _("{file} is there already: move it away first")
            raise CommandFailed(told.format(file=file))
        return {}
    if connection.vendor == "postgresql":
        told = _("the desk is on PostgreSQL already; `haidang db move sqlite` moves it back")
        raise CommandFailed(told, code=2)
    try:
        return database_at(to) if to else {}
    except BadOption as error:
        raise CommandFailed(str(error), code=2) from None


def _load_in_one(bundle: Bundle, *, now: datetime) -> dict[str, int]:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                present = connection.introspection.table_names(cursor)
            if present:
                told = _("the target is not empty: it has {count} tables, such as {table}")
                raise CommandFailed(told.format(count=len(present), table=min(present)))
            return _load(bundle, now=now, what="postgresql")
    except DatabaseError as error:
        told = _("PostgreSQL refused, and nothing was changed: {reason}")
        raise CommandFailed(told.format(reason=str(error).splitlines()[0])) from None


def _load(bundle: Bundle, *, now: datetime, what: str) -> dict[str, int]:
    """Load all, compare, and write the move into the log that moved."""
    loaded = tables.load_bundle(bundle)
    differing = [table for table, rows in loaded.items() if count_rows(table) != rows]
    if differing:
        sentence = _("the number of rows differs in {tables}")
        raise CommandFailed(sentence.format(tables=", ".join(differing)))
    log_act("move_database", by=None, now=now, what=what, rows=sum(loaded.values()))
    return loaded
