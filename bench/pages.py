"""How quick the pages are over an archive of a given size, asked over HTTP on loopback.

    ./haidang bench pages --size 50000 [--home FOLDER] [--rounds 40]

Fills a desk of its own (kept in FOLDER, and filled only once), starts its web server without
workers, asks each kind of page, and prints p50 and p95 in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUERIES = {
    "search, one common word": "tỉnh",
    "search, common, no marks": "tinh",
    "search, two common words": "tỉnh người",
    "search, words that rarely meet": "cầu vaccine",
    "search, a phrase": '"thành phố Vĩnh An"',
    "search, OR and NOT": "(lũ OR bão) NOT cầu",
    "search, by relevance": "cầu Vĩnh An&order=relevance",
    "search, by relevance, common": "tỉnh người&order=relevance",
    "search, one source": "tỉnh&publication=7",
    "search, reprints one by one": "tỉnh&fold=false",
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="haidang bench pages")
    parser.add_argument("--size", type=int, default=50_000)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    home = told.home or Path("/var/tmp") / f"haidang-bench-{told.size}"
    os.environ["HAIDANG_HOME"] = str(home)
    fill(told.size)
    figures = measure(home, rounds=told.rounds)
    if told.json:
        print(json.dumps({"task": "pages", "size": told.size, "ms": figures}, ensure_ascii=False))
        return 0
    print(f"{told.size} articles")
    for name, (middle, high) in figures.items():
        print(f"{name:34} p50 {middle:7.1f}  p95 {high:7.1f} ms")
    return 0


def fill(size: int) -> None:
    """Fill the desk of HAIDANG_HOME with made-up articles, unless that was done."""
    from haidang.project.cli.main import wake_django

    wake_django()
    from django.db import connection, transaction
    from django.utils import timezone

    from bench.press import PUBLICATIONS, make_articles
    from haidang.core import actions as core_actions
    from haidang.core.enums import DeskMode
    from haidang.project import supervisor
    from haidang.watch.actions import search
    from haidang.watch.actions.stories import recount_story
    from haidang.watch.enums import Level, PageKind, Precision
    from haidang.watch.models import Article, Feed, Publication, Story
    from haidang.watch.queries.index import search_key

    supervisor.prepare_data()
    if Article.objects.count() >= size:
        return
    now = timezone.now()
    core_actions.set_mode(DeskMode.DEMO, now=now, demo_port=1)  # so that pages need no sign-in
    papers = [
        Publication.objects.create(
            name=f"Báo Thử {number}",
            organisation="Tổ chức thử",
            organisation_page=f"http://bao{number}.example/",
            country="VN" if number % 6 else "XE",
            language="vi",
            level=Level.NATIONAL if number % 6 else Level.FOREIGN,
            registered_at=now,
        )
        for number in range(PUBLICATIONS)
    ]
    for paper in papers:
        Feed.objects.create(
            publication=paper, url=f"{paper.organisation_page}rss", last_ok_at=now, last_new_at=now
        )
    stories: dict[int, int] = {}
    batch: list[Article] = []
    began = time.monotonic()

    def store() -> None:
        with transaction.atomic():
            Article.objects.bulk_create(batch)
            for article in batch:
                search.index_article(article)
        batch.clear()

    for made in make_articles(size, now=now):
        if made.story not in stories:
            stories[made.story] = Story.objects.create(
                title=made.title, language="vi", first_publication=papers[made.publication],
                first_at=made.at, last_at=made.at, opened_at=made.at,
            ).id  # fmt: skip
        copied = made.copy_of is not None
        article = Article(
            id=made.number,
            story_id=stories[made.story],
            publication=papers[made.publication],
            url=f"http://bao{made.publication}.example/{made.number}",
            title=made.title,
            lead=made.lead,
            text=made.text,
            language="vi",
            page_kind=PageKind.ARTICLE,
            published_at=made.at,
            precision=Precision.TIME,
            first_seen=made.at + timedelta(minutes=3),
            sort_at=made.at,
            search_key=search_key(made.at, made.number),
            original_id=made.copy_of,
            reprint_kind="verbatim" if copied else "",
            share=1.0 if copied else None,
        )
        search.cut_title(article)
        batch.append(article)
        if len(batch) == 1000:
            store()
            print(f"{made.number} of {size}, {time.monotonic() - began:.0f} s", file=sys.stderr)
    store()
    with transaction.atomic():
        for story in stories.values():
            recount_story(story)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(home: Path, *, rounds: int) -> dict[str, tuple[float, float]]:
    """p50 and p95 of each kind of page, in milliseconds, one request after another."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "HAIDANG_HOME": str(home), "PYTHONPATH": str(ROOT / "src")}
    server = subprocess.Popen(
        [sys.executable, "-m", "haidang.project.web", "127.0.0.1", str(port)], env=env
    )
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                ask(f"{base}/healthz")
                break
            except OSError:
                time.sleep(0.1)
        pages = {
            "Today": ["/watch/"],
            "Today, largest": ["/watch/?order=largest"],
            "Today, page 5": ["/watch/?page=96"],
            "story": [f"/s/{number}" for number in range(1, 400, 10)],
            "article": [f"/a/{number}" for number in range(1, 4000, 100)],
            "sources": ["/sources/"],
        }
        for name, query in QUERIES.items():
            words, *rest = query.split("&")
            tail = "".join(f"&{one}" for one in rest)
            pages[name] = [f"/search?q={urllib.parse.quote(words)}{tail}"]
        return {name: time_of(base, paths, rounds) for name, paths in pages.items()}
    finally:
        server.terminate()
        server.wait(15)


def time_of(base: str, paths: list[str], rounds: int) -> tuple[float, float]:
    took = []
    for number in range(rounds + 3):
        began = time.perf_counter()
        ask(base + paths[number % len(paths)])
        if number >= 3:
            took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return took[len(took) // 2], took[int(len(took) * 0.95)]


def ask(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return bytes(answer.read())
