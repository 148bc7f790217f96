"""Standing on another database for a while, and bringing its tables to a state of the program's history."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import load_backend

from haidang.core.tables import find_models
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _
from haidang.project.settings import database_at

Node = tuple[str, str]


@contextmanager
def standing_on(database: Mapping[str, Any]) -> Iterator[None]:
    """Let the program's one database be this one within the block, for this thread.

    Only the thread's own connection is exchanged: a change of the settings would send another thread,
    which opens its connection meanwhile, into a copy that is soon thrown away.
    """
    before = connections["default"]
    filled = connections.configure_settings({"default": dict(database)})["default"]
    connections["default"] = load_backend(filled["ENGINE"]).DatabaseWrapper(filled, "default")
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = before


@contextmanager
def standing_on_file(path: Path) -> Iterator[None]:
    """The same for an SQLite file that nobody else opens; afterwards it is one file, without a journal."""
    database = database_at("", file=path)
    database["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=DELETE; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY;"
    )
    with standing_on(database):
        yield


@contextmanager
def snapshot(copy: Path) -> Iterator[None]:
    """Within: the database at one moment, while others write on.

    SQLite: one stands on a copy in the new file `copy`, without what was erased; PostgreSQL: reads
    only, in one snapshot.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(copy)])
        with standing_on_file(copy):
            yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
        yield


def find_applied() -> list[Node]:
    """The migrations that this database has seen, sorted."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def find_pending() -> list[Node]:
    """The migrations that are still to come."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [(migration.app_label, migration.name) for migration, _back in plan]


def find_unknown(nodes: Sequence[Node]) -> list[Node]:
    """Those of `nodes` that this program does not know: a newer one made them."""
    loader = MigrationExecutor(connection).loader
    assert loader.disk_migrations is not None
    return [node for node in nodes if node not in loader.disk_migrations]


def find_models_at(nodes: Sequence[Node]) -> list[Any]:
    """The tables' models as they were when these migrations had been applied, and no others."""
    loader = MigrationExecutor(connection).loader
    if set(nodes) >= set(loader.graph.nodes):
        return list(find_models(apps))
    return list(find_models(loader.project_state(list(nodes)).apps))


def make_tables(nodes: Sequence[Node]) -> None:
    """Make the tables as they were when these migrations had been applied."""
    executor = MigrationExecutor(connection)
    graph, told = executor.loader.graph, set(nodes)
    # The last ones of each room: a target that was applied on the way would be taken back to.
    last = [
        node
        for node in nodes
        if not any(child in told and child[0] == node[0] for child in graph.node_map[node].children)
    ]
    executor.migrate(last)


def bring_forward() -> None:
    """Apply what is still to come."""
    call_command("migrate", verbosity=0, interactive=False)


def is_living(*, vendor: str, file: Path) -> bool:
    """Whether a desk lives in the database of the settings: it has members, or is a demo or a real one."""
    if vendor == "sqlite":
        if not file.exists() or not file.stat().st_size:
            return False
        with closing(sqlite3.connect(file.resolve().as_uri() + "?mode=ro", uri=True)) as look:
            try:
                names = {name for (name,) in look.execute("SELECT name FROM sqlite_master")}
                return _has_life(names, lambda sql: look.execute(sql).fetchone())
            except sqlite3.DatabaseError:
                return True  # not to be read: then not to be thrown away either
    with connection.cursor() as cursor:

        def ask(sql: str) -> object:
            cursor.execute(sql)
            return cursor.fetchone()

        return _has_life(set(connection.introspection.table_names(cursor)), ask)


def _has_life(names: set[str], ask: Callable[[str], object]) -> bool:
    if not {"core_member", "core_desk"} <= names:
        return False
    return bool(
        ask("SELECT 1 FROM core_member LIMIT 1")
        or ask("SELECT 1 FROM core_desk WHERE mode <> 'new' LIMIT 1")
    )


def check_file(path: Path) -> None:
    """Have SQLite look at every page of a file. Raises CommandFailed if it is damaged."""
    with closing(sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)) as look:
        try:
            told = look.execute("PRAGMA integrity_check(1)").fetchone()[0]
            strays = look.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.DatabaseError as error:
            told, strays = str(error), None
    if told != "ok" or strays is not None:
        raise CommandFailed(_("the database in it is damaged: {reason}").format(reason=told))
