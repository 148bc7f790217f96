"""How a desk keeps up with many sources: lag, politeness and memory over a run of some minutes.

    ./haidang bench ingest [--minutes 30] [--sources 2000] [--per-day 100000]

One loopback server is all the sources (s0001.localhost …), each with its own RSS feed, robots.txt
and pages; each publishes at its share of the rate. A desk of its own with one worker reads them.
Lag is from an article's publication to its row in the archive; the gaps between two requests to one
host are those in the server's own log.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLD = 1  # articles that each source published before the run


class Sources:
    """All sources: what each has published by now, and who asked for what when."""

    def __init__(self, count: int, per_day: int, seed: int = 20261123) -> None:
        chance = random.Random(seed)
        self.began = time.time()
        self.gap = 86_400 * count / per_day
        self.offset = [chance.uniform(0, self.gap) for _ in range(count)]
        self.asked: list[tuple[int, float]] = []
        self.bodies = _bodies(chance)

    def published(self, source: int, number: int) -> float:
        return self.began + self.offset[source] + (number - OLD) * self.gap

    def newest(self, source: int) -> int:
        past = time.time() - self.began - self.offset[source]
        return OLD + int(past // self.gap) if past >= 0 else OLD - 1

    def feed(self, source: int, base: str) -> str:
        items = "".join(
            f"<item><title>{html.escape(self.title(source, number))}</title>"
            f"<link>{base}/a/{number}</link><guid>{base}/a/{number}</guid>"
            f"<pubDate>{_date(self.published(source, number))}</pubDate></item>"
            for number in range(self.newest(source), max(-1, self.newest(source) - 20), -1)
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
            f"<title>Báo {source}</title><link>{base}/</link>{items}</channel></rss>"
        )

    def title(self, source: int, number: int) -> str:
        return " ".join(self.bodies[(source * 31 + number * 7) % len(self.bodies)].split()[:12])

    def page(self, source: int, number: int) -> str:
        chance = random.Random(source * 100_003 + number)
        text = "".join(f"<p>{html.escape(chance.choice(self.bodies))}</p>" for _ in range(9))
        told = datetime.fromtimestamp(self.published(source, number), UTC).isoformat()
        return (
            '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
            f"<title>{html.escape(self.title(source, number))}</title>"
            f'<meta property="article:published_time" content="{told}"></head><body>'
            "<nav><a href='/'>Trang chủ</a><a href='/a/0'>Thời sự</a></nav><article>"
            f"<h1>{html.escape(self.title(source, number))}</h1>{text}</article>"
            "<footer>Liên hệ tòa soạn</footer></body></html>"
        )


def _bodies(chance: random.Random) -> list[str]:
    from bench.press import make_articles

    made = make_articles(800, now=datetime.now(UTC))
    lines = [line for one in made for line in one.text.split("\n") if len(line) > 60]
    chance.shuffle(lines)
    return lines


def _date(at: float) -> str:
    return format_datetime(datetime.fromtimestamp(at, UTC))


def serve(sources: Sources) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = self.headers.get("Host", "").partition(".")[0]
            source = int(name[1:])
            sources.asked.append((source, time.monotonic()))
            base = f"http://{self.headers['Host']}"
            if self.path == "/rss.xml":
                etag = f'"{sources.newest(source)}"'
                if self.headers.get("If-None-Match") == etag:
                    self.answer(304, "", etag)
                else:
                    self.answer(200, sources.feed(source, base), etag, "application/rss+xml")
            elif self.path.startswith("/a/"):
                self.answer(200, sources.page(source, int(self.path[3:])))
            else:
                self.answer(404, "")

        def answer(self, status: int, text: str, etag: str = "", kind: str = "text/html") -> None:
            body = text.encode()
            self.send_response(status)
            if etag:
                self.send_header("ETag", etag)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="haidang bench ingest")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--sources", type=int, default=2000)
    parser.add_argument("--per-day", type=int, default=100_000)
    told = parser.parse_args(arguments)
    sources = Sources(told.sources, told.per_day)
    server = serve(sources)
    hosts = [f"s{number:04d}.localhost:{server.server_port}" for number in range(told.sources)]
    with tempfile.TemporaryDirectory() as folder:
        env = {
            **{key: value for key, value in os.environ.items() if not key.startswith("HAIDANG_")},
            "HAIDANG_HOME": folder,
            "HAIDANG_ALLOW_PRIVATE": ",".join(hosts),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
        setup = [sys.executable, "-c", "from bench.ingest import register; register()"]
        subprocess.run(setup, env=env, input="\n".join(hosts).encode(), check=True)
        worker = subprocess.Popen([sys.executable, "-m", "haidang", "worker"], env=env)
        try:
            figures = watch(sources, Path(folder) / "haidang.sqlite3", worker.pid, told.minutes)
        finally:
            worker.terminate()
            worker.wait(20)
    print(json.dumps({"task": "ingest", **vars(told), **figures}, ensure_ascii=False, indent=1))
    return 0


def register() -> None:
    """Register the hosts told on standard input, their first visits spread over five minutes."""
    hosts = sys.stdin.read().split()
    from haidang.project.cli.main import wake_django

    wake_django()
    from django.utils import timezone

    from haidang.project import supervisor
    from haidang.watch.enums import Level
    from haidang.watch.models import Feed, Publication, PublicationHost

    supervisor.prepare_data()
    now = timezone.now()
    for number, host in enumerate(hosts):
        paper = Publication.objects.create(
            name=f"Báo {number}", organisation="Tổ chức thử", organisation_page=f"http://{host}/",
            country="VN", language="vi", level=Level.NATIONAL, registered_at=now,
        )  # fmt: skip
        PublicationHost.objects.create(publication=paper, host=host)
        Feed.objects.create(
            publication=paper,
            url=f"http://{host}/rss.xml",
            next_visit_at=now + timedelta(seconds=300 * number / len(hosts)),
        )


def watch(sources: Sources, database: Path, worker: int, minutes: float) -> dict[str, object]:
    """Look at the archive and at memory until the time is over; the figures."""
    seen: dict[int, float] = {}  # article -> when its row was first seen, unix time
    memory: list[int] = []
    until = time.monotonic() + minutes * 60
    while time.monotonic() < until:
        time.sleep(5)
        link = sqlite3.connect(database, timeout=20)
        newest = max(seen, default=0)
        for (number,) in link.execute("SELECT id FROM watch_article WHERE id > ?", [newest - 5000]):
            seen.setdefault(number, time.time())
        link.close()
        memory.append(pss_kb(worker))
    link = sqlite3.connect(database, timeout=20)
    rows = link.execute("SELECT id, url FROM watch_article").fetchall()
    link.close()
    lags = []
    for number, url in rows:
        source, article = int(url.split("//s")[1][:4]), int(url.rpartition("/")[2])
        if article >= OLD and number in seen:
            lags.append(seen[number] - sources.published(source, article))
    lags.sort()
    due = sum(max(0, sources.newest(one) - OLD + 1) for one in range(len(sources.offset)))
    return {
        "published": due,
        "stored": len(lags),
        "lag_p50_s": round(statistics.median(lags)) if lags else None,
        "lag_p95_s": round(lags[int(len(lags) * 0.95)]) if lags else None,
        "shortest_gap_s": shortest_gap(sources.asked),
        "requests": len(sources.asked),
        "pss_mb_first_quarter": round(
            statistics.mean(memory[len(memory) // 8 : len(memory) // 4]) / 1024
        ),
        "pss_mb_last_quarter": round(statistics.mean(memory[-len(memory) // 4 :]) / 1024),
    }


def shortest_gap(asked: list[tuple[int, float]]) -> float | None:
    """The shortest pause between two requests to one host, in seconds."""
    last: dict[int, float] = {}
    gaps = []
    for source, at in sorted(asked, key=lambda one: one[1]):
        if source in last:
            gaps.append(at - last[source])
        last[source] = at
    return round(min(gaps), 3) if gaps else None


def pss_kb(root: int) -> int:
    """Proportional memory of a process and its descendants, in kB."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        parents.setdefault(parent, []).append(int(folder.name))
    total, todo = 0, [root]
    while todo:
        process = todo.pop()
        todo += parents.get(process, [])
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next(
            int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")
        )
    return total
