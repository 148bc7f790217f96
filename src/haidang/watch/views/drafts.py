"""Entering one article by hand: what is handed in, the draft to correct, the file that is kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from haidang.core.machines import find_file_store
from haidang.core.models import Member
from haidang.engine.clippings import find_tools
from haidang.engine.errors import EngineError
from haidang.watch import actions, jobs, rules
from haidang.watch.draft_forms import FromAddressForm, FromFileForm, FromTextForm, RevisionForm
from haidang.watch.enums import ClippingKind, DraftState, Way
from haidang.watch.models import Draft
from haidang.watch.queries import drafts as draft_queries
from haidang.watch.views.asking import desk_page

FORMS = {Way.ADDRESS: FromAddressForm, Way.TEXT: FromTextForm, Way.FILE: FromFileForm}
ENDINGS = {
    ClippingKind.PNG: "png",
    ClippingKind.JPEG: "jpg",
    ClippingKind.TIFF: "tif",
    ClippingKind.PDF: "pdf",
    ClippingKind.TEXT: "txt",
}
# A file is given away as bytes to be saved, never as something a browser opens.
FILE_HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def _ask_member(request: HttpRequest) -> Member | HttpResponse:
    """The member who asks, or the page that asks an outsider to sign in."""
    member = request.user
    if rules.may_add_articles(member):
        assert isinstance(member, Member)
        return member
    if member.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.get_full_path())


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def add_article(request: HttpRequest) -> HttpResponse:
    """The three ways in, one form each, and the drafts that wait."""
    member = _ask_member(request)
    if isinstance(member, HttpResponse):
        return member
    told = request.GET.get("way", "")
    way = Way(told) if told in Way.values else Way.ADDRESS
    form = FORMS[way](request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "way": way.value, "room": "sources"}
    if request.method == "POST" and form.is_valid():
        try:
            draft = actions.begin_draft(
                form.to_draft(), by=member, now=timezone.now(), then=jobs.read_draft_next
            )
        except ValidationError as error:
            context |= _tell_refusal(form, error)
        else:
            return redirect("watch:draft", draft.id)
    tools = find_tools()
    context |= {
        "drafts": draft_queries.find_drafts(),
        "now": timezone.now(),
        "lacks_tesseract": tools["tesseract"] is None,
        "lacks_pdftotext": tools["pdftotext"] is None,
    }
    return render(request, "watch/drafts_add.html", context, status=400 if form.errors else 200)


def _tell_refusal(form: Any, error: ValidationError) -> dict[str, Any]:
    """Put the sentence into the form; what the page offers beside it."""
    code = getattr(error, "code", None)
    if code == "file" and "file" in form.fields:
        form.add_error("file", error.messages)
    else:
        form.add_error(None, error.messages)
    known = (error.params or {}).get("article") if code == "known" else None
    return {"is_unregistered": code == "unregistered", "known_article": known}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def show_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A draft: being read, to be corrected, or on its way to its story."""
    member = _ask_member(request)
    if isinstance(member, HttpResponse):
        return member
    draft = draft_queries.find_draft(draft_id)
    if draft is None:
        raise Http404
    if draft.state == DraftState.PLACED and draft.entry and draft.entry.article_id:
        return _lead_to(request, reverse("watch:article", args=[draft.entry.article_id]))
    if request.method == "POST":
        return _act_on_draft(request, draft, by=member)
    form = RevisionForm(initial=RevisionForm.initial_of(draft), draft=draft)
    return _render_draft(request, draft, form)


def _lead_to(request: HttpRequest, address: str) -> HttpResponse:
    """Go there; an open page that only asked for its own renewal is told to leave as a whole."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _act_on_draft(request: HttpRequest, draft: Draft, *, by: Member) -> HttpResponse:
    act, now = request.POST.get("act", ""), timezone.now()
    if act == "drop":
        actions.drop_draft(draft, by=by, now=now)
        messages.success(request, _("The draft is gone."))
        return redirect("watch:add_article")
    form = RevisionForm(
        request.POST, initial=RevisionForm.initial_of(draft), draft=draft, keep=act == "keep"
    )
    extra: dict[str, Any] = {}
    if form.is_valid():
        try:
            revision = form.to_revision()
            if act == "keep":
                actions.keep_draft(draft, revision, by=by, now=now)
                messages.success(request, _("The draft is kept as you left it."))
            else:
                actions.confirm_draft(draft, revision, by=by, now=now, then=jobs.read_draft_next)
        except ValidationError as error:
            extra = _tell_refusal(form, error)
        else:
            return redirect("watch:draft", draft.id)
    return _render_draft(request, draft, form, **extra)


def _render_draft(
    request: HttpRequest, draft: Draft, form: RevisionForm, **extra: Any
) -> HttpResponse:
    context = {
        "draft": draft,
        "form": form,
        "file": draft_queries.tell_file(draft.file) if draft.file else None,
        "kept_until": draft.made_at + draft_queries.DRAFT_LIFE,
        "is_ready": draft.state == DraftState.READY,
        "is_reading": draft.state == DraftState.WAITING,
        "here": reverse("watch:draft", args=[draft.id]),
        "now": timezone.now(),
        "room": "sources",
        **extra,
    }
    return render(request, "watch/drafts_show.html", context, status=400 if form.errors else 200)


@require_GET
def send_file(request: HttpRequest, name: str) -> HttpResponse:
    """A kept file, to members only, as something to be saved. Named by its hash alone."""
    if not rules.may_open_files(request.user):
        if isinstance(request.user, Member):
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())
    file = draft_queries.find_file(name)
    if file is None:
        raise Http404
    try:
        data = find_file_store().read(file.sha256)
    except EngineError as error:
        raise Http404 from error
    saved = f"{file.sha256[:16]}.{ENDINGS[ClippingKind(file.kind)]}"
    headers = {**FILE_HEADERS, "Content-Disposition": f'attachment; filename="{saved}"'}
    return HttpResponse(data, content_type="application/octet-stream", headers=headers)
