"""Articles entered by hand: the draft that a member corrects, and the files kept as evidence."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from haidang.watch.enums import ClippingKind, DraftState, Precision, Way
from haidang.watch.models.articles import Snapshot
from haidang.watch.models.feeds import Entry
from haidang.watch.models.publications import URL_MAX, Publication


class KeptFile(models.Model):
    """A file that was handed in, under its own hash; the bytes lie in the archive's folder."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveIntegerField()
    kind = models.CharField(max_length=5, choices=ClippingKind.choices)
    pages = models.PositiveIntegerField(default=1)
    kept_at = models.DateTimeField()
    entries = models.ManyToManyField(Entry, related_name="files")

    def __str__(self) -> str:
        return f"{self.sha256[:12]}.{self.kind}"


class Draft(models.Model):
    """An article on its way in by hand: read by the machine, corrected, confirmed, placed."""

    way = models.CharField(max_length=10, choices=Way.choices)
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.WAITING)
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="drafts")
    url = models.CharField(max_length=URL_MAX, blank=True)
    title = models.CharField(max_length=1000, blank=True)
    text = models.TextField(blank=True)
    language = models.CharField(max_length=12, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.SEEN)
    # What the machine read at the address, to tell what was corrected.
    page = models.JSONField(null=True, blank=True)
    snapshot = models.ForeignKey(Snapshot, null=True, blank=True, on_delete=models.SET_NULL)
    file = models.ForeignKey(
        KeptFile, null=True, blank=True, on_delete=models.PROTECT, related_name="drafts"
    )
    trouble = models.CharField(max_length=30, blank=True)
    trouble_facts = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    entry = models.ForeignKey(
        Entry, null=True, blank=True, on_delete=models.CASCADE, related_name="drafts"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(way="file", file__isnull=False) | (~Q(way="file") & Q(file=None)),
                name="draft_from_file_has_file",
            ),
        ]
        indexes = [models.Index(fields=["-made_at", "-id"])]

    def __str__(self) -> str:
        return self.title or self.url or f"{self.way} {self.made_at:%Y-%m-%d}"
