"""A small web server on loopback for the gate's tests: it says exactly the bytes it is told to say.

`says` answers a path with fixed bytes, `hangs` says some bytes and then nothing, `drips` says bytes one
by one, `answers` makes a well-formed answer. What was asked is kept in `asked`.
"""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Self, TypeVar

import pytest

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.net import Gate, GateSettings

AGENT = "HaiDang/0.1 (+https://desk.example; mailto:desk@desk.example)"
_HEAD_MAX = 65_536

T = TypeVar("T")


def outcome(act: Callable[[], T]) -> T | Trouble:
    """What `act` gives, or the Trouble it ends in; any other exception goes through."""
    try:
        return act()
    except EngineError as error:
        return error.trouble


def trouble(gate: Gate, url: str, **asked: object) -> Trouble:
    told = outcome(lambda: gate.fetch(url, **asked))  # type: ignore[arg-type]
    assert isinstance(told, Trouble)
    return told


def facts(gate: Gate, url: str) -> dict[str, object]:
    with pytest.raises(EngineError) as caught:
        gate.fetch(url)
    return dict(caught.value.facts)


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]
    began: float  # monotonic
    head: bytes = b""


@dataclass
class LoopbackServer:
    """Serves from threads; `with LoopbackServer() as server:`. `name` is its name for the gate."""

    address: str = "127.0.0.1"
    name: str = "press.localhost"
    port: int = 0
    tls: ssl.SSLContext | None = None
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0
    _says: dict[str, Callable[[socket.socket], None]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        self._socket = socket.create_server((self.address, self.port), family=family, backlog=256)
        self.port = self._socket.getsockname()[1]
        self.answers("/robots.txt", b"", status="404 Not Found")
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._acceptor.join()
        self._socket.close()
        for thread in self._threads:
            thread.join(timeout=5)

    @property
    def authority(self) -> str:
        return f"{self.name}:{self.port}"

    def url(self, path: str = "/", *, host: str | None = None) -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://{host or self.name}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def says(self, path: str, data: bytes) -> None:
        self._says[path] = lambda conn: conn.sendall(data)

    def answers(
        self,
        path: str,
        body: bytes = b"",
        *,
        status: str = "200 OK",
        headers: tuple[str, ...] = (),
        zipped: bool = False,
    ) -> None:
        if zipped:
            body, headers = gzip.compress(body, mtime=0), (*headers, "Content-Encoding: gzip")
        lines = (f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "", "")
        self.says(path, "\r\n".join(lines).encode() + body)

    def moves(self, path: str, to: str, *, status: int = 302) -> None:
        self.answers(path, b"moved", status=f"{status} Moved", headers=(f"Location: {to}",))

    def hangs(self, path: str, data: bytes = b"") -> None:
        def say(conn: socket.socket) -> None:
            conn.sendall(data)
            self._over.wait()

        self._says[path] = say

    def drips(self, path: str, data: bytes, *, every_s: float) -> None:
        def say(conn: socket.socket) -> None:
            for byte in data:
                conn.sendall(bytes([byte]))
                if self._over.wait(every_s):
                    return

        self._says[path] = say

    def floods(self, path: str, head: bytes, piece: bytes) -> None:
        def say(conn: socket.socket) -> None:
            conn.sendall(head)
            while not self._over.is_set():
                conn.sendall(piece)

        self._says[path] = say

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                conn, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(conn,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, raw: socket.socket) -> None:
        with closing(raw):
            try:
                conn = self.tls.wrap_socket(raw, server_side=True) if self.tls else raw
                with closing(conn):
                    self._converse(conn)
            except OSError:
                return  # the gate hung up

    def _converse(self, conn: socket.socket) -> None:
        began, head = time.monotonic(), b""
        while b"\r\n\r\n" not in head and len(head) < _HEAD_MAX:
            data = conn.recv(4096)
            if not data:
                return
            head += data
        first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        path = first.split(" ")[1]
        headers = {key.lower(): value for key, _, value in (line.partition(": ") for line in lines)}
        with self._lock:
            self.asked.append(Asked(path, headers, began, head))
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            say = self._says.get(path)
            if say:
                say(conn)
            else:
                conn.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        finally:
            with self._lock:
                self._now -= 1


def settings_for(*servers: LoopbackServer, **changes: object) -> GateSettings:
    """Settings that allow these servers and do not wait, unless changed."""
    values: dict[str, object] = {
        "user_agent": AGENT,
        "allowed_private": frozenset(server.authority for server in servers),
        "host_delay_s": 0.0,
        **changes,
    }
    return GateSettings(**values)  # type: ignore[arg-type]  # values come by name


def gate_for(*servers: LoopbackServer, **changes: object) -> Gate:
    return Gate(settings_for(*servers, **changes))


class Clock:
    """A monotonic clock that stands still until a test lets time pass."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds

    def passes(self, seconds: float) -> None:
        self.seconds += seconds


class Names:
    """A resolver that answers from a table, one list after the other; the last one stays."""

    def __init__(self, **table: list[list[str]]) -> None:
        self.table = {
            name.replace("__", "-").replace("_", "."): rows for name, rows in table.items()
        }
        self.asked: list[str] = []

    def resolve(self, host: str) -> list[str]:
        self.asked.append(host)
        rows = self.table.get(host)
        if not rows:
            raise OSError("no such name")
        return rows.pop(0) if len(rows) > 1 else rows[0]
