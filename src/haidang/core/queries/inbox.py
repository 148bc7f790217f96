"""What one can find in an inbox: a member's own lines, and nothing across members (promise 16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from haidang.core import inbox
from haidang.core.models import InboxLine, Member

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line as its member reads it. `asks`: it waits for an act of theirs."""

    id: int
    at: datetime
    sentence: str
    address: str
    is_new: bool
    asks: bool
    settled: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A member's lines, newest first. `before` is where the next page begins, or None."""

    lines: tuple[Told, ...]
    before: int | None
    new: int
    asking: int


def count_new(member: Member) -> int:
    """How many lines the member has not read; one look at an index, on every page."""
    return InboxLine.objects.filter(member=member, is_read=False, settled=False).count()


def find_inbox(member: Member, *, before: int | None = None) -> InboxPage:
    """A page of the member's own inbox, and how many lines are new or wait for an act."""
    rows = InboxLine.objects.filter(member=member).select_related("by").order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[: PAGE + 1])
    waiting = InboxLine.objects.filter(
        member=member, settled=False, kind__in=inbox.list_asking()
    ).count()
    lines = tuple(_tell(line) for line in found[:PAGE])
    more = found[PAGE - 1].pk if len(found) > PAGE else None
    return InboxPage(lines, more, count_new(member), waiting)


def find_line(member: Member, number: int) -> InboxLine | None:
    """One line of the member's own inbox."""
    return InboxLine.objects.filter(member=member, id=number).first()


def _tell(line: InboxLine) -> Told:
    who = str(line.by) if line.by else _("The desk")
    return Told(
        id=line.pk,
        at=line.at,
        sentence=inbox.tell_line(line.kind, who=who, what=line.what, data=line.data),
        address=line.address,
        is_new=not (line.is_read or line.settled),
        asks=line.kind in inbox.list_asking() and not line.settled,
        settled=line.settled,
    )
