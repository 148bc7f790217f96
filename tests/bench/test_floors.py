"""No figure falls below its floor; what lies beside the project only where it does."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from bench.floors import Floor, measure_floor, missing_data, read_floors

from bench import floors

ALL = read_floors()


@cache
def measured(measure: str, data: tuple[tuple[str, str], ...]) -> dict[str, float]:
    return measure_floor(Floor("", measure, "", 0, dict(data)))


@pytest.mark.parametrize("floor", ALL, ids=[floor.name for floor in ALL])
def test_figure_holds_its_floor(floor: Floor) -> None:
    missing = missing_data(floor)
    if missing:
        pytest.skip(missing)
    assert measured(floor.measure, tuple(floor.data.items()))[floor.figure] >= floor.at_least


def test_floor_on_data_that_is_not_here_or_changed_is_told(tmp_path: Path) -> None:
    floor = Floor("a floor", "languages", "accuracy", 0.9, {"a.jsonl": "0" * 64})
    assert missing_data(floor, tmp_path).startswith("a.jsonl is not beside the project")
    (tmp_path / "a.jsonl").write_text("{}")
    assert missing_data(floor, tmp_path).startswith("a.jsonl is another version")


def test_every_measure_has_a_floor_and_each_floor_its_figure_once() -> None:
    assert {floor.measure for floor in ALL} == set(floors.MEASURES)
    keys = [(floor.measure, floor.figure, tuple(floor.data)) for floor in ALL]
    assert len(keys) == len(set(keys))


def test_bench_of_everything_tells_one_object_and_what_could_not_run(tmp_path: Path) -> None:
    """An empty data folder: each task is told with its reason, and the command fails."""
    command = [sys.executable, "-m", "bench", "all", "--json", "--data-dir", str(tmp_path)]
    done = subprocess.run(
        [*command, "--only", "extract,search"], capture_output=True, check=False, timeout=120
    )
    told = json.loads(done.stdout)
    assert told["task"] == "all"
    assert {name: sorted(run) for name, run in told["runs"].items()} == {
        "extract": ["call", "error"],
        "search": ["call", "error"],
    }
    assert done.returncode == 1
