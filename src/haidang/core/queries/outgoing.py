"""What one can find of what goes out: waiting letters and calls, webhooks with their deliveries, troubles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q

from haidang.core.models import Announcement, Delivery, Letter, Subscriber, Webhook

PAGE = 50


@dataclass(frozen=True, slots=True)
class Outbox:
    """How it stands with letters: waiting, left in the last 30 days, those that ended otherwise, newest first."""

    waiting: int
    left: int
    in_trouble: tuple[Letter, ...]
    ended: tuple[Letter, ...]
    subscribers: int


def find_outbox() -> Outbox:
    """The state of the outbox, without a word of any letter and without an address."""
    counted = Letter.objects.aggregate(
        waiting=Count("id", filter=Q(left_at=None, ended_at=None)),
        left=Count("id", filter=Q(left_at__isnull=False)),
    )
    open_ = Letter.objects.filter(left_at=None, ended_at=None).exclude(trouble="")
    ended = Letter.objects.filter(ended_at__isnull=False).exclude(end="dropped")
    return Outbox(
        waiting=counted["waiting"],
        left=counted["left"],
        in_trouble=tuple(open_.defer("sealed")[:PAGE]),
        ended=tuple(ended.defer("sealed").order_by("-ended_at", "-id")[:PAGE]),
        subscribers=Subscriber.objects.filter(confirmed_on__isnull=False).count(),
    )


def has_letters_due(*, now: datetime) -> bool:
    return Letter.objects.filter(left_at=None, ended_at=None, next_at__lte=now).exists()


def has_deliveries_due(*, now: datetime) -> bool:
    return Delivery.objects.filter(
        done_at=None, failed_at=None, next_at__lte=now, webhook__paused_at=None
    ).exists()


def find_unspread() -> list[int]:
    """Announcements that nobody was told of yet, oldest first."""
    waiting = Announcement.objects.filter(spread_at=None).order_by("id")
    return list(waiting.values_list("id", flat=True)[:20])


def find_webhooks() -> list[Any]:
    """Webhooks with how many calls wait and when one was answered last; ended ones not."""
    waits = Q(deliveries__done_at=None, deliveries__failed_at=None, deliveries__isnull=False)
    found = Webhook.objects.filter(ended_at=None).annotate(
        waiting=Count("deliveries", filter=waits), answered=Max("deliveries__done_at")
    )
    return list(found.order_by("id"))


def find_webhook(number: int) -> Webhook | None:
    """One webhook; an ended one too, as long as it is known."""
    return Webhook.objects.select_related("made_by").filter(pk=number).first()


def find_deliveries(hook: Webhook) -> tuple[Delivery, ...]:
    """Its calls, newest first."""
    found = Delivery.objects.filter(webhook=hook).select_related("announcement")
    return tuple(found.order_by("-id")[:PAGE])
