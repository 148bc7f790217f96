"""What goes through the publishing gate, what became public, and what stood there before.

Personal data that the scan found is kept nowhere: a finding is a place in the text, not a copy of it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from haidang.core.enums import ItemKind, PassageAct, SitePage, WithdrawWhy
from haidang.core.models.people import Member


class Imprint(models.Model):
    """Who stands behind what is published, and who pays: one row, asked before the first publication.

    `answer_days`: within how many days whoever complains is answered; the complaints page says so.
    """

    legal_owner = models.CharField(max_length=200)
    funding = models.CharField(max_length=400)
    contact = models.CharField(max_length=200)
    public_office = models.BooleanField(default=False)
    answer_days = models.PositiveSmallIntegerField(default=10)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_imprint"),
            models.CheckConstraint(
                condition=Q(answer_days__gte=1, answer_days__lte=60), name="answer_in_two_months"
            ),
        ]

    def __str__(self) -> str:
        return self.legal_owner


class PublicState(models.Model):
    """One row: `mark` is another whenever what anyone can see has changed; kept pages are good for one mark."""

    mark = models.CharField(max_length=16)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_public_state")]

    def __str__(self) -> str:
        return self.mark


# Where in the public site the items of a kind stand.
FOLDERS = {ItemKind.NOTICE: "notices", ItemKind.PAGE: "pages"}


class PublicItem(models.Model):
    """A public text as it stands now. Written by the gate alone; its address never goes away.

    `page`: on which page of the site the organisation's own text stands. `translation_of`: the item, in the
    other language, of which this one is a translation.
    """

    kind = models.CharField(max_length=20, choices=ItemKind.choices)
    page = models.CharField(max_length=12, choices=SitePage.choices, blank=True)
    language = models.CharField(max_length=5)
    translation_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="translations"
    )
    title = models.CharField(max_length=200)
    text = models.TextField()  # the canonical text that is signed
    html = models.TextField()
    json_ld = models.JSONField()
    key = models.CharField(max_length=64)
    proof = models.CharField(max_length=128)
    version = models.PositiveIntegerField(default=1)
    published_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    withdrawn_why = models.CharField(max_length=20, choices=WithdrawWhy.choices, blank=True)

    class Meta:
        ordering = ["-published_at", "-id"]
        indexes = [models.Index(fields=["-published_at", "-id"], name="item_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind=ItemKind.PAGE) & ~Q(page=""))
                | (~Q(kind=ItemKind.PAGE) & Q(page="")),
                name="a_page_item_has_its_page",
            ),
            models.UniqueConstraint(
                fields=["page", "language"],
                condition=~Q(page="") & Q(withdrawn_why=""),
                name="one_text_of_a_page",
            ),
            models.UniqueConstraint(
                fields=["translation_of", "language"],
                condition=Q(translation_of__isnull=False, withdrawn_why=""),
                name="one_translation_of_an_item",
            ),
            models.CheckConstraint(
                condition=~Q(translation_of=F("id")), name="no_translation_of_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def address(self) -> str:
        """Its path on the public site, for ever."""
        return f"/{self.language}/{FOLDERS[ItemKind(self.kind)]}/{self.pk}"

    @property
    def body(self) -> str:
        """The text itself: what is signed, without its head."""
        return self.text.partition("\n\n")[2].strip()


class PublicVersion(models.Model):
    """What stood in an item before it was corrected or withdrawn; `why` is told to readers."""

    item = models.ForeignKey(PublicItem, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField()
    key = models.CharField(max_length=64)
    proof = models.CharField(max_length=128)
    ended_at = models.DateTimeField()
    why = models.CharField(max_length=400)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="one_of_a_version")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.number}"


class Passage(models.Model):
    """One way through the gate: to publish, to correct or to withdraw; by one person and approved by another."""

    act = models.CharField(max_length=10, choices=PassageAct.choices)
    item = models.ForeignKey(
        PublicItem, null=True, blank=True, on_delete=models.PROTECT, related_name="passages"
    )
    kind = models.CharField(max_length=20, choices=ItemKind.choices)
    page = models.CharField(max_length=12, choices=SitePage.choices, blank=True)
    language = models.CharField(max_length=5)
    translation_of = models.ForeignKey(
        PublicItem, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    why = models.CharField(max_length=400, blank=True)
    withdrawn_why = models.CharField(max_length=20, choices=WithdrawWhy.choices, blank=True)
    embargo_until = models.DateTimeField(null=True, blank=True)
    held = models.BooleanField(default=False)  # the clock jumped while it waited: a person looks
    proposer = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="passages_proposed")
    proposed_at = models.DateTimeField()
    approver = models.ForeignKey(
        Member, null=True, blank=True, on_delete=models.PROTECT, related_name="passages_approved"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=F("proposer")),
                name="passage_takes_two_people",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None)
                | Q(approver__isnull=False, approved_at__isnull=False, dropped_at=None),
                name="published_only_if_approved",
            ),
            models.CheckConstraint(
                condition=Q(embargo_until=None)
                | Q(published_at=None)
                | Q(published_at__gte=F("embargo_until")),
                name="published_after_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(act=PassageAct.PUBLISH) | Q(item__isnull=False),
                name="a_change_has_its_item",
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(published_at=None, dropped_at=None),
                name="one_open_passage_of_an_item",
            ),
            models.UniqueConstraint(
                fields=["page", "language"],
                condition=~Q(page="")
                & Q(act=PassageAct.PUBLISH, published_at=None, dropped_at=None),
                name="one_open_passage_of_a_page",
            ),
            models.UniqueConstraint(
                fields=["translation_of", "language"],
                condition=Q(translation_of__isnull=False, published_at=None, dropped_at=None),
                name="one_open_passage_of_a_translation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.title}"


class PassageFinding(models.Model):
    """A place in a passage that the scan found. It waits for a person's decision, with a reason."""

    passage = models.ForeignKey(Passage, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=20)
    in_title = models.BooleanField(default=False)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(Member, null=True, blank=True, on_delete=models.PROTECT)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None, reason="")
                | (Q(decided_by__isnull=False) & ~Q(reason="")),
                name="a_decision_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.start}"


class ClockMark(models.Model):
    """What a machine's two clocks showed when the gate last looked: the wall's, and that since its start."""

    host = models.CharField(max_length=24, primary_key=True)
    boot = models.CharField(max_length=40)
    wall = models.FloatField()  # seconds since 1970
    since_boot = models.FloatField()  # seconds

    def __str__(self) -> str:
        return self.host
