"""Stories, articles, their versions, and the manifest of the archive."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from haidang.watch.enums import KeptWhy, PageKind, Precision, ReprintKind
from haidang.watch.models.publications import URL_MAX, Publication


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
    kept_why = models.CharField(max_length=10, choices=KeptWhy.choices, blank=True)  # for ever
    kept_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)  # by retention; the hashes stay

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "offset"], name="one_record_one_place"),
            models.CheckConstraint(
                condition=Q(kept_why="") | Q(removed_at=None), name="kept_record_is_not_removed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["fetched_at"],
                condition=Q(removed_at=None, kept_why=""),
                name="record_to_remove",
            ),
            models.Index(
                fields=["kept_at"], condition=~Q(kept_why=""), name="record_kept_for_ever"
            ),
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
    level_bits = models.PositiveSmallIntegerField(default=0)  # of its publications: Level.bit
    # A person closed it to the machine, which then adds reprints of its articles only.
    pinned = models.BooleanField(default=False)
    # Where its last articles went; its address leads there.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(articles=0) & ~Q(merged_into=F("id"))),
                name="a_merged_story_is_empty",
            )
        ]
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
    told_at = models.DateTimeField(null=True, blank=True)  # the date as told, where it was ill
    first_seen = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)  # its page was found missing; text stays
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
    pinned = models.BooleanField(default=False)  # a person placed it: the machine leaves it there
    why = models.JSONField(default=list)
    reprint_why = models.JSONField(default=list)
    headline_changes = models.PositiveIntegerField(default=0)
    # The title's words as the search index cuts them, so that ranking need not cut them again.
    title_exact = models.TextField(blank=True, default="")
    title_folded = models.TextField(blank=True, default="")
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
            # With all that a story's numbers are counted from, so that no row is read with its text.
            models.Index(
                fields=[
                    "story",
                    "sort_at",
                    "search_key",
                    "publication",
                    "original",
                    "reprint_kind",
                    "language",
                ],
                name="article_story",
            ),
            models.Index(fields=["-sort_at"]),
            models.Index(fields=["-first_seen"]),
            models.Index(fields=["publication", "-first_seen"]),
            # All that ranking reads of five thousand hits, so that it reads no row with its text.
            models.Index(
                fields=["search_key", "original", "title_folded", "title_exact"],
                name="article_ranking",
            ),
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
