"""Backups, going back to one, exports and moving: what was there is there again, or nothing changed."""

from __future__ import annotations

import json
import sqlite3
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connection
from tests.cast import PASSWORD
from tests.project.safekeeping.desks import (
    Home,
    agreed_export,
    is_the_same_log,
    make_gone,
    names_and_titles,
    rows_of,
)
from tests.watch.rows import make_article

from haidang.core import actions
from haidang.core.actions.guards import find_guards, list_guards
from haidang.core.actions.tables import load_tables
from haidang.core.models import LogEntry, LogWords, Member, OneTimeLink
from haidang.core.tables import find_last_ids, find_models, from_line, to_line
from haidang.project.cli.main import CommandFailed
from haidang.project.safekeeping import databases, folder, restore, tables
from haidang.project.safekeeping.backup import log_backup, make_backup, prune_backups
from haidang.project.safekeeping.bundle import Bundle, BundleWriter
from haidang.project.safekeeping.export import export_desk
from haidang.project.safekeeping.move import move_database
from haidang.project.settings import database_at
from haidang.watch.queries.health import find_disorder

pytestmark = pytest.mark.django_db(transaction=True)


def on_copy(home: Path):
    return databases.standing_on(database_at("", file=home / "haidang.sqlite3"))


@pytest.fixture
def sqlite_only() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own way of going back")


def test_thread_that_opens_its_connection_meanwhile_stands_on_the_desk(
    desk: Path, tmp_path: Path
) -> None:
    wanted, found = Member.objects.count(), []

    def look() -> None:
        found.append(Member.objects.count())
        connection.close()

    with databases.standing_on(database_at("", file=tmp_path / "copy.sqlite3")):
        databases.bring_forward()
        assert Member.objects.count() == 0
        one = threading.Thread(target=look)
        one.start()
        one.join()
    assert found == [wanted]
    assert wanted == Member.objects.count() > 0


def test_desk_comes_back_whole(desk: Path, home_of: Home, now: datetime, sqlite_only) -> None:
    wanted, people, entries = rows_of(), names_and_titles(), LogEntry.objects.count()
    made = make_backup(now=now)
    home = home_of("wiped")
    done = restore.restore(made.path, now=now, replace=False)
    assert (done.aside, done.keys) == ("", "left out")
    with on_copy(home):
        assert (rows_of(), names_and_titles(), find_disorder()) == (wanted, people, [])
        assert LogEntry.objects.last().act == "restore_backup"
        assert is_the_same_log(entries)
    kept = [path.read_bytes() for path in (home / "evidence/files").rglob("*") if path.is_file()]
    assert kept == [b"a clipping"]


def test_numbers_of_rows_that_are_gone_are_not_given_again(
    desk: Path, home_of: Home, now: datetime, sqlite_only
) -> None:
    before = find_last_ids(find_models(apps))["core_onetimelink"]
    made = make_backup(now=now)
    home = home_of("wiped")
    restore.restore(made.path, now=now, replace=False)
    with on_copy(home):
        assert not OneTimeLink.objects.exists()
        assert make_gone(now) == before + 1


def test_backup_is_one_moment_while_others_write(desk: Path, home_of: Home, now: datetime) -> None:
    """Rows written together are both in the copy, or neither is."""
    stop, failed = threading.Event(), []

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            try:
                actions.log_act("first", by=None, now=now, what=str(number))
            except Exception as error:  # noqa: BLE001 -- any fault of a writer counts
                failed.append(error)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [make_backup(now=now + timedelta(seconds=step)) for step in range(3)]
    finally:
        stop.set()
        writer.join()
    assert failed == []
    assert LogEntry.objects.filter(act="first").count() > 3
    for one in made:
        assert restore.verify(one.path).rows == one.rows


def test_living_desk_is_not_replaced_without_being_told(
    desk: Path, home_of: Home, now: datetime, sqlite_only
) -> None:
    made = make_backup(now=now)
    home = home_of("other")
    restore.restore(made.path, now=now, replace=False)
    with on_copy(home):
        make_article(title="Chỉ có ở đây", at=now)
    with pytest.raises(CommandFailed, match="--replace"):
        restore.restore(made.path, now=now, replace=False)
    done = restore.restore(made.path, now=now, replace=True)
    with on_copy(home):
        assert "Chỉ có ở đây" not in names_and_titles()[1]
    with databases.standing_on(database_at("", file=Path(done.aside) / "haidang.sqlite3")):
        assert "Chỉ có ở đây" in names_and_titles()[1]


@pytest.mark.parametrize("step", ["bring_forward", "check_file", "place"])
def test_desk_stays_whole_when_going_back_fails(
    desk: Path,
    home_of: Home,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    sqlite_only,
) -> None:
    made = make_backup(now=now)
    home = home_of("other")
    restore.restore(made.path, now=now, replace=False)
    with on_copy(home):
        wanted = rows_of()

    def fail(*_told: object, **_more: object) -> None:
        raise CommandFailed("broken on purpose")

    monkeypatch.setattr(folder if step == "place" else databases, step, fail)
    monkeypatch.setattr(databases, "find_pending", lambda: [("core", "x")])
    with pytest.raises(CommandFailed, match="on purpose"):
        restore.restore(made.path, now=now, replace=True)
    monkeypatch.undo()
    with on_copy(home):
        assert rows_of() == wanted
    assert list(home.glob(".making-*")) == []


def test_backup_of_a_newer_version_is_refused(desk: Path, home_of: Home, now: datetime) -> None:
    connection.cursor().execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_later', %s)",
        [now],
    )
    try:
        made = make_backup(now=now)
    finally:
        connection.cursor().execute("DELETE FROM django_migrations WHERE name = '9999_later'")
    for act in (restore.verify, lambda path: restore.restore(path, now=now, replace=True)):
        with pytest.raises(CommandFailed, match=r"core[.]9999_later"):
            act(made.path)


def test_keys_travel_sealed_or_not_at_all(
    desk: Path, home_of: Home, now: datetime, settings, sqlite_only
) -> None:
    bare = make_backup(now=now)
    settings.OPTIONS.values["BACKUP_PASSPHRASE"] = PASSWORD
    try:
        sealed = make_backup(now=now + timedelta(seconds=1))
        for made in (bare, sealed):
            with Bundle(made.path) as bundle:
                told = b"".join(piece for name in bundle.parts for piece in bundle.read(name))
            assert b"the desk's own key" not in told
        home = home_of("wiped")
        assert restore.restore(sealed.path, now=now, replace=False).keys == "restored"
        assert (home / "secret_key").read_text() == "the desk's own key"
        assert (home / "secret_key").stat().st_mode & 0o777 == 0o600
        settings.OPTIONS.values["BACKUP_PASSPHRASE"] = "some other passphrase"
        home_of("another")
        with pytest.raises(CommandFailed, match="HAIDANG_BACKUP_PASSPHRASE"):
            restore.restore(sealed.path, now=now, replace=False)
    finally:
        settings.OPTIONS.values["BACKUP_PASSPHRASE"] = ""


def test_only_the_desks_own_backups_are_pruned(tmp_path: Path) -> None:
    for name in ("auto-20260101T000000Z", "auto-20260102T000000Z", "auto-20260103T000000Z", "20250101T000000Z", "upgrade-20250101T000000Z"):  # fmt: skip
        (tmp_path / f"haidang-{name}.zip").write_bytes(b"")
    gone = prune_backups(tmp_path, why="auto", keep=2)
    assert gone == ["haidang-auto-20260101T000000Z.zip"]
    assert len(list(tmp_path.iterdir())) == 4


def test_evidence_appended_since_the_backup_is_kept(tmp_path: Path) -> None:
    staged, home, aside = tmp_path / "staged", tmp_path / "home", tmp_path / "aside"
    for where, one, two, three in ((staged, b"ab", b"xx", b"new"), (home, b"abcd", b"yy", None)):
        (where / "evidence").mkdir(parents=True)
        (where / "evidence/one.warc.gz").write_bytes(one)
        (where / "evidence/two.warc.gz").write_bytes(two)
        if three:
            (where / "evidence/three.warc.gz").write_bytes(three)
    folder.place(staged, home, aside=aside)
    told = {path.name: path.read_bytes() for path in (home / "evidence").iterdir()}
    assert told == {"one.warc.gz": b"abcd", "two.warc.gz": b"xx", "three.warc.gz": b"new"}
    assert [path.read_bytes() for path in aside.rglob("*.gz")] == [b"yy"]


# ---------------------------------------------------------------- exports


def test_export_is_taken_in_elsewhere(
    desk: Path, home_of: Home, now: datetime, tmp_path: Path, sqlite_only
) -> None:
    export = agreed_export(now)
    wanted, entries = names_and_titles(), LogEntry.objects.count()
    export_desk(tmp_path / "all.zip", request=export, now=now)
    home = home_of("elsewhere")
    restore.restore(tmp_path / "all.zip", now=now, replace=False, kind="export")
    with on_copy(home):
        assert (names_and_titles(), find_disorder()) == (wanted, [])
        assert [member.has_usable_password() for member in Member.objects.all()] == [False, False]
        assert list(LogEntry.objects.values_list("act", flat=True))[-1] == "import_desk"
        assert is_the_same_log(entries)
    assert (home / "evidence").is_dir()


def test_export_holds_no_secret(desk: Path, now: datetime, tmp_path: Path) -> None:
    export = agreed_export(now)
    people = [export.asked_by, export.agreed_by]
    for member in people:
        member.set_password(PASSWORD)
        member.save()
    export_desk(tmp_path / "all.zip", request=export, now=now)
    with Bundle(tmp_path / "all.zip") as bundle:
        told = b"".join(piece for name in bundle.parts for piece in bundle.read(name))
        schema = json.loads(b"".join(bundle.read("schema.json")))
        left = bundle.manifest["left_behind"]
    assert people[0].password.encode() not in told
    assert b"the desk's own key" not in told
    assert {"core_onetimelink", "watch_credential", "django_session"} <= set(left)
    assert {one["part"] for one in schema} == {name for name in bundle.parts if name.startswith("tables/")}  # fmt: skip


def test_whole_export_needs_two_people_unless_nobody_is_here(
    desk: Path, now: datetime, tmp_path: Path
) -> None:
    with pytest.raises(CommandFailed):
        export_desk(tmp_path / "all.zip", request=None, now=now)
    Member.objects.update(is_active=False)
    export_desk(tmp_path / "all.zip", request=None, now=now)
    assert LogEntry.objects.last().member is None


def test_kinds_are_not_mistaken_for_each_other(desk: Path, now: datetime, tmp_path: Path) -> None:
    made = make_backup(now=now)
    export_desk(tmp_path / "all.zip", request=agreed_export(now), now=now)
    with pytest.raises(CommandFailed, match="haidang restore"):
        restore.look_into(made.path, kind="export")
    with pytest.raises(CommandFailed, match="haidang import"):
        restore.look_into(tmp_path / "all.zip", kind="backup")


def test_tables_of_an_older_version_are_read(
    desk: Path, home_of: Home, now: datetime, tmp_path: Path, sqlite_only
) -> None:
    """A bundle whose tables have seen fewer migrations: made as they were, filled, brought up."""
    old = tmp_path / "old.sqlite3"
    with databases.standing_on_file(old):
        nodes = [
            node
            for node in databases.find_pending()
            if node[0] not in {"core", "watch"} or node in {("core", "0001_initial"), ("watch", "0001_initial")}
        ]  # fmt: skip
        databases.make_tables(sorted(nodes))
        connection.cursor().execute(
            "INSERT INTO core_desk (id, name, country, mode, opened_at) VALUES (1, 'Cũ', 'VN', 'real', '2026-01-01')"
        )
        with BundleWriter(tmp_path / "old.zip") as writer:
            found = databases.find_models_at(databases.find_applied())
            told = tables.add_tables(writer, found)
            writer.finish({"kind": "backup", "migrations": tables.tell_nodes(databases.find_applied()), "tables": told})  # fmt: skip
    assert "watch_topic" not in told
    home = home_of("new")
    restore.restore(tmp_path / "old.zip", now=now, replace=False)
    with on_copy(home):
        assert connection.introspection.table_names()
        assert databases.find_pending() == []
        assert actions.open_desk(now=now).name == "Cũ"


# ---------------------------------------------------------------- rows


def test_append_only_table_is_filled_as_it_was(tmp_path: Path, now: datetime, sqlite_only) -> None:
    """Triggers that refuse changes are off while rows are put back, and on again behind them."""
    entry = {"id": 41, "number": 7, "at": now.isoformat(), "member_id": None, "act": "x", "words_digest": "", "before": "b", "digest": "d"}  # fmt: skip
    words = {"entry_id": 41, "salt": "", "what": "", "data": {"b": 1, "a": 1e16}}
    rows = {"core_logentry": entry, "core_logwords": words}
    with databases.standing_on_file(tmp_path / "a.sqlite3"):
        databases.bring_forward()
        with connection.cursor() as cursor:
            for what in ("DELETE", "UPDATE", "INSERT"):
                cursor.execute(
                    f"CREATE TRIGGER no_{what} BEFORE {what} ON core_logentry WHEN '%s' <> ''"
                    " BEGIN SELECT RAISE(ABORT, 'append only: 100%'); END"
                )
        load_tables(
            [LogEntry, LogWords],
            lambda table: [to_line(rows[table])],
            last_ids={"core_logentry": 50},
        )
        loaded = LogEntry.objects.get()
        assert (loaded.id, loaded.number, loaded.at, loaded.data) == (
            41,
            7,
            now,
            {"a": 10**16, "b": 1},
        )
        assert set(find_guards()) > set(list_guards())
        for change in ("DELETE FROM core_logentry", "UPDATE core_logentry SET act = 'y'"):
            with (
                pytest.raises(Exception, match=r"append only|only grows"),
                connection.cursor() as cursor,
            ):
                cursor.execute(change)
        with pytest.raises(Exception, match=r"append only|only grows"):
            LogEntry.objects.create(number=9, at=now, act="y")


def test_row_is_always_the_same_bytes() -> None:
    line = to_line({"b": 1e16, "a": {"y": "đ", "x": [1.5, 1e-05]}})
    assert line == '{"a":{"x":[1.5,1e-05],"y":"đ"},"b":10000000000000000}\n'.encode()
    assert to_line(from_line(line)) == line


def test_every_table_is_carried_or_filled_anew(transactional_db: None) -> None:
    """A table that no model has must be one that is filled from the others."""
    from haidang.core.tables import table_of

    known = {table_of(model) for model in find_models(apps)} | {"django_migrations"}
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor))
    strays = {name for name in names - known if not name.startswith(tables.DERIVED)}
    assert strays - {"sqlite_sequence"} == set()


# ---------------------------------------------------------------- moving


def test_desk_moves_to_postgresql_and_back(
    desk: Path, other_postgres: str, now: datetime, home_of: Home
) -> None:
    """The tests' own database here is PostgreSQL: to a file, from there to the other one."""
    wanted, people, entries = rows_of(), names_and_titles(), LogEntry.objects.count()
    last = find_last_ids(find_models(apps))["core_onetimelink"]
    move_database("sqlite", now=now)
    with on_copy(desk):
        assert (rows_of(), names_and_titles(), find_disorder()) == (wanted, people, [])
        assert LogEntry.objects.last().act == "move_database"
        assert is_the_same_log(entries)
        assert find_last_ids(find_models(apps))["core_onetimelink"] == last
        move_database(other_postgres, now=now)
    with databases.standing_on(database_at(other_postgres)):
        assert (rows_of(), names_and_titles(), find_disorder()) == (wanted, people, [])
        assert is_the_same_log(entries + 1)
        assert make_gone(now) == last + 1  # a number that was given once is not given again
        make_article(title="Bài sau khi chuyển", at=now)


def test_move_refuses_a_target_that_is_not_empty(
    desk: Path, other_postgres: str, now: datetime, home_of: Home
) -> None:
    move_database("sqlite", now=now)
    with pytest.raises(CommandFailed, match=r"haidang[.]sqlite3"):
        move_database("sqlite", now=now)
    with on_copy(desk):
        move_database(other_postgres, now=now)
        with pytest.raises(CommandFailed):
            move_database(other_postgres, now=now)
        with pytest.raises(CommandFailed, match="SQLite"):
            move_database("sqlite", now=now)


def test_text_that_postgresql_cannot_keep_is_told(
    desk: Path, other_postgres: str, now: datetime, home_of: Home
) -> None:
    move_database("sqlite", now=now)
    file = sqlite3.connect(desk / "haidang.sqlite3")
    file.execute("UPDATE core_member SET affiliation = 'a' || char(0) WHERE id = (SELECT min(id) FROM core_member)")  # fmt: skip
    file.commit()
    file.close()
    with on_copy(desk), pytest.raises(CommandFailed, match="core_member"):
        move_database(other_postgres, now=now)
    with databases.standing_on(database_at(other_postgres)):
        assert connection.introspection.table_names() == []


def test_postgresql_goes_back_to_a_backup(
    desk: Path, other_postgres: str, now: datetime, home_of: Home
) -> None:
    wanted, entries = rows_of(), LogEntry.objects.count()
    made = make_backup(now=now)
    log_backup(made, now=now)
    with databases.standing_on(database_at(other_postgres)):
        home_of("new")
        restore.restore(made.path, now=now, replace=False)
        assert (rows_of(), find_disorder()) == (wanted, [])
        assert is_the_same_log(entries)
        make_article(title="Chỉ có ở đây", at=now)
        with pytest.raises(CommandFailed, match="--replace"):
            restore.restore(made.path, now=now, replace=False)
        done = restore.restore(made.path, now=now, replace=True)
        assert (rows_of(), is_the_same_log(entries)) == (wanted, True)
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(Path(done.aside).name)
            cursor.execute(f"SELECT count(*) FROM {name}.watch_article")
            assert cursor.fetchone() == (4,)
    assert desk.parent / "new" == django_settings.HOME
