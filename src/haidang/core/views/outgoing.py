"""What goes out, for who runs the desk: how it stands with letters, webhooks and their calls."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from haidang.core import actions, factors, rules
from haidang.core.enums import PublicEvent
from haidang.core.forms import WebhookForm
from haidang.core.letters import find_server
from haidang.core.models import Letter, Member, Webhook
from haidang.core.outgoing_words import tell_call_trouble, tell_letter_trouble
from haidang.core.queries import outgoing as queries
from haidang.core.views.asking import add_errors, signed_in


@require_GET
@signed_in
def show_outgoing(request: HttpRequest, member: Member) -> HttpResponse:
    """How it stands with letters: numbers and troubles, no address and no word of any letter."""
    _ask_leave(member)
    box = queries.find_outbox()
    context = {
        "server": find_server(),
        "sender": settings.OPTIONS["MAIL_FROM"],
        "box": box,
        "in_trouble": [(letter, _tell(letter)) for letter in box.in_trouble],
        "ended": [(letter, _tell(letter)) for letter in box.ended],
        "hooks": queries.find_webhooks(),
    }
    return render(request, "core/outgoing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def show_webhooks(request: HttpRequest, member: Member) -> HttpResponse:
    """All webhooks, and a form for another, after showing who one is; its secret is shown this once."""
    _ask_leave(member)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and not factors.confirmed_by_any_lately(request):
        return redirect(factors.way_to_confirm_by_any(request))
    if request.method == "POST" and form.is_valid():
        try:
            hook, secret = actions.register_webhook(
                by=member, now=timezone.now(), **form.cleaned_data
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            return render(request, "core/webhook_made.html", {"hook": hook, "secret": secret})
    context = {
        "form": form,
        "hooks": queries.find_webhooks(),
        "confirmed": factors.confirmed_by_any_lately(request),
        "way": factors.way_to_confirm_by_any(request),
    }
    return render(request, "core/webhooks.html", context, status=422 if form.errors else 200)


@require_GET
@signed_in
def show_webhook(request: HttpRequest, member: Member, number: int) -> HttpResponse:
    """One webhook and its calls, newest first."""
    _ask_leave(member)
    hook = _find(number)
    context = {
        "hook": hook,
        "events": [PublicEvent(event).label for event in hook.events],
        "deliveries": [
            (one, PublicEvent(one.announcement.event).label, tell_call_trouble(one.trouble, one.trouble_facts))
            for one in queries.find_deliveries(hook)
        ],
    }  # fmt: skip
    return render(request, "core/webhook.html", context)


@require_POST
@signed_in
def act_on_webhook(request: HttpRequest, member: Member, number: int, act: str) -> HttpResponse:
    """Pause it, let it go on, or end it for ever."""
    _ask_leave(member)
    hook, now = _find(number), timezone.now()
    if act == "pause":
        actions.pause_webhook(hook.pk, by=member, now=now)
    elif act == "resume":
        actions.resume_webhook(hook.pk, by=member, now=now)
    elif act == "end":
        actions.end_webhook(hook.pk, by=member, now=now)
        messages.success(request, _("The webhook is ended; nothing more is told there."))
        return redirect("core:webhooks")
    else:
        raise Http404
    return redirect("core:webhook", number=hook.pk)


def _find(number: int) -> Webhook:
    hook = queries.find_webhook(number)
    if hook is None:
        raise Http404
    return hook


def _tell(letter: Letter) -> str:
    return tell_letter_trouble(letter.trouble, letter.trouble_code)


def _ask_leave(member: Member) -> None:
    if not rules.may_run_desk(member):
        raise PermissionDenied
