"""Webhooks: named by who runs the desk, told of what becomes public, paused when nobody answers for a day.

At least once: a worker that dies between the answer and our note of it tells again, with the same id.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from haidang.core import rules
from haidang.core.actions.log import log_act
from haidang.core.enums import PublicEvent
from haidang.core.models import Announcement, Delivery, Member, Webhook
from haidang.core.seals import seal
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.net import SECRET_PREFIX

CLAIM = timedelta(minutes=10)
KEPT = timedelta(days=30)
PAUSES_S = (60, 300, 1800, 7200, 18_000, 28_800, 28_800)  # in all: about a day
HOOKS_MAX = 50
SEALED_FOR = "webhook"
GONE = 410


def register_webhook(
    name: str, url: str, *, events: Collection[str], by: Member, now: datetime
) -> tuple[Webhook, str]:
    """Name an address that is told what becomes public; the webhook, and its secret, told this once.

    Raises PermissionDenied unless `by` runs the desk, ValidationError by field. An address inside the
    operator's network is refused by the gate at each call, unless it was named in the settings.
    """
    if not rules.may_run_desk(by):
        raise PermissionDenied
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    url = _tidy_url(url)
    hook = Webhook(
        name=" ".join(name.split())[:80],
        url=url,
        events=[event for event in PublicEvent.values if event in events],
        sealed_key=seal(secret, purpose=f"{SEALED_FOR} {url}"),
        made_by=by,
        made_at=now,
    )
    if not hook.name:
        raise ValidationError({"name": _("Give it a name by which others know it.")})
    if not hook.events:
        raise ValidationError({"events": _("Choose at least one event.")})
    with transaction.atomic():
        if Webhook.objects.filter(ended_at=None).count() >= HOOKS_MAX:
            raise ValidationError(_("There are fifty webhooks; end one first."))
        hook.save()
        log_act("register_webhook", by=by, now=now, what=hook.name, host=urlsplit(hook.url).netloc)
    return hook, secret


def _tidy_url(told: str) -> str:
    """An address over https; without encryption on this machine only. Raises ValidationError."""
    url = told.strip()
    refused = ValidationError({"url": _("An address that begins with https:// is wanted.")})
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise refused from None
    here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    clean = url.isascii() and url.isprintable() and " " not in url and len(url) <= 500
    if not clean or not parts.hostname or parts.username or parts.fragment or port == 0:
        raise refused
    if parts.scheme != "https" and not (parts.scheme == "http" and here):
        raise refused
    return url


def pause_webhook(hook_id: int, *, by: Member, now: datetime) -> None:
    """Call it no more until somebody lets it go on; what happens meanwhile waits."""
    _ask_leave(by)
    with transaction.atomic():
        if Webhook.objects.filter(id=hook_id, ended_at=None, paused_at=None).update(
            paused_at=now, paused_why=""
        ):
            log_act("pause_webhook", by=by, now=now, what=_name(hook_id))


def resume_webhook(hook_id: int, *, by: Member, now: datetime) -> None:
    """Call it again: first with what failed last and what waited."""
    _ask_leave(by)
    with transaction.atomic():
        if Webhook.objects.filter(id=hook_id, ended_at=None, paused_at__isnull=False).update(
            paused_at=None, paused_why=""
        ):
            Delivery.objects.filter(webhook_id=hook_id, done_at=None).update(
                failed_at=None, tries=0, next_at=now
            )
            log_act("resume_webhook", by=by, now=now, what=_name(hook_id))


def end_webhook(hook_id: int, *, by: Member, now: datetime) -> None:
    """End it for ever; its secret is erased, what waited is not told."""
    _ask_leave(by)
    with transaction.atomic():
        if Webhook.objects.filter(id=hook_id, ended_at=None).update(ended_at=now, sealed_key=b""):
            Delivery.objects.filter(webhook_id=hook_id, done_at=None, failed_at=None).update(
                failed_at=now
            )
            log_act("end_webhook", by=by, now=now, what=_name(hook_id))


def take_deliveries(*, now: datetime, limit: int) -> list[Delivery]:
    """Take calls whose hour has come, the oldest first; each goes to one worker at a time."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=now)
    waiting = Q(
        done_at=None, failed_at=None, webhook__paused_at=None, webhook__ended_at=None
    )  # fmt: skip
    due = Delivery.objects.filter(free, waiting, next_at__lte=now).order_by("id")
    taken = [
        id_
        for id_ in due.values_list("id", flat=True)[:limit]
        if Delivery.objects.filter(free, id=id_, done_at=None, failed_at=None).update(
            claimed_until=now + CLAIM
        )
    ]
    found = Delivery.objects.filter(id__in=taken).order_by("id")
    return list(found.select_related("webhook", "announcement__item"))


def note_told(delivery: Delivery, *, now: datetime) -> None:
    """It answered yes."""
    Delivery.objects.filter(id=delivery.pk, done_at=None).update(
        done_at=now, claimed_until=None, tries=F("tries") + 1, trouble="", trouble_facts={}
    )


def put_off_delivery(delivery: Delivery, *, until: datetime) -> None:
    """It is not the host's turn yet; that is no try."""
    Delivery.objects.filter(id=delivery.pk).update(claimed_until=None, next_at=until)


def note_delivery_fault(delivery: Delivery, error: EngineError, *, now: datetime) -> None:
    """It did not answer yes: again later; after about a day, or when it is gone, the webhook is paused."""
    gone = error.trouble is Trouble.HTTP_STATUS and error.facts.get("status") == GONE
    last = gone or delivery.tries >= len(PAUSES_S)
    told = {"trouble": error.trouble.value, "trouble_facts": dict(error.facts)}
    with transaction.atomic():
        mine = Delivery.objects.filter(id=delivery.pk, done_at=None)
        if not last:
            pause = timedelta(seconds=PAUSES_S[delivery.tries])
            mine.update(claimed_until=None, tries=F("tries") + 1, next_at=now + pause, **told)
            return
        mine.update(claimed_until=None, tries=F("tries") + 1, failed_at=now, **told)
        if Webhook.objects.filter(id=delivery.webhook_id, paused_at=None, ended_at=None).update(
            paused_at=now, paused_why="gone" if gone else "silent"
        ):
            log_act("pause_webhook", by=None, now=now, what=_name(delivery.webhook_id))


def forget_deliveries(*, now: datetime) -> int:
    """Delete what is known of calls after a month, and announcements that nothing refers to; how many."""
    old = Delivery.objects.filter(
        Q(done_at__lt=now - KEPT) | Q(failed_at__lt=now - KEPT) | Q(made_at__lt=now - 2 * KEPT)
    )
    gone = old.delete()[0]
    told = Announcement.objects.filter(spread_at__lt=now - 2 * KEPT, delivery=None)
    return gone + told.delete()[0]


def _name(hook_id: int) -> str:
    return Webhook.objects.get(id=hook_id).name


def _ask_leave(by: Member) -> None:
    if not rules.may_run_desk(by):
        raise PermissionDenied
