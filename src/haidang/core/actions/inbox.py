"""Telling members what concerns them, in the transaction of the act that causes it.

Rooms call `tell_members` with a kind that they taught (`core/inbox.py`), and `settle` when what was asked is
done. Reading marks are the member's own: no act here takes another's, and none is logged (promise 16).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from haidang.core import inbox
from haidang.core.audit import chain
from haidang.core.enums import InboxMail
from haidang.core.models import InboxLine, Member

READ_KEPT = timedelta(days=30)
UNREAD_KEPT = timedelta(days=180)


def tell_members(
    members: Iterable[Member],
    kind: str,
    *,
    address: str,
    now: datetime,
    by: Member | None = None,
    what: str = "",
    **data: Any,
) -> int:
    """Put a line into the inbox of each; how many. `address` is the path of the page to open.

    Whoever did it themselves is not told, nor is anybody who left. Raises ValueError for a kind without a
    sentence and for an address that leads elsewhere: both are mistakes of the caller.
    """
    if kind not in inbox.list_known():
        raise ValueError(f"no sentence for the kind {kind!r}")
    if not address.startswith("/") or address[1:2] in {"/", "\\"}:
        raise ValueError(f"not a path of this desk: {address!r}")
    told = {member.pk: member for member in members if member.is_active}
    if by is not None:
        told.pop(by.pk, None)
    facts = chain.tidy(data)
    return len(
        InboxLine.objects.bulk_create(
            InboxLine(
                member=member, kind=kind, by=by, what=chain.tidy_text(what)[:500], data=facts,
                address=address, at=now, to_mail=_wants_by_mail(member, kind),
            )
            for member in told.values()
        )
    )  # fmt: skip


def _wants_by_mail(member: Member, kind: str) -> bool:
    if not member.email:
        return False
    asks = member.inbox_mail == InboxMail.ASKS and kind in inbox.list_asking()
    return asks or member.inbox_mail == InboxMail.ALL


def tell_member(
    member: Member, kind: str, *, address: str, now: datetime, by: Member | None = None,
    what: str = "", **data: Any,
) -> bool:  # fmt: skip
    """Tell one member; False if there was nobody to tell. Raises as `tell_members` does."""
    return bool(tell_members([member], kind, address=address, now=now, by=by, what=what, **data))


def is_asked(address: str, *, kinds: Collection[str]) -> bool:
    """Whether lines of these kinds still ask for something; reading costs less than writing nothing."""
    lines = InboxLine.objects.filter(address=address, kind__in=kinds, settled=False)
    return lines.exists()


def settle(address: str, *, kinds: Collection[str]) -> int:
    """What these lines asked for is done or no longer wanted, whoever did it; how many."""
    lines = InboxLine.objects.filter(address=address, kind__in=kinds, settled=False)
    return lines.update(settled=True)


def mark_read(line: InboxLine, *, by: Member) -> None:
    """The member read a line of theirs; a line of another stays as it is."""
    InboxLine.objects.filter(id=line.pk, member=by).update(is_read=True)


def mark_all_read(*, by: Member, up_to: int) -> int:
    """The member read all lines up to the one they saw last; how many were new."""
    lines = InboxLine.objects.filter(member=by, id__lte=up_to, is_read=False)
    return lines.update(is_read=True)


def prune_inbox(*, now: datetime) -> int:
    """Forget what was read or settled after 30 days, and everything after 180; how many."""
    old = Q(at__lt=now - UNREAD_KEPT)
    old |= Q(at__lt=now - READ_KEPT) & (Q(is_read=True) | Q(settled=True))
    return InboxLine.objects.filter(old).delete()[0]
