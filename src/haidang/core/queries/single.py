"""The tables of one row: the desk, who publishes, the mark of what is public. Every page asks them."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def find_row(model: type[Row]) -> Row | None:
    """The only row of that table, or None. Written out: composing the statement would take four times as long."""
    table = model._meta.db_table  # noqa: SLF001 -- documented by Django
    rows = model._default_manager.raw(f"SELECT * FROM {table} WHERE id = 1")  # noqa: S608, SLF001 -- a table's own name
    return next(iter(rows), None)
