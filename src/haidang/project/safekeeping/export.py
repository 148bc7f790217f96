"""Taking the whole desk away: every table that is the organisation's as JSON lines, and its files.

What stays behind: passwords, tokens and what was sealed, waiting jobs and sessions (`tables.py`), and keys.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models

from haidang.core import queries
from haidang.core.actions import log_act
from haidang.core.models import Member
from haidang.core.rules import is_member
from haidang.core.tables import columns_of, find_last_ids, table_of
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _
from haidang.project.safekeeping import databases, folder, tables
from haidang.project.safekeeping.backup import FILES, Made, describe_tables
from haidang.project.safekeeping.bundle import BundleWriter

SCHEMA_PART = "schema.json"
PEOPLE = 2


def export_desk(path: Path, *, by: Sequence[Member], now: datetime) -> Made:
    """Write the export, which must not be there yet.

    `by`: the two members who agreed (promise 15); a desk without members, such as a demo, needs none.
    Raises CommandFailed.
    """
    if queries.has_members() and len({member.id for member in by if is_member(member)}) < PEOPLE:
        raise CommandFailed(_("a whole export needs two members: --by NAME --second NAME"), code=2)
    if path.exists():
        raise CommandFailed(_("{path} is there already").format(path=path))
    if databases.find_pending():
        raise CommandFailed(_("the tables are of an older version; `haidang upgrade` first"))
    home = Path(settings.HOME)
    with folder.make_beside(home) as beside, BundleWriter(path) as bundle:
        held = beside / "files"
        folder.hold(home, held, besides=path.parent.resolve())
        with databases.snapshot(beside / folder.DATABASE):
            nodes = databases.find_applied()
            about = {"kind": "export", **describe_tables(nodes, now=now)}
            folder.hold(home, held, besides=path.parent.resolve())
            found = databases.find_models_at(nodes)
            chosen = tables.choose_for_export(found)
            last_ids = find_last_ids(found)
            about["tables"] = {
                table: tables.add_table(bundle, model, last_ids=last_ids, blank=chosen[table])
                for model in found
                if (table := table_of(model)) in chosen
            }
        about["left_behind"] = sorted(
            table_of(model) for model in found if table_of(model) not in chosen
        )
        schema = [
            _describe(model, chosen[table_of(model)])
            for model in found
            if table_of(model) in chosen
        ]
        bundle.add(SCHEMA_PART, [json.dumps(schema, ensure_ascii=False, indent=1).encode()])
        for name in folder.find_files(held):
            bundle.add_file(f"{FILES}{name}", held / name)
        size = bundle.finish(about)
    rows = sum(one["rows"] for one in about["tables"].values())
    log_act(
        "export_desk",
        by=by[0] if by else None,
        now=now,
        what=path.name,
        bytes=size,
        rows=rows,
        second=by[1].username if by else "",
    )
    return Made(path=path, bytes=size, rows=rows, keys=False)


def _describe(model: type[models.Model], blank: dict[str, Any]) -> dict[str, Any]:
    """One table of the schema document."""
    meta = model._meta  # noqa: SLF001 -- see above
    return {
        "table": meta.db_table,
        "part": tables.part_of(meta.db_table),
        "about": " ".join((model.__doc__ or "").split()),
        "columns": [
            _describe_column(field, blanked=field.column in blank) for field in columns_of(model)
        ],
    }


def _describe_column(field: Any, *, blanked: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": field.column,
        "type": field.get_internal_type(),
        "null": field.null,
    }
    if field.is_relation:
        there = field.related_model._meta  # noqa: SLF001 -- see above
        told["refers_to"] = f"{there.db_table}.{field.target_field.column}"
    if field.primary_key:
        told["primary_key"] = True
    if field.choices:
        told["values"] = {str(value): str(label) for value, label in field.flatchoices}
    if blanked:
        told["left_out"] = True
    return told
