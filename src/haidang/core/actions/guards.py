"""The database's own guards over the log: entries are added at its end, and that is all.

Triggers refuse every change and deletion, on SQLite and PostgreSQL (there TRUNCATE too); an entry that is
not the next one; and the loss of an entry's words without the erasure that stays (core/models/log.py). They
are put up after each migration, because SQLite makes some altered tables anew, without their triggers.
An operator who takes them down is seen by `haidang audit verify`.
"""

from __future__ import annotations

from typing import Any

from django.db import connection

KEPT = ("core_logentry", "core_logerasure", "core_loghead")  # never changed, never deleted
WORDS = "core_logwords"  # never changed; deleted only with an erasure
TABLES = (*KEPT, WORDS)
_TOLD = "the log of acts only grows"
_ZEROS = "0" * 64

_SQLITE_INSERT = """
CREATE TRIGGER IF NOT EXISTS core_logentry_end BEFORE INSERT ON core_logentry
WHEN NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM core_logentry)
  OR NEW.before <> COALESCE(
    (SELECT digest FROM core_logentry ORDER BY number DESC LIMIT 1), '{zeros}')
  OR EXISTS (SELECT 1 FROM core_logentry WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, '{told} at its end'); END
"""
# INSERT OR REPLACE deletes without a word to a trigger on deletions: a row that is there is not written again.
_SQLITE_AGAIN = """
CREATE TRIGGER IF NOT EXISTS {table}_again BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {keys})
BEGIN SELECT RAISE(ABORT, '{told}'); END
"""
_SQLITE_WORDS = """
CREATE TRIGGER IF NOT EXISTS core_logwords_kept BEFORE DELETE ON core_logwords
WHEN NOT EXISTS (SELECT 1 FROM core_logerasure WHERE entry_id = OLD.entry_id)
BEGIN SELECT RAISE(ABORT, '{told}: words go only with an erasure'); END
"""
_POSTGRESQL_FUNCTIONS = """
CREATE OR REPLACE FUNCTION core_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{told}' USING ERRCODE = 'check_violation'; END $$;
CREATE OR REPLACE FUNCTION core_log_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM core_logentry)
    OR NEW.before <> COALESCE(
      (SELECT digest FROM core_logentry ORDER BY number DESC LIMIT 1), '{zeros}')
  THEN RAISE EXCEPTION '{told} at its end' USING ERRCODE = 'check_violation'; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION core_log_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM core_logerasure WHERE entry_id = OLD.entry_id)
  THEN RAISE EXCEPTION '{told}: words go only with an erasure'
    USING ERRCODE = 'check_violation'; END IF;
  RETURN OLD;
END $$;
"""


def put_up_guards(**_kwargs: Any) -> None:
    """Put up the guards that are not there, where the log's tables are."""
    tables = set(connection.introspection.table_names())
    if not tables.issuperset(TABLES):
        return
    statements = _sqlite() if connection.vendor == "sqlite" else _postgresql()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def take_down_guards(*, plan: Any = True, **_kwargs: Any) -> None:
    """While a migration runs (SQLite makes no table anew under them), and for tests that empty a database."""
    if not plan:
        return
    with connection.cursor() as cursor:
        for table, name in find_guards():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")


def find_guards() -> list[tuple[str, str]]:
    """The guards that stand, as (table, name)."""
    asked = (
        "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND pg_table_is_visible(c.oid)"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return sorted((table, name) for table, name in cursor.fetchall() if table in TABLES)


def list_guards() -> list[tuple[str, str]]:
    """The guards that must stand, as (table, name)."""
    sqlite = connection.vendor == "sqlite"
    told = [("core_logentry", "core_logentry_end"), (WORDS, f"{WORDS}_kept")]
    told += [(table, f"{table}_no_update") for table in TABLES]
    told += [(table, f"{table}_no_delete") for table in KEPT]
    told += [
        (table, f"{table}_again" if sqlite else f"{table}_no_truncate")
        for table in TABLES
        if not sqlite or table != "core_logentry"
    ]
    return sorted(told)


def _sqlite() -> list[str]:
    statements = [_SQLITE_INSERT.format(zeros=_ZEROS, told=_TOLD), _SQLITE_WORDS.format(told=_TOLD)]
    keys = {
        "core_logerasure": "entry_id = NEW.entry_id",
        "core_loghead": "id = NEW.id OR number = NEW.number",
        WORDS: "entry_id = NEW.entry_id",
    }
    statements += [
        _SQLITE_AGAIN.format(table=table, keys=row, told=_TOLD) for table, row in keys.items()
    ]
    for table in TABLES:
        for verb in ("UPDATE", "DELETE"):
            if table != WORDS or verb == "UPDATE":
                statements.append(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{_TOLD}'); END"
                )
    return statements


def _postgresql() -> list[str]:
    made = "CREATE OR REPLACE TRIGGER"
    statements = [
        _POSTGRESQL_FUNCTIONS.format(zeros=_ZEROS, told=_TOLD),
        (
            f"{made} core_logentry_end BEFORE INSERT ON core_logentry"
            " FOR EACH ROW EXECUTE FUNCTION core_log_end()"
        ),
        (
            f"{made} core_logwords_kept BEFORE DELETE ON core_logwords"
            " FOR EACH ROW EXECUTE FUNCTION core_log_words()"
        ),
    ]
    for table in TABLES:
        for verb, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
            if table != WORDS or verb != "DELETE":
                statements.append(
                    f"{made} {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    f" FOR EACH {each} EXECUTE FUNCTION core_log_refuse()"
                )
    return statements
