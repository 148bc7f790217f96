"""One source: its health over time, repairing, pausing, leaving; each act is a small form of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from haidang.core.models import Member
from haidang.watch import actions, jobs, rules
from haidang.watch.enums import CredentialKind, FeedKind, Finding, Level
from haidang.watch.models import Credential, Feed, Publication
from haidang.watch.queries.register import SourcePage, find_source
from haidang.watch.source_forms import (
    AddressForm,
    CredentialForm,
    FindingForm,
    ReasonForm,
    StandingForm,
)
from haidang.watch.views.asking import desk_page, member_page


@require_GET
@desk_page
def show_source(request: HttpRequest, publication_id: int) -> HttpResponse:
    """One source with its feeds and their last visits; members repair it here."""
    page = find_source(publication_id)
    if page is None:
        raise Http404
    return _show(request, page)


@require_POST
@member_page
def act_on_source(
    request: HttpRequest, member: Member, publication_id: int, act: str
) -> HttpResponse:
    """One act on a source; what is refused is told in the form that asked."""
    publication = Publication.objects.filter(id=publication_id).first()
    if publication is None or act not in ACTS:
        raise Http404
    form_class, do, done = ACTS[act]
    form = form_class(request.POST)
    if form.is_valid():
        try:
            do(publication, form, member, request)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _(done) % {"name": publication.name})
            return redirect("watch:source", publication_id=publication_id)
    page = find_source(publication_id)
    assert page is not None
    return _show(request, page, wrong=act, form=form)


def _show(
    request: HttpRequest, page: SourcePage, *, wrong: str = "", form: forms.Form | None = None
) -> HttpResponse:
    line, member = page.line, request.user
    standing = {"level": line.level, "country": line.country, "language": line.language}
    told: dict[str, forms.Form] = {
        "add_feed_form": AddressForm(),
        "standing_form": StandingForm(initial=standing),
        "pause_form": ReasonForm(),
        "leave_form": ReasonForm(),
        "finding_form": FindingForm(),
        "credential_form": CredentialForm(),
        "address_form": AddressForm(),
    }
    if wrong and form is not None:
        told[FORM_OF.get(wrong, "pause_form")] = form
    finding = line.finding
    context = {
        "page": page,
        "line": line,
        "now": timezone.now(),
        "room": "sources",
        "may_edit": rules.may_edit_sources(member),
        "may_approve": bool(finding and finding.proposed and finding.proposed_by_id != member.pk),
        "wrong": wrong,
        "wrong_feed": request.POST.get("feed_id", "") if wrong else "",
        "errors": form.non_field_errors() if form is not None else (),
        **told,
    }
    return render(request, "watch/source.html", context, status=400 if wrong else 200)


# ---------------------------------------------------------------- the acts of this page


def _find_feed(publication: Publication, request: HttpRequest) -> int:
    told = request.POST.get("feed_id", "")
    if not told.isdecimal() or len(told) > 18:
        raise Http404
    if not Feed.objects.filter(id=int(told), publication=publication).exists():
        raise Http404
    return int(told)


def _visit(publication: Publication, _form: Any, by: Member, request: HttpRequest) -> None:
    actions.visit_now(_find_feed(publication, request), by=by, now=timezone.now())


def _stop(publication: Publication, _form: Any, by: Member, request: HttpRequest) -> None:
    actions.stop_feed(_find_feed(publication, request), by=by, now=timezone.now())


def _change(publication: Publication, form: Any, by: Member, request: HttpRequest) -> None:
    feed_id = _find_feed(publication, request)
    actions.change_address(
        feed_id, form.cleaned_data["feed"], kind=_kind(form), by=by, now=timezone.now()
    )


def _add_feed(publication: Publication, form: Any, by: Member, _request: HttpRequest) -> None:
    url = form.cleaned_data["feed"]
    actions.add_feed(publication, url, by=by, now=timezone.now(), kind=_kind(form))


def _edit(publication: Publication, form: Any, by: Member, _request: HttpRequest) -> None:
    told = form.cleaned_data
    with transaction.atomic():
        recount = actions.edit_publication(
            publication.id, level=Level(told["level"]), country=told["country"],
            language=told["language"], by=by, now=timezone.now(),
        )  # fmt: skip
        if recount:
            jobs.recount_publication_next(publication.id)


def _pause(publication: Publication, form: Any, by: Member, _request: HttpRequest) -> None:
    reason = form.cleaned_data["reason"]
    actions.pause_publication(publication.id, reason=reason, by=by, now=timezone.now())


def _leave(publication: Publication, form: Any, by: Member, _request: HttpRequest) -> None:
    reason = form.cleaned_data["reason"]
    actions.leave_publication(publication.id, reason=reason, by=by, now=timezone.now())


def _resume(publication: Publication, _form: Any, by: Member, _request: HttpRequest) -> None:
    actions.resume_publication(publication.id, by=by, now=timezone.now())


def _propose(publication: Publication, form: Any, by: Member, _request: HttpRequest) -> None:
    told = form.cleaned_data
    actions.propose_finding(
        publication.id, Finding(told["finding"]), reason=told["reason"], by=by, now=timezone.now()
    )


def _approve(publication: Publication, _form: Any, by: Member, _request: HttpRequest) -> None:
    actions.approve_finding(publication.id, by=by, now=timezone.now())


def _seal(publication: Publication, form: Any, by: Member, _request: HttpRequest) -> None:
    told = form.cleaned_data
    actions.set_credential(
        publication.id, host=form.host, kind=CredentialKind(told["kind"]), user=told["user"],
        secret=told["secret"], by=by, now=timezone.now(),
    )  # fmt: skip


def _unseal(publication: Publication, _form: Any, by: Member, request: HttpRequest) -> None:
    told = request.POST.get("credential_id", "")
    found = Credential.objects.filter(publication=publication, host=told).first()
    if found is None:
        raise Http404
    actions.drop_credential(found.id, by=by, now=timezone.now())


def _kind(form: Any) -> FeedKind:
    return FeedKind.PAGE if form.cleaned_data["is_page"] else FeedKind.UNKNOWN


Do = Callable[[Publication, Any, Member, HttpRequest], None]
ACTS: dict[str, tuple[type[forms.Form], Do, str]] = {
    "visit": (forms.Form, _visit, gettext_noop("The feed is visited at the next turn.")),
    "stop": (forms.Form, _stop, gettext_noop("The feed is no longer followed; its articles stay.")),
    "address": (
        AddressForm,
        _change,
        gettext_noop("The feed has a new address; it is visited now."),
    ),
    "feed": (AddressForm, _add_feed, gettext_noop("%(name)s has a further feed.")),
    "standing": (StandingForm, _edit, gettext_noop("%(name)s is corrected.")),
    "pause": (ReasonForm, _pause, gettext_noop("%(name)s is paused.")),
    "leave": (
        ReasonForm,
        _leave,
        gettext_noop("%(name)s is no longer followed; its articles stay."),
    ),
    "resume": (forms.Form, _resume, gettext_noop("%(name)s is read again.")),
    "finding": (
        FindingForm,
        _propose,
        gettext_noop("Your finding stands; a second member decides."),
    ),
    "approve": (forms.Form, _approve, gettext_noop("Two members have decided about %(name)s.")),
    "seal": (
        CredentialForm,
        _seal,
        gettext_noop("The credentials are sealed; they are not shown again."),
    ),
    "unseal": (forms.Form, _unseal, gettext_noop("The credentials are destroyed.")),
}
FORM_OF = {
    "address": "address_form",
    "feed": "add_feed_form",
    "standing": "standing_form",
    "pause": "pause_form",
    "leave": "leave_form",
    "finding": "finding_form",
    "seal": "credential_form",
}
