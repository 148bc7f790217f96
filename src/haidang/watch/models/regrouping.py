"""What people did to the grouping, with what stood before, so that it can be undone."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from haidang.core.models import LogEntry
from haidang.watch.enums import RegroupingKind
from haidang.watch.models.articles import Article, Story


class GroupingTurn(models.Model):
    """One row: whoever changes the grouping, a person or the machine, holds it meanwhile.

    `number` counts the acts of people: by it the machine's memory sees what it has to learn.
    """

    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_turn_of_grouping")]

    def __str__(self) -> str:
        return str(self.number)


class Regrouping(models.Model):
    """One act. `before` and `after` hold the rows that it touched; who and when is in the log.

    `story` is where the articles stood, `other` where they went.
    """

    number = models.PositiveBigIntegerField(unique=True)
    entry = models.OneToOneField(LogEntry, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=RegroupingKind.choices)
    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="regroupings")
    other = models.ForeignKey(
        Story, null=True, blank=True, on_delete=models.PROTECT, related_name="regroupings_into"
    )
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=RegroupingKind.UNDO, undoes__isnull=False)
                | (~Q(kind=RegroupingKind.UNDO) & Q(undoes=None)),
                name="an_undoing_names_what_it_undoes",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Separation(models.Model):
    """Two articles that a person took apart: the machine never makes one a reprint of the other."""

    one = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="separated_from")
    other = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    made_by = models.ForeignKey(Regrouping, on_delete=models.CASCADE, related_name="separations")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(one=F("other")), name="apart_from_another")
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id}"


class Sketch(models.Model):
    """What the grouper read of an article, while it stands in its window: rebuilding reads no text."""

    article = models.OneToOneField(Article, primary_key=True, on_delete=models.CASCADE)
    at = models.DateTimeField(db_index=True)  # the article's place in time, to know when it may go
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.article_id}"
