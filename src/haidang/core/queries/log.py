"""What one can find in the log of acts and of its heads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from haidang.core.models import HeadCopy, LogEntry, LogHead, LogWords, Member, OutsideKeeper
from haidang.core.signatures import HEAD, SignedText

PAGE = 50
OPEN_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One act. `data` is None where its words were erased."""

    number: int
    at: datetime
    member_id: int | None
    act: str
    what: str
    data: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class LogPage:
    """Acts, newest first. `before` is where the next page begins, or None."""

    lines: tuple[LogLine, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Opening:
    """That somebody opened a member's log: who, when, why, and until when they may read it."""

    number: int
    at: datetime
    by: Member
    member_id: int
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True)
class HeadsPage:
    """The log's published heads, newest first, and who keeps them outside."""

    entries: int
    heads: tuple[LogHead, ...]
    keepers: tuple[OutsideKeeper, ...]


def find_log(*, before: int | None = None, member_id: int | None = None) -> LogPage:
    """A page of the log, of everyone or of one member."""
    entries = LogEntry.objects.order_by("-number")
    if member_id is not None:
        entries = entries.filter(member_id=member_id)
    if before is not None:
        entries = entries.filter(number__lt=before)
    rows = entries.values_list("number", "at", "member_id", "act", "words__what", "words__data")
    lines = [
        LogLine(number, at, member_id, act, what or "", data)
        for number, at, member_id, act, what, data in rows[: PAGE + 1]
    ]
    more = lines[PAGE - 1].number if len(lines) > PAGE else None
    return LogPage(tuple(lines[:PAGE]), more)


def find_openings_of(member: Member) -> tuple[Opening, ...]:
    """Who opened this member's log, newest first."""
    words = LogWords.objects.filter(entry__act="open_log_of", data__member=member.pk)
    found = words.select_related("entry__member").order_by("-entry__number")
    return tuple(_to_opening(one) for one in found)


def find_opening(number: int) -> Opening | None:
    """One opening, by the number of its entry."""
    words = LogWords.objects.filter(entry__act="open_log_of", entry__number=number)
    found = words.select_related("entry__member").first()
    return _to_opening(found) if found else None


def _to_opening(words: LogWords) -> Opening:
    entry = words.entry
    assert entry.member is not None
    return Opening(
        number=entry.number,
        at=entry.at,
        by=entry.member,
        member_id=int(words.data["member"]),
        reason=str(words.data["reason"]),
        until=entry.at + OPEN_FOR,
    )


def find_heads() -> HeadsPage:
    """The last fifty heads."""
    last = LogEntry.objects.order_by("-number").values_list("number", flat=True).first()
    return HeadsPage(
        entries=last or 0,
        heads=tuple(LogHead.objects.order_by("-number")[:PAGE]),
        keepers=tuple(OutsideKeeper.objects.filter(ended_at=None)),
    )


def to_signed(head: LogHead) -> SignedText:
    """A head as it is published."""
    return SignedText(HEAD, head.text, head.key, head.proof)


def find_copies_to_send() -> tuple[HeadCopy, ...]:
    """Heads for outside keepers that no letter carries yet, oldest first: for whoever delivers mail."""
    waiting = HeadCopy.objects.filter(left_at=None, letter=None, keeper__ended_at=None)
    return tuple(waiting.select_related("keeper", "head").order_by("id")[:100])
