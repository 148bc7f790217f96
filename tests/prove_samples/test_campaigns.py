"""A small sample of each campaign, as its command runs it; the long ones are run by hand.

Each is a process of its own: a campaign opens a desk, and a process opens one only.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from tests.prove import ROOT
from tests.prove.__main__ import CAMPAIGNS

ROUNDS = {
    "copies": 1,
    "dates": 500,
    "feeds": 20,
    "flood": 24,
    "http": 1,
    "pages": 12,
    "script": 2,
    "ssrf": 5,
    "unicode": 1_000,
}


def prove(name: str, rounds: int) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HAIDANG_")}
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    return subprocess.run(
        [sys.executable, "-m", "tests.prove", name, "--rounds", str(rounds)],
        env={**kept, "PYTHONPATH": paths, "PROVE_SHORT": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("name", ROUNDS)
def test_a_small_sample_of_the_campaign_holds(name: str) -> None:
    done = prove(name, ROUNDS[name])
    last = done.stdout.strip().rpartition("\n")[2]
    if last.startswith("skipped: "):
        pytest.skip(last.removeprefix("skipped: "))
    assert (done.returncode, last) == (0, "held"), done.stdout[-3000:] + done.stderr[-3000:]


def test_every_campaign_has_a_sample() -> None:
    assert set(ROUNDS) | {"kill"} == set(CAMPAIGNS)  # kill has its own: tests/watch/test_killing.py
