"""The log of acts: how long one append takes, and how long verifying many entries does.

`haidang bench audit [--entries N] [--json]`: in a database of its own, thrown away afterwards. The many
entries are laid down in bulk by the same pure form (`core/audit/chain.py`), through the same guards; then some
are written one act at a time, each in its own transaction, as a person's acts come. The stand-alone verifier reads the same log from a file.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

APPENDS = 500
BATCH = 5_000


def main(arguments: list[str]) -> int:
    """Print what was seen."""
    parser = argparse.ArgumentParser(prog="haidang bench audit", description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"HAIDANG_HOME": home, "DJANGO_SETTINGS_MODULE": "haidang.project.settings"}
        told = _run(given.entries, Path(home))
    print(json.dumps(told) if given.json else "\n".join(f"{k}: {v}" for k, v in told.items()))
    return 0


def _run(entries: int, home: Path) -> dict[str, float]:
    import django

    django.setup()
    from django.db import connection

    from haidang.core import actions
    from haidang.core.audit import export, verify
    from haidang.project import supervisor

    supervisor.prepare_data()
    began = time.process_time()
    _lay_down(entries)
    told = {"entries": float(entries), "laid_down_cpu_s": time.process_time() - began}

    appends = []
    for number in range(APPENDS):
        start = time.perf_counter()
        actions.log_act(
            "add_feed", by=None, now=_now(), what="https://bao.example/rss", feed=number
        )
        appends.append((time.perf_counter() - start) * 1e3)
    told["append_ms_median"] = statistics.median(appends)
    told["append_ms_p95"] = sorted(appends)[int(APPENDS * 0.95)]

    actions.sign_head(now=_now())
    wall, cpu = time.perf_counter(), time.process_time()
    verified = verify.verify_log()
    told["verify_wall_s"], told["verify_cpu_s"] = (
        time.perf_counter() - wall,
        time.process_time() - cpu,
    )
    assert verified.fault_count == 0, verified.faults
    with (home / "log.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(export.export_lines(words=True))
    connection.close()
    alone = Path(export.__file__).parents[2] / "project" / "static" / "verify" / "haidang_verify.py"
    wall = time.perf_counter()
    subprocess.run(
        [sys.executable, "-I", str(alone), str(home / "log.jsonl")],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    told["alone_wall_s"] = time.perf_counter() - wall
    return {name: round(value, 3) for name, value in told.items()}


def _lay_down(entries: int) -> None:
    from django.db import transaction

    from haidang.core.audit import chain
    from haidang.core.models import LogEntry, LogWords

    before, at, salt = chain.FIRST_BEFORE, _now(), "5a" * 16
    for start in range(1, entries + 1, BATCH):
        rows, told = [], []
        for number in range(start, min(start + BATCH, entries + 1)):
            what, data = f"https://bao{number}.example/rss", {"feed": number, "reason": "đã hỏi"}
            words = chain.digest_words(what, data, salt)
            row = LogEntry(
                id=number, number=number, at=at, act="add_feed", words_digest=words, before=before
            )
            row.digest = before = chain.digest_entry(
                number=number, at=at, by=None, act="add_feed", words=words, before=before
            )
            rows.append(row)
            told.append(LogWords(entry_id=number, salt=salt, what=what, data=data))
        with transaction.atomic():
            LogEntry.objects.bulk_create(rows)
            LogWords.objects.bulk_create(told)


def _now() -> datetime:
    return datetime.now(UTC)
