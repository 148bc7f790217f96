"""A worker killed in the middle of its work, several times: nothing lost, nothing twice.

Real processes on a data folder of their own. The long campaign over the whole demo is
`tests/prove/kill.py`; this is its small sample.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from threading import Event

from tests.watch.press import Press

import haidang

ROUNDS = (4, 7, 5)  # requests that each worker gets to make before it is killed
PAPERS, PAGES = 3, 8
READ_S = 60.0
SOURCE = Path(haidang.__file__).parent.parent

REGISTER = """
from tests.watch.rows import make_feed, make_publication
from django.utils import timezone
for host in {hosts!r}:
    publication = make_publication(host=host)
    make_feed(publication, url=f"http://{{host}}/feed.xml", next_visit_at=timezone.now())
"""


class Desk:
    """A desk on its own folder, run by the real command."""

    def __init__(self, home: Path, hosts: tuple[str, ...]) -> None:
        self._database = home / "haidang.sqlite3"
        self._env = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(SOURCE), str(SOURCE.parent)]),
            "HAIDANG_HOME": str(home),
            "HAIDANG_ALLOW_PRIVATE": ",".join(hosts),
            "HAIDANG_HOST_DELAY": "0.05",
            "HAIDANG_SANDBOX_CHILDREN": "1",
        }
        assert self.run("init")[0] == 0
        assert self.run("manage", "shell", "-v", "0", "-c", REGISTER.format(hosts=hosts)) == (0, "")

    def run(self, *verb: str) -> tuple[int, str]:
        """A verb to its end: its exit code, and what it said to an operator's ear."""
        done = subprocess.run(self._command(*verb), env=self._env, capture_output=True, check=False)
        return done.returncode, done.stderr.decode()

    def start_worker(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self._command("worker"),
            env=self._env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ask(self, query: str) -> list[tuple[str, ...]]:
        connection = sqlite3.connect(f"file:{self._database}?mode=ro", uri=True, timeout=20)
        try:
            return [tuple(map(str, row)) for row in connection.execute(query)]
        finally:
            connection.close()

    def wait_until_read(self) -> None:
        """Wait until no page and no job waits any more, or the time is over."""
        deadline = time.monotonic() + READ_S
        pause = Event()
        while time.monotonic() < deadline and not pause.wait(0.1):
            entries = dict(self.ask("SELECT state, count(*) FROM watch_entry GROUP BY state"))
            jobs = self.ask(
                "SELECT 1 FROM django_tasks_database_dbtaskresult WHERE status IN ('READY', 'RUNNING')"
            )
            if entries == {"placed": str(PAPERS * PAGES)} and not jobs:
                return

    def _command(self, *verb: str) -> list[str]:
        return [sys.executable, "-m", "haidang", *verb]


def wait_until_alone(session: int, *, timeout_s: float = 5) -> bool:
    """Wait until no process of that session lives; one that ended and waits to be buried is dead."""
    deadline, pause = time.monotonic() + timeout_s, Event()
    living = ["pgrep", "-s", str(session), "--runstates", "D,R,S,T"]
    while subprocess.run(living, stdout=subprocess.DEVNULL, check=False).returncode == 0:
        if time.monotonic() > deadline or pause.wait(0.05):
            return False
    return True


def open_papers(press: Press) -> set[str]:
    """Three papers of eight articles, each unlike the others; all their addresses."""
    urls = set()
    for number in range(PAPERS):
        paper = press.paper(f"bao-{number}")
        told = []
        for page in range(PAGES):
            words = [f"chuyện{number}{page}{word}" for word in range(90)]
            title = f"Chuyện số {page} của báo {number}"
            told.append((paper.write(f"/{page}", title, " ".join(words) + "."), title, 1.0))
        paper.list(*told)
        urls |= {url for url, _title, _ago in told}
    return urls


def test_worker_killed_again_and_again_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    with Press() as press:
        urls = open_papers(press)
        desk = Desk(tmp_path, press.hosts())
        for requests in ROUNDS:
            worker = desk.start_worker()
            came = press.wait_until_asked(requests)
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
            assert came, "the worker did not take up its work again"
        assert len(desk.ask("SELECT 1 FROM watch_article")) < len(urls)
        last = desk.start_worker()
        desk.wait_until_read()
        last.terminate()
        assert last.wait(20) == 0
        assert wait_until_alone(last.pid)
    kept = Counter(url for (url,) in desk.ask("SELECT url FROM watch_article"))
    assert kept == Counter(urls)
    assert desk.ask("SELECT state, count(*) FROM watch_entry GROUP BY state") == [
        ("placed", str(len(urls)))
    ]
    assert desk.run("evidence", "verify") == (0, "")
    assert desk.run("doctor")[0] == 0
    manifested = {url for (url,) in desk.ask("SELECT url FROM watch_snapshot")}
    assert manifested == urls
