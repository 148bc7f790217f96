"""Which feeds a hub should tell of, and what hubs have sent."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q

from haidang.watch.models import Feed, Push, Subscription


def find_feeds_to_subscribe(*, now: datetime, limit: int) -> list[Feed]:
    """Followed feeds that name a hub and have no subscription there, or one that is to be renewed."""
    elsewhere = ~Q(subscription__hub_url=F("hub_url")) | ~Q(subscription__topic_url=F("topic_url"))
    wanted = Q(subscription=None) | Q(subscription__next_ask_at__lte=now) | elsewhere
    feeds = (
        Feed.objects.filter(wanted, publication__paused_at=None, next_visit_at__isnull=False)
        .exclude(hub_url="")
        .select_related("publication", "subscription")
        .order_by("subscription__next_ask_at", "id")
    )
    return list(feeds[:limit])


def find_subscription(token: str) -> Subscription | None:
    """The subscription of that callback, unless its publication is paused."""
    found = Subscription.objects.filter(token=token, feed__publication__paused_at=None)
    return found.select_related("feed__publication").first()


def find_pushes(limit: int) -> list[Push]:
    """What hubs sent and nobody has read yet, oldest first."""
    waiting = Push.objects.select_related("subscription__feed__publication").order_by("id")
    return list(waiting[:limit])


def count_pushes(subscription: Subscription) -> int:
    """How many of a subscription's pushes wait to be read."""
    return Push.objects.filter(subscription=subscription).count()
