"""Feeds, and what they gave."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from haidang.watch.enums import EntryState, FeedKind, Precision
from haidang.watch.models.articles import Article, Snapshot
from haidang.watch.models.publications import URL_MAX, Publication


class Feed(models.Model):
    """Where a publication tells what it prints, and how our visits to it went."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="feeds")
    url = models.CharField(max_length=URL_MAX, unique=True)
    kind = models.CharField(max_length=10, choices=FeedKind.choices, default=FeedKind.UNKNOWN)
    title = models.CharField(max_length=1000, blank=True)
    etag = models.CharField(max_length=512, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    interval_s = models.FloatField(default=900)
    next_visit_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    last_visit_at = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_new_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=30, blank=True)
    trouble_facts = models.JSONField(default=dict)
    visit_why = models.CharField(max_length=30, blank=True)
    # How the last visits went, like ones together (rules of `watch/visits.py`); no longer followed since.
    history = models.JSONField(default=list)
    stopped_at = models.DateTimeField(null=True, blank=True)
    # Of a page without a feed: where on it the headlines stand, and whether an editor said so.
    selector = models.CharField(max_length=1000, blank=True)
    selector_given = models.BooleanField(default=False)
    # Who tells of new entries (WebSub), and the name under which it knows this feed.
    hub_url = models.CharField(max_length=URL_MAX, blank=True)
    topic_url = models.CharField(max_length=URL_MAX, blank=True)

    class Meta:
        indexes = [models.Index(fields=["next_visit_at"])]

    def __str__(self) -> str:
        return self.url


class Entry(models.Model):
    """What a feed gave, and how far it has come on its way to an article."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="entries")
    key = models.CharField(max_length=URL_MAX)
    url = models.CharField(max_length=URL_MAX)
    title = models.CharField(max_length=1000, blank=True)
    summary = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.SEEN)
    told_at = models.DateTimeField(null=True, blank=True)  # the date as told, where it was ill
    updated_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=12, blank=True)
    first_seen = models.DateTimeField()
    state = models.CharField(max_length=10, choices=EntryState.choices, default=EntryState.WAITING)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=30, blank=True)
    trouble_facts = models.JSONField(default=dict)
    page = models.JSONField(null=True, blank=True)
    snapshot = models.ForeignKey(Snapshot, null=True, blank=True, on_delete=models.SET_NULL)
    article = models.ForeignKey(
        Article, null=True, blank=True, on_delete=models.SET_NULL, related_name="entries"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "key"], name="one_key_one_entry")]
        indexes = [
            models.Index(
                fields=["state", "next_try_at"], condition=Q(state="waiting"), name="entry_waiting"
            ),
            models.Index(fields=["published_at"], condition=Q(state="read"), name="entry_read"),
            models.Index(
                fields=["feed", "first_seen"],
                condition=Q(state__in=["refused", "failed"]),
                name="entry_not_taken",
            ),
        ]

    def __str__(self) -> str:
        return self.url
