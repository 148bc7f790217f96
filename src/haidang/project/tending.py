"""What the whole desk does by itself, beside its rooms: backups, and forgetting what is spent."""

from __future__ import annotations

import logging
import shutil
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from haidang.core import actions
from haidang.core.jobs import Periodic, enqueue_once, job
from haidang.project.safekeeping.backup import (
    BY_ITSELF,
    backups_folder,
    find_last_backup,
    log_backup,
    make_backup,
    prune_backups,
)
from haidang.watch.queries.disk import WARN, measure_sizes

LOOK = timedelta(minutes=10)
FORGET = timedelta(hours=6)

log = logging.getLogger(__name__)


@job(queue="fetch")
def back_up() -> None:
    """Make the backup that is due, and keep as many as the settings say.

    Not where it would fill the disk beyond four fifths: then the log, `doctor` and the metrics tell.
    """
    where = backups_folder()
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    sizes, disk = measure_sizes(), shutil.disk_usage(where)
    wanted = sizes.database * 2 + sizes.archive + sizes.files
    if disk.used + wanted > WARN * (disk.used + disk.free):
        log.error("no backup was made: it would fill the disk (%s MB)", wanted // 1_000_000)
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


def forget_spent(now: datetime) -> int:
    """Forget links that are used up and sessions that ended; how many."""
    return actions.forget_spent(now=now)


PERIODICS = (
    Periodic("project.backup", LOOK, back_up_next),
    Periodic("project.forget_spent", FORGET, forget_spent),
)
