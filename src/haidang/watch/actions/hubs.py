"""Subscriptions at hubs: asked for, confirmed, refused; and what hubs sent, until it is read."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from haidang.core.actions import log_act
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.types import FeedData
from haidang.watch.actions.feeds import VisitStored, store_entries
from haidang.watch.enums import SubscriptionState
from haidang.watch.models import Feed, Push, Subscription
from haidang.watch.queries.hubs import count_pushes

LEASE_MIN, LEASE_MAX = timedelta(hours=1), timedelta(days=30)
ANSWER_WITHIN = timedelta(hours=1)  # a hub that has not confirmed by then is asked again
AFTER_FAULT = timedelta(hours=6)
AFTER_REFUSAL = timedelta(days=7)
RENEW_BEFORE = timedelta(days=1)
PUSHES_WAITING = 20  # of one subscription; more are not kept: the feed is visited instead


def open_subscription(feed: Feed, *, now: datetime) -> Subscription:
    """Note that the feed's hub is asked now. A new hub or topic gets a callback of its own."""
    with transaction.atomic():
        known = Subscription.objects.filter(feed=feed).first()
        same = known and (known.hub_url, known.topic_url) == (feed.hub_url, feed.topic_url)
        if known is None or not same:
            Subscription.objects.filter(feed=feed).delete()
            known = Subscription(feed=feed, hub_url=feed.hub_url, topic_url=feed.topic_url)
            known.token = secrets.token_urlsafe(32)
        known.asked_at = now
        known.next_ask_at = now + ANSWER_WITHIN
        known.trouble, known.trouble_facts = "", {}
        known.save()
    return known


def note_hub_fault(subscription: Subscription, error: EngineError, *, now: datetime) -> None:
    """The hub could not be asked, or said no; it is asked again after a while."""
    said_no = error.trouble is Trouble.HTTP_STATUS and int(error.facts.get("status", 0)) < 500
    pause = AFTER_REFUSAL if said_no else AFTER_FAULT
    _end(subscription, error.trouble.value, error.facts, again=now + pause)


def log_asking(count: int, *, now: datetime) -> None:
    """One line of the log for a round of requests to hubs."""
    if count:
        log_act("ask_hubs", by=None, now=now, count=count)


def confirm_subscription(
    subscription: Subscription, *, topic: str, lease_s: int | None, now: datetime
) -> bool:
    """The hub asks whether we meant it. True: we asked for this very topic, and still want it."""
    if topic != subscription.topic_url:
        return False
    told = timedelta(seconds=min(lease_s or 0, LEASE_MAX.total_seconds()))
    lease = max(told, LEASE_MIN)
    subscription.state = SubscriptionState.ON
    subscription.lease_until = now + lease
    subscription.next_ask_at = now + max(lease - RENEW_BEFORE, lease / 2)
    subscription.trouble, subscription.trouble_facts = "", {}
    subscription.save()
    return True


def deny_subscription(subscription: Subscription, *, now: datetime) -> None:
    """The hub says that it will not tell us."""
    _end(subscription, Trouble.HUB_DENIED.value, {}, again=now + AFTER_REFUSAL)


def _end(
    subscription: Subscription,
    trouble: str,
    facts: dict[str, str | int | float],
    *,
    again: datetime,
) -> None:
    subscription.trouble, subscription.trouble_facts = trouble, facts
    lease = subscription.lease_until
    if lease is None or lease <= again:
        subscription.state = SubscriptionState.REFUSED
    subscription.next_ask_at = again
    subscription.save()


def keep_push(subscription: Subscription, body: bytes, *, content_type: str, now: datetime) -> None:
    """Keep what the hub sent, whose signature was found right, until it is read."""
    with transaction.atomic():
        Subscription.objects.filter(id=subscription.id).update(last_push_at=now)
        if count_pushes(subscription) >= PUSHES_WAITING:
            _visit_soon(subscription.feed_id, now=now)
            return
        Push.objects.create(
            subscription=subscription,
            received_at=now,
            content_type=content_type[:200],
            body=body,
        )


def store_push(push: Push, data: FeedData | None, *, now: datetime) -> VisitStored:
    """Write down the entries of a push (`data` None: it could not be read), and forget its bytes.

    Its feed's health and rhythm stay as visits found them; an unreadable push only hastens a visit.
    """
    feed = push.subscription.feed
    with transaction.atomic():
        if data is None:
            stored = VisitStored()
            _visit_soon(feed.id, now=now)
        else:
            stored = store_entries(feed, data, now=now)
            if stored.new:
                Feed.objects.filter(id=feed.id).update(last_new_at=now)
        push.delete()
    return stored


def _visit_soon(feed_id: int, *, now: datetime) -> None:
    Feed.objects.filter(id=feed_id, next_visit_at__gt=now).update(next_visit_at=now)
