"""What fills the disk, how fast, and what goes when."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from haidang.core.machines import evidence_folder
from haidang.engine.archive import find_files
from haidang.watch.models import DiskReading, Snapshot

WARN, STOP = 0.80, 0.95
RATE_DAYS = 14  # growth is told over so many days, or as many as there are
MONTHS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """One measuring, in bytes. `days` maps a day (ISO) to the bytes of its records; "" is moved ones."""

    database: int
    search: int
    archive: int
    files: int
    logs: int
    kept: int
    total: int
    free: int
    days: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that fills the disk. `a_day` None: not known yet."""

    name: str  # articles, search, archive, files, logs
    bytes: int
    a_day: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The archive of one month, and the days on which the first and the last of it go."""

    month: date
    bytes: int
    goes_from: date | None
    goes_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskPage:
    measured_at: datetime
    parts: tuple[Part, ...]
    months: tuple[Month, ...]
    kept: int
    ours: int
    others: int  # on the same disk, not ours
    total: int
    free: int
    used_share: float
    a_day: int | None
    full_on: date | None  # when it is 95 % full at the present rate; None: not within ten years
    keeps_days: int  # 0: for ever

    @property
    def state(self) -> str:
        """fine, warn or stop."""
        return disk_state(self.used_share)


def disk_state(share: float) -> str:
    """fine; warn from 80 %; from 95 % on stop: no new archive records."""
    if share >= STOP:
        return "stop"
    return "warn" if share >= WARN else "fine"


def find_used_share() -> float:
    """How full the disk of the data folder is now, of what we may use of it."""
    told = shutil.disk_usage(settings.HOME)
    return told.used / max(1, told.used + told.free)


def measure_sizes() -> Sizes:
    """Measure all. Reads the folder and asks the database; some seconds on a large desk."""
    home, told = Path(settings.HOME), shutil.disk_usage(settings.HOME)
    days: Counter[str] = Counter()
    for one in find_files(evidence_folder()):
        days[one.day] += one.bytes
    kept = Snapshot.objects.exclude(kept_why="").aggregate(size=Sum("length"))["size"]
    return Sizes(
        database=_database_size(),
        search=_search_size(),
        archive=sum(days.values()),
        files=_folder_size(evidence_folder() / "files"),
        logs=sum(path.stat().st_size for path in home.glob("*.log*") if path.is_file()),
        kept=kept or 0,
        total=told.used + told.free,
        free=told.free,
        days=dict(sorted(days.items())),
    )


def find_disk() -> DiskPage | None:
    """What the page tells; None before the first measuring."""
    last = DiskReading.objects.order_by("-day").first()
    if last is None:
        return None
    since = last.day - timedelta(days=RATE_DAYS)
    first = DiskReading.objects.filter(day__gte=since).order_by("day").first()
    assert first is not None
    parts = tuple(
        Part(name=name, bytes=_part(last, name), a_day=_rate(first, last, name))
        for name in ("articles", "search", "archive", "files", "logs")
    )
    ours = sum(part.bytes for part in parts)
    known = [part.a_day for part in parts if part.a_day is not None]
    a_day = sum(known) if known else None
    return DiskPage(
        measured_at=last.measured_at,
        parts=parts,
        months=_months(last.days),
        kept=last.kept,
        ours=ours,
        others=max(0, last.total - last.free - ours),
        total=last.total,
        free=last.free,
        used_share=(last.total - last.free) / max(1, last.total),
        a_day=a_day,
        full_on=_full_on(last, a_day),
        keeps_days=settings.OPTIONS["WARC_DAYS"],
    )


def _part(row: DiskReading, name: str) -> int:
    if name == "articles":
        return max(0, row.database - row.search)
    return int(getattr(row, name))


def _rate(first: DiskReading, last: DiskReading, name: str) -> int | None:
    span = (last.measured_at - first.measured_at) / timedelta(days=1)
    return round((_part(last, name) - _part(first, name)) / span) if span >= 1 else None


def _full_on(last: DiskReading, a_day: int | None) -> date | None:
    room = last.total * STOP - (last.total - last.free)
    if a_day is None or a_day <= 0 or room <= 0 or room / a_day > 3650:
        return None
    return last.day + timedelta(days=int(room / a_day))


def _months(days: dict[str, int]) -> tuple[Month, ...]:
    """Newest month first; a record goes on the day after it was kept for long enough."""
    keeps = settings.OPTIONS["WARC_DAYS"]
    by_month: dict[date, list[tuple[date, int]]] = {}
    for told, size in days.items():
        if told:
            day = date.fromisoformat(told)
            by_month.setdefault(day.replace(day=1), []).append((day, size))
    after = timedelta(days=keeps + 1)
    return tuple(
        Month(
            month=month,
            bytes=sum(size for _day, size in held),
            goes_from=min(held)[0] + after if keeps else None,
            goes_until=max(held)[0] + after if keeps else None,
        )
        for month, held in sorted(by_month.items(), reverse=True)[:MONTHS]
    )


def _database_size() -> int:
    if connection.vendor == "postgresql":
        return _ask("SELECT pg_database_size(current_database())")
    paths = (Path(f"{connection.settings_dict['NAME']}{end}") for end in ("", "-wal", "-shm"))
    return sum(path.stat().st_size for path in paths if path.is_file())


def _search_size() -> int:
    if connection.vendor == "postgresql":
        return _ask("SELECT pg_total_relation_size('watch_search')")
    return _ask("SELECT SUM(LENGTH(block)) FROM watch_search_data")


def _ask(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0] or 0)


def _folder_size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("??/*") if path.is_file())


def count_removed() -> tuple[int, datetime | None]:
    """How many records went by retention, and when the last did."""
    gone = Snapshot.objects.filter(removed_at__isnull=False)
    last = gone.order_by("-removed_at").values_list("removed_at", flat=True).first()
    return gone.count(), last
