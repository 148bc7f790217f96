"""Kill the whole process group at random points of a demo fetch; nothing may be lost or doubled.

Each round starts `haidang up --demo`, waits a random while (in one round of eight by the clock from its start, in
the others until it has written a random number of rows), and sends SIGKILL to all its processes at once. After eight
rounds the desk runs until it has read everything; then the tables, the search rows and the archive must agree, and
each article of the demo press must be there exactly once.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from haidang.project.demo.press import load_papers

ROOT = Path(__file__).resolve().parent.parent.parent
READ_S = 180.0
KILLS_A_DESK = 8  # after so many kills little is left to read, so the next ones begin anew
ROWS_MAX = 150  # rows that a round lets the desk write at most; all of the demo is about 1,400


def run(rounds: int, *, seed: int = 20261123) -> list[str]:
    """Kill so many times, letting each desk finish after eight; the faults, one sentence each."""
    chance = random.Random(seed)
    faults: list[str] = []
    while rounds > 0 and not faults:
        faults = _run_on_one_desk(min(rounds, KILLS_A_DESK), chance)
        rounds -= KILLS_A_DESK
    return faults


def _run_on_one_desk(kills: int, chance: random.Random) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for number in range(kills):
            before, group = _written(home), _start(home)
            if number:
                _wait_until_written(home, rows=before + chance.randint(1, ROWS_MAX), group=group)
                time.sleep(chance.uniform(0.0, 0.1))
            else:
                time.sleep(chance.uniform(0.0, 4.0))
            ended = group.poll()
            _kill(group)
            if ended is not None:
                return [f"round {number}: the desk ended by itself with {ended}"]
            print(f"kill {number + 1}/{kills}: {_count(home)} articles", flush=True)
        group = _start(home)
        finished = _wait_until_read(home)
        group.terminate()
        group.wait(30)
        faults = [] if finished else [f"not all was read in {READ_S} s: {_states(home)}"]
        return faults + _compare(home) + _ask(home, "doctor") + _ask(home, "evidence", "verify")


def _environment(home: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HAIDANG_")}
    return {**kept, "HAIDANG_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}


def _start(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "haidang", "up", "--demo", "--port", "0"],
        env=_environment(home),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def _kill(group: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group.pid, signal.SIGKILL)
    group.wait()
    # Readers of the group die by their parent's end; their sockets must be gone before the next round.
    deadline = time.monotonic() + 10
    while _lives(group.pid) and time.monotonic() < deadline:
        time.sleep(0.05)


def _lives(session: int) -> bool:
    done = subprocess.run(["pgrep", "-s", str(session)], stdout=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def _rows(home: Path, query: str) -> list[tuple[object, ...]]:
    database = home / "haidang.sqlite3"
    if not database.exists():
        return []
    connection = sqlite3.connect(database, timeout=20)
    try:
        return connection.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []  # the tables are not there yet
    finally:
        connection.close()


def _count(home: Path) -> int:
    rows = _rows(home, "SELECT count(*) FROM watch_article")
    return int(str(rows[0][0])) if rows else 0


def _states(home: Path) -> dict[str, int]:
    rows = _rows(home, "SELECT state, count(*) FROM watch_entry GROUP BY state")
    return {str(state): int(str(count)) for state, count in rows}


def _written(home: Path) -> float:
    """A number that grows with each row that a desk at work writes: entries, articles, requests."""
    rows = _rows(
        home,
        "SELECT (SELECT count(*) FROM watch_article) + (SELECT count(*) FROM watch_entry)"
        " + (SELECT total(version) FROM watch_hostturn)",
    )
    return float(str(rows[0][0])) if rows else 0.0


def _wait_until_written(home: Path, *, rows: float, group: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READ_S
    while _written(home) < rows and time.monotonic() < deadline and group.poll() is None:
        time.sleep(0.02)


def _wait_until_read(home: Path) -> bool:
    deadline = time.monotonic() + READ_S
    while time.monotonic() < deadline:
        states = _states(home)
        if (
            _count(home) >= len(_expected())
            and not states.get("waiting")
            and not states.get("read")
        ):
            return True
        time.sleep(1)
    return False


def _expected() -> set[str]:
    """The path of each article that may be read: all but those of the paper that forbids robots."""
    papers = load_papers()
    barred = {paper.key for paper in papers.publications if paper.behaviour == "robots"}
    return {article.key for article in papers.articles if article.publication not in barred}


def _compare(home: Path) -> list[str]:
    urls = [str(row[0]) for row in _rows(home, "SELECT url FROM watch_article")]
    faults = []
    if len(set(urls)) != len(urls):
        faults.append(f"{len(urls) - len(set(urls))} articles stand twice")
    if len(urls) != len(_expected()):
        faults.append(f"{len(urls)} articles instead of {len(_expected())}")
    places = [(urlsplit(url).netloc, urlsplit(url).path) for url in urls]
    if len(set(places)) != len(places):
        faults.append("an article stands under two addresses")
    return faults


def _ask(home: Path, *verb: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "haidang", *verb],
        env=_environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    return [f"{' '.join(verb)}: {done.stdout}{done.stderr}"] if done.returncode else []
