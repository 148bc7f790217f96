"""Writing the log of acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from haidang.core.models import LogEntry, Member


def log_act(act: str, *, by: Member | None, now: datetime, what: str = "", **data: Any) -> LogEntry:
    """Write one act into the log; `by` None is the machine or the command line."""
    return LogEntry.objects.create(at=now, member=by, act=act, what=what[:200], data=data)
