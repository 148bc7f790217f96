"""Subscriptions at hubs that tell of new entries (WebSub), and what they sent."""

from __future__ import annotations

from django.db import models

from haidang.watch.enums import SubscriptionState
from haidang.watch.models.feeds import Feed
from haidang.watch.models.publications import URL_MAX


class Subscription(models.Model):
    """One feed's subscription at its hub. The secret is derived from the desk's key, never stored."""

    feed = models.OneToOneField(Feed, on_delete=models.CASCADE, related_name="subscription")
    hub_url = models.CharField(max_length=URL_MAX)
    topic_url = models.CharField(max_length=URL_MAX)
    token = models.CharField(max_length=64, unique=True)
    state = models.CharField(
        max_length=10, choices=SubscriptionState.choices, default=SubscriptionState.ASKED
    )
    asked_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    next_ask_at = models.DateTimeField()
    last_push_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=30, blank=True)
    trouble_facts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["next_ask_at"])]

    def __str__(self) -> str:
        return self.hub_url


class Push(models.Model):
    """What a hub sent and proved to be its own, until it is read."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="pushes")
    received_at = models.DateTimeField()
    content_type = models.CharField(max_length=200, blank=True)
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.subscription_id}@{self.received_at}"
