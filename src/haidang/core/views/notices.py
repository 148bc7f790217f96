"""The desk of the publishing gate: writing, findings, the second person, correcting, withdrawing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from haidang.core import actions, rules
from haidang.core.actions.publishing import Intent, digest_passage
from haidang.core.enums import WithdrawWhy
from haidang.core.factors import confirmed_lately, way_to_confirm
from haidang.core.forms import CorrectionForm, ImprintForm, NoticeForm
from haidang.core.gate_words import FINDINGS
from haidang.core.models import Member, Passage, PassageFinding, PublicItem
from haidang.core.queries import public as queries


@login_required
@require_GET
def list_passages(request: HttpRequest) -> HttpResponse:
    """What waits at the gate, and what went through it."""
    member = _ask_member(request)
    context = {
        "may_write": rules.may_propose(member),
        "passages": queries.find_passages(),
        "items": queries.find_items(),
        "imprint": queries.find_imprint(),
    }
    return render(request, "core/notices.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def set_imprint(request: HttpRequest) -> HttpResponse:
    """Who publishes and who pays: asked before the first publication."""
    member = _ask_writer(request)
    imprint = queries.find_imprint()
    initial = {name: getattr(imprint, name) for name in ImprintForm.base_fields} if imprint else {}
    form = ImprintForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.set_imprint(**form.cleaned_data, by=member, now=timezone.now())
        return redirect("core:notices")
    return render(request, "core/imprint.html", {"form": form}, status=_status(form))


@login_required
@require_http_methods(["GET", "POST"])
def write_notice(request: HttpRequest) -> HttpResponse:
    """Write a notice and propose it."""
    member = _ask_writer(request)
    if queries.find_imprint() is None:
        return redirect("core:imprint")
    form = NoticeForm(request.POST or None, initial={"language": "vi"})
    if request.method == "POST" and form.is_valid():
        passage = _try(
            form,
            lambda: actions.propose(Intent(**form.cleaned_data), by=member, now=timezone.now()),
        )
        if passage is not None:
            return redirect("core:passage", number=passage.pk)
    return render(request, "core/write_notice.html", {"form": form}, status=_status(form))


@login_required
@require_http_methods(["GET", "POST"])
def change_item(request: HttpRequest, number: int) -> HttpResponse:
    """Propose to correct a public text, or to withdraw it."""
    member = _ask_writer(request)
    item = PublicItem.objects.filter(pk=number, withdrawn_why="").first()
    if item is None:
        raise Http404
    wants_out = "withdrawn_why" in request.POST
    form = CorrectionForm(
        request.POST if request.method == "POST" and not wants_out else None,
        initial={
            "title": item.title,
            "body": item.body,
            "translation_of": item.translation_of_id,
        },
    )
    if wants_out and request.POST["withdrawn_why"] in WithdrawWhy.values:
        why = WithdrawWhy(request.POST["withdrawn_why"])
        passage = _try(
            form, lambda: actions.propose_withdrawal(item, why, by=member, now=timezone.now())
        )
        if passage is not None:
            return redirect("core:passage", number=passage.pk)
    elif request.method == "POST" and form.is_valid():
        intent = Intent(**form.cleaned_data, language=item.language)
        passage = _try(
            form, lambda: actions.propose(intent, item=item, by=member, now=timezone.now())
        )
        if passage is not None:
            return redirect("core:passage", number=passage.pk)
    if item.page:
        del form.fields["translation_of"]
    context = {"form": form, "item": item, "whys": WithdrawWhy.choices}
    return render(request, "core/change_item.html", context, status=_status(form))


@login_required
@require_GET
def show_passage(request: HttpRequest, number: int) -> HttpResponse:
    """One way through the gate: the text, what was found in it, and the act that is due."""
    member = _ask_member(request)
    passage = _find(number)
    findings = [(one, FINDINGS[one.kind], _excerpt(passage, one)) for one in passage.findings.all()]
    is_open = passage.published_at is None and passage.dropped_at is None
    undecided = any(one.decided_by_id is None for one, _why, _text in findings)
    context = {
        "passage": passage,
        "findings": findings,
        "paragraphs": passage.body.split("\n\n"),
        "digest": digest_passage(passage),
        "is_open": is_open,
        "undecided": undecided,
        "is_proposer": passage.proposer_id == member.pk,
        "may_approve": is_open
        and passage.approver_id is None
        and passage.proposer_id != member.pk
        and not undecided
        and rules.may_publish(member),
    }
    return render(request, "core/passage.html", context)


@login_required
@require_POST
def do_act(request: HttpRequest, number: int, act: str) -> HttpResponse:
    """Decide a finding, approve, take back, or let a held passage wait again."""
    member = _ask_member(request)
    passage, now = _find(number), timezone.now()
    try:
        if act == "decide":
            finding = passage.findings.filter(pk=_number(request.POST.get("finding", ""))).first()
            if finding is None:
                raise Http404
            actions.decide_finding(
                finding.pk, reason=request.POST.get("reason", ""), by=member, now=now
            )
        elif act == "approve" and rules.may_publish(member) and not confirmed_lately(request):
            told = _("Show your second factor first; then approve.")
            if not rules.has_second_factor(member):
                told = _("Publishing needs a second factor. Set one up here; then approve.")
            messages.info(request, told)
            back = reverse("core:passage", kwargs={"number": number})
            return redirect(way_to_confirm(request, back=back))
        elif act == "approve":
            actions.approve(passage.pk, digest=request.POST.get("digest", ""), by=member, now=now)
            if actions.publish_due(now=now):
                actions.sign_head(now=now)
        elif act == "drop":
            actions.drop_passage(passage.pk, by=member, now=now)
        elif act == "release":
            actions.release_held(passage.pk, by=member, now=now)
        else:
            raise Http404
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    return redirect("core:passage", number=number)


def _try(form: Form, act: Any) -> Passage | None:
    try:
        passage: Passage = act()
    except ValidationError as error:
        told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, sentences in told.items():
            form.add_error(
                name if name in form.fields else None, sentences
            ) if form.is_bound else None
        if not form.is_bound:
            raise PermissionDenied(_("This text is already being changed.")) from None
        return None
    return passage


def _status(form: Form) -> int:
    return 422 if form.is_bound and form.errors else 200


def _excerpt(passage: Passage, finding: PassageFinding) -> str:
    text = passage.title if finding.in_title else f"{passage.body}\n{passage.why}"
    return text[finding.start : finding.end]


def _number(told: str) -> int:
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0


def _find(number: int) -> Passage:
    passage = queries.find_passage(number)
    if passage is None:
        raise Http404
    return passage


def _ask_member(request: HttpRequest) -> Member:
    if not rules.may_enter_gate(request.user):
        raise PermissionDenied
    return request.user


def _ask_writer(request: HttpRequest) -> Member:
    if not rules.may_propose(request.user):
        raise PermissionDenied
    return request.user
