"""Every task on the standard layout of a data folder, one after another, as one object.

    ./haidang bench all --json [--data-dir ../shared/data] [--only search,pipeline] [--small]
                               [--search-size 1000000] [--pipeline-size 10000] [--repeats 5]

Each task runs in a process of its own by its own call, so one that fails is told and stops no other. The
exit code is 1 if any failed. With the sizes that it has by itself it takes about thirty-five minutes of
one core and 12 GB of disk, most of it for the million articles.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.measuring import cpu_seconds, progress

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("english", "dutch", "bulgarian", "turkish", "arabic", "spanish")

Call = list[str]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="haidang bench all", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--data-dir", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument("--only", default="", help="tasks, with commas between")
    parser.add_argument("--repeats", type=int, default=5, help="of each measurement of CPU")
    parser.add_argument("--search-size", type=int, default=1_000_000)
    parser.add_argument("--pipeline-size", type=int, default=10_000, help="beside the peers")
    parser.add_argument("--small", action="store_true", help="small archives: a look, not a figure")
    parser.add_argument("--no-peers", action="store_true")
    told = parser.parse_args(arguments)
    wanted = {one for one in told.only.split(",") if one}
    runs: dict[str, Any] = {}
    sizes = (5_000, 400) if told.small else (told.search_size, told.pipeline_size)
    for name, call in calls(told.data_dir, sizes=sizes, small=told.small).items():
        if wanted and call[0] not in wanted:
            continue
        progress(f"bench {' '.join(call)}")
        more = ["--repeats", str(told.repeats), *(["--no-peers"] if told.no_peers else [])]
        runs[name] = _run([*call, *more])
    failed = sum("error" in run for run in runs.values())
    if told.json:
        print(json.dumps({"task": "all", "runs": runs}, ensure_ascii=False))
    else:
        for name, run in runs.items():
            print(f"\n{name}: bench {run.pop('call')}")
            print(json.dumps(run, ensure_ascii=False, indent=1))
        print(f"\n{len(runs)} runs, {failed} failed, {time.strftime('%d/%m/%Y')}")
    return 1 if failed else 0


def calls(data: Path, *, sizes: tuple[int, int], small: bool = False) -> dict[str, Call]:
    """Each run's name and its arguments; `sizes` of the search and of the pipeline.

    The layout is that of the data folder's own README.
    """
    stories, claims, marks = data / "stories", data / "claims", data / "checkworthy"
    vnmds, vims, ecb = (
        str(stories / f"{name}.jsonl.gz") for name in ("vnmds", "vims_dev", "ecb_odd")
    )
    checks = str(claims / "published_checks.jsonl.gz")
    articles = str(data / "reprints" / "articles_1000.jsonl.gz")
    pairs = str(data / "reprints" / "articles_1000_pairs.json")
    pages, expected = (
        data / "extract" / "pages.zip",
        data / "extract" / "expected_segments.jsonl.gz",
    )
    told: dict[str, Call] = {
        "extract": ["extract", "--pages", str(pages), "--expected", str(expected)],
        "language": ["language", "--data", str(data / "language" / "sentences.jsonl.gz")],
        "reprints": ["reprints", "--data", articles, "--pairs", pairs],
        "reprints, planted": ["reprints", "--data", vims, "--plant", "100" if small else "400"],
        "stories, vnmds": ["stories", "--data", vnmds],
        "stories, vims": ["stories", "--data", vims, *([] if small else ["--window", "20000"])],
        "stories, ecb": ["stories", "--data", ecb],
        "stories, vnmds among vims": ["stories", "--data", vnmds, "--background", vims],
        "stories, vims among vnmds": ["stories", "--data", vims, "--background", vnmds],
        "search": ["search", "--data", vims, "--size", str(sizes[0]), "--at", str(sizes[0] // 10)],
        "pipeline": ["pipeline", "--size", str(sizes[1])],
    }
    if not small:
        told["pipeline"] += ["--at", "10000,100000,300000"]
    queries = str(claims / "queries_dev.jsonl.gz")  # ours learnt from the others
    told["claims"] = ["claims", "--checks", checks, "--queries", queries]
    for language in LANGUAGES:
        for task in ("1A", "1B"):
            train, dev = (marks / f"{language}_{task}_{one}.jsonl.gz" for one in ("train", "dev"))
            if task == "1A" or language != "spanish":  # Spanish has no 1B
                call = ["checkworthy", "--train", str(train), "--test", str(dev)]
                told[f"checkworthy {task}, {language}"] = call
    return told


def _run(call: Call) -> dict[str, Any]:
    """One task's object with the call and its CPU-seconds; `error`: the last words of one that failed."""
    began = cpu_seconds()
    done = subprocess.run(
        [sys.executable, "-m", "bench", *call, "--json"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    told: dict[str, Any] = {"call": " ".join(call)}
    try:
        if done.returncode == 0:
            return {**told, "cpu_s": round(cpu_seconds() - began, 1), **json.loads(done.stdout)}
    except ValueError:
        pass
    words = done.stderr.decode(errors="replace").strip().splitlines() or ["no words"]
    return {**told, "error": words[-1]}
