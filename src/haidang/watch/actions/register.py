"""Proposing a publication, what its organisation's page bears out, and the second member (promise 1).

A proposal is read by nobody but the members; nothing of it is fetched but the organisation's page. On
its own domain the page decides: it names the publication or it does not. On a shared platform it must
link to the channel as well, and a second member must confirm.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haidang.core.actions import log_act
from haidang.core.models import Member
from haidang.engine.types import RecordPlace
from haidang.watch import rules
from haidang.watch.actions import telling
from haidang.watch.actions.publications import (
    NewPublication,
    PageProof,
    add_feed,
    register_publication,
)
from haidang.watch.channels import find_channel
from haidang.watch.enums import FeedKind, KeptWhy, Level, ProposalState
from haidang.watch.models import Proposal, Publication, PublicationHost, Snapshot
from haidang.watch.refusals import sentence_of

OPEN = (ProposalState.READING, ProposalState.UNPROVEN, ProposalState.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProposal:
    """What a member tells of a publication and its first feed."""

    name: str
    organisation: str
    organisation_page: str
    feed: str
    feed_kind: FeedKind
    country: str
    language: str
    level: Level
    is_channel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLooked:
    """What came of looking at an organisation's page. `trouble`: a word of `watch.troubles`."""

    seen_at: datetime
    trouble: str = ""
    facts: dict[str, Any]
    url: str = ""
    record: RecordPlace | None = None


def propose_publication(new: NewProposal, *, by: Member, now: datetime) -> Proposal:
    """Propose a publication with its feed. Raises PermissionDenied, or ValidationError with why not."""
    if not rules.may_edit_sources(by):
        raise PermissionDenied
    told = _check(new)
    try:
        with transaction.atomic():
            proposal = Proposal.objects.create(**told, proposed_by=by, proposed_at=now)
            log_act("propose_publication", by=by, now=now, what=proposal.name, feed=proposal.feed)
    except IntegrityError:
        raise ValidationError(sentence_of(rules.Refusal.PROPOSED, new.feed)) from None
    return proposal


def retell_proposal(proposal_id: int, new: NewProposal, *, by: Member, now: datetime) -> Proposal:
    """Tell a proposal anew whose page did not bear it out; who corrects it proposes it."""
    if not rules.may_edit_sources(by):
        raise PermissionDenied
    told = _check(new)
    with transaction.atomic():
        proposal = _lock(proposal_id, ProposalState.UNPROVEN)
        for name, value in told.items():
            setattr(proposal, name, value)
        proposal.state, proposal.trouble, proposal.trouble_facts = ProposalState.READING, "", {}
        proposal.proposed_by, proposal.proposed_at = by, now
        proposal.save()
        telling.tell_proposal(proposal, by=by, now=now)
        log_act("retell_proposal", by=by, now=now, what=proposal.name, feed=proposal.feed)
    return proposal


def store_looked(proposal_id: int, looked: PageLooked, *, now: datetime) -> ProposalState:
    """Write down what the organisation's page bore out; a quick proposal is registered by it."""
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update().get(id=proposal_id)
        if proposal.state != ProposalState.READING:
            return ProposalState(proposal.state)
        if looked.record is not None:
            proposal.page_snapshot = keep_page(looked)
        proposal.trouble, proposal.trouble_facts = looked.trouble, looked.facts
        if looked.trouble:
            proposal.state = ProposalState.UNPROVEN
        else:
            proposal.page_seen_at = looked.seen_at
            proposal.state = ProposalState.WAITING
            if not proposal.channel:
                _register(proposal, confirmed_by=None, now=now)
        proposal.save()
        telling.tell_proposal(proposal, now=now)
    return ProposalState(proposal.state)


def keep_page(looked: PageLooked) -> Snapshot:
    """The manifest's row of an organisation's page."""
    assert looked.record is not None
    return Snapshot.objects.create(
        url=looked.url,
        fetched_at=looked.seen_at,
        kept_why=KeptWhy.PROOF,
        kept_at=looked.seen_at,
        **asdict(looked.record),
    )


def confirm_proposal(proposal_id: int, *, by: Member, now: datetime) -> Publication:
    """The second member confirms a channel: it is registered, and its feed is followed."""
    if not rules.may_edit_sources(by):
        raise PermissionDenied
    with transaction.atomic():
        proposal = _lock(proposal_id, ProposalState.WAITING)
        if proposal.proposed_by_id == by.id:
            raise ValidationError(
                _("Who proposed it cannot confirm it: a second member is wanted.")
            )
        _register(proposal, confirmed_by=by, now=now)
        proposal.save()
        if proposal.publication is None:
            raise ValidationError(_("It cannot be registered any more; see why on its page."))
        telling.tell_proposal(proposal, by=by, now=now)
        log_act("confirm_proposal", by=by, now=now, what=proposal.name)
    return proposal.publication


def withdraw_proposal(proposal_id: int, *, by: Member, now: datetime) -> None:
    """Take a proposal back, or turn one down: any member may."""
    if not rules.may_edit_sources(by):
        raise PermissionDenied
    with transaction.atomic():
        proposal = _lock(proposal_id, *OPEN)
        proposal.state, proposal.decided_at = ProposalState.WITHDRAWN, now
        proposal.save(update_fields=["state", "decided_at"])
        telling.tell_proposal(proposal, by=by, now=now)
        log_act("withdraw_proposal", by=by, now=now, what=proposal.name)


def _check(new: NewProposal) -> dict[str, Any]:
    """The columns of a proposal. Raises ValidationError with the first reason why not."""
    feed, page = new.feed.strip(), new.organisation_page.strip()
    if not new.name.strip() or not new.organisation.strip():
        raise ValidationError(_("A publication needs a name, and the organisation whose it is."))
    for refusal, what in (
        (rules.find_refusal(feed, as_channel=new.is_channel), feed),
        (rules.find_refusal(page), page),
    ):
        if refusal is not None:
            raise ValidationError(sentence_of(refusal, what))
    channel = find_channel(feed) if new.is_channel else None
    key = channel.key if channel else rules.host_of(feed)
    if PublicationHost.objects.filter(host=key).exists():
        raise ValidationError(sentence_of(rules.Refusal.TAKEN, key))
    return {
        "name": new.name.strip(),
        "organisation": new.organisation.strip(),
        "organisation_page": page,
        "feed": feed,
        "feed_kind": new.feed_kind,
        "country": new.country.upper(),
        "language": new.language,
        "level": new.level,
        "channel": channel.key if channel else "",
    }


def _lock(proposal_id: int, *states: ProposalState) -> Proposal:
    found = Proposal.objects.select_for_update().filter(id=proposal_id, state__in=states).first()
    if found is None:
        raise ValidationError(_("This proposal was decided meanwhile."))
    return found


def _register(proposal: Proposal, *, confirmed_by: Member | None, now: datetime) -> None:
    """Register what is proposed; what stands against it by now becomes the proposal's trouble."""
    new = NewPublication(
        name=proposal.name,
        organisation=proposal.organisation,
        organisation_page=proposal.organisation_page,
        country=proposal.country,
        language=proposal.language,
        level=Level(proposal.level),
        hosts=(proposal.channel or rules.host_of(proposal.feed),),
        channel=proposal.channel,
    )
    assert proposal.page_seen_at is not None
    try:
        with transaction.atomic():
            publication = register_publication(
                new,
                by=proposal.proposed_by,
                now=now,
                proof=PageProof(seen_at=proposal.page_seen_at, snapshot=proposal.page_snapshot),
                confirmed_by=confirmed_by,
            )
            add_feed(
                publication,
                proposal.feed,
                by=proposal.proposed_by,
                now=now,
                kind=FeedKind(proposal.feed_kind),
            )
    except (ValidationError, PermissionDenied, IntegrityError):
        proposal.state, proposal.trouble = ProposalState.UNPROVEN, "register_refused"
        return
    proposal.state, proposal.publication = ProposalState.REGISTERED, publication
    proposal.confirmed_by, proposal.decided_at = confirmed_by, now
