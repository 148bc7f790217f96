"""When the page of an article is looked at again, and what its server wants to be asked by."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from haidang.watch.models.articles import Article


class Look(models.Model):
    """One article's page. `next_at` None: it is not looked at any more unless somebody asks."""

    article = models.OneToOneField(
        Article, primary_key=True, on_delete=models.CASCADE, related_name="look"
    )
    next_at = models.DateTimeField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    looks = models.PositiveIntegerField(default=0)
    etag = models.CharField(max_length=512, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)  # its feed left it out, older ones not
    trouble = models.CharField(max_length=30, blank=True)  # of the last look
    trouble_facts = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="look_due")
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.next_at}"
