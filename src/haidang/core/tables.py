"""All rows of a desk as they lie in its tables, whatever the tables: for copies of a whole desk.

Nothing here knows a table by name. Models are found by introspection, past every manager, so that a
table that comes later is carried without a line of code; a row is a JSON object of its columns.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import Field
from django.utils.duration import duration_iso_string

ROWS_A_TIME = 2000
Row = Mapping[str, Any]


class Digest:
    """What rows are, whatever their order: the sum of their lines' SHA-256."""

    def __init__(self) -> None:
        self.rows = 0
        self._sum = 0

    def add(self, line: bytes) -> None:
        self.rows += 1
        self._sum += int.from_bytes(hashlib.sha256(line).digest())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Digest) and (self.rows, self._sum) == (other.rows, other._sum)

    def __hash__(self) -> int:
        return hash((self.rows, self._sum))


def find_models(registry: Any) -> list[type[models.Model]]:
    """Every table's model, those of many-to-many fields included, by the tables' names."""
    found = {
        table_of(model): model
        for model in registry.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped  # noqa: SLF001 -- see above
    }
    return [found[name] for name in sorted(found)]


def table_of(model: type[models.Model]) -> str:
    """The name of a model's table."""
    return str(model._meta.db_table)  # noqa: SLF001 -- see find_models


def column_of(field: Any) -> str:
    """The name of a field's column."""
    return str(field.column)


def columns_of(model: type[models.Model]) -> list[Field[Any, Any]]:
    """The fields that are columns of this very table, and that one may write."""
    return [
        field
        for field in model._meta.local_concrete_fields  # noqa: SLF001 -- see find_models
        if not getattr(field, "generated", False)
    ]


def read_lines(
    model: type[models.Model], *, blank: Mapping[str, Any] | None = None
) -> Iterator[bytes]:
    """Each row as one line of JSON, by primary key. `blank`: column → what stands in its place."""
    names = [field.attname for field in columns_of(model)]
    columns = [column_of(field) for field in columns_of(model)]
    rows: models.QuerySet[Any] = models.QuerySet(model)
    for values in rows.order_by("pk").values_list(*names).iterator(ROWS_A_TIME):
        yield to_line(dict(zip(columns, values, strict=True)) | dict(blank or {}))


def to_line(row: Row) -> bytes:
    """A row as UTF-8 JSON with sorted keys and a line's end: the same row is always the same bytes."""
    told = _dump(row)
    if "e+" in told:
        told = _dump(json.loads(told, parse_float=_whole))
    return told.encode("utf-8", "surrogatepass") + b"\n"


def from_line(line: bytes) -> dict[str, Any]:
    """The row of a line. Raises ValueError where the line is none."""
    row = json.loads(line.decode("utf-8", "surrogatepass"))
    if not isinstance(row, dict):
        raise ValueError(type(row).__name__)  # noqa: TRY004 -- what a line holds is a value, as its callers expect
    return row


def _dump(row: Row) -> str:
    return json.dumps(
        row, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain
    )


def _whole(told: str) -> float | int:
    """A large whole number is written out: PostgreSQL keeps 1e+16 as 10000000000000000."""
    value = float(told)
    return int(value) if "e+" in told and value.is_integer() else value


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(type(value).__name__)


def digest_of(lines: Iterable[bytes]) -> Digest:
    """The digest of rows."""
    told = Digest()
    for line in lines:
        told.add(line)
    return told


def find_last_ids(found: Iterable[type[models.Model]]) -> dict[str, int]:
    """Table → the last number its counter gave, also to rows that are gone: none is given twice."""
    told: dict[str, int] = {}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")
            if cursor.fetchone():
                cursor.execute("SELECT name, seq FROM sqlite_sequence")
                counters = dict(cursor.fetchall())
                told = {
                    table_of(model): counters[table_of(model)]
                    for model in found
                    if counters.get(table_of(model))
                }
            return told
        for model in found:
            sequence = sequence_of(model)
            if sequence:
                cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608 -- a name that PostgreSQL gave
                last, is_called = cursor.fetchone()
                if is_called:
                    told[table_of(model)] = last
    return told


def sequence_of(model: type[models.Model]) -> str:
    """The name of PostgreSQL's counter of that table, "" where it has none."""
    key = model._meta.pk  # noqa: SLF001 -- see find_models
    if not isinstance(key, models.AutoField):
        return ""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(table_of(model))
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, key.column])
        return cursor.fetchone()[0] or ""


def count_rows(table: str) -> int:
    """How many rows a table has."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 -- a quoted name
        return int(cursor.fetchone()[0])
