"""The address at which a hub finds us (WebSub): it asks whether we meant it, then sends what is new."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from haidang.core.jobs import enqueue_once
from haidang.watch import actions, hubs
from haidang.watch.jobs import read_pushes
from haidang.watch.models import Subscription
from haidang.watch.queries.hubs import find_subscription

CHALLENGE_MAX = 2_000


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def hear_hub(request: HttpRequest, token: str) -> HttpResponse:
    """A hub's question or its news; to all who do not know a subscription's address there is no page."""
    subscription = find_subscription(token)
    if subscription is None:
        return _say("", status=404)
    if request.method == "POST":
        return _take_news(request, subscription)
    return _answer_question(request, subscription)


def _answer_question(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """Repeat the challenge if we asked for this (WebSub 5.3); a question for the past is answered no."""
    mode, challenge = request.GET.get("hub.mode", ""), request.GET.get("hub.challenge", "")
    now = timezone.now()
    if mode == "denied":
        actions.deny_subscription(subscription, now=now)
        return _say("", status=200)
    lease = request.GET.get("hub.lease_seconds", "")
    meant = (
        mode == "subscribe"
        and 0 < len(challenge) <= CHALLENGE_MAX
        and actions.confirm_subscription(
            subscription,
            topic=request.GET.get("hub.topic", ""),
            lease_s=int(lease) if lease.isascii() and lease.isdigit() and len(lease) < 10 else None,
            now=now,
        )
    )
    return _say(challenge, status=200) if meant else _say("", status=404)


def _take_news(request: HttpRequest, subscription: Subscription) -> HttpResponse:
    """Keep what the hub signed. What is not signed rightly is passed over, and not told so (WebSub 7.1)."""
    length = request.headers.get("Content-Length") or "0"
    if not length.isdigit() or int(length) > hubs.BODY_MAX:
        return _say("", status=413)
    signature = request.headers.get("X-Hub-Signature", "")
    if hubs.is_signed(request.body, token=subscription.token, signature=signature):
        content_type = request.headers.get("Content-Type", "")
        actions.keep_push(subscription, request.body, content_type=content_type, now=timezone.now())
        enqueue_once(read_pushes)
    return _say("", status=202)


def _say(text: str, *, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
