"""Pictures of cost against size hold the figures that the benches printed."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

from bench.plots import find_points, main

SEARCH = {
    "task": "search", "size": 100_000, "newest_p95_ms": 12.5, "relevance_p95_ms": 80.0,
    "newest_p95_ms_at_10000": 6.0, "relevance_p95_ms_at_10000": 40.0, "peers": {},
}  # fmt: skip


def test_points_are_those_of_the_size_itself_and_of_others() -> None:
    assert find_points([SEARCH], "newest_p95_ms") == {10_000: 6.0, 100_000: 12.5}
    claims = {"ms_per_query": 1.0, "ms_per_query_undated_100000": 3.0, "ms_per_query_100000": 2.0}
    assert find_points([claims], "ms_per_query") == {100_000: 2.0}


def test_each_task_with_two_sizes_gets_a_picture_with_its_figures(tmp_path: Path) -> None:
    told = {"task": "all", "runs": {"search": SEARCH, "pipeline": {"task": "pipeline", "size": 5}}}
    (tmp_path / "all.json").write_text(json.dumps(told))
    assert main([str(tmp_path / "all.json"), "--to", str(tmp_path)]) == 0
    assert [path.name for path in tmp_path.glob("*.svg")] == ["bench-search.svg"]
    drawn = ET.parse(tmp_path / "bench-search.svg").getroot()
    words = [one.text for one in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"12.5", "80", "6", "40", "10,000", "100,000", "newest first", "by relevance"} <= {
        *words
    }
