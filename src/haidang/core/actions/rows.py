"""Rows that are written for every article: the same statements as a model's own, their words worked out once.

Django works out each statement anew, which takes many times what the database then needs. Only plain rows go
this way: no signals, no defaults of the database, no inherited tables. Values are those that the model's fields
give; constraints and transactions are the database's, as ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import Field

from haidang.core.tables import column_of, columns_of, table_of


def insert_row(row: models.Model) -> None:
    """Insert a new row; one without a number gets it. Raises IntegrityError."""
    model, numbered = type(row), row.pk is not None
    end = "" if numbered else f' RETURNING "{column_of(_key(model))}"'
    told, fields = _insert(model, numbered=numbered, end=end)
    with connection.cursor() as cursor:
        cursor.execute(told, _values(row, fields))
        if not numbered:
            row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 -- as `save` leaves it


def insert_rows(rows: Iterable[models.Model], *, end: str = "") -> None:
    """Insert rows of one model, which do not learn their numbers. `end`: what to do ON CONFLICT."""
    written = list(rows)
    if not written:
        return
    told, fields = _insert(type(written[0]), numbered=written[0].pk is not None, end=f" {end}")
    with connection.cursor() as cursor:
        cursor.executemany(told, [_values(row, fields) for row in written])


def update_row(row: models.Model, names: Sequence[str]) -> bool:
    """Write these fields of a row; False if there is no such row any more."""
    told, fields = _update(type(row), tuple(names))
    with connection.cursor() as cursor:
        cursor.execute(told, [*_values(row, fields), row.pk])
        return bool(cursor.rowcount)


def update_rows(rows: Iterable[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows of one model, a statement prepared once for all."""
    written = list(rows)
    if not written:
        return
    told, fields = _update(type(written[0]), tuple(names))
    with connection.cursor() as cursor:
        cursor.executemany(told, [[*_values(row, fields), row.pk] for row in written])


def _values(row: models.Model, fields: Iterable[Field[Any, Any]]) -> list[Any]:
    """A row's values as the database takes them. Words and whole numbers are that already."""
    database = connections[DEFAULT_DB_ALIAS]  # `connection` would look it up anew for each value
    told = []
    for field in fields:
        value = getattr(row, field.attname)
        if (value is not None and type(value) is not str and type(value) is not int) or isinstance(
            field, models.JSONField
        ):
            value = field.get_db_prep_save(value, database)
        told.append(value)
    return told


@cache
def _insert(
    model: type[models.Model], *, numbered: bool, end: str
) -> tuple[str, tuple[Field[Any, Any], ...]]:
    fields = tuple(field for field in columns_of(model) if numbered or not field.primary_key)
    names = ", ".join(f'"{column_of(field)}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return f'INSERT INTO "{table_of(model)}" ({names}) VALUES ({marks}){end}', fields  # noqa: S608 -- names of ours


@cache
def _update(
    model: type[models.Model], names: tuple[str, ...]
) -> tuple[str, tuple[Field[Any, Any], ...]]:
    by_name = {field.name: field for field in columns_of(model)}
    fields = tuple(by_name[name] for name in names)
    pairs = ", ".join(f'"{column_of(field)}" = %s' for field in fields)
    key = column_of(_key(model))
    return f'UPDATE "{table_of(model)}" SET {pairs} WHERE "{key}" = %s', fields  # noqa: S608 -- names of ours


def _key(model: type[models.Model]) -> Field[Any, Any]:
    return next(field for field in columns_of(model) if field.primary_key)
