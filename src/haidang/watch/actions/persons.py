"""Entries of which somebody says “this is a person”: anyone may say so, the entry pauses at once, two members decide (promise 1)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from haidang.core.actions import log_act
from haidang.core.models import Member
from haidang.watch import rules
from haidang.watch.actions import telling
from haidang.watch.enums import Finding, PauseWhy
from haidang.watch.models import Feed, PersonMark, Publication

RESTS = timedelta(days=30)  # what two members found is not asked anew for so long
REASON_MIN = 10


def mark_person(publication_id: int, *, now: datetime) -> bool:
    """Somebody says that this entry is a person: it pauses at once. False where nothing changed.

    Of whoever said it nothing is kept, and of when only the day (promise 11). What two members
    found within the last thirty days stands, with its reason on the register.
    """
    day = timezone.localtime(now).date()
    midnight = timezone.make_aware(datetime.combine(day, time.min))
    with transaction.atomic():
        publication = Publication.objects.select_for_update().get(id=publication_id)
        marks = PersonMark.objects.filter(publication=publication)
        if marks.filter(decided_at=None).exists():
            return False
        if marks.filter(proposed=Finding.PUBLICATION, decided_at__gt=now - RESTS).exists():
            return False
        if publication.pause_why in {PauseWhy.PERSON, PauseWhy.LEFT}:
            return False
        PersonMark.objects.create(publication=publication, marked_on=day)
        publication.paused_at = publication.paused_at or midnight
        publication.pause_why, publication.pause_reason = PauseWhy.MARKED, ""
        publication.save(update_fields=["paused_at", "pause_why", "pause_reason"])
        telling.tell_marked(publication, now=midnight)
        log_act("mark_person", by=None, now=midnight, what=publication.name)
    return True


def propose_finding(
    publication_id: int, finding: Finding, *, reason: str, by: Member, now: datetime
) -> PersonMark:
    """A first member says what the entry is, and why; the entry stays paused until a second agrees."""
    if not rules.may_edit_sources(by):
        raise PermissionDenied
    reason = " ".join(reason.split())[:300]
    if len(reason) < REASON_MIN:
        raise ValidationError(_("A reason is wanted, in a few words that a stranger understands."))
    with transaction.atomic():
        mark = _open_mark(publication_id)
        mark.proposed, mark.reason = finding, reason
        mark.proposed_by, mark.proposed_at = by, now
        mark.save()
        telling.tell_finding(mark.publication, by=by, now=now)
        log_act(
            "propose_finding", by=by, now=now, what=mark.publication.name,
            finding=finding.value, reason=reason,
        )  # fmt: skip
    return mark


def approve_finding(publication_id: int, *, by: Member, now: datetime) -> PersonMark:
    """The second member agrees: the entry is read on, or it is no longer followed."""
    if not rules.may_edit_sources(by):
        raise PermissionDenied
    with transaction.atomic():
        mark = _open_mark(publication_id)
        if not mark.proposed:
            raise ValidationError(_("No member has said yet what this entry is."))
        if mark.proposed_by_id == by.id:
            raise ValidationError(_("Who proposed it cannot decide it: a second member is wanted."))
        mark.decided_by, mark.decided_at = by, now
        mark.save()
        _follow(mark, now=now)
        telling.settle_marks(mark.publication)
        log_act(
            "approve_finding", by=by, now=now, what=mark.publication.name,
            finding=mark.proposed, reason=mark.reason,
        )  # fmt: skip
    return mark


def _follow(mark: PersonMark, *, now: datetime) -> None:
    publication = mark.publication
    if mark.proposed == Finding.PUBLICATION:
        publication.paused_at, publication.pause_why, publication.pause_reason = None, "", ""
    else:
        publication.pause_why, publication.pause_reason = PauseWhy.PERSON, mark.reason
        Feed.objects.filter(publication=publication, stopped_at=None).update(stopped_at=now)
    publication.save(update_fields=["paused_at", "pause_why", "pause_reason"])


def _open_mark(publication_id: int) -> PersonMark:
    found = (
        PersonMark.objects.select_for_update(of=("self",))
        .select_related("publication")
        .filter(publication_id=publication_id, decided_at=None)
        .first()
    )
    if found is None:
        raise ValidationError(_("Nobody asks any more whether this entry is a person."))
    return found
