"""What the ground floor keeps: tables and their constraints, no logic."""

from haidang.core.models.exports import ExportRequest
from haidang.core.models.inbox import InboxLine
from haidang.core.models.keys import AccessToken, PrivateFeed
from haidang.core.models.log import (
    HeadCopy,
    LogEntry,
    LogErasure,
    LogHead,
    LogWords,
    OutsideKeeper,
)
from haidang.core.models.outgoing import (
    Announcement,
    Delivery,
    Letter,
    Subscriber,
    Webhook,
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
    "AccessToken",
    "Announcement",
    "ClockMark",
    "Delivery",
    "Desk",
    "ExportRequest",
    "HeadCopy",
    "Imprint",
    "InboxLine",
    "Lease",
    "Letter",
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
    "PrivateFeed",
    "PublicItem",
    "PublicState",
    "PublicVersion",
    "Rhythm",
    "RoleGrant",
    "Subscriber",
    "Unit",
    "UnitChange",
    "Webhook",
    "WorkerBeat",
]
