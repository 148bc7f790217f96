"""`haidang import FILE`: JSON lines or WARC, through the same pipeline as a feed's pages.

    file ──► sandbox[ rows or pages ] ──► host of a registered publication? ──► stored ──► placed

Hosts must belong to registered publications; `--register` proposes those that don't.
"""

from __future__ import annotations

import gzip
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from django.core.exceptions import ValidationError
from django.utils import timezone

from haidang.core.machines import find_machines
from haidang.core.queries import find_desk
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.sandbox import Sandbox
from haidang.engine.types import (
    ForeignPage,
    ForeignPages,
    ImportedRow,
    PageData,
    PageKind,
    RowsRead,
)
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _, ngettext
from haidang.project.progress import Progress
from haidang.watch import actions
from haidang.watch.enums import Level
from haidang.watch.models import Article, Publication, PublicationHost
from haidang.watch.queries.placing import count_entries_to_place
from haidang.watch.rules import belongs_to, find_refusal, host_of
from haidang.watch.troubles import tell_error

CHUNK = 2_000_000  # bytes of lines that one child reads at a time
ROWS_A_STORE = 200


@dataclass
class Tally:
    """What became of an import."""

    new: int = 0
    known: int = 0
    no_home: Counter[str] = field(default_factory=Counter)  # host -> rows
    faults: list[tuple[int, str]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    passed_over: int = 0  # records of a WARC file that are no pages


def import_file(path: Path, *, register: bool, ask: bool) -> int:
    """Import a file; exit code 1 if nothing of it could be taken."""
    reader = find_machines().reader
    tally = Tally()
    before = Article.objects.count()
    try:
        if register:
            _register_hosts(path, reader, ask=ask)
        homes = _homes()
        for rows in _read(path, reader, tally):
            _store(rows, homes, tally, file_name=path.name)
    except EngineError as error:
        raise CommandFailed(str(tell_error(error)), code=2) from None
    finally:
        reader.close()
    _place(tally)
    _report(tally, placed=Article.objects.count() - before)
    return 0 if tally.new or tally.known else 1


# ---------------------------------------------------------------- reading


def _read(path: Path, reader: Sandbox, tally: Tally) -> Iterator[tuple[ImportedRow, ...]]:
    if path.name.lower().endswith((".warc", ".warc.gz")):
        yield from _read_warc(path, reader, tally)
        return
    with _open(path) as file, Progress(_("Reading"), total=path.stat().st_size) as progress:
        for number, chunk in _chunks(file):
            read: RowsRead = reader.run(
                "haidang.engine.extract.rows:read_rows",
                chunk,
                first_line=number,
                now=timezone.now(),
            )
            tally.faults += read.faults
            tally.left_out.update(read.fields_left_out)
            progress.step(len(chunk))
            yield read.rows


def _open(path: Path) -> IO[bytes] | gzip.GzipFile:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")


def _chunks(file: IO[bytes] | gzip.GzipFile) -> Iterator[tuple[int, bytes]]:
    """Stretches of whole lines, each with the number of its first line."""
    number = 1
    try:
        while chunk := file.read(CHUNK):
            chunk += file.readline(CHUNK)
            yield number, chunk
            number += chunk.count(b"\n")
    except (OSError, EOFError, zlib.error):
        raise CommandFailed(_("the file is damaged and cannot be read on"), code=2) from None


def _read_warc(path: Path, reader: Sandbox, tally: Tally) -> Iterator[tuple[ImportedRow, ...]]:
    start: int | None = 0
    while start is not None:
        came: ForeignPages = reader.run(
            "haidang.engine.archive.foreign:read_warc_pages", str(path.resolve()), start=start
        )
        rows = [row for page in came.pages if (row := _read_foreign(page, reader, tally))]
        tally.passed_over += came.passed_over
        if came.damaged:
            tally.faults.append((0, "archive_damaged"))
        yield tuple(rows)
        start = came.next_start


def _read_foreign(page: ForeignPage, reader: Sandbox, tally: Tally) -> ImportedRow | None:
    """A page of a WARC file as a row; no date on it is believed that lies behind its fetching."""
    now = timezone.now()
    seen = page.fetched_at if page.fetched_at and page.fetched_at < now else None
    try:
        read: PageData = reader.run(
            "haidang.engine.extract:extract_page",
            page.body,
            url=page.url,
            content_type=page.content_type,
            now=seen or now,
            robots_header=page.robots_header,
        )
    except EngineError as error:
        tally.faults.append((0, f"{page.url}: {tell_error(error)}"))
        return None
    if read.kind is PageKind.EMPTY or not read.text.strip():
        tally.faults.append((0, f"{page.url}: {tell_error(EngineError(Trouble.NO_TEXT))}"))
        return None
    return ImportedRow(url=read.canonical_url or page.url, source="", page=read, seen=seen)


# ---------------------------------------------------------------- whose rows


def _homes() -> dict[str, Publication]:
    rows = PublicationHost.objects.select_related("publication")
    return {row.host: row.publication for row in rows}


def _home_of(url: str, homes: dict[str, Publication]) -> Publication | None:
    host = host_of(url)
    if host in homes:
        return homes[host]
    return next((homes[one] for one in homes if belongs_to(url, frozenset({one}))), None)


def _register_hosts(path: Path, reader: Sandbox, *, ask: bool) -> None:
    """Propose a publication for each host without one; register them when the operator agrees."""
    homes = _homes()
    names: dict[str, Counter[str]] = defaultdict(Counter)
    languages: dict[str, Counter[str]] = defaultdict(Counter)
    for rows in _read(path, reader, Tally()):
        for row in rows:
            host = host_of(row.url)
            if host and _home_of(row.url, homes) is None:
                names[host][_name_of(row.source) or host] += 1
                languages[host][row.page.language] += 1
    if not names:
        return
    print(_("Hosts of no registered publication, as they would be registered:"), file=sys.stderr)
    for host, told in sorted(names.items()):
        print(f"  {host}  {_common(told)}  ({told.total()})", file=sys.stderr)
    if ask and sys.stdin.isatty() and not _agreed():
        raise CommandFailed(_("nothing was registered or imported"))
    for host in sorted(names):
        _register(host, _common(names[host]), _common(languages[host]))


def _name_of(source: str) -> str:
    """The publication's name as the file tells it; "" where that is an address or a sentence."""
    return source if "://" not in source and len(source) <= 60 else ""


def _common(counted: Counter[str]) -> str:
    return counted.most_common(1)[0][0]


def _agreed() -> bool:
    print(_("Register them? Each must be the publication of an organisation. [y/N] "), end="")
    return input().strip().lower() in {"y", "yes", "c", "có", "co"}


def _register(host: str, name: str, language: str) -> None:
    address = f"http://{host}/"
    if find_refusal(address) is not None:
        return
    desk = find_desk()
    at_home = language == "vi"
    try:
        actions.register_publication(
            actions.NewPublication(
                name=name,
                organisation=name,
                organisation_page=address,
                country=(desk.country if desk else "VN") if at_home else "ZZ",
                language=language,
                level=Level.NATIONAL if at_home else Level.FOREIGN,
                hosts=(host,),
            ),
            by=None,
            now=timezone.now(),
            from_command=True,
        )
    except ValidationError as error:
        print(" ".join(error.messages), file=sys.stderr)


# ---------------------------------------------------------------- storing


def _store(
    rows: tuple[ImportedRow, ...], homes: dict[str, Publication], tally: Tally, *, file_name: str
) -> None:
    by_home: dict[int, list[ImportedRow]] = defaultdict(list)
    publications = {}
    for row in rows:
        home = _home_of(row.url, homes)
        if home is None:
            tally.no_home[host_of(row.url)] += 1
            continue
        publications[home.id] = home
        by_home[home.id].append(row)
    for number, told in by_home.items():
        for start in range(0, len(told), ROWS_A_STORE):
            stored = actions.store_imported(
                publications[number],
                told[start : start + ROWS_A_STORE],
                file_name=file_name,
                now=timezone.now(),
            )
            tally.new += stored.new
            tally.known += stored.known


def _place(tally: Tally) -> None:
    if not tally.new:
        return
    with Progress(_("Placing"), total=count_entries_to_place()) as progress:
        actions.place_waiting(now=timezone.now(), on_batch=progress.step)


def _report(tally: Tally, *, placed: int) -> None:
    print(
        ngettext("{count} article placed", "{count} articles placed", placed).format(count=placed)
    )
    if tally.known:
        print(_("{count} rows were here already").format(count=tally.known))
    if tally.passed_over:
        told = ngettext(
            "{count} other record was passed over",
            "{count} other records were passed over",
            tally.passed_over,
        )
        print(told.format(count=tally.passed_over))
    for host, count in tally.no_home.most_common():
        told = _("{count} rows of {host} left out: no registered publication (see --register)")
        print(told.format(count=count, host=host or "?"))
    for name, count in tally.left_out.most_common():
        print(_("field “{name}” left out {count} times").format(name=name, count=count))
    reasons = {
        "no_url": _("no http(s) address"),
        "no_text": _("no text"),
        "not_json": _("not a JSON object"),
        "too_long": _("too long"),
        "archive_damaged": _("the archive is damaged from here on"),
    }
    for line, word in tally.faults[:20]:
        reason = reasons.get(word, word)
        told = _("line {line}: {reason}") if line else "{reason}"
        print(told.format(line=line, reason=reason), file=sys.stderr)
    if len(tally.faults) > 20:
        print(_("and {count} more lines").format(count=len(tally.faults) - 20), file=sys.stderr)
