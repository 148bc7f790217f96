"""Whom the publishing gate tells what: those who may approve, and those whose text it is.

Approvers are asked once each finding has its decision, since nobody can approve before; and only those who
may approve this very proposer (`rules.may_approve_each_other`).
"""

from __future__ import annotations

from datetime import datetime

from haidang.core import queries, rules
from haidang.core.actions.inbox import settle, tell_member, tell_members
from haidang.core.enums import PassageAct
from haidang.core.models import Member, Passage, PassageFinding
from haidang.core.roles import Act, roles_for

ASKED = ("passage_waits", "findings_wait", "passage_held")


def page_of(passage: Passage) -> str:
    """Where members see this way through the gate."""
    return f"/desk/notices/{passage.pk}"


def tell_proposed(passage: Passage, *, findings: int, by: Member, now: datetime) -> None:
    """A passage is open: its findings want a decision, or its second person is asked at once."""
    if findings:
        # Told to oneself: whoever proposes sees the text first, findings and all.
        tell_member(
            passage.proposer, "findings_wait", address=page_of(passage), now=now,
            what=passage.title, findings=findings,
        )  # fmt: skip
    else:
        ask_approvers(passage, now=now)
    owner = _find_owner(passage)
    if owner is not None:
        tell_member(
            owner, "change_proposed", by=by, address=page_of(passage), now=now,
            what=passage.title, way=passage.act,
        )  # fmt: skip


def ask_approvers(passage: Passage, *, now: datetime) -> None:
    """Ask those who may approve it, if no finding waits any more."""
    if PassageFinding.objects.filter(passage=passage, decided_by=None).exists():
        return
    settle(page_of(passage), kinds=["findings_wait"])
    may = [
        member
        for member in queries.find_who_may(roles_for(Act.PUBLISH))
        if rules.may_approve_each_other(passage.proposer, member, now=now)
    ]
    tell_members(
        may, "passage_waits", by=passage.proposer, address=page_of(passage), now=now,
        what=passage.title, way=passage.act,
    )  # fmt: skip


def tell_approved(passage: Passage, *, by: Member, now: datetime) -> None:
    """Nobody is asked any more; the proposer of a text that waits for its hour knows it does."""
    settle(page_of(passage), kinds=ASKED)
    if passage.embargo_until is not None:
        tell_member(
            passage.proposer, "passage_approved", by=by, address=page_of(passage), now=now,
            what=passage.title,
        )  # fmt: skip


def tell_published(passage: Passage, *, now: datetime) -> None:
    """It became public: its proposer knows, and its approver too if it waited for its hour."""
    waited = passage.embargo_until is not None
    people = [passage.proposer, *([passage.approver] if waited and passage.approver else [])]
    tell_members(
        people, "passage_published", address=page_of(passage), now=now, what=passage.title,
        way=passage.act,
    )  # fmt: skip


def tell_dropped(passage: Passage, *, by: Member, now: datetime) -> None:
    """It was taken back before it was public."""
    settle(page_of(passage), kinds=ASKED)
    people = [one for one in (passage.proposer, passage.approver) if one is not None]
    tell_members(
        people, "passage_dropped", by=by, address=page_of(passage), now=now, what=passage.title,
        way=passage.act,
    )  # fmt: skip


def tell_held(passage: Passage, *, now: datetime) -> None:
    """The clock jumped: whoever may let it wait again, and its proposer."""
    people = [*queries.find_who_may(roles_for(Act.PUBLISH)), passage.proposer]
    tell_members(
        people, "passage_held", address=page_of(passage), now=now, what=passage.title
    )  # fmt: skip


def tell_imprint(owner: str, *, by: Member, now: datetime) -> None:
    """Who publishes was changed: all who approve what goes out know."""
    people = queries.find_who_may(roles_for(Act.SAY_WHO_PUBLISHES) | roles_for(Act.PUBLISH))
    for may_say in (True, False):  # a publisher of one unit sees the gate, but not that page
        tell_members(
            [one for one in people if rules.may_say_who_publishes(one) is may_say],
            "imprint_changed", by=by, now=now, what=owner,
            address="/desk/notices/imprint" if may_say else "/desk/notices/",
        )  # fmt: skip


def tell_approval_fell(passage: Passage, *, by: Member, now: datetime) -> None:
    """An approval was for other lines of who publishes: it is asked for again."""
    people = [one for one in (passage.proposer, passage.approver) if one is not None]
    tell_members(
        people, "approval_fell", by=by, address=page_of(passage), now=now, what=passage.title
    )  # fmt: skip
    passage.approver = passage.approved_at = None
    passage.save(update_fields=["approver", "approved_at"])
    ask_approvers(passage, now=now)


def _find_owner(passage: Passage) -> Member | None:
    """Whoever first proposed the text that is to be changed."""
    if passage.item_id is None:
        return None
    first = (
        Passage.objects.filter(item=passage.item_id, act=PassageAct.PUBLISH)
        .select_related("proposer")
        .order_by("id")
        .first()
    )
    return first.proposer if first else None
