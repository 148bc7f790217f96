"""Proposing a publication, following what becomes of it, correcting, confirming, withdrawing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from haidang.core.models import Member
from haidang.watch import actions, jobs
from haidang.watch.channels import find_channel
from haidang.watch.enums import FeedKind, Level, ProposalState
from haidang.watch.queries.register import ProposalLine, find_proposal, find_publication_of
from haidang.watch.refusals import tell_unproven
from haidang.watch.rules import host_of
from haidang.watch.source_forms import ProposeForm
from haidang.watch.views.asking import member_page


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def add_source(request: HttpRequest, member: Member) -> HttpResponse:
    """The form that proposes a publication and its feed; a refusal is told in the form."""
    form = ProposeForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "room": "sources"}
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                proposal = actions.propose_publication(_new(form), by=member, now=timezone.now())
                jobs.read_proposal_next(proposal.id)
        except ValidationError as error:
            form.add_error(None, error.messages)
            context["known"] = find_publication_of(_key(form.cleaned_data["feed"]))
        else:
            return redirect("watch:proposal", proposal_id=proposal.id)
    return render(request, "watch/add_source.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def show_proposal(request: HttpRequest, member: Member, proposal_id: int) -> HttpResponse:
    """How far a proposal is; where its page did not bear it out, the form to correct it."""
    proposal = find_proposal(proposal_id)
    if proposal is None:
        raise Http404
    if request.headers.get("HX-Request"):  # an open page asks whether anything has come of it
        still = proposal.state == ProposalState.READING
        return HttpResponse(status=204, headers={} if still else {"HX-Refresh": "true"})
    if proposal.state == ProposalState.REGISTERED and proposal.publication_id:
        messages.success(
            request,
            _("%(name)s is registered; its first visit is due now.") % {"name": proposal.name},
        )
        return redirect("watch:source", publication_id=proposal.publication_id)
    form = ProposeForm(request.POST or None, initial=_initial(proposal))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                actions.retell_proposal(proposal_id, _new(form), by=member, now=timezone.now())
                jobs.read_proposal_next(proposal_id)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            return redirect("watch:proposal", proposal_id=proposal_id)
    context = {
        "proposal": proposal,
        "form": form,
        "room": "sources",
        "now": timezone.now(),
        "why": tell_unproven(proposal.trouble, proposal.trouble_facts) if proposal.trouble else "",
        "may_confirm": proposal.proposed_by_id != member.id,
    }
    status = 400 if form.errors else 200
    return render(request, "watch/proposal.html", context, status=status)


@require_POST
@member_page
def decide_proposal(
    request: HttpRequest, member: Member, proposal_id: int, act: str
) -> HttpResponse:
    """Confirm a channel as the second member, or withdraw a proposal."""
    acts = {"confirm": actions.confirm_proposal, "withdraw": actions.withdraw_proposal}
    if act not in acts or find_proposal(proposal_id) is None:
        raise Http404
    try:
        acts[act](proposal_id, by=member, now=timezone.now())
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
    else:
        if act == "withdraw":
            messages.success(request, _("The proposal is withdrawn."))
            return redirect("watch:sources")
    return redirect("watch:proposal", proposal_id=proposal_id)


def _new(form: ProposeForm) -> actions.NewProposal:
    told = form.cleaned_data
    return actions.NewProposal(
        name=told["name"],
        organisation=told["organisation"],
        organisation_page=told["organisation_page"],
        feed=told["feed"],
        feed_kind=form.feed_kind,
        country=told["country"],
        language=told["language"],
        level=Level(told["level"]),
        is_channel=told["is_channel"],
    )


def _initial(proposal: ProposalLine) -> dict[str, Any]:
    names = "name organisation organisation_page feed country language level".split()
    return {
        **{name: getattr(proposal, name) for name in names},
        "is_page": proposal.feed_kind == FeedKind.PAGE,
        "is_channel": bool(proposal.channel),
    }


def _key(feed: str) -> str:
    channel = find_channel(feed)
    return channel.key if channel else host_of(feed)
