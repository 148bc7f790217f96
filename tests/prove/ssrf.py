"""Addresses that must not be asked, by every path by which an address enters.

As root the campaign runs in a network namespace of its own, in which every address there is leads to
this machine: canaries listen, and each packet that leaves is read off the wire. Elsewhere a hook on
connect() notes where a connection would go, and stops it. A round is a name that points outside when
looked up first and inside when looked up again; fewer than 1,000 rounds try fewer addresses too.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.prove import SHARED
from tests.prove.canaries import PORTS, Canaries, Hook, Sniffer, open_namespace
from tests.prove.desk import open_desk
from tests.watch.press import Press

LIST = SHARED / "hostile" / "ssrf_urls.jsonl"
INSIDE = "PROVE_INSIDE_NAMESPACE"
PUBLIC = "93.184.216.34"
WHOLE = 1_000  # rounds from which every listed address is tried
OURS = (
    ("http://127.0.0.1/", "deny"),
    ("http://10.0.0.1/", "deny"),
    ("http://169.254.169.254/latest/", "deny"),
    ("http://168.63.129.16/", "deny"),
    ("http://[::1]/", "deny"),
    ("http://[::ffff:10.0.0.1]/", "deny"),
    ("http://[64:ff9b::a9fe:a9fe]/", "deny"),
    ("http://[2002:7f00:1::]/", "deny"),
    ("http://2130706433/", "deny"),
    ("http://0x7f.1/", "deny"),
    ("http://0251.0376.0251.0376/", "deny"),
    ("http://①②⑦.⓪.⓪.①/", "deny"),
    ("http://loc\u00adalhost/", "deny"),
    ("http://localhost./", "deny"),
    ("http://example.com@127.0.0.1/", "deny"),
    ("http://127.0.0.1\\@example.com/", "deny"),
    ("file:///etc/passwd", "deny"),
    ("gopher://127.0.0.1:6379/_INFO", "deny"),
    ("http://example.com:22/", "deny"),
    ("http://inside.test/", "deny"),
    ("http://example.com/", "allow"),
    (f"http://{PUBLIC}/", "allow"),
    ("http://[2606:4700:4700::1111]/", "allow"),
)
MISSING = frozenset({"long-cname.test", "slow-dns.test", "servfail.test", "nx.test"})
NAMES = {
    "inside.test": ["10.0.0.1"],
    "localtest.me": ["127.0.0.1"],
    "lvh.me": ["127.0.0.1"],
    "zero.test": ["0.0.0.0"],
    "rebind.test": [PUBLIC, "127.0.0.1"],
    "rebind-ttl0.test": ["127.0.0.1"],
    "cname-loop.test": ["127.0.0.1"],
    "127.0.0.1.nip.test": ["127.0.0.1"],
    "empty.test": [],
    "many-a.test": [PUBLIC] * 500,
}


def run(rounds: int) -> list[str]:
    """The faults, one sentence each."""
    can = os.geteuid() == 0 and shutil.which("unshare") and shutil.which("ip")
    if not os.environ.get(INSIDE) and can:
        program = [sys.executable, "-m", "tests.prove", "ssrf", "--rounds", str(rounds)]
        done = subprocess.run(
            ["unshare", "-n", *program], env={**os.environ, INSIDE: "1"}, check=False
        )
        return ["see above"] if done.returncode else []
    watch: Any = Hook()
    if os.environ.get(INSIDE) and open_namespace():
        watch = Sniffer()
    print(f"watched by {watch.told}", flush=True)
    logging.disable(logging.ERROR)  # bad requests are made on purpose
    with open_desk(HOST_DELAY="0.001", BASE_URL="https://desk.example"), Press() as press:
        return _run_inside(rounds, press, watch)


def _run_inside(rounds: int, press: Press, watch: Any) -> list[str]:
    rows = _rows(rounds)
    table = _Names(rows)
    _answer_names_with(table)
    with Canaries(PORTS if isinstance(watch, Sniffer) else ()) as canaries, watch:
        from tests.prove.ways import Ways

        ways = Ways(press, len(rows))
        watch.leave_out("127.0.0.1", press._server.server_address[1])
        counted, faults = _try_all(ways, rows, watch)
        time.sleep(0.3)
        asked_by_ways = len(watch.public)
        faults += _rebind(rounds, table, watch)
        time.sleep(0.3)
    faults += [f"a packet went to {ip} port {port}" for ip, port in sorted(watch.denied)[:20]]
    if not watch.public:
        faults.append("no public address was asked: the watch proves nothing")
    print(
        f"{len(rows)} addresses by {len(ways.all())} ways and {len(ways.at_once())} lists, {counted.total()} "
        f"attempts, {asked_by_ways} public addresses asked; {rounds} rebinding rounds; canaries heard "
        f"{canaries.heard}, connections to denied addresses {len(watch.denied)}\n{dict(counted.most_common(12))}",
        flush=True,
    )  # fmt: skip
    return faults


def _rows(rounds: int) -> list[tuple[str, str]]:
    if not LIST.exists():
        print("../shared is absent: our own addresses alone", flush=True)
        return list(OURS)
    rows = [json.loads(line) for line in LIST.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        if row["family"] == "dns":
            NAMES.setdefault(row["url"][7:-1], row["why"].split(","))
    listed = [(row["url"], row["expect"]) for row in rows]
    step = max(1, WHOLE // rounds)
    return listed if step == 1 else [*listed[::step], *OURS[::5], *OURS[-3:]]


class _Names:
    """Names by a table; numbers in odd spellings as the system reads them; nobody else is asked."""

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        self._turns: Counter[str] = Counter()
        self._lock = threading.Lock()

    def resolve(self, host: str) -> list[str]:
        if host.endswith(".rebinds.test"):
            with self._lock:
                self._turns[host] += 1
                return [PUBLIC] if self._turns[host] == 1 else ["127.0.0.1"]
        if host in MISSING:
            raise OSError("as the list says")
        if host in NAMES:
            return NAMES[host]
        try:
            rows = socket.getaddrinfo(
                host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
        except OSError:
            return [PUBLIC]  # any other name is somebody's, outside
        return [str(row[4][0]) for row in rows]


def _answer_names_with(table: _Names) -> None:
    from haidang.engine.net.names import SystemResolver

    SystemResolver.resolve = lambda _self, host: table.resolve(host)  # type: ignore[method-assign] # the outside world


def _try_all(ways: Any, rows: list[tuple[str, str]], watch: Any) -> tuple[Counter[str], list[str]]:
    """Every address by every way; what came of it, and what crashed."""
    counted: Counter[str] = Counter()
    faults = []
    for number, (url, expect) in enumerate(rows):
        for name, way in ways.all().items():
            before = set(watch.denied)
            try:
                end = way(url, number)
                counted[end] += 1
                # Credentials in an address are the one thing refused of what the list allows.
                refused = end in {"denied_address", "bad_address"} and "@" not in url
                if expect == "allow" and name == "a feed's address" and refused:
                    faults.append(f"{url!r} is public, yet {end}")
            except Exception as error:  # noqa: BLE001 -- a crash is what the campaign looks for
                faults.append(f"{url[:80]!r} by {name}: {type(error).__name__}: {str(error)[:120]}")
            if watch.denied - before and expect == "deny":
                faults.append(f"{url[:80]!r} by {name}: asked {watch.denied - before}")
    for name, way in ways.at_once().items():
        try:
            counted[way([url for url, _expect in rows])] += 1
        except Exception as error:  # noqa: BLE001 -- see above
            faults.append(f"all by {name}: {type(error).__name__}: {str(error)[:120]}")
    return counted, faults


def _rebind(rounds: int, table: _Names, watch: Any) -> list[str]:
    """Names that point outside at first and inside when they are looked up again."""
    from haidang.engine.errors import EngineError, Trouble
    from haidang.engine.net import Gate, GateSettings

    gate = Gate(GateSettings(user_agent="HaiDang/test (+https://desk.example)", host_delay_s=0.0))
    allowed = {Trouble.DENIED_ADDRESS, Trouble.BAD_HTTP, Trouble.CONNECT_FAILED}

    def knock(number: int) -> str:
        try:
            gate.fetch(f"http://r{number}.rebinds.test/", obey_robots=bool(number % 2))
            gate.fetch(f"http://r{number}.rebinds.test/again", obey_robots=False)
        except EngineError as error:
            return "" if error.trouble in allowed else f"r{number} ended in {error}"
        return f"r{number} was let in though it points inside"

    with ThreadPoolExecutor(16) as pool:
        return [told for told in pool.map(knock, range(rounds)) if told][:20]
