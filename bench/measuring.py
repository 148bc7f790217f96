"""Measuring side by side: each engine runs in a process of its own, so that none pays for another's memory.

A task module has `main(arguments) -> int`, offers `--json`, and ends with `tell(...)`.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one engine gave: its result, CPU-seconds (median of the repeats, children included), peak MB."""

    value: Any
    cpu_s: float
    cpu_s_all: tuple[float, ...]
    peak_mb: float


def cpu_seconds() -> float:
    """CPU-seconds of this process and of its ended children."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def measure(
    run: Callable[..., Any],
    *arguments: Any,
    prepare: Callable[..., Any] | None = None,
    repeats: int = 3,
) -> Measured:
    """Run a module-level function in a fresh process, `repeats` times; the value is the last run's.

    `prepare(*arguments)` runs first and is not counted; what it returns is the run's one argument.
    Raises RuntimeError with the process's own words if it failed.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measure_here, args=(theirs, run, arguments, prepare, repeats))
    process.start()
    theirs.close()
    try:
        came = ours.recv()
    except EOFError:
        came = f"the process ended with {process.exitcode}"
    process.join()
    if isinstance(came, str):
        raise RuntimeError(came)  # noqa: TRY004 -- the words of the other process, not a wrong type
    return came


def _measure_here(
    pipe: Any,
    run: Callable[..., Any],
    arguments: tuple[Any, ...],
    prepare: Callable[..., Any] | None,
    repeats: int,
) -> None:
    import traceback

    try:
        given = (prepare(*arguments),) if prepare else arguments
        seconds, value = [], None
        for _ in range(repeats):
            began = cpu_seconds()
            value = run(*given)
            seconds.append(cpu_seconds() - began)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        pipe.send(Measured(value, statistics.median(seconds), tuple(seconds), round(peak, 1)))
    except BaseException:  # noqa: BLE001 -- told to the parent, whatever it was
        pipe.send(traceback.format_exc())


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a `.jsonl` or `.jsonl.gz` file. Raises OSError, ValueError with the line's number."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise ValueError(f"{path}, line {number}: {error}") from None


def hash_of(path: Path) -> str:
    """SHA-256 of a data file, as floors.json names it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def percentile(values: list[float], share: float) -> float:
    """The value below which that share (0 to 1) of the values lies; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def parser_of(task: str, doc: str | None) -> argparse.ArgumentParser:
    """A parser with what every task takes."""
    parser = argparse.ArgumentParser(prog=f"haidang bench {task}", description=doc)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--no-peers", action="store_true", help="measure our engine alone")
    return parser


def progress(words: str) -> None:
    """Tell the person at the terminal what runs now."""
    print(words, file=sys.stderr, flush=True)


def tell(task: str, ours: Figures, peers: Mapping[str, Figures], *, as_json: bool) -> int:
    """Print one object, or a table with our figures beside the peers'. Always 0."""
    if as_json:
        print(json.dumps({"task": task, **ours, "peers": peers}, ensure_ascii=False))
        return 0
    columns = {"haidang": ours, **peers}
    names = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    width = max(map(len, names)) + 2
    print(f"{task}, {time.strftime('%d/%m/%Y')}")
    column = max(22, *(len(name) + 2 for name in columns))
    print(" " * width + "".join(f"{name:>{column}}" for name in columns))
    for name in names:
        cells = (_cell(figures.get(name)) for figures in columns.values())
        print(f"{name:{width}}" + "".join(f"{cell:>{column}}" for cell in cells))
    return 0


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
