"""`haidang doctor`: is all that the desk needs there and well? Looks, and changes nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from haidang.core.machines import evidence_folder, find_file_store, user_agent
from haidang.core.queries.contact import find_contact
from haidang.engine.archive import WarcStore
from haidang.engine.clippings import find_tools, knows_vietnamese
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.net import Gate, GateSettings
from haidang.engine.sandbox import Sandbox
from haidang.project import surroundings
from haidang.project.cli.words import _
from haidang.project.findings import Finding
from haidang.watch.queries.archive import find_records
from haidang.watch.queries.disk import disk_state, find_used_share
from haidang.watch.queries.drafts import find_kept_hashes
from haidang.watch.queries.health import find_disorder

LOW_DISK_GB = 1.0
OLDEST_SQLITE = (3, 35)


def print_report(*, as_json: bool) -> int:
    """Print all findings; exit code 1 if one is bad."""
    findings = list(_look())
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        marks = {"ok": "✓", "note": "·", "bad": "✗"}
        for finding in findings:
            print(f"{marks[finding.state]} {finding.what}: {finding.told}")
    return 1 if any(finding.state == "bad" for finding in findings) else 0


def _look() -> Iterator[Finding]:
    looks: tuple[Callable[[], Finding], ...] = (
        _look_at_python,
        _look_at_database,
        _look_at_order,
        _look_at_disk,
        surroundings.look_at_clock,
        surroundings.look_at_keys,
        surroundings.look_at_backup,
        surroundings.look_at_way_in,
        surroundings.look_at_mail,
        _look_at_archive,
        _look_at_gate,
        _look_at_reader,
        _look_at_contact,
        _look_at_clippings,
        _look_at_chromium,
        surroundings.look_at_fonts,
    )
    for look in looks:
        finding = look()
        yield finding
        if look is _look_at_database and finding.state == "bad":
            return  # what stands on the database cannot be looked at
    yield from surroundings.look_at_languages()


def _look_at_python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(_("Python"), "ok" if sys.version_info >= (3, 11) else "bad", version)


def _look_at_database() -> Finding:
    what = _("Database")
    waiting = MigrationExecutor(connection)
    plan = waiting.migration_plan(waiting.loader.graph.leaf_nodes())
    if plan:
        return Finding(
            what, "bad", _("its tables are of an older version; `haidang init` mends it")
        )
    if connection.vendor == "sqlite":
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            return Finding(what, "bad", _("this SQLite is too old: ") + sqlite3.sqlite_version)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            told = cursor.fetchone()[0]
        if told != "ok":
            return Finding(what, "bad", _("the file is damaged: ") + str(told))
        return Finding(what, "ok", f"SQLite {sqlite3.sqlite_version}")
    return Finding(what, "ok", f"PostgreSQL {connection.pg_version // 10000}")  # type: ignore[attr-defined]  # PostgreSQL's own


def _look_at_order() -> Finding:
    """Whether tables, story numbers and search rows agree."""
    disorder = find_disorder()
    told = _("articles, stories and search agree") if not disorder else "; ".join(disorder)
    return Finding(_("Records"), "bad" if disorder else "ok", told)


def _look_at_disk() -> Finding:
    free, share = shutil.disk_usage(settings.HOME).free / 1e9, find_used_share()
    state = disk_state(share)
    told = _("{free:.1f} GB free, {percent} % full").format(free=free, percent=int(share * 100))
    if state == "stop":
        return Finding(_("Disk"), "bad", told + "; " + _("no new pages are archived"))
    if state == "warn":
        return Finding(_("Disk"), "note", told + "; " + _("`haidang disk` tells what fills it"))
    return Finding(_("Disk"), "ok" if free > LOW_DISK_GB else "bad", told)


def _look_at_archive() -> Finding:
    """The newest thousand records; `haidang evidence verify` looks at all."""
    records = list(find_records())[-1000:]
    faults = sum(1 for _fault in WarcStore(evidence_folder()).verify(records))
    faults += sum(1 for _fault in find_file_store().verify(find_kept_hashes()))
    if faults:
        return Finding(_("Archive"), "bad", _("{count} records are damaged").format(count=faults))
    told = _("{count} newest records are as they were").format(count=len(records))
    return Finding(_("Archive"), "ok", told)


def _look_at_gate() -> Finding:
    """The gate must refuse this machine's own address; nothing is sent by asking."""
    gate = Gate(GateSettings(user_agent=user_agent()))
    try:
        gate.fetch("http://127.0.0.1:9/", obey_robots=False)
    except EngineError as error:
        denied = error.trouble in {Trouble.DENIED_ADDRESS, Trouble.BAD_ADDRESS}
        told = _("private addresses are refused") if denied else error.trouble.value
        return Finding(_("Gate"), "ok" if denied else "bad", told)
    finally:
        gate.close()
    return Finding(_("Gate"), "bad", _("a private address was fetched"))


def _look_at_reader() -> Finding:
    page = b"<html><body><p>Xin ch\xc3\xa0o</p></body></html>"
    with Sandbox(size=1) as reader:
        try:
            reader.run(
                "haidang.engine.extract:extract_page",
                page,
                url="http://example.org/",
                content_type="text/html; charset=utf-8",
                now=timezone.now(),
            )
        except EngineError as error:
            if error.trouble is not Trouble.NO_TEXT:
                return Finding(_("Reader"), "bad", str(error))
    return Finding(_("Reader"), "ok", _("pages are read in limited processes"))


def _look_at_contact() -> Finding:
    if find_contact() or settings.BASE_URL:
        return Finding(_("Contact"), "ok", user_agent())
    told = _(
        "publishers cannot reach you: tell a mail or web address at /people/organisation, or set HAIDANG_CONTACT"
    )
    return Finding(_("Contact"), "note", told)


def _look_at_clippings() -> Finding:
    """The tools that read text out of scans and PDF files; without them a person types."""
    what, tools = _("Clippings"), find_tools()
    if tools["tesseract"] is None or not knows_vietnamese():
        told = _("text of pictures is not read: apt install tesseract-ocr tesseract-ocr-vie")
        return Finding(what, "note", told)
    if tools["pdftotext"] is None:
        return Finding(what, "note", _("text of PDF files is not read: apt install poppler-utils"))
    return Finding(what, "ok", _("text of pictures and PDF files is read"))


def _look_at_chromium() -> Finding:
    found = find_chromium()
    if found:
        return Finding(_("Chromium"), "ok", found)
    return Finding(_("Chromium"), "note", _("not here; only the browser tests need it"))


def find_chromium() -> str:
    """Where Chromium is, or ""."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((str(Path(path)) for name in names if (path := shutil.which(name))), "")
