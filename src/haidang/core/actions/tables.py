"""Putting all rows of a desk into tables, exactly as they were: same numbers, same hashes.

Rows go past models and their rules, and past triggers, which are put back behind them: an entry of the
log of acts keeps its number and its hash although nobody may change such a row. Afterwards every row is
read again and compared, and the database looks at all its constraints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from django.db import DataError, connection, models, transaction

from haidang.core.tables import (
    Digest,
    column_of,
    columns_of,
    count_rows,
    digest_of,
    from_line,
    read_lines,
    sequence_of,
    table_of,
)

ROWS_A_TIME = 500
Insert = Callable[[Sequence[Sequence[Any]]], None]


class RowRefusedError(ValueError):
    """A row that this database cannot keep. `table`, `row`, and `why`: length, nul, shape or other."""

    def __init__(self, table: str, row: object, why: str, told: str = "") -> None:
        super().__init__(f"{table} {row}: {why} {told}".strip())
        self.table, self.row, self.why, self.told = table, row, why, told


def load_tables(
    found: Sequence[type[models.Model]],
    lines_of: Callable[[str], Iterable[bytes]],
    *,
    last_ids: Mapping[str, int],
) -> dict[str, int]:
    """Replace all rows of these tables by `lines_of(table)`; table → rows. All or nothing.

    Raises RowRefusedError for a row that cannot be kept, IntegrityError for one that refers to none.
    """
    loaded: dict[str, int] = {}
    with transaction.atomic():
        connection.check_constraints()
        with _triggers_off([table_of(model) for model in found]):
            for model in found:
                _empty(table_of(model))
            for model in found:
                table = table_of(model)
                wanted = _insert_all(model, lines_of(table))
                if digest_of(read_lines(model)) != wanted or count_rows(table) != wanted.rows:
                    raise RowRefusedError(table, "", "other", "read back differently")
                loaded[table] = wanted.rows
            _set_last_ids(found, last_ids)
            connection.check_constraints()
    return loaded


def _insert_all(model: type[models.Model], lines: Iterable[bytes]) -> Digest:
    fields, digest = columns_of(model), Digest()
    quote = connection.ops.quote_name
    table = table_of(model)
    names = ", ".join(quote(column_of(field)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(table)} ({names}) VALUES ({places})"  # noqa: S608 -- quoted names of our tables
    source = iter(lines)
    while batch := list(islice(source, ROWS_A_TIME)):
        rows = []
        for line in batch:
            digest.add(line)
            rows.append(_values_of(line, fields, table))
        with connection.cursor() as cursor:
            try:
                cursor.executemany(sql, rows)
            except DataError as error:
                raise RowRefusedError(table, "", "other", str(error)) from error
    return digest


def _values_of(line: bytes, fields: Sequence[Any], table: str) -> list[Any]:
    try:
        row = from_line(line)
        told = [(field, row.pop(column_of(field))) for field in fields]
        if row:
            raise RowRefusedError(table, "", "shape", ", ".join(row))
        return [
            field.get_db_prep_save(_checked(field.to_python(value), field, table, line), connection)
            for field, value in told
        ]
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        if isinstance(error, RowRefusedError):
            raise
        raise RowRefusedError(table, "", "shape", f"{type(error).__name__} {error}") from error


def _checked(value: Any, field: Any, table: str, line: bytes) -> Any:
    """`value`, if PostgreSQL keeps it too, which is stricter about texts."""
    if isinstance(value, str) and connection.vendor == "postgresql":
        if "\0" in value:
            raise RowRefusedError(table, _key_of(line), "nul", field.column)
        longest = getattr(field, "max_length", None)
        if longest and len(value) > longest and isinstance(field, models.CharField):
            raise RowRefusedError(table, _key_of(line), "length", column_of(field))
    return value


def _key_of(line: bytes) -> object:
    return from_line(line).get("id", "")


def _empty(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608 -- a quoted name of our tables


def _set_last_ids(found: Iterable[type[models.Model]], last_ids: Mapping[str, int]) -> None:
    with connection.cursor() as cursor:
        for model in found:
            table = table_of(model)
            last = last_ids.get(table, 0)
            if connection.vendor == "sqlite":
                if last:
                    cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                    cursor.execute(
                        "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last]
                    )
                continue
            sequence = sequence_of(model)
            if sequence:
                key = connection.ops.quote_name(column_of(model._meta.pk))  # noqa: SLF001 -- see load_tables
                cursor.execute(
                    f"SELECT max({key}) FROM {connection.ops.quote_name(table)}"  # noqa: S608 -- quoted names of our tables
                )
                last = max(last, cursor.fetchone()[0] or 0)
                cursor.execute("SELECT setval(%s, %s, %s)", [sequence, max(last, 1), last > 0])


@contextmanager
def _triggers_off(tables: Sequence[str]) -> Iterator[None]:
    """Without triggers, which come back as they were."""
    quoted = [connection.ops.quote_name(table) for table in tables]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
            yield
            for _name, sql in triggers:
                # Not through Django's own reading of %, which a trigger's text may hold.
                connection.connection.execute(sql)
            return
        for table in quoted:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in quoted:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
