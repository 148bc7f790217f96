"""What WATCH keeps: tables and their constraints, no logic.

There is no author anywhere (promise 2), and a publication is an organisation's (promise 1).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from haidang.watch.enums import EntryState, FeedKind, Level, PageKind, Precision, ReprintKind

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

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(organisation="") & ~Q(organisation_page=""),
                name="publication_has_organisation",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PublicationHost(models.Model):
    """A host on which a publication prints ("host" or "host:port"), and no other does."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="hosts")
    host = models.CharField(max_length=255, unique=True)

    def __str__(self) -> str:
        return self.host


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

    class Meta:
        indexes = [models.Index(fields=["next_visit_at"])]

    def __str__(self) -> str:
        return self.url


class Snapshot(models.Model):
    """The manifest of the archive: where the record of a fetched page lies, and its hash."""

    url = models.CharField(max_length=URL_MAX)
    fetched_at = models.DateTimeField()
    file = models.CharField(max_length=200)
    offset = models.BigIntegerField()
    length = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    payload_sha256 = models.CharField(max_length=64)
    record_id = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "offset"], name="one_record_one_place")
        ]

    def __str__(self) -> str:
        return f"{self.file}@{self.offset}"


class Story(models.Model):
    """The articles on one event, one or more. Its numbers are kept beside it for quick pages."""

    title = models.CharField(max_length=1000)
    lead = models.TextField(blank=True)
    language = models.CharField(max_length=12)
    section = models.CharField(max_length=200, blank=True)
    first_publication = models.ForeignKey(Publication, on_delete=models.PROTECT)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    articles = models.PositiveIntegerField(default=0)
    originals = models.PositiveIntegerField(default=0)
    edited = models.PositiveIntegerField(default=0)
    foreign_originals = models.PositiveIntegerField(default=0)
    foreign_edited = models.PositiveIntegerField(default=0)
    foreign_copies = models.PositiveIntegerField(default=0)
    publications = models.PositiveIntegerField(default=0)
    languages = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["-last_at", "-id"]),
            models.Index(fields=["-articles", "-id"]),
        ]

    def __str__(self) -> str:
        return self.title


class Article(models.Model):
    """What a publication printed, as we extracted it; always in exactly one story.

    Its number is that of the entry that brought it.
    """

    id = models.BigIntegerField(primary_key=True)
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="article_rows")
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="articles")
    url = models.CharField(max_length=URL_MAX)
    title = models.CharField(max_length=1000)
    lead = models.TextField(blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=12)
    section = models.CharField(max_length=200, blank=True)
    image_url = models.CharField(max_length=URL_MAX, blank=True)
    canonical_url = models.CharField(max_length=URL_MAX, blank=True)
    page_kind = models.CharField(max_length=10, choices=PageKind.choices)
    published_at = models.DateTimeField()
    precision = models.CharField(max_length=5, choices=Precision.choices)
    first_seen = models.DateTimeField()
    sort_at = models.DateTimeField()
    search_key = models.BigIntegerField(unique=True)
    original = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies"
    )
    reprint_kind = models.CharField(max_length=10, choices=ReprintKind.choices, blank=True)
    share = models.FloatField(null=True, blank=True)
    translated_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="translations"
    )
    why = models.JSONField(default=list)
    reprint_why = models.JSONField(default=list)
    headline_changes = models.PositiveIntegerField(default=0)
    noarchive = models.BooleanField(default=False)
    snapshot = models.ForeignKey(Snapshot, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "url"], name="one_address_one_article"),
            models.CheckConstraint(
                condition=Q(original=None, reprint_kind="", share=None)
                | (Q(original__isnull=False, share__isnull=False) & ~Q(reprint_kind="")),
                name="reprint_has_original_and_kind",
            ),
            models.CheckConstraint(condition=~Q(original=F("id")), name="no_reprint_of_itself"),
        ]
        indexes = [
            models.Index(fields=["story", "sort_at"]),
            models.Index(fields=["-sort_at"]),
            models.Index(fields=["-first_seen"]),
            models.Index(fields=["publication", "-first_seen"]),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(models.Model):
    """What stood in an article before it was changed after publication."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    replaced_at = models.DateTimeField()
    title = models.CharField(max_length=1000)
    lead = models.TextField(blank=True)
    text = models.TextField(blank=True)
    snapshot = models.ForeignKey(Snapshot, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title


class Entry(models.Model):
    """What a feed gave, and how far it has come on its way to an article."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="entries")
    key = models.CharField(max_length=URL_MAX)
    url = models.CharField(max_length=URL_MAX)
    title = models.CharField(max_length=1000, blank=True)
    summary = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.SEEN)
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
        ]

    def __str__(self) -> str:
        return self.url
