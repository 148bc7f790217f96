"""Copies of a desk at work: backups while it writes, damaged ones, and kills while one is put back or moved.

A round is a backup while fifty acts a second are written (between backups the writer rests, so that the desk
stays small and the last round costs what the first did). It is restored into an empty folder and its log
walked; copies of it with a flipped bit, a cut end or two pieces exchanged must all be refused; and `restore
--replace` over a living desk is killed (SIGKILL) at a random moment: that desk is then the old one or the
new one, whole, and the next try succeeds. Where PostgreSQL answers, one round in ten also kills `db move`:
the source is as it was, the target empty, and the next try succeeds.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from tests.prove import ROOT
from tests.prove.desk import open_desk

ARTICLES, FILES, FILE_BYTES = 60, 30, 40_000
ACTS_A_SECOND = 50
DAMAGED_A_ROUND = 10
MOVES_EVERY = 10  # rounds; a move costs as much as two of them
RENAMED = "Bàn cũ"  # what the desk that is replaced is called
POSTGRES = os.environ.get("PROVE_POSTGRES", "postgres://root@127.0.0.1:5432/postgres")
TARGET = "haidang_prove_copies"
LOOK = (("audit", "verify"), ("evidence", "verify"))
# Verbs one after another in one process, until one fails: most of a round was programs that started.
VERBS = """
import json, sys
from haidang.project.cli.main import main
for verb in json.loads(sys.argv[1]):
    if code := main(verb):
        sys.exit(f"{verb[0]}: {code}")
"""
SHORT = "PROVE_SHORT" in os.environ  # the suite's sample: moving has tests of its own


def run(rounds: int, *, seed: int = 20261126) -> list[str]:
    """The faults, one sentence each."""
    chance = random.Random(seed)
    with open_desk() as home, tempfile.TemporaryDirectory() as beside:
        _fill(chance)
        campaign = _Campaign(home, Path(beside), chance)
        writer = _Writer()
        for number in range(rounds):
            faults = campaign.try_backup(number, writer)
            if not faults and number % MOVES_EVERY == 0 and not SHORT:
                faults = campaign.try_move()
            if faults or writer.fault:
                return [*faults, *filter(None, [writer.fault])]
        print(campaign.told(writer), flush=True)
    return []


def _fill(chance: random.Random) -> None:
    from django.utils import timezone
    from tests.watch.rows import make_article, make_publication

    from haidang.core import actions
    from haidang.core.machines import find_file_store

    actions.add_member("an", now=timezone.now())
    paper = make_publication()
    for number in range(ARTICLES):
        make_article(paper, title=f"Tin thứ {number}", at=timezone.now())
    for _ in range(FILES):
        find_file_store().keep(chance.randbytes(FILE_BYTES))


class _Writer:
    """Somebody who works on within `with`: so many acts a second, each in its own transaction."""

    def __init__(self) -> None:
        self.written, self.slowest_s, self.fault = 0, 0.0, ""
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._over.clear()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_told: object) -> None:
        self._over.set()
        self._thread.join()

    def _write(self) -> None:
        from django.db import connection
        from django.utils import timezone

        from haidang.core import actions

        while not self._over.wait(1 / ACTS_A_SECOND):
            began = time.perf_counter()
            try:
                actions.log_act("keep_going", by=None, now=timezone.now(), what="đang làm")
            except Exception as error:  # noqa: BLE001 -- any fault of a writer counts
                self.fault = f"a writer was refused while a backup was made: {error}"
                break
            self.slowest_s = max(self.slowest_s, time.perf_counter() - began)
            self.written += 1
        connection.close()


class _Campaign:
    def __init__(self, home: Path, beside: Path, chance: random.Random) -> None:
        self._home, self._beside, self._chance = home, beside, chance
        self._restores: list[float] = []
        self._old = self._new = self._refused = self._moves = self._made = 0

    def try_backup(self, number: int, writer: _Writer) -> list[str]:
        """Back up, restore, damage, kill."""
        from django.utils import timezone

        from haidang.project.safekeeping.backup import make_backup

        least = writer.written
        path = self._beside / f"{number}.zip"
        with writer:
            make_backup(path, now=timezone.now() + timedelta(seconds=number))
        self._made += 1
        fresh = self._beside / f"desk-{number}"
        fresh.mkdir(mode=0o700)
        began = time.perf_counter()
        done = _haidang(fresh, ("restore", str(path)), *LOOK)
        self._restores.append(time.perf_counter() - began)
        faults = _complain("a backup was not restored, or not whole", done)
        if not faults and (acts := _count_acts(fresh)) < least:
            faults = [f"{least} acts were written before the backup began, {acts} are in it"]
        faults = faults or self._damage(path) or self._kill_restore(path, fresh)
        shutil.rmtree(fresh)
        path.unlink()
        return faults

    def _damage(self, path: Path) -> list[str]:
        from haidang.project.cli.main import CommandFailed
        from haidang.project.safekeeping import restore

        whole, wrong = path.read_bytes(), self._beside / "wrong.zip"
        for _ in range(DAMAGED_A_ROUND):
            told, broken = self._break(whole)
            wrong.write_bytes(broken)
            try:
                restore.look_into(wrong, kind="backup")
            except CommandFailed:
                self._refused += 1
            else:
                return [f"a backup was taken for whole though it was damaged: {told}"]
        return []

    def _break(self, whole: bytes) -> tuple[str, bytes]:
        place = self._chance.randrange(len(whole))
        match self._chance.randrange(3):
            case 0:
                bit = 1 << self._chance.randrange(8)
                flipped = bytes([whole[place] ^ bit])
                return f"bit {bit} of byte {place}", whole[:place] + flipped + whole[place + 1 :]
            case 1:
                return f"cut at {place}", whole[:place]
            case _:
                half = len(whole) // 2
                return "halves exchanged", whole[half:] + whole[:half]

    def _kill_restore(self, path: Path, fresh: Path) -> list[str]:
        _ask_file(fresh, "UPDATE core_desk SET name = ?", [RENAMED])
        span = sorted(self._restores)[len(self._restores) // 2]
        verb = ("restore", "--replace", str(path))
        _kill_during(fresh, self._chance.uniform(0.1, 0.8) * span, *verb)
        is_old = _ask_file(fresh, "SELECT name FROM core_desk") == RENAMED
        self._old += is_old
        self._new += not is_old
        done = _haidang(fresh, *LOOK, verb, *LOOK)
        faults = _complain("a desk was not whole after a kill while going back, or not then", done)
        left = [one.name for one in fresh.glob(".making-*")]
        return faults or [f"a kill left {name} for ever" for name in left]

    def try_move(self) -> list[str]:
        """Kill a move to PostgreSQL, look at both sides, and move."""
        with _empty_target() as target:
            if not target:
                return []
            fresh = self._beside / "moving"
            shutil.copytree(self._home, fresh, ignore=shutil.ignore_patterns("*.sqlite3*"))
            _copy_database(self._home, fresh)
            acts = _count_acts(fresh)
            _kill_during(fresh, self._chance.uniform(1.0, 6.0), "db", "move", target)
            faults = _complain("a killed move hurt its source", _haidang(fresh, *LOOK))
            if _count_acts(fresh) != acts:
                faults.append("a killed move changed its source")
            faults += _wait_until_empty_or_whole(target, acts)
            if faults or _count_acts_there(target) > 0:  # the kill came after the end
                shutil.rmtree(fresh)
                return faults
            done = _haidang(fresh, ("db", "move", target))
            faults = _complain("the move did not succeed after a kill", done)
            done = _haidang(fresh, LOOK[0], HAIDANG_DATABASE_URL=target)
            faults = faults or _complain("the moved log is not whole", done)
            self._moves += not faults
            shutil.rmtree(fresh)
            return faults

    def told(self, writer: _Writer) -> str:
        slow = max(self._restores, default=0.0)
        return (
            f"{self._made} backups while {writer.written} acts were written, slowest {writer.slowest_s:.2f} s; "
            f"all restored, slowest {slow:.1f} s; {self._refused} damaged ones refused; kills while going back: "
            f"{self._old} left the old desk, {self._new} the new one; {self._moves} moves after a kill"
        )


def _haidang(home: Path, *verbs: Sequence[str], **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", VERBS, json.dumps(verbs)],
        env=_environment(home) | more,
        capture_output=True,
        text=True,
        check=False,
    )


def _environment(home: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HAIDANG_")}
    return {**kept, "HAIDANG_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}


def _kill_during(home: Path, after_s: float, *verb: str) -> None:
    group = subprocess.Popen(
        [sys.executable, "-m", "haidang", *verb],
        env=_environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        group.wait(after_s)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group.pid, signal.SIGKILL)
    group.wait()


def _complain(what: str, done: subprocess.CompletedProcess[str]) -> list[str]:
    return [f"{what}: {done.stdout[-400:]}{done.stderr[-400:]}"] if done.returncode else []


def _count_acts(home: Path) -> int:
    return int(_ask_file(home, "SELECT count(*) FROM core_logentry"))


def _ask_file(home: Path, query: str, told: Sequence[str] = ()) -> Any:
    with contextlib.closing(sqlite3.connect(home / "haidang.sqlite3", timeout=20)) as file:
        row = file.execute(query, told).fetchone()
        file.commit()
        return row[0] if row else None


def _copy_database(home: Path, to: Path) -> None:
    _ask_file(home, "VACUUM INTO ?", [str(to / "haidang.sqlite3")])


# ---------------------------------------------------------------- PostgreSQL


@contextlib.contextmanager
def _empty_target() -> Iterator[str]:
    """The address of an empty database, gone afterwards; "" where no PostgreSQL answers."""
    import psycopg

    try:
        link = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield ""
        return
    with link:
        link.execute(f"DROP DATABASE IF EXISTS {TARGET} WITH (FORCE)")
        link.execute(f"CREATE DATABASE {TARGET}")
        try:
            yield POSTGRES.rpartition("/")[0] + "/" + TARGET
        finally:
            link.execute(f"DROP DATABASE IF EXISTS {TARGET} WITH (FORCE)")


def _ask_there(target: str, query: str) -> Any:
    import psycopg

    with psycopg.connect(target) as link:
        row = link.execute(query.encode()).fetchone()
        return row[0] if row else None


def _count_acts_there(target: str) -> int:
    there = _ask_there(target, "SELECT to_regclass('core_logentry')::text")
    return int(_ask_there(target, "SELECT count(*) FROM core_logentry")) if there else 0


def _wait_until_empty_or_whole(target: str, acts: int, *, within_s: float = 30.0) -> list[str]:
    """PostgreSQL takes back what a killed client had begun, as soon as it notices."""
    others = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{TARGET}' AND pid <> pg_backend_pid()"
    until = time.monotonic() + within_s
    while _ask_there(target, others) and time.monotonic() < until:
        time.sleep(0.1)
    tables = _ask_there(target, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    if tables and _count_acts_there(target) != acts + 1:
        return [f"a killed move left {tables} tables in the target"]
    return []
