"""Topics: what an editor wants to see together, written as a search, and which articles it met."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from haidang.watch.models.articles import Article

RULE_MAX = 300


class Topic(models.Model):
    """A subject with its rule. Never a person: the rule is looked at when it is written (promise 2).

    `needs_second`: the rule is an office with its holder, which waits for a second member, has a
    purpose and an end. `sorted_at` before `rule_at`: the last 90 days are still to be gone through.
    """

    title_vi = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    medtop = models.CharField(max_length=20, blank=True)
    rule = models.CharField(max_length=RULE_MAX)
    languages = models.JSONField(default=list)
    levels = models.JSONField(default=list)
    purpose = models.CharField(max_length=300, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    needs_second = models.BooleanField(default=False)
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    rule_at = models.DateTimeField()
    sorted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(proposer=None) | Q(approver=None) | ~Q(proposer=F("approver")),
                name="topic_has_two_people",
            ),
            models.CheckConstraint(
                condition=Q(needs_second=False) | (~Q(purpose="") & Q(ends_on__isnull=False)),
                name="topic_of_office_has_purpose_and_end",
            ),
        ]

    def __str__(self) -> str:
        return self.title_vi


class ArticleTopic(models.Model):
    """An article met by a topic's rule. `search_key` is the article's, so that lists go by time."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="topic_rows")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="article_rows")
    search_key = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "topic"], name="one_topic_once_an_article")
        ]
        indexes = [models.Index(fields=["topic", "-search_key"])]

    def __str__(self) -> str:
        return f"{self.topic_id}: {self.article_id}"
