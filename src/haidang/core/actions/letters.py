"""The outbox: letters queued with the change that wants them, handed over by a job, never twice.

A letter is claimed by one worker, which notes when all but its last dot was written: before that a death of
the worker or of the line leaves it to be tried again; after that it may have been taken, and it is not tried again
but said to be unsure (at most once, docs/operate/mail.md).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import translation

from haidang.core.enums import LetterEnd, LetterKind
from haidang.core.letters import LetterText, find_server, new_message_id, seal_text, tidy_address
from haidang.core.models import HeadCopy, Letter, Member, Subscriber
from haidang.engine.net import MailFault

CLAIM = timedelta(minutes=15)  # a claim as old as that is of a worker that died
TRIED_FOR = timedelta(days=3)
KEPT = timedelta(days=30)
PAUSES_S = (60, 300, 900, 3600, 7200, 14_400)  # then every eight hours
LAST_PAUSE_S = 28_800


def queue_letter(
    kind: LetterKind,
    text: LetterText,
    *,
    once: str,
    now: datetime,
    member: Member | None = None,
    subscriber: Subscriber | None = None,
) -> Letter | None:
    """Put a letter into the outbox, in the transaction of the change that wants it.

    `once` names what it is about, in at most 120 characters: a second one of that name is not made. None if it was
    queued before, or if this desk has no mail server. Raises ValidationError for an address that is none.
    """
    if find_server() is None:
        return None
    tidy_address(text.to)
    letter, made = Letter.objects.get_or_create(
        once=once,
        defaults={
            "kind": kind,
            "message_id": new_message_id(),
            "sealed": seal_text(text, once=once),
            "member": member,
            "subscriber": subscriber,
            "made_at": now,
            "next_at": now,
        },
    )
    return letter if made else None


def queue_member_letter(
    member: Member, *, subject: str, plain: str, once: str, now: datetime
) -> Letter | None:
    """A letter to a member who wished for it, in the language of this moment, at the address they gave.

    None if they gave none that letters can be sent to, or have left.
    """
    if not member.is_active or not member.email:
        return None
    try:
        to = tidy_address(member.email)
    except ValidationError:
        return None
    language = translation.get_language() or settings.LANGUAGE_CODE
    text = LetterText(to=to, subject=subject, plain=plain, language=language)
    return queue_letter(LetterKind.MEMBER, text, once=once, member=member, now=now)


def take_letters(*, now: datetime, limit: int) -> list[Letter]:
    """Take letters whose hour has come; each goes to one worker only."""
    free = Q(worker="") | Q(claimed_at__lt=now - CLAIM, ending_at=None)
    due = Letter.objects.filter(free, left_at=None, ended_at=None, next_at__lte=now)
    worker, taken = secrets.token_hex(16), []
    for id_ in due.order_by("next_at", "id").values_list("id", flat=True)[:limit]:
        mine = Letter.objects.filter(free, id=id_, left_at=None, ended_at=None)
        if mine.update(worker=worker, claimed_at=now):
            taken.append(id_)
    return list(Letter.objects.filter(id__in=taken, worker=worker).order_by("next_at", "id"))


def note_ending(letter: Letter, *, now: datetime) -> bool:
    """All but the last dot is written; false if the letter is not this worker's any more."""
    return bool(_mine(letter).filter(ending_at=None).update(ending_at=now))


def note_left(letter: Letter, *, now: datetime) -> None:
    """The mail server took it: its text and recipient are erased."""
    with transaction.atomic():
        if _mine(letter).update(left_at=now, sealed=b"", worker="", trouble="", trouble_code=0):
            HeadCopy.objects.filter(letter_id=letter.pk, left_at=None).update(left_at=now)


def note_letter_fault(letter: Letter, fault: MailFault, *, now: datetime) -> None:
    """It was not taken: tried again later, or ended. An address that refuses for good is no subscriber's any more."""
    told = {"trouble": fault.what, "trouble_code": fault.code}
    end = {"never": LetterEnd.REFUSED, "unsure": LetterEnd.UNSURE}.get(fault.end)
    if end is None and now - letter.made_at >= TRIED_FOR:
        end = LetterEnd.TIRED
    with transaction.atomic():
        if end is not None:
            _mine(letter).update(ended_at=now, end=end, sealed=b"", worker="", **told)
            if end is LetterEnd.TIRED:
                HeadCopy.objects.filter(letter_id=letter.pk, left_at=None).update(letter=None)
            gone = end is LetterEnd.REFUSED and fault.what == "recipient"
            if gone and letter.subscriber_id is not None:
                erase_subscriber(letter.subscriber_id, now=now)
            return
        pause = PAUSES_S[letter.tries] if letter.tries < len(PAUSES_S) else LAST_PAUSE_S
        _mine(letter).update(
            worker="", claimed_at=None, ending_at=None, tries=F("tries") + 1,
            next_at=now + timedelta(seconds=pause), **told,
        )  # fmt: skip


def give_back_letters(letters: Iterable[Letter], *, until: datetime) -> None:
    """Give back letters that were claimed and not tried."""
    for letter in letters:
        _mine(letter).filter(ending_at=None).update(worker="", claimed_at=None, next_at=until)


def doubt_letters(*, now: datetime, all_open: bool = False) -> int:
    """End letters that a worker left behind after the last dot: nobody knows, so they are not tried again.

    `all_open`: every letter of an outbox that was put back from a backup, for some of them left after it.
    """
    lost = Letter.objects.filter(left_at=None, ended_at=None)
    if not all_open:
        lost = lost.filter(ending_at__isnull=False, claimed_at__lt=now - CLAIM)
    return lost.update(ended_at=now, end=LetterEnd.UNSURE, sealed=b"", worker="")


def give_up_letters(*, now: datetime) -> int:
    """End letters that were never tried in their time: no server was named, or no worker ran."""
    late = Letter.objects.filter(
        left_at=None, ended_at=None, worker="", made_at__lt=now - TRIED_FOR - timedelta(hours=9)
    )
    with transaction.atomic():
        HeadCopy.objects.filter(letter__in=late, left_at=None).update(letter=None)
        return late.update(ended_at=now, end=LetterEnd.TIRED, sealed=b"")


def erase_subscriber(subscriber_id: int, *, now: datetime) -> bool:
    """Forget an address: its open letters end unsent, and the row is deleted. False if it was gone already."""
    with transaction.atomic():
        Letter.objects.filter(subscriber_id=subscriber_id, left_at=None, ended_at=None).update(
            ended_at=now, end=LetterEnd.DROPPED, sealed=b"", worker=""
        )
        gone, _by_table = Subscriber.objects.filter(id=subscriber_id).delete()
    return bool(gone)


def forget_letters(*, now: datetime) -> int:
    """Delete what is known of letters a month after they were through; how many."""
    through = Letter.objects.filter(Q(left_at__lt=now - KEPT) | Q(ended_at__lt=now - KEPT))
    return through.exclude(copies__left_at=None, copies__isnull=False).delete()[0]


def _mine(letter: Letter) -> models.QuerySet[Letter]:
    return Letter.objects.filter(id=letter.pk, worker=letter.worker, left_at=None, ended_at=None)
