"""What one can find of whole exports: those under way, and the lines that strangers see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings

from haidang.core.models import ExportRequest, LogEntry

ACT = "export_desk"
ASK_LIFE = timedelta(days=7)  # for the second person to agree
AGREED_LIFE = timedelta(days=7)  # for the command to be run
FILE_LIFE = timedelta(hours=48)  # for the asker to take it
PAGE = 20

State = Literal[
    "waits", "lapsed", "making", "command", "ready", "written", "gone", "dropped", "failed"
]


@dataclass(frozen=True, slots=True)
class PublicExport:
    """One line of the log as strangers see it. `purpose` is "" where the words were erased."""

    number: int
    at: datetime
    digest: str
    purpose: str
    bytes: int | None
    sha256: str


def exports_folder() -> Path:
    """Where exports lie until they are taken; neither a backup nor another export holds it."""
    return Path(settings.HOME) / "exports"


def find_exports() -> list[ExportRequest]:
    """The last requests, newest first."""
    return list(ExportRequest.objects.select_related("asked_by", "agreed_by")[:PAGE])


def state_of(export: ExportRequest, *, now: datetime) -> State:
    """How far a request has come."""
    if export.trouble:
        return "failed"
    if export.dropped_at is not None:
        return "dropped"
    if export.made_at is not None:
        if export.by_command:
            return "written"
        return "ready" if export.file and now < export.made_at + FILE_LIFE else "gone"
    if export.agreed_at is not None:
        if not export.by_command:
            return "making"
        return "command" if now < export.agreed_at + AGREED_LIFE else "lapsed"
    return "waits" if now < export.asked_at + ASK_LIFE else "lapsed"


def find_open_export(*, now: datetime) -> ExportRequest | None:
    """The request that is on its way or lies ready, if there is one: there is one at a time."""
    for export in ExportRequest.objects.filter(dropped_at=None, trouble="")[:PAGE]:
        if state_of(export, now=now) in {"waits", "making", "command", "ready"}:
            return export
    return None


def find_exports_to_make() -> list[int]:
    """Numbers of what two people agreed to and nobody made yet, for the desk to make by itself."""
    waiting = ExportRequest.objects.filter(
        agreed_at__isnull=False, made_at=None, dropped_at=None, trouble="", by_command=False
    )
    return list(waiting.order_by("id").values_list("id", flat=True))


def find_export_files() -> frozenset[str]:
    """Names of the files that lie ready; any other in the folder is what a crash left."""
    names = ExportRequest.objects.exclude(file="").values_list("file", flat=True)
    return frozenset(names)


def find_public_exports() -> tuple[PublicExport, ...]:
    """The whole exports of this desk as the log tells them, newest first, without names or reasons."""
    rows = LogEntry.objects.filter(act=ACT).order_by("-number")
    told = rows.values_list("number", "at", "digest", "words__data")[:50]
    return tuple(
        PublicExport(
            number, at, digest, str((data or {}).get("purpose", "")),
            (data or {}).get("bytes"), str((data or {}).get("sha256", "")),
        )
        for number, at, digest, data in told
    )  # fmt: skip
