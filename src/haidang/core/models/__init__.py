"""What the ground floor keeps: tables and their constraints, no logic."""

from haidang.core.models.log import LogEntry
from haidang.core.models.people import Desk, Member, MemberManager, OneTimeLink
from haidang.core.models.units import RoleGrant, Unit, UnitChange
from haidang.core.models.work import Lease, Rhythm, WorkerBeat

__all__ = [
    "Desk",
    "Lease",
    "LogEntry",
    "Member",
    "MemberManager",
    "OneTimeLink",
    "Rhythm",
    "RoleGrant",
    "Unit",
    "UnitChange",
    "WorkerBeat",
]
