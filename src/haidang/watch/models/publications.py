"""Publications: organisations' newspapers, agencies, broadcasters, public offices (promise 1)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from haidang.watch.enums import Level, PauseWhy

URL_MAX = 2048


class Publication(models.Model):
    """A newspaper, agency, broadcaster or public office that publishes: never a person."""

    name = models.CharField(max_length=200)
    organisation = models.CharField(max_length=200)
    organisation_page = models.CharField(max_length=URL_MAX)
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=12)
    level = models.CharField(max_length=10, choices=Level.choices)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_why = models.CharField(max_length=10, choices=PauseWhy.choices, blank=True)
    pause_reason = models.CharField(max_length=300, blank=True)
    # An organisation's channel on a shared platform ("youtube.com/UC…"): two members registered it.
    channel = models.CharField(max_length=255, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The organisation's own page as it was when it bore the registration out.
    page_seen_at = models.DateTimeField(null=True, blank=True)
    page_tried_at = models.DateTimeField(null=True, blank=True)
    page_snapshot = models.ForeignKey(
        "watch.Snapshot", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(organisation="") & ~Q(organisation_page=""),
                name="publication_has_organisation",
            ),
            models.CheckConstraint(
                condition=Q(channel="")
                | (
                    Q(registered_by__isnull=False, confirmed_by__isnull=False)
                    & ~Q(registered_by=F("confirmed_by"))
                ),
                name="channel_has_two_members",
            ),
            models.UniqueConstraint(
                fields=["channel"], condition=~Q(channel=""), name="one_channel_one_publication"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PublicationHost(models.Model):
    """A host on which a publication prints ("host" or "host:port"), and no other does."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="hosts")
    host = models.CharField(max_length=255, unique=True)

    def __str__(self) -> str:
        return self.host
