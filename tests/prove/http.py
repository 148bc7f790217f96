"""A server that breaks every rule of HTTP: each fault ends in time, in little memory, and alone.

A round goes through all faults once, as a feed and as a page: each on a host of its own, eight at a
time as a worker's threads do. Beside them a good feed is visited again and again. The
deadlines are the product's own (30 s); the sample in the suite shortens them.
"""

from __future__ import annotations

import os
import runpy
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Self

from tests.prove import SHARED
from tests.prove.desk import MemoryWatch, open_desk
from tests.watch.press import Press

FAULTS = SHARED / "hostile" / "http_faults.py"
TOTAL_S, SHORT_S = 30.0, 1.0
OVER_S = 5.0  # beyond the deadline: reading what came, and a busy machine
DELAY_S, GROWTH_MB = 5.0, 40
THREADS = 8
OURS = {
    "/silent": b"",
    "/cut": b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n<rss",
    "/no-http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "/two-lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    "/chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc",
    "/gzip-lie": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    "/inside": b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n",
    "/loop": b"HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n",
    "/busy": b"HTTP/1.1 429 Too Many\r\nRetry-After: -5\r\nContent-Length: 0\r\n\r\n",
    "/stall": None,
}


def run(rounds: int, *, short: bool = False) -> list[str]:
    """The faults, one sentence each. PROVE_SHORT=1 asks for the short deadlines."""
    short = short or bool(os.environ.get("PROVE_SHORT"))
    with open_desk(), _Server(small=short) as server, Press() as press:
        memory = MemoryWatch(besides=frozenset({server.process.pid}))
        told = []
        for _ in range(rounds):
            told += _try_all(server, press, memory, total_s=SHORT_S if short else TOTAL_S)
    return told


# ---------------------------------------------------------------- the server, a process of its own


class _Server:
    """The shared server of faults, or our own few, outside our memory."""

    def __init__(self, *, small: bool) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.prove.http", "small" if small else "whole"],
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        assert self.process.stdout is not None
        port, *self.paths = self.process.stdout.readline().split()
        self.port = int(port)
        return self

    def __exit__(self, *_told: object) -> None:
        self.process.kill()
        self.process.communicate()


def _serve(*, small: bool) -> None:
    """Serve faults on a free port until killed. A bomb is squeezed once, not for each request."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    if FAULTS.exists():
        told = runpy.run_path(str(FAULTS))
        serve, paths = told["serve"], sorted(told["P"])
        squeeze = cache(told["gz"])
        serve.__globals__["gz"] = lambda size: squeeze(min(size, 64) if small else size)
        squeeze(64 if small else 1024)
    else:
        serve, paths = _serve_ours, sorted(OURS)
    print(listener.getsockname()[1], *paths, flush=True)
    while True:
        threading.Thread(target=serve, args=listener.accept(), daemon=True).start()


def _serve_ours(conn: socket.socket, _peer: object) -> None:
    with conn:
        path = conn.recv(65536).split(b" ")[1].decode("latin-1")
        answer = OURS.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        if answer is None:
            time.sleep(600)
        else:
            conn.sendall(answer)


# ---------------------------------------------------------------- one round


def _try_all(server: _Server, press: Press, memory: MemoryWatch, *, total_s: float) -> list[str]:
    from haidang.engine.net import Gate, GateSettings
    from haidang.engine.sandbox import Sandbox

    hosts = {path: f"h{number}.localhost:{server.port}" for number, path in enumerate(server.paths)}
    good = press.paper("lanh")
    settings = GateSettings(
        user_agent="HaiDang/test (+https://desk.example)",
        allowed_private=frozenset({*hosts.values(), good.host}),
        host_delay_s=0.0,
        total_s=total_s,
        connect_s=min(10.0, total_s),
    )
    with Sandbox(preload=("haidang.engine.feeds", "haidang.engine.extract")) as reader:
        trial = _Trial(Gate(settings), reader, good, total_s=total_s)
        trial.visit_good()  # loads what is loaded once
        before = _own_mb()
        beside = threading.Thread(target=trial.watch_good, daemon=True)
        with memory, ThreadPoolExecutor(THREADS) as pool:
            beside.start()
            list(pool.map(trial.try_path, hosts, hosts.values()))
            trial.over.set()
            beside.join()
    growth = max(0, memory.own_mb - before)
    if growth > GROWTH_MB * THREADS:
        trial.faults.append(f"this process grew by {growth} MB")
    if memory.most_mb > 600:
        trial.faults.append(f"a process held {memory.most_mb} MB")
    if max(trial.delays) > DELAY_S:
        trial.faults.append(f"the good host was delayed by {max(trial.delays):.1f} s")
    print(
        f"{len(hosts)} faults as feed and as page, deadline {total_s:.0f} s; slowest {trial.slowest[0]:.1f} s "
        f"({trial.slowest[1]}); grew by {growth} MB, largest process {memory.most_mb} MB; good host: "
        f"{len(trial.delays)} visits, longest {max(trial.delays):.2f} s\n{dict(trial.ends.most_common())}",
        flush=True,
    )
    return trial.faults


def _own_mb() -> int:
    from tests.prove.desk import _resident_mb

    return _resident_mb(os.getpid())


class _Trial:
    def __init__(self, gate: Any, reader: Any, good: Any, *, total_s: float) -> None:
        self._gate, self._reader, self._good, self._total_s = gate, reader, good, total_s
        self.over = threading.Event()
        self.faults: list[str] = []
        self.delays: list[float] = [0.0]
        self.ends: Counter[str] = Counter()
        self.slowest = (0.0, "")
        good.list((f"http://{good.host}/tin", "Tin lành", 1))

    def try_path(self, path: str, host: str) -> None:
        """As a feed, as a known page without a feed, and as an article's page."""
        from django.utils import timezone

        from haidang.engine.pipeline import FeedForUpdate, read_page, visit_feed

        url, now = f"http://{host}{path}", timezone.now()
        ways = {
            "feed": lambda: visit_feed(FeedForUpdate(url=url), http=self._gate, reader=self._reader, now=now),
            "links": lambda: visit_feed(
                FeedForUpdate(url=url, is_page=True), http=self._gate, reader=self._reader, now=now
            ),
            "page": lambda: read_page(url, http=self._gate, reader=self._reader, store=None, now=now),
        }  # fmt: skip
        for name, way in ways.items():
            begun = time.monotonic()
            try:
                came = way()
            except Exception as error:  # noqa: BLE001 -- a crash is what the campaign looks for
                self.faults.append(
                    f"{path} as {name}: crashed with {type(error).__name__}: {error}"
                )
                continue
            took = time.monotonic() - begun
            self.slowest = max(self.slowest, (took, f"{path} as {name}"))
            if took > self._total_s + OVER_S:
                self.faults.append(f"{path} as {name} took {took:.1f} s")
            self._read_end(path, name, came)

    def _read_end(self, path: str, name: str, came: Any) -> None:
        from haidang.watch.troubles import tell_trouble

        self.ends[str(came.trouble or "read")] += 1
        if came.trouble is not None and "%(" in tell_trouble(came.trouble.value, came.facts):
            self.faults.append(f"{path} as {name}: no sentence for {came.trouble} {came.facts}")

    def visit_good(self) -> float:
        from django.utils import timezone

        from haidang.engine.pipeline import FeedForUpdate, visit_feed

        begun = time.monotonic()
        feed = FeedForUpdate(url=f"http://{self._good.host}/feed.xml")
        visit = visit_feed(feed, http=self._gate, reader=self._reader, now=timezone.now())
        if visit.data is None or len(visit.data.entries) != 1:
            self.faults.append(f"the good host was not read: {visit.trouble} {visit.facts}")
        return time.monotonic() - begun

    def watch_good(self) -> None:
        while not self.over.wait(0.2):
            self.delays.append(self.visit_good())


if __name__ == "__main__":
    _serve(small=sys.argv[1:] == ["small"])
