"""Pictures of cost against size, drawn from what the benches printed.

    ./haidang bench plots RESULT.json [RESULT.json …] [--to docs/pictures]

RESULT is what `bench all --json`, or one task with `--json`, printed. One SVG a task: size goes to the right by powers
of ten, milliseconds upwards; each point carries its figure. A task without figures at two sizes gets none.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 640, 360, 64, 56, 150, 48
ROOM = 28  # between the axis and the first point, for its figure
COLOURS = ("#0b5fa5", "#b3541e", "#3d7a3d", "#7a3d7a")
# Task → title, what the size counts, and each line: its name, and what its figures are called before the size.
PLOTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "search": (
        "Search: the slowest kind's p95, ms",
        "articles in the archive",
        {"newest first": "newest_p95_ms", "by relevance": "relevance_p95_ms"},
    ),
    "pipeline": (
        "The whole way: CPU-ms an article",
        "articles in the archive",
        {"ours": "ms_per_article"},
    ),
    "stories": (
        "An article to its story: CPU-ms",
        "articles in the window",
        {"ours": "ms_per_article"},
    ),
    "claims": ("A claim to its checks: CPU-ms", "published checks", {"ours": "ms_per_query"}),
}
Points = dict[int, float]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="haidang bench plots", description=__doc__)
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--to", type=Path, default=ROOT / "docs" / "pictures")
    told = parser.parse_args(arguments)
    results = [json.loads(path.read_text()) for path in told.results]
    for task, (title, counted, names) in PLOTS.items():
        lines = {
            line: points
            for line, name in names.items()
            if len(points := find_points(runs_of(task, results), name)) > 1
        }
        if lines:
            path = told.to / f"bench-{task}.svg"
            path.write_text(draw(title, counted, lines), encoding="utf-8")
            print(path)
    return 0


def runs_of(task: str, results: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The runs of one task among what was printed; a later one wins where both tell a figure."""
    every = [run for told in results for run in told.get("runs", {"": told}).values()]
    return [run for run in every if run.get("task") == task]


def find_points(runs: Iterable[Mapping[str, Any]], name: str) -> Points:
    """Size → figure, of `name` at the run's own size and of `name_at_SIZE` and `name_SIZE`."""
    points: Points = {}
    for run in runs:
        if name in run and "size" in run:
            points[int(run["size"])] = float(run[name])
        for key, value in run.items():
            if found := re.fullmatch(rf"{name}_(?:at_)?(\d+)", key):
                points[int(found[1])] = float(value)
    return dict(sorted(points.items()))


def draw(title: str, counted: str, lines: Mapping[str, Points]) -> str:
    """The picture as SVG, readable in light and dark; the same lines give the same bytes."""
    sizes = [size for points in lines.values() for size in points]
    low, high = math.log10(min(sizes)), math.log10(max(sizes))
    top = _above(max(value for points in lines.values() for value in points.values()))

    def place(size: float, value: float) -> tuple[float, float]:
        right = (math.log10(size) - low) / (high - low) * (WIDTH - LEFT - ROOM - RIGHT)
        return round(LEFT + ROOM + right, 1), round(
            HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM), 1
        )

    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'font-family="sans-serif" font-size="13" fill="#222">'
        ),
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="28" font-size="16">{escape(title)}</text>',
        f'<text x="{LEFT}" y="{HEIGHT - 10}">{escape(counted)}</text>',
    ]
    for step in range(5):
        value = top * step / 4
        _, height = place(min(sizes), value)
        parts.append(
            f'<path d="M{LEFT} {height}H{WIDTH - RIGHT}" stroke="#ddd"/>'
            f'<text x="{LEFT - 8}" y="{height + 4}" text-anchor="end">{value:g}</text>'
        )
    for size in sorted(set(sizes)):
        right, height = place(size, 0)
        parts.append(f'<text x="{right}" y="{height + 18}" text-anchor="middle">{size:,}</text>')
    for (name, points), colour in zip(lines.items(), COLOURS, strict=False):
        places = [place(size, value) for size, value in points.items()]
        way = "L".join(f"{right} {height}" for right, height in places)
        parts.append(f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (right, height), value in zip(places, points.values(), strict=True):
            parts.append(
                f'<circle cx="{right}" cy="{height}" r="4" fill="{colour}"/>'
                f'<text x="{right}" y="{height - 9}" text-anchor="middle">{value:.3g}</text>'
            )
        right, height = places[-1]
        parts.append(
            f'<text x="{right + 12}" y="{height + 4}" fill="{colour}">{escape(name)}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _above(value: float) -> float:
    """A round number not below a value: 1, 2, 4 or 8 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * step for step in (1, 2, 4, 8, 10) if power * step >= value)
