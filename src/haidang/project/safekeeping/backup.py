"""Backups: made while the desk runs, whole, with evidence; and some of them kept.

    links on all files ─► copy of the database at one moment ─► links on what came meanwhile ─► bundle

Evidence is written before the row that names it and deleted after it, so whatever the copy refers to is
held by a link. SQLite makes its copy itself (VACUUM INTO): writers go on, and what was erased does not
travel in free pages. PostgreSQL's tables are read in one snapshot, as JSON lines.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from haidang import __version__
from haidang.core.actions import log_act
from haidang.core.models import LogEntry
from haidang.core.tables import count_rows, find_last_ids, table_of
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _
from haidang.project.safekeeping import databases, folder, tables
from haidang.project.safekeeping.bundle import BundleWriter
from haidang.project.safekeeping.passphrase import seal_files

DATABASE_PART = "database/haidang.sqlite3"
KEYS_PART = "keys.sealed"
FILES = "files/"
BY_ITSELF, BEFORE_UPGRADE = "auto", "upgrade"
ACT = "make_backup"
UPGRADES_KEPT = 2
_NAMED = re.compile(r"haidang-(?P<why>[a-z]+-)?(?P<at>\d{8}T\d{6}Z)\.zip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made. `keys`: whether they are in it, sealed."""

    path: Path
    bytes: int
    rows: int
    keys: bool


def backups_folder() -> Path:
    """Where backups go unless told otherwise."""
    told = settings.OPTIONS["BACKUP_FOLDER"]
    return Path(told).expanduser() if told else Path(settings.HOME) / folder.BACKUPS


def make_backup(
    to: Path | None = None, *, now: datetime, why: str = "", with_files: bool = True
) -> Made:
    """Back up the desk into the file or folder `to`, or into the backups' folder.

    Without files (before an upgrade, which does not touch them) it holds database and keys only.
    """
    path = _choose_path(to, now=now, why=why)
    home = Path(settings.HOME)
    passphrase = settings.OPTIONS["BACKUP_PASSPHRASE"]
    try:
        with folder.make_beside(home) as beside, BundleWriter(path) as bundle:
            held = beside / "files"
            if with_files:
                folder.hold(home, held, besides=path.parent)
            with databases.snapshot(beside / folder.DATABASE):
                if with_files:
                    folder.hold(home, held, besides=path.parent)
                about = _describe(now=now)
                about["tables"] = _add_database(bundle, beside / folder.DATABASE)
            for name in folder.find_files(held):
                bundle.add_file(f"{FILES}{name}", held / name)
            about["keys"] = "sealed" if passphrase else "left out"
            if passphrase:
                bundle.add(KEYS_PART, [seal_files(_read_secrets(home), passphrase=passphrase)])
            about["files"] = with_files
            size = bundle.finish(about)
    except OSError as error:
        told = _("the backup could not be written: {reason}")
        raise CommandFailed(told.format(reason=error.strerror or error)) from None
    rows = sum(one["rows"] for one in about["tables"].values())
    return Made(path=path, bytes=size, rows=rows, keys=bool(passphrase))


def log_backup(made: Made, *, now: datetime) -> None:
    """Write a backup into the log of acts; its tables must be those of this version."""
    log_act(ACT, by=None, now=now, what=made.path.name, bytes=made.bytes, rows=made.rows)


def prune_backups(where: Path, *, why: str, keep: int) -> list[str]:
    """Delete the older ones of those made for that reason; their names. Others are never touched."""
    found = sorted(
        (told["at"], path)
        for path in where.glob("haidang-*.zip")
        if (told := _NAMED.fullmatch(path.name)) and (told["why"] or "") == f"{why}-"
    )
    gone = [path for _at, path in found[: max(0, len(found) - keep)]]
    for path in gone:
        path.unlink(missing_ok=True)
    return [path.name for path in gone]


def describe_tables(nodes: list[databases.Node], *, now: datetime) -> dict[str, Any]:
    """What every manifest tells of the desk and of its tables' version."""
    with connection.cursor() as cursor:  # not by its model, whose table may be of an older version
        cursor.execute("SELECT name, mode FROM core_desk")
        name, mode = cursor.fetchone() or ("", "new")
    return {
        "made_at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "program": __version__,
        "desk": {"name": name, "mode": mode},
        "vendor": connection.vendor,
        "migrations": tables.tell_nodes(nodes),
    }


def _describe(*, now: datetime) -> dict[str, Any]:
    return {"kind": "backup", **describe_tables(databases.find_applied(), now=now)}


def _add_database(bundle: BundleWriter, copy: Path) -> Mapping[str, dict[str, Any]]:
    found = databases.find_models_at(databases.find_applied())
    if connection.vendor != "sqlite":
        return tables.add_tables(bundle, found)
    bundle.add_file(DATABASE_PART, copy)
    last_ids = find_last_ids(found)
    names = [table_of(model) for model in found]
    return {
        table: {"rows": count_rows(table)}
        | ({"last_id": last_ids[table]} if table in last_ids else {})
        for table in names
    }


def _read_secrets(home: Path) -> dict[str, bytes]:
    return {
        str(name): (home / name).read_bytes()
        for name in folder.find_files(home)
        if folder.is_secret(name)
    }


def _choose_path(to: Path | None, *, now: datetime, why: str) -> Path:
    name = f"haidang-{why}{'-' if why else ''}{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.zip"
    where = to or backups_folder()
    path = where / name if to is None or where.is_dir() else where
    if path.exists():
        raise CommandFailed(_("{path} is there already").format(path=path))
    if to is None:
        where.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not os.access(path.parent, os.W_OK):
        raise CommandFailed(_("nothing can be written into {path}").format(path=path.parent))
    return path


def find_last_backup() -> datetime | None:
    """When the last backup was made, wherever it went; None if there was none."""
    return LogEntry.objects.filter(act=ACT).order_by("-id").values_list("at", flat=True).first()
