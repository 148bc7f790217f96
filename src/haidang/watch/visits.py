"""The history of a feed's visits in few words: like visits together, newest last, at most twenty runs.

A run is JSON: first and last moment, how many visits, how many new entries, and what went wrong (a
trouble's word and facts; "" when all went well). A feed that always works keeps one run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

RUNS_MAX = 20

Run = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRun:
    """Visits in a row that went alike."""

    first: datetime
    last: datetime
    visits: int
    new: int
    trouble: str
    facts: dict[str, Any]


def note_visit(
    history: Sequence[Run], *, at: datetime, trouble: str, facts: Mapping[str, Any], new: int
) -> list[Run]:
    """The history with one more visit."""
    runs = [dict(run) for run in history if isinstance(run, dict)]
    told = {"first": at.isoformat(), "visits": 0, "new": 0, "trouble": trouble}
    if not runs or runs[-1].get("trouble") != trouble:
        runs.append(told)
    run = runs[-1]
    # The facts of the last visit stand for the run: an address or a number may differ.
    run["last"], run["facts"] = at.isoformat(), dict(facts) if trouble else {}
    run["visits"], run["new"] = run["visits"] + 1, run["new"] + new
    return runs[-RUNS_MAX:]


def read_history(history: Sequence[Run]) -> tuple[VisitRun, ...]:
    """The runs, newest first."""
    runs = (
        VisitRun(
            first=datetime.fromisoformat(run["first"]),
            last=datetime.fromisoformat(run["last"]),
            visits=run["visits"],
            new=run["new"],
            trouble=run["trouble"],
            facts=run["facts"],
        )
        for run in history
    )
    return tuple(runs)[::-1]
