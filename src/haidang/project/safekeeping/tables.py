"""Tables into a bundle, and out of it into an empty database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models
from django.db.models import ForeignKey

from haidang.core.actions.finding import fill_index
from haidang.core.actions.tables import RowRefusedError, load_tables
from haidang.core.tables import column_of, columns_of, find_last_ids, read_lines, table_of
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _
from haidang.project.safekeeping import databases
from haidang.project.safekeeping.bundle import Bundle, BundleRefused, BundleWriter
from haidang.watch.actions.search import index_article
from haidang.watch.models import Article

# Tables that are no model's. They hold nothing of their own: they are filled anew from the others.
DERIVED = ("watch_search", "core_search")
# The state of this machine's processes, of no use on another.
MACHINE = frozenset(
    {"core_lease", "core_workerbeat", "core_rhythm", "core_clockmark", "watch_hostturn"}
)
SECRET = re.compile(r"password|secret|token|sealed|private|salt")
# What reads as a secret and is none: with its salt, words of the log can be verified; erased words lost theirs.
OPEN = frozenset({("core_logwords", "salt")})
NO_PASSWORD = "!"  # noqa: S105 -- no password: what Django reads as "none can match"


def add_tables(bundle: BundleWriter, found: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Write each table as JSON lines, every column; what the manifest tells of them."""
    found = list(found)
    last_ids = find_last_ids(found)
    return {table_of(model): add_table(bundle, model, last_ids=last_ids) for model in found}


def add_table(
    bundle: BundleWriter,
    model: type[models.Model],
    *,
    last_ids: Mapping[str, int],
    blank: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Write one table; its rows and the last number of its counter."""
    table = table_of(model)
    count = 0

    def counted() -> Iterator[bytes]:
        nonlocal count
        for line in read_lines(model, blank=blank):
            count += 1
            yield line

    bundle.add(part_of(table), counted())
    told: dict[str, Any] = {"rows": count}
    if table in last_ids:
        told["last_id"] = last_ids[table]
    return told


def load_bundle(bundle: Bundle) -> dict[str, int]:
    """Make the tables as the bundle knew them, fill them, and bring them up; table → rows.

    Stands on an empty database. Raises CommandFailed with the reason where a row cannot be kept.
    """
    nodes = nodes_of(bundle.manifest)
    databases.make_tables(nodes)
    told: Mapping[str, Mapping[str, int]] = bundle.manifest["tables"]
    found = {table_of(model): model for model in databases.find_models_at(nodes)}
    unknown = sorted(set(told) - set(found))
    if unknown:
        sentence = _("the bundle has tables that its version did not have: {tables}")
        raise BundleRefused(sentence.format(tables=", ".join(unknown)))
    try:
        loaded = load_tables(
            [found[table] for table in sorted(told)],
            lambda table: bundle.read_lines(part_of(table)),
            last_ids={table: told[table].get("last_id", 0) for table in told},
        )
    except RowRefusedError as error:
        raise CommandFailed(_tell(error)) from None
    except IntegrityError as error:
        sentence = _("its rows contradict each other: {reason}")
        raise CommandFailed(sentence.format(reason=str(error).splitlines()[0])) from None
    differing = sorted(table for table in told if loaded[table] != told[table]["rows"])
    if differing:
        sentence = _("the number of rows differs in {tables}")
        raise CommandFailed(sentence.format(tables=", ".join(differing)))
    databases.bring_forward()
    fill_search()
    return loaded


def fill_search() -> None:
    """Fill the empty search indexes from the articles and from what is public."""
    fill_index()
    for article in Article.objects.select_related("publication").iterator(500):
        index_article(article)


def part_of(table: str) -> str:
    """The name of a table's part."""
    return f"tables/{table}.jsonl"


def nodes_of(manifest: Mapping[str, Any]) -> list[databases.Node]:
    """The migrations that a bundle's tables had seen."""
    told = manifest.get("migrations")
    if not isinstance(told, dict) or not told:
        raise BundleRefused(_("the bundle does not tell which version its tables have"))
    return sorted((app, name) for app, names in told.items() for name in names)


def tell_nodes(nodes: Iterable[databases.Node]) -> dict[str, list[str]]:
    """The same, for a manifest."""
    told: dict[str, list[str]] = {}
    for app, name in sorted(nodes):
        told.setdefault(app, []).append(name)
    return told


def check_version(manifest: Mapping[str, Any], *, file: str) -> None:
    """Refuse what a newer program made. Raises BundleRefused."""
    unknown = databases.find_unknown(nodes_of(manifest))
    if unknown:
        sentence = _(
            "“{file}” was made by a newer version of Hải Đăng ({program}): its tables are of {migration};"
            " bring this one up first"
        )
        raise BundleRefused(
            sentence.format(
                file=file, program=manifest.get("program", ""), migration=".".join(unknown[0])
            )
        )


def choose_for_export(found: Sequence[type[models.Model]]) -> dict[str, dict[str, Any]]:
    """Table → columns that are blanked, for each table that an export carries.

    Left behind: tables of the libraries (sessions, waiting jobs), the state of this machine, and tables
    of a secret (a password, a token, what was sealed) that cannot be blank; then what refers to them.
    """
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("haidang.")}
    chosen: dict[str, dict[str, Any]] = {}
    for model in found:
        meta = model._meta  # noqa: SLF001 -- see add_tables
        secrets = [
            field
            for field in columns_of(model)
            if SECRET.search(column_of(field)) and (meta.db_table, column_of(field)) not in OPEN
        ]
        if meta.app_label not in ours or meta.db_table in MACHINE:
            continue
        if meta.db_table == "core_member":
            chosen[meta.db_table] = {column_of(field): NO_PASSWORD for field in secrets}
        elif all(field.null for field in secrets):
            chosen[meta.db_table] = {column_of(field): None for field in secrets}
    while _drop_dangling(found, chosen):
        pass
    return chosen


def _drop_dangling(found: Sequence[type[models.Model]], chosen: dict[str, dict[str, Any]]) -> bool:
    """Blank references into tables that stay behind, or leave their table behind too; whether any went."""
    for model in found:
        table = table_of(model)
        for field in columns_of(model) if table in chosen else ():
            if not isinstance(field, ForeignKey):
                continue
            there = table_of(field.related_model)
            if there in chosen or column_of(field) in chosen[table]:
                continue
            if not field.null:
                del chosen[table]
                return True
            chosen[table][column_of(field)] = None
    return False


def _tell(error: RowRefusedError) -> str:
    told = {
        "nul": _("{table} {row}: PostgreSQL keeps no NUL character (column {told})"),
        "length": _("{table} {row}: the text is too long for PostgreSQL (column {told})"),
        "shape": _("{table}: a row has not the columns of its table ({told})"),
        "other": _("{table}: the database refuses a row ({told})"),
    }[error.why]
    return told.format(table=error.table, row=error.row, told=" ".join(error.told.split())[:200])
