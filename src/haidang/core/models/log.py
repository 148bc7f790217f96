"""The log of acts: a chain that only grows (core/audit/chain.py), its words, its signed heads.

Triggers of the database refuse every change and every deletion (core/actions/guards.py).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from haidang.core.models.people import Member


class LogEntryManager(models.Manager["LogEntry"]):
    """Entries with their words, as long as there are any."""

    def get_queryset(self) -> models.QuerySet[LogEntry]:
        what = Coalesce(F("words__what"), models.Value(""))
        return super().get_queryset().annotate(what=what, data=F("words__data"))


class LogEntry(models.Model):
    """One act of a person, or one batch of the machine's, in the order it happened.

    The manager lays `what` and `data` beside each entry, from its words; `data` is None once they are erased.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    member = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT)
    act = models.CharField(max_length=60)
    words_digest = models.CharField(max_length=64)
    before = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = LogEntryManager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["before"], name="log_does_not_fork"),
            models.CheckConstraint(condition=Q(number__gte=1), name="log_begins_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.act}"


class LogWords(models.Model):
    """What an entry names and tells: the part that can be erased without breaking the chain."""

    entry = models.OneToOneField(
        LogEntry, primary_key=True, on_delete=models.PROTECT, related_name="words"
    )
    salt = models.CharField(max_length=32)
    what = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.what


class LogErasure(models.Model):
    """That the words of an entry were erased, and by which act; that act's own words always stay."""

    entry = models.OneToOneField(
        LogEntry, primary_key=True, on_delete=models.PROTECT, related_name="erasure"
    )
    by_entry = models.ForeignKey(LogEntry, on_delete=models.PROTECT, related_name="erased")

    def __str__(self) -> str:
        return str(self.entry_id)


class LogHead(models.Model):
    """The end of the log at a moment, signed: whoever keeps it elsewhere finds a log that was cut or rewritten."""

    number = models.PositiveBigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    text = models.TextField()
    key = models.CharField(max_length=64)
    proof = models.CharField(max_length=128)  # the signature, in hex

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"{self.number} {self.digest}"


class OutsideKeeper(models.Model):
    """Somebody outside who keeps the heads of the log, named by the desk."""

    name = models.CharField(max_length=200)
    address = models.EmailField(blank=True)  # where heads are sent, if they are
    copy_url = models.URLField(blank=True)  # where strangers find the kept heads, if they can
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class HeadCopy(models.Model):
    """A head on its way to an outside keeper; whoever delivers notes when it left."""

    keeper = models.ForeignKey(OutsideKeeper, on_delete=models.CASCADE, related_name="copies")
    head = models.ForeignKey(LogHead, on_delete=models.CASCADE, related_name="copies")
    made_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    letter = models.ForeignKey(
        "core.Letter", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["keeper", "head"], name="one_copy_for_a_keeper")
        ]

    def __str__(self) -> str:
        return f"{self.keeper_id} {self.head_id}"
