"""One thing that `haidang doctor` looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`state`: ok, note (works, but know this), bad (mend this)."""

    what: str
    state: str
    told: str
