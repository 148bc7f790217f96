"""Registrations under way, what members decided of entries called persons, sealed credentials."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from haidang.watch.enums import CredentialKind, FeedKind, Finding, Level, ProposalState
from haidang.watch.models.articles import Snapshot
from haidang.watch.models.publications import URL_MAX, Publication


class Proposal(models.Model):
    """A publication that a member wants registered; nothing of it is read until it is."""

    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200)
    organisation_page = models.CharField(max_length=URL_MAX)
    feed = models.CharField(max_length=URL_MAX)
    feed_kind = models.CharField(max_length=10, choices=FeedKind.choices)
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=12)
    level = models.CharField(max_length=10, choices=Level.choices)
    channel = models.CharField(max_length=255, blank=True)
    state = models.CharField(
        max_length=10, choices=ProposalState.choices, default=ProposalState.READING
    )
    trouble = models.CharField(max_length=30, blank=True)
    trouble_facts = models.JSONField(default=dict)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals"
    )
    proposed_at = models.DateTimeField()
    page_seen_at = models.DateTimeField(null=True, blank=True)
    page_snapshot = models.ForeignKey(
        Snapshot, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    publication = models.ForeignKey(
        Publication, null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="proposer_does_not_confirm",
            ),
            models.CheckConstraint(
                condition=Q(channel="")
                | ~Q(state=ProposalState.REGISTERED)
                | Q(confirmed_by__isnull=False, page_seen_at__isnull=False),
                name="channel_is_confirmed",
            ),
            models.UniqueConstraint(
                fields=["feed"],
                condition=Q(state__in=[ProposalState.READING, ProposalState.WAITING]),
                name="one_feed_one_open_proposal",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonMark(models.Model):
    """Somebody said "this is a person". Nothing of who said it is kept, and of when only the day."""

    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="person_marks"
    )
    marked_on = models.DateField()
    proposed = models.CharField(max_length=12, choices=Finding.choices, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None)
                | (
                    Q(decided_by__isnull=False, proposed_by__isnull=False, decided_at__isnull=False)
                    & ~Q(decided_by=F("proposed_by"))
                    & ~Q(proposed="")
                    & ~Q(reason="")
                ),
                name="two_members_decide_of_a_person",
            ),
            models.UniqueConstraint(
                fields=["publication"], condition=Q(decided_at=None), name="one_open_mark"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id} {self.marked_on}"


class Credential(models.Model):
    """What a subscribed source asks for at one host, sealed; it is never shown again."""

    publication = models.ForeignKey(
        Publication, on_delete=models.CASCADE, related_name="credentials"
    )
    host = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=10, choices=CredentialKind.choices)
    sealed = models.BinaryField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return self.host
