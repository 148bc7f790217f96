"""What the whole desk does by itself, beside its rooms: backups, exports, and forgetting what is spent."""

from __future__ import annotations

import logging
import secrets
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from haidang.core import actions
from haidang.core.jobs import Periodic, enqueue_alone, enqueue_once, job
from haidang.core.models import ExportRequest
from haidang.core.queries.exports import (
    FILE_LIFE,
    exports_folder,
    find_export_files,
    find_exports_to_make,
)
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _
from haidang.project.safekeeping.backup import (
    BY_ITSELF,
    backups_folder,
    find_last_backup,
    log_backup,
    make_backup,
    prune_backups,
)
from haidang.project.safekeeping.export import export_desk
from haidang.watch.queries.disk import WARN, measure_sizes

LOOK = timedelta(minutes=10)
FORGET = timedelta(hours=6)
SWEEP_EXPORTS = timedelta(seconds=20)

log = logging.getLogger(__name__)


@job(queue="fetch")
def back_up() -> None:
    """Make the backup that is due, and keep as many as the settings say.

    Not where it would fill the disk beyond four fifths: then the log, `doctor` and the metrics tell.
    """
    where = backups_folder()
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    if _would_fill(where):
        log.error("no backup was made: it would fill the disk")
        return
    made = make_backup(now=timezone.now(), why=BY_ITSELF)
    log_backup(made, now=timezone.now())
    prune_backups(where, why=BY_ITSELF, keep=settings.OPTIONS["BACKUP_KEEP"])


def back_up_next(now: datetime) -> bool:
    """Have a backup made if the last one is too old; the clock that jumps back makes none early."""
    hours = settings.OPTIONS["BACKUP_HOURS"]
    if not hours:
        return False
    last = find_last_backup()
    if last is not None and now - last < timedelta(hours=hours):
        return False
    return enqueue_once(back_up)


@job(queue="fetch")
def make_export(number: int) -> None:
    """Write the whole export that two people agreed to; not where it would fill the disk."""
    export = ExportRequest.objects.filter(id=number, made_at=None, trouble="").first()
    if export is None:
        return
    where = exports_folder()
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        if _would_fill(where):
            raise CommandFailed(_("it would fill the disk"))
        name = f"{secrets.token_hex(16)}.zip"
        export_desk(where / name, request=export, now=timezone.now())
    except (CommandFailed, OSError) as error:
        log.exception("the export %s was not written", number)
        actions.note_export_failed(number, trouble=str(error), now=timezone.now())


def make_exports_next(now: datetime) -> int:
    """Have written what two people agreed to, and delete files whose time is over; how many of both."""
    numbers = find_exports_to_make()
    for number in numbers:
        enqueue_alone(make_export, number=number)
    gone = actions.forget_export_files(now=now)
    for name in gone:
        (exports_folder() / name).unlink(missing_ok=True)
    _forget_leftovers(now=now)
    return len(numbers) + len(gone)


def _forget_leftovers(*, now: datetime) -> None:
    """Delete what a crash left in the folder of exports: files of nobody, when their time would be over too."""
    known = find_export_files()
    for path in exports_folder().glob("*"):
        if path.name not in known and path.stat().st_mtime < (now - FILE_LIFE).timestamp():
            path.unlink(missing_ok=True)


def _would_fill(where: Path) -> bool:
    """Whether a copy of the desk would fill the disk beyond four fifths."""
    sizes, disk = measure_sizes(), shutil.disk_usage(where)
    wanted = sizes.database * 2 + sizes.archive + sizes.files
    return disk.used + wanted > WARN * (disk.used + disk.free)


def forget_spent(now: datetime) -> int:
    """Forget links that are used up, sessions that ended and old lines of inboxes; how many."""
    return actions.forget_spent(now=now) + actions.prune_inbox(now=now)


PERIODICS = (
    Periodic("project.backup", LOOK, back_up_next),
    Periodic("project.exports", SWEEP_EXPORTS, make_exports_next),
    Periodic("project.forget_spent", FORGET, forget_spent),
)
