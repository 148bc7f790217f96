"""What the ground floor keeps: tables and their constraints, no logic."""

from haidang.core.models.log import (
    HeadCopy,
    LogEntry,
    LogErasure,
    LogHead,
    LogWords,
    OutsideKeeper,
)
from haidang.core.models.people import Desk, Member, MemberManager, OneTimeLink
from haidang.core.models.work import Lease, Rhythm, WorkerBeat

__all__ = [
    "Desk",
    "HeadCopy",
    "Lease",
    "LogEntry",
    "LogErasure",
    "LogHead",
    "LogWords",
    "Member",
    "MemberManager",
    "OneTimeLink",
    "OutsideKeeper",
    "Rhythm",
    "WorkerBeat",
]
