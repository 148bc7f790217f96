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
from haidang.core.models.public import (
    FOLDERS,
    ClockMark,
    Imprint,
    Passage,
    PassageFinding,
    PublicItem,
    PublicState,
    PublicVersion,
)
from haidang.core.models.units import RoleGrant, Unit, UnitChange
from haidang.core.models.work import Lease, Rhythm, WorkerBeat

__all__ = [
    "FOLDERS",
    "ClockMark",
    "Desk",
    "HeadCopy",
    "Imprint",
    "Lease",
    "LogEntry",
    "LogErasure",
    "LogHead",
    "LogWords",
    "Member",
    "MemberManager",
    "OneTimeLink",
    "OutsideKeeper",
    "Passage",
    "PassageFinding",
    "PublicItem",
    "PublicState",
    "PublicVersion",
    "Rhythm",
    "RoleGrant",
    "Unit",
    "UnitChange",
    "WorkerBeat",
]
