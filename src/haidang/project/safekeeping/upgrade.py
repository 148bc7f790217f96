"""Bringing the tables up to the program: looking first, a backup first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.db import connection

from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _
from haidang.project.safekeeping import databases
from haidang.project.safekeeping.backup import (
    BEFORE_UPGRADE,
    UPGRADES_KEPT,
    Made,
    backups_folder,
    find_last_backup,
    log_backup,
    make_backup,
    prune_backups,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What an upgrade would meet. `newer`: migrations of a newer program; then nothing may start."""

    pending: list[str]
    newer: list[str]
    damage: str  # "" if the database can be read
    last_backup: datetime | None

    @property
    def may_go_on(self) -> bool:
        return not self.newer and not self.damage


def look_ahead() -> Outlook:
    """Look at the desk's database; changes nothing."""
    applied = databases.find_applied()
    pending = databases.find_pending()
    newer = databases.find_unknown([node for node in applied if _is_installed(node[0])])
    damage = ""
    if connection.vendor == "sqlite" and settings.DATABASE_FILE.exists():
        try:
            databases.check_file(settings.DATABASE_FILE)
        except CommandFailed as error:
            damage = str(error)
    readable = not damage and not newer and not any(node[0] == "core" for node in pending)
    return Outlook(
        pending=[".".join(node) for node in pending],
        newer=[".".join(node) for node in newer],
        damage=damage,
        last_backup=find_last_backup() if readable else None,
    )


def upgrade(*, now: datetime) -> Made | None:
    """Back up the database and bring its tables up; the backup, None if nothing was to be done."""
    refuse_newer()
    if not databases.find_pending():
        return None
    made = None
    if databases.is_living(vendor=connection.vendor, file=settings.DATABASE_FILE):
        made = make_backup(now=now, why=BEFORE_UPGRADE, with_files=False)
        prune_backups(backups_folder(), why=BEFORE_UPGRADE, keep=UPGRADES_KEPT)
    databases.bring_forward()
    if made is not None:
        log_backup(made, now=now)
    return made


def refuse_newer() -> None:
    """Raises CommandFailed if a newer program has been at work on these tables."""
    applied = [node for node in databases.find_applied() if _is_installed(node[0])]
    newer = databases.find_unknown(applied)
    if newer:
        told = _(
            "the tables are of a newer version of Hải Đăng ({migration}); bring the program up"
        )
        raise CommandFailed(told.format(migration=".".join(newer[0])))


def _is_installed(label: str) -> bool:
    """A library that is no longer used may have left its migrations behind."""
    return label in apps.app_configs
