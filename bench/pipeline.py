"""The whole way: from the bytes of feeds and pages to stored, folded, grouped and searchable articles.

    ./haidang bench pipeline [--size 10000] [--at 10000,100000,300000] [--data JSONL] [--warc] [--json]

Ours is the desk's own code, sandbox and job queue included; only the network is left out. The peer is
what a good engineer would assemble: feedparser, trafilatura (fast), datasketch, scikit-learn TF-IDF
and SQLite FTS5 in one process. `--at`: what an article costs us in an archive of that size (filled the
quick way, then `--sample` articles on the real one). CPU-seconds are those of all processes; making
the pages is not counted.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from bench.growing import demo_texts, read_texts
from bench.measuring import measure, parser_of, progress, tell


def main(arguments: list[str]) -> int:
    parser = parser_of("pipeline", __doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--at", default="", help="sizes of an archive, with commas between")
    parser.add_argument("--sample", type=int, default=1_000, help="articles at each of these sizes")
    parser.add_argument("--data", type=Path, help="JSON Lines with `text`; else the demo press")
    parser.add_argument("--warc", action="store_true", help="both keep the pages as WARC")
    told = parser.parse_args(arguments)
    progress(f"ours: {told.size} articles")
    ours: dict[str, Any] = {"size": told.size, **_ours(told, filled=0, count=told.size)}
    for filled in [int(one) for one in told.at.split(",") if one]:
        progress(f"ours: {told.sample} articles into an archive of {filled}")
        figures = _ours(told, filled=filled, count=told.sample)
        ours[f"ms_per_article_at_{filled}"] = figures["ms_per_article"]
        ours[f"peak_mb_at_{filled}"] = figures["peak_mb"]
    peers = {}
    if not told.no_peers:
        progress(f"assembled: {told.size} articles")
        run = measure(assembled, told.data, told.size, told.warc, repeats=1)
        peers["assembled"] = {"size": told.size, **run.value, "peak_mb": run.peak_mb}
        ratio = ours["articles_per_cpu_s"] / run.value["articles_per_cpu_s"]
        ours["ratio"] = round(ratio, 2)
    return tell("pipeline", ours, peers, as_json=told.json)


def _ours(told: Any, *, filled: int, count: int) -> dict[str, Any]:
    home = Path(tempfile.mkdtemp(prefix="haidang-bench-"))
    try:
        run = measure(ours, told.data, home, filled, count, told.warc, repeats=1)
        return {**run.value, "peak_mb": run.peak_mb}
    finally:
        shutil.rmtree(home)


def ours(data: Path | None, home: Path, filled: int, count: int, warc: bool) -> dict[str, Any]:  # noqa: FBT001 -- measure() hands on by position
    """Our desk over `count` articles after `filled` others; in a process of its own."""
    from bench.whole_way import run_desk

    return run_desk(read_texts(data) if data else demo_texts(), home, filled, count, warc=warc)


def assembled(data: Path | None, count: int, warc: bool) -> dict[str, Any]:  # noqa: FBT001 -- measure() hands on by position
    """The assembled pipeline over the same pages; in a process of its own."""
    from bench.assembled import run_assembled

    return run_assembled(read_texts(data) if data else demo_texts(), count, warc=warc)
