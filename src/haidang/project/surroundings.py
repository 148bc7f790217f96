"""What `haidang doctor` sees around the desk: clock, fonts, keys, backups, and the way in from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from haidang.core.models import LogEntry
from haidang.project.cli.words import _
from haidang.project.findings import Finding
from haidang.project.safekeeping import folder
from haidang.project.safekeeping.backup import backups_folder, find_last_backup
from haidang.watch.models import Article

SKEW = timedelta(minutes=2)
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def look_at_clock() -> Finding:
    """A clock behind what was written already has jumped back; PostgreSQL's must agree with ours."""
    what, now = _("Clock"), timezone.now()
    written = [
        LogEntry.objects.aggregate(at=Max("at"))["at"],
        Article.objects.aggregate(at=Max("first_seen"))["at"],
    ]
    newest = max((at for at in written if at), default=now)
    if newest > now + SKEW:
        told = _("it stands before what was written already ({at}); set it, or wait")
        return Finding(
            what, "bad", told.format(at=timezone.localtime(newest).isoformat(" ", "minutes"))
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            theirs = cursor.fetchone()[0]
        if abs(theirs - timezone.now()) > SKEW:
            return Finding(what, "bad", _("it differs from PostgreSQL's by more than two minutes"))
    return Finding(what, "ok", f"{timezone.localtime(now):%d/%m/%Y %H:%M} {settings.TIME_ZONE}")


def look_at_fonts() -> Finding:
    """Pages bring their own fonts; pictures of pages that Chromium takes need one of the system."""
    what = _("Fonts")
    tool = shutil.which("fc-list")
    if tool is None:
        return Finding(what, "note", _("not looked at: fontconfig is not here"))
    done = subprocess.run([tool, ":lang=vi", "family"], capture_output=True, text=True, check=False)  # noqa: S603 -- a fixed command of the system
    families = sorted(set(done.stdout.split("\n")) - {""})
    if families:
        return Finding(what, "ok", _("{count} with Vietnamese letters").format(count=len(families)))
    return Finding(what, "note", _("none with Vietnamese letters: apt install fonts-noto-core"))


def look_at_keys() -> Finding:
    """Keys, the settings' file and the database are their owner's alone."""
    what, home = _("Secret keys"), Path(settings.HOME)
    open_ = [
        str(name)
        for name in folder.find_files(home)
        if folder.is_secret(name) and (home / name).stat().st_mode & 0o077
    ]
    if open_:
        told = _("others may read {files}: chmod 600")
        return Finding(what, "bad", told.format(files=", ".join(open_)))
    strangers = [
        str(name)
        for name in folder.find_files(home)
        if folder.is_secret(name) and (home / name).stat().st_uid != os.geteuid()
    ]
    if strangers:
        told = _("{files} belong to somebody else than who runs the desk")
        return Finding(what, "note", told.format(files=", ".join(strangers)))
    database = settings.DATABASE_FILE
    if (
        connection.vendor == "sqlite"
        and database.exists()
        and database.stat().st_mode & 0o007
        and home.stat().st_mode & 0o005
    ):
        return Finding(
            what,
            "note",
            _("everyone on this machine may read the database: chmod 700 {home}").format(home=home),
        )
    return Finding(what, "ok", _("readable by their owner only"))


def look_at_backup() -> Finding:
    """The last backup, wherever it went."""
    what, last, hours = _("Backup"), find_last_backup(), settings.OPTIONS["BACKUP_HOURS"]
    if last is None:
        return Finding(what, "note", _("none was made yet: `haidang backup`"))
    age = timezone.now() - last
    told = _("last one {hours} hours ago, into {folder}").format(
        hours=int(age.total_seconds() // 3600), folder=backups_folder()
    )
    if age > timedelta(hours=max(48, 2 * hours)):
        return Finding(what, "bad" if hours else "note", told)
    if not settings.OPTIONS["BACKUP_PASSPHRASE"]:
        told += "; " + _(
            "its keys are not in it: set HAIDANG_BACKUP_PASSPHRASE, or keep secret_key elsewhere"
        )
        return Finding(what, "note", told)
    return Finding(what, "ok", told)


def look_at_way_in() -> Finding:
    """Address, HTTPS, proxies and names: do they fit together? (docs/operate/https.md)"""
    what, options = _("Way in"), settings.OPTIONS
    listens, base = options["HOST"].strip("[]"), urlsplit(settings.BASE_URL)
    if not settings.BASE_URL:
        if listens in LOOPBACK:
            return Finding(what, "ok", _("this machine only"))
        told = _(
            "it listens on {host} without HTTPS: passwords can be read on the way; docs/operate/https.md"
        )
        return Finding(what, "bad", told.format(host=listens))
    if base.scheme != "https" and base.hostname not in LOOPBACK:
        return Finding(
            what, "bad", _("HAIDANG_BASE_URL is not https: passwords can be read on the way")
        )
    if base.scheme == "https" and not options["TRUSTED_PROXIES"]:
        told = _(
            "HAIDANG_TRUSTED_PROXIES is empty: everyone seems to come from the proxy; set its address"
        )
        return Finding(what, "bad", told)
    if listens not in LOOPBACK:
        told = _(
            "it listens on {host} as well as behind a proxy: whoever reaches it goes round HTTPS"
        )
        return Finding(what, "note", told.format(host=listens))
    if (base.hostname or "").replace(".", "").replace(":", "").isdigit():
        return Finding(what, "note", _("passkeys need a name, not an address, in HAIDANG_BASE_URL"))
    return Finding(what, "ok", settings.BASE_URL)
