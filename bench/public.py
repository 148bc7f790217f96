"""The public site under load: how many requests a second it answers, and how long they take.

    ./haidang bench public [--size 4000] [--seconds 15] [--pages-rate 200] [--search-rate 40] [--json]

A desk of its own with so many published texts is served as `up` serves it; strangers ask over loopback from
another process on the same machine. Each kind is asked twice: at a fixed rate, where the time of a request
runs from the moment at which it was due (so a server that falls behind is seen), and as fast as the answers
come. `cpu_ms` is what one answer costs the server, whatever else the machine does. Kinds: `kept` is pages that a process keeps (front, about, lists, the newest texts), `drawn` is any of
all the texts, of which most are drawn anew, `search` is one to three words, never kept. Times in ms.
"""

from __future__ import annotations

import http.client
import itertools
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.measuring import measure, parser_of, percentile, progress, tell

ROOT = Path(__file__).resolve().parent.parent
ASKERS = 8  # connections
NEWEST = 100
SENDERS = 200  # each search comes from one of so many addresses of loopback: a stranger's limit holds as on a desk


def main(arguments: list[str]) -> int:
    parser = parser_of("public", __doc__)
    parser.add_argument("--size", type=int, default=4_000)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--pages-rate", type=float, default=200.0)
    parser.add_argument("--search-rate", type=float, default=40.0)
    told = parser.parse_args(arguments)
    home = Path(tempfile.mkdtemp(prefix="haidang-bench-public-"))
    try:
        words = measure(fill, home, told.size, repeats=1).value
        figures = _serve_and_ask(home, told, words)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    load = os.getloadavg()[0]
    ours = {"texts": told.size, "machine_load": round(load, 1), **figures}
    return tell("public", ours, {}, as_json=told.json)


def fill(home: Path, size: int) -> list[str]:
    """A desk with so many public texts, every fifth of them a translation; some of its words."""
    from bench import desk

    desk.wake(home)
    from django.db import transaction

    from bench.growing import Mill, demo_texts
    from haidang.core.actions.finding import fill_index
    from haidang.core.actions.public_state import touch_public
    from haidang.core.actions.showing import to_canonical_text
    from haidang.core.models import Imprint, PublicItem
    from haidang.core.signatures import ITEM, sign_text

    now = datetime.now(UTC)
    progress(f"{size} public texts")
    with transaction.atomic():
        imprint = Imprint.objects.create(
            legal_owner="Ủy ban xã Lam Hạ", funding="Ngân sách xã", contact="Trụ sở xã"
        )
        seen: set[str] = set()
        for one in Mill(demo_texts()).make(size):
            at = now - timedelta(hours=size - one.number)
            item = PublicItem(
                id=one.number,
                kind="notice",
                language="en" if one.number % 5 == 0 else "vi",
                translation_of_id=one.number - 1 if one.number % 5 == 0 else None,
                title=one.title.words[:200],
                html="\n".join(f"<p>{part.words}</p>" for part in one.sentences),
                json_ld={"@context": "https://schema.org", "@type": "Article"},
                published_at=at,
                changed_at=at,
            )
            body = "\n\n".join(part.words for part in one.sentences)
            item.text = to_canonical_text(item, body, imprint)
            signed = sign_text(ITEM, item.text)
            item.key, item.proof = signed.key, signed.signature
            item.save(force_insert=True)
            seen.update(word for word in one.title.words.split() if word.isalpha())
        fill_index()
        touch_public(now=now)
    return sorted(seen)


# ---------------------------------------------------------------- asking


@dataclass
class Seen:
    """What the askers of one run saw: seconds of each answer, and answers that were none."""

    took: list[float]
    failed: int
    seconds: float

    def tell(self, name: str) -> dict[str, float]:
        return {
            f"{name}_per_s": round(len(self.took) / self.seconds, 1),
            f"{name}_p50": round(percentile(self.took, 0.5) * 1000, 1),
            f"{name}_p95": round(percentile(self.took, 0.95) * 1000, 1),
            f"{name}_failed": self.failed,
        }


def _serve_and_ask(home: Path, told: Any, words: list[str]) -> dict[str, float]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = {**os.environ, "HAIDANG_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-m", "haidang.project.web", "127.0.0.1", str(port)]
    server = subprocess.Popen(command, env=env)
    try:
        _wait(port)
        figures: dict[str, float] = {}
        for name, rate, paths in _kinds(told, words):
            progress(f"{name}: {rate:.0f} a second")
            for path in paths[: 20 if name == "search" else NEWEST]:
                _ask_once(port, path)
            limited = name == "search"
            senders = SENDERS // ASKERS if limited else 1
            began = _server_cpu(server.pid)
            at_rate = measure(ask, port, paths, told.seconds, rate, senders, repeats=1).value
            spent = _server_cpu(server.pid) - began
            figures |= at_rate.tell(f"{name}_at_{rate:.0f}")
            figures[f"{name}_cpu_ms"] = round(spent / len(at_rate.took) * 1000, 1)
            if not limited:  # as fast as it goes, a stranger's limit would answer
                progress(f"{name}: as fast as it answers")
                fast = measure(ask, port, paths, told.seconds, 0.0, senders, repeats=1).value
                figures |= fast.tell(f"{name}_fast")
        return figures
    finally:
        server.terminate()
        server.wait(15)


def _kinds(told: Any, words: list[str]) -> list[tuple[str, float, list[str]]]:
    chance = random.Random(7)
    texts = [
        f"/{'en' if number % 5 == 0 else 'vi'}/notices/{number}"
        for number in range(told.size, 0, -1)
    ]
    fixed = [
        f"/{language}/{path}"
        for language in ("vi", "en")
        for path in ("", "", "method", "team", "funding", "complaints", "corrections")
    ]
    kept = [*fixed, "/vi/notices.atom", "/notices.json", *texts[:NEWEST]]
    chance.shuffle(kept)
    every = chance.sample(texts, len(texts))
    searches = [
        "/vi/find?q=" + quote(" ".join(chance.sample(words, chance.choice((1, 1, 2, 3)))))
        for _ in range(2_000)
    ]
    return [
        ("kept", told.pages_rate, kept),
        ("drawn", told.search_rate, every),
        ("search", told.search_rate, searches),
    ]


def ask(port: int, paths: Sequence[str], seconds: float, rate: float, senders: int) -> Seen:
    """Ask for so many seconds by `ASKERS` threads of so many senders. `rate` 0: as fast as the answers come."""
    turn, lock = itertools.count(), threading.Lock()
    took: list[float] = []
    failed = [0]
    began = time.perf_counter() + 0.2

    def next_due() -> tuple[int, float]:
        with lock:
            number = next(turn)
        return number, began + number / rate if rate else max(began, time.perf_counter())

    def work(asker: int) -> None:
        lines = _lines(port, asker, senders=senders)
        while True:
            number, due = next_due()
            if due >= began + seconds:
                return
            time.sleep(max(0.0, due - time.perf_counter()))
            good = lines(paths[number % len(paths)])
            ended = time.perf_counter()
            with lock:
                took.append(ended - due)
                failed[0] += not good

    threads = [threading.Thread(target=work, args=(number,)) for number in range(ASKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Seen(took, failed[0], max(seconds, time.perf_counter() - began))


def _lines(port: int, asker: int, *, senders: int) -> Callable[[str], bool]:
    """A way to ask over kept connections, one for each of so many senders, in turn."""
    lines = [
        http.client.HTTPConnection(
            "127.0.0.1", port, timeout=30, source_address=(f"127.0.{1 + asker}.{1 + number}", 0)
        )
        for number in range(senders)
    ]
    turn = itertools.cycle(lines)

    def ask_next(path: str) -> bool:
        line = next(turn)
        line.request("GET", path)
        answer = line.getresponse()
        answer.read()
        return answer.status == 200

    return ask_next


def _ask_once(port: int, path: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", path)
    status = line.getresponse().status
    line.close()
    return status


def _server_cpu(pid: int) -> float:
    """CPU-seconds of the server's processes so far (proc(5))."""
    ticks = os.sysconf("SC_CLK_TCK")
    spent = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if pid in {int(path.parent.name), int(fields[1])}:
            spent += int(fields[11]) + int(fields[12])
    return spent / ticks


def _wait(port: int) -> None:
    for _try in range(300):
        try:
            if _ask_once(port, "/healthz") == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the desk did not answer")
