"""Taking the whole desk away: every table that is the organisation's as JSON lines, and its files.

What stays behind: passwords, tokens and what was sealed, waiting jobs and sessions (`tables.py`), and keys.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from haidang.core import queries
from haidang.core.actions import note_export_made
from haidang.core.models import ExportRequest
from haidang.core.queries.exports import state_of
from haidang.core.tables import columns_of, find_last_ids, table_of
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _
from haidang.project.safekeeping import databases, folder, tables
from haidang.project.safekeeping.backup import FILES, Made, describe_tables
from haidang.project.safekeeping.bundle import BundleWriter, read_seal

SCHEMA_PART = "schema.json"


def find_agreed(number: int | None, *, now: datetime) -> ExportRequest | None:
    """The request that two people made (promise 15), for the command; None on a desk without members.

    Raises CommandFailed where there is none of that number, or it is not for the command to write now.
    """
    if number is None:
        if queries.has_members():
            told = _(
                "a whole export needs two people: ask for it at /desk/export, have a second person"
                " agree, then: haidang export FILE --request NUMBER"
            )
            raise CommandFailed(told, code=2)
        return None
    export = ExportRequest.objects.filter(id=number).first()
    if export is None or state_of(export, now=now) != "command":
        told = _("export {number} is not one that two people agreed to for this command")
        raise CommandFailed(told.format(number=number), code=2)
    return export


def export_desk(path: Path, *, request: ExportRequest | None, now: datetime) -> Made:
    """Write the export, which must not be there yet, and note it with its public line.

    `request`: what two people agreed to (`find_agreed`). A file that may not be after all, because it was
    taken back meanwhile, is deleted again. Raises CommandFailed.
    """
    if queries.has_members() and (request is None or request.agreed_by_id is None):
        raise CommandFailed(_("a whole export needs two people"), code=2)
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
    try:
        note_export_made(
            request, name=path.name, size=size, rows=rows, sha256=read_seal(path), now=now
        )
    except ValidationError as error:
        path.unlink(missing_ok=True)
        raise CommandFailed(error.messages[0]) from None
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
