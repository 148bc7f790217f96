"""Long campaigns: `./haidang prove NAME [--rounds N]`. The suite runs a small sample of each.

The lists of hostile inputs lie beside the checkout, in `../shared`; where they are absent a campaign
tries our own, fewer cases, and says so.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"


class SkippedError(Exception):
    """The campaign cannot run on this machine; the message says why."""
