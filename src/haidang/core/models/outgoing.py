"""What goes out: letters, announcements of public texts, webhooks with their deliveries; and who asked for it.

Whatever names somebody outside (an address, the text of a letter to it) lies sealed with the desk's key, and is
erased as soon as it has served.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from haidang.core.enums import LetterEnd, LetterKind, PublicEvent
from haidang.core.models.people import Member
from haidang.core.models.public import PublicItem


class Announcement(models.Model):
    """That a public text came out, was corrected or withdrawn; written with it, told to those who asked."""

    item = models.ForeignKey(PublicItem, on_delete=models.PROTECT, related_name="announcements")
    version = models.PositiveIntegerField()
    event = models.CharField(max_length=20, choices=PublicEvent.choices)
    title = models.CharField(max_length=200)
    at = models.DateTimeField()
    spread_at = models.DateTimeField(null=True, blank=True)  # letters and deliveries are made

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="a_version_announced_once")
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.item_id}"


class Subscriber(models.Model):
    """An address outside that asked for the notices. Only the days are kept, and nothing else of whoever it is.

    `sealed_address` opens with the desk's key alone; `address_digest` (keyed too) finds it again.
    """

    sealed_address = models.BinaryField()
    address_digest = models.CharField(max_length=64, unique=True)
    salt = models.CharField(max_length=64)  # the links in letters are made of it
    language = models.CharField(max_length=5)
    asked_on = models.DateField()
    confirmed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_on=None) | Q(confirmed_on__gte=F("asked_on")),
                name="confirmed_after_asked",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Letter(models.Model):
    """One letter on its way to the mail server, or what became of it.

    `once`: what it is about; a second letter with the same is never made. `sealed`: recipient and text, erased
    when the letter is through. `worker` since `claimed_at`: who has it in hand; `ending_at`: all but the last dot was written, so
    from then on it may have been taken.
    """

    kind = models.CharField(max_length=10, choices=LetterKind.choices)
    once = models.CharField(max_length=120, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    sealed = models.BinaryField(default=bytes)  # never null, so that no export carries letters
    subscriber = models.ForeignKey(Subscriber, null=True, blank=True, on_delete=models.SET_NULL)
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.CASCADE)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(
        max_length=32, blank=True
    )  # who has it in hand, by a number of chance
    ending_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end = models.CharField(max_length=10, choices=LetterEnd.choices, blank=True)
    trouble = models.CharField(max_length=20, blank=True)
    trouble_code = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(left_at=None, ended_at=None),
                name="letters_waiting",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(ended_at=None), name="a_letter_ends_once"
            ),
            models.CheckConstraint(
                condition=Q(left_at=None, ended_at=None) | Q(sealed=b""),
                name="a_letter_that_is_through_keeps_no_text",
            ),
            models.CheckConstraint(
                condition=~Q(kind=LetterKind.NOTICE)
                | Q(subscriber__isnull=False)
                | Q(left_at__isnull=False)
                | Q(ended_at__isnull=False),
                name="notices_go_to_subscribers_only",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Webhook(models.Model):
    """An address of another program that is told what becomes public."""

    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    sealed_key = models.BinaryField()
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="webhooks")
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_why = models.CharField(max_length=20, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One announcement for one webhook. `call_id` stays the same however often it is tried."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE)
    call_id = models.CharField(max_length=40, unique=True)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=30, blank=True)
    trouble_facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "announcement"], name="a_webhook_is_told_of_one_thing_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(done_at=None, failed_at=None),
                name="deliveries_waiting",
            )
        ]

    def __str__(self) -> str:
        return self.call_id
