"""Whom WATCH tells what: whoever registered a source or opened a topic, and those who may decide."""

from __future__ import annotations

from datetime import datetime, timedelta

from haidang.core import queries
from haidang.core.actions import settle, tell_member, tell_members
from haidang.core.models import Member
from haidang.core.roles import Act, roles_for
from haidang.engine.net import host_of
from haidang.watch import rules
from haidang.watch.enums import ProposalState
from haidang.watch.models import Feed, Proposal, Publication, Topic

ILL_DAYS = 2  # a source that does not answer for so long wants a person's eye
OF_PROPOSALS = ("proposal_waits", "proposal_unproven")
OF_MARKS = ("person_marked", "finding_waits")


def page_of(publication: Publication) -> str:
    """Where members see a source."""
    return f"/sources/{publication.pk}"


def find_editors() -> list[Member]:
    """Those who may register sources and decide about them."""
    return queries.find_who_may(roles_for(Act.EDIT_WATCH))


def tell_proposal(proposal: Proposal, *, now: datetime, by: Member | None = None) -> None:
    """How far a registration has come; whoever can carry it on is asked."""
    address = f"/sources/proposals/{proposal.pk}"
    settle(address, kinds=OF_PROPOSALS)
    proposer, what = proposal.proposed_by, proposal.name
    if proposal.state == ProposalState.WAITING:
        others = [one for one in find_editors() if one.pk != proposer.pk]
        tell_members(others, "proposal_waits", by=proposer, address=address, now=now, what=what)
    elif proposal.state == ProposalState.UNPROVEN:
        tell_member(proposer, "proposal_unproven", address=address, now=now, what=what)
    elif proposal.state == ProposalState.WITHDRAWN:
        tell_member(proposer, "proposal_withdrawn", by=by, address=address, now=now, what=what)
    elif proposal.state == ProposalState.REGISTERED and proposal.publication is not None:
        here = page_of(proposal.publication)
        tell_member(proposer, "proposal_registered", address=here, now=now, what=what)


def tell_marked(publication: Publication, *, now: datetime) -> None:
    """Somebody says it is a person: every editor may say what it is."""
    tell_members(
        find_editors(), "person_marked", address=page_of(publication), now=now,
        what=publication.name,
    )  # fmt: skip


def tell_finding(publication: Publication, *, by: Member, now: datetime) -> None:
    """A first member said what it is: a second is wanted."""
    settle(page_of(publication), kinds=OF_MARKS)
    tell_members(
        find_editors(), "finding_waits", by=by, address=page_of(publication), now=now,
        what=publication.name,
    )  # fmt: skip


def settle_marks(publication: Publication) -> None:
    """Two members decided."""
    settle(page_of(publication), kinds=OF_MARKS)


def tell_ill(feed: Feed, *, last: datetime | None, now: datetime) -> None:
    """A visit failed: once a source has not answered for days, whoever registered it knows, once.

    `last` is the visit before this one: the line is crossed between the two.
    """
    since = feed.last_ok_at or feed.publication.registered_at
    line = since + timedelta(days=ILL_DAYS)
    if not (last is not None and last < line <= now):
        return
    owner = feed.publication.registered_by
    people = [owner] if owner is not None and rules.may_edit_sources(owner) else find_editors()
    tell_members(
        people, "source_ill", address=page_of(feed.publication), now=now,
        what=feed.publication.name, days=ILL_DAYS, host=host_of(feed.url),
    )  # fmt: skip


def settle_ill(feed: Feed) -> None:
    """It answers again."""
    settle(page_of(feed.publication), kinds=["source_ill"])


def tell_topic(topic: Topic, *, by: Member, now: datetime) -> None:
    """A topic on an office was opened or changed: a second member is wanted."""
    settle(_topic_page(topic), kinds=["topic_waits"])
    if topic.needs_second and topic.approver_id is None:
        tell_members(
            find_editors(), "topic_waits", by=by, address=_topic_page(topic), now=now,
            what=topic.title_vi,
        )  # fmt: skip


def tell_topic_decided(topic: Topic, kind: str, *, by: Member, now: datetime) -> None:
    """Its topic was confirmed or closed by another."""
    settle(_topic_page(topic), kinds=["topic_waits"])
    if topic.proposer is None:
        return
    tell_member(
        topic.proposer, kind, by=by, address=_topic_page(topic), now=now, what=topic.title_vi
    )  # fmt: skip


def _topic_page(topic: Topic) -> str:
    return f"/topics/{topic.pk}"
