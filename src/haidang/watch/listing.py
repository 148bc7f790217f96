"""Lists of sources in and out: OPML as other readers write it, and CSV with all that a registration tells.

Going in, each row comes to one of four ends, told with its line: added, known, proposed (its
organisation's page is read first), refused with the reason. OPML names no organisation, so only feeds
of registered publications are added by it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from haidang.core.models import Member
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds import OpmlData, OpmlFeed, write_opml
from haidang.engine.pipeline import Reader
from haidang.watch import actions, rules
from haidang.watch.channels import find_channel
from haidang.watch.enums import FeedKind, Level
from haidang.watch.models import Feed, Publication
from haidang.watch.queries.register import find_list_rows, find_publication_of
from haidang.watch.refusals import sentence_of
from haidang.watch.tables import cell

ROWS_MAX = 5_000
CELL_MAX = 2_048
COLUMNS = (
    "name",
    "organisation",
    "organisation_page",
    "feed",
    "kind",
    "country",
    "language",
    "level",
)
PEOPLE = frozenset(
    {"author", "authors", "user", "users", "likes", "followers", "tác giả", "byline"}
)

End = Literal["added", "known", "proposed", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One row of a list. `fault`: why it cannot be read at all."""

    line: int
    feed: str = ""
    told: dict[str, str] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEnd:
    """What became of a row."""

    line: int
    what: str
    end: End
    why: str = ""


@dataclass(frozen=True, slots=True)
class ListReport:
    """What became of a list, row by row. `proposals`: their pages are to be read next."""

    rows: tuple[RowEnd, ...]
    proposals: tuple[int, ...] = ()

    def count(self, end: End) -> int:
        """How many rows came to that end."""
        return sum(row.end == end for row in self.rows)

    @property
    def refused(self) -> tuple[RowEnd, ...]:
        """The rows that were refused, with the reason."""
        return tuple(row for row in self.rows if row.end == "refused")


class _OnlyLookingError(Exception):
    """Rolls back what a look has tried."""


def read_list(data: bytes, *, reader: Reader) -> list[ListRow]:
    """The rows of an OPML or CSV file. Raises EngineError BAD_FILE, or what stopped the reader."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        opml = reader.run("haidang.engine.feeds:read_opml", data)
        assert isinstance(opml, OpmlData)
        return _rows_of_opml(opml)
    return list(_rows_of_csv(data))


def take_list(
    rows: Sequence[ListRow],
    *,
    by: Member | None,
    now: datetime,
    from_command: bool = False,
    look_only: bool = False,
) -> ListReport:
    """Follow, propose or refuse each row. `look_only`: say what would happen and change nothing.

    From the command line a row that tells all of a registration registers, as `source add` does.
    Raises PermissionDenied.
    """
    if not from_command and not rules.may_edit_sources(by):
        raise PermissionDenied
    report = ListReport(())
    try:
        with transaction.atomic():
            report = _take(rows, by=by, now=now)
            if look_only:
                raise _OnlyLookingError
    except _OnlyLookingError:
        return ListReport(report.rows)
    return report


def _take(rows: Sequence[ListRow], *, by: Member | None, now: datetime) -> ListReport:
    ends: list[RowEnd] = []
    proposals: list[int] = []
    for row in rows:
        why, end = row.fault, "refused"
        if not row.fault:
            try:
                with transaction.atomic():
                    end, proposal = _take_row(row, by=by, now=now)
                proposals += [proposal] if proposal else []
            except ValidationError as error:
                why, end = " ".join(error.messages), "refused"
        ends.append(RowEnd(line=row.line, what=row.feed, end=end, why=why))  # type: ignore[arg-type] # one of four
    return ListReport(tuple(ends), tuple(proposals))


def _take_row(row: ListRow, *, by: Member | None, now: datetime) -> tuple[End, int | None]:
    if Feed.objects.filter(url=row.feed, stopped_at=None).exists():
        return "known", None
    channel = find_channel(row.feed)
    publication = find_publication_of(channel.key if channel else rules.host_of(row.feed))
    if publication is None:
        return _take_new(row, by=by, now=now)
    actions.add_feed(
        publication, row.feed, by=by, now=now, kind=_kind(row), from_command=by is None
    )
    return "added", None


def _take_new(row: ListRow, *, by: Member | None, now: datetime) -> tuple[End, int | None]:
    """A row whose host no publication has: proposed where it tells enough."""
    refusal = rules.find_refusal(row.feed)
    if refusal is not None:
        raise ValidationError(sentence_of(refusal, row.feed))
    told = row.told
    if not (told.get("name") and told.get("organisation") and told.get("organisation_page")):
        raise ValidationError(
            _("“%(host)s” belongs to no registered publication: register it first.")
            % {"host": rules.host_of(row.feed)}
        )
    level = told.get("level") or Level.NATIONAL.value
    country, language = told.get("country") or "VN", told.get("language") or "vi"
    if level not in Level.values or len(country) != 2 or not 2 <= len(language) <= 12:
        raise ValidationError(_("The level, the country or the language cannot be read."))
    if by is None:
        return _register(row, country=country, language=language, level=Level(level), now=now)
    proposal = actions.propose_publication(
        actions.NewProposal(
            name=told["name"][:200], organisation=told["organisation"][:200],
            organisation_page=told["organisation_page"], feed=row.feed, feed_kind=_kind(row),
            country=country, language=language, level=Level(level),
        ),
        by=by,
        now=now,
    )  # fmt: skip
    return "proposed", proposal.id


def _register(
    row: ListRow, *, country: str, language: str, level: Level, now: datetime
) -> tuple[End, int | None]:
    told = row.told
    publication: Publication = actions.register_publication(
        actions.NewPublication(
            name=told["name"][:200], organisation=told["organisation"][:200],
            organisation_page=told["organisation_page"], country=country, language=language,
            level=level, hosts=(rules.host_of(row.feed),),
        ),
        by=None,
        now=now,
        from_command=True,
    )  # fmt: skip
    actions.add_feed(publication, row.feed, by=None, now=now, kind=_kind(row), from_command=True)
    return "added", None


def _kind(row: ListRow) -> FeedKind:
    return FeedKind.PAGE if row.told.get("kind") == FeedKind.PAGE else FeedKind.UNKNOWN


def _rows_of_opml(opml: OpmlData) -> list[ListRow]:
    sentences = {
        "address": _("The address cannot be read as a web address."),
        "depth": _("It lies deeper than 32 folders."),
        "too_many": _("The list is longer than 5,000."),
    }
    rows = [ListRow(line=one.line, feed=one.url) for one in opml.feeds]
    rows += [
        ListRow(line=one.line, feed=one.title, fault=sentences.get(one.why, one.why))
        for one in opml.refused
    ]
    return sorted(rows, key=lambda row: row.line)


def _rows_of_csv(data: bytes) -> Iterator[ListRow]:
    try:
        text = data.decode("utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError:
        raise EngineError(Trouble.BAD_FILE, detail="not UTF-8", line=1) from None
    first = text.partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        for name in names:
            if name in PEOPLE:
                raise EngineError(Trouble.BAD_FILE, detail="about_people", field=name, line=1)
        if "feed" not in names:
            raise EngineError(Trouble.BAD_FILE, detail="no column “feed”", line=1)
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield _row_of_csv(names, cells, line=reader.line_num, number=number)
    except csv.Error as error:
        raise EngineError(Trouble.BAD_FILE, detail=str(error), line=reader.line_num) from None


def _row_of_csv(names: list[str], cells: list[str], *, line: int, number: int) -> ListRow:
    told: dict[str, Any] = {
        name: _plain(cell) for name, cell in zip(names, cells, strict=False) if name in COLUMNS
    }
    feed = told.pop("feed", "")
    fault = ""
    if number > ROWS_MAX:
        fault = _("The list is longer than 5,000.")
    elif any(len(value) > CELL_MAX for value in (feed, *told.values())):
        feed, fault = feed[:200], _("A cell is longer than 2,048 characters.")
    return ListRow(line=line, feed=feed, told=told, fault=fault)


def _plain(cell: str) -> str:
    """A cell as it was before a spreadsheet was kept from taking it for a formula."""
    told = " ".join(cell.split())
    return told[1:] if told[:1] == "'" and told[1:2] in {"=", "+", "-", "@"} else told


def write_list_opml() -> bytes:
    """The followed feeds as OPML."""
    feeds = [
        OpmlFeed(url=row["feed"], title=row["name"], home_url=row["organisation_page"])
        for row in find_list_rows()
    ]
    return write_opml(feeds, title="Hải Đăng")


def write_list_csv() -> str:
    """The followed feeds with all that their registration tells."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in find_list_rows():
        writer.writerow([cell(row[name]) for name in COLUMNS])
    return out.getvalue()
