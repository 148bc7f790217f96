"""What is new in an inbox, by mail too: one letter an hour at most, and no line twice.

Each member chooses what; until they do, a member who gave an address is told of what waits for an act.
Letters pass through machines of others: they tell what kind of thing waits and lead to the inbox; names, titles
and reasons stand there alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from haidang.core import inbox
from haidang.core.actions.letters import queue_member_letter
from haidang.core.enums import InboxMail
from haidang.core.letters import find_server
from haidang.core.links import absolute
from haidang.core.models import InboxLine, Letter, Member

EVERY = timedelta(hours=1)
LINES_MAX = 20


def choose_inbox_mail(member: Member, choice: InboxMail, *, language: str) -> None:
    """The member's own choice of letters; it holds for what comes from now on. "" is the desk's language."""
    with transaction.atomic():
        member.inbox_mail, member.mail_language = choice, language
        member.save(update_fields=["inbox_mail", "mail_language"])
        InboxLine.objects.filter(member=member, to_mail=True).update(to_mail=False)


def queue_inbox_mail(*, now: datetime) -> int:
    """A letter to each member with lines that no letter has yet and they did not read; how many.

    Where no mail server is named nothing is kept for later: a heap of old news would help nobody.
    """
    waiting = InboxLine.objects.filter(to_mail=True)
    gone = Q() if find_server() is None else Q(is_read=True) | Q(settled=True)
    waiting.filter(gone).update(to_mail=False)
    made = 0
    for member in Member.objects.filter(id__in=waiting.values("member")).order_by("id"):
        lately = Letter.objects.filter(
            member=member, once__startswith="inbox:", made_at__gt=now - EVERY
        )
        if not lately.exists():
            made += _queue_letter_of(member, now=now)
    return made


def _queue_letter_of(member: Member, *, now: datetime) -> int:
    with transaction.atomic():
        lines = list(InboxLine.objects.filter(member=member, to_mail=True).order_by("id"))
        InboxLine.objects.filter(id__in=[line.pk for line in lines]).update(to_mail=False)
        with translation.override(member.mail_language or settings.LANGUAGE_CODE):
            letter = queue_member_letter(
                member,
                subject=_tell_subject(lines),
                plain=_tell_lines(lines),
                once=f"inbox:{lines[-1].pk}",
                now=now,
            )
    return letter is not None


def _tell_subject(lines: list[InboxLine]) -> str:
    if any(line.kind in inbox.list_asking() for line in lines):
        return _("Something waits for you at the desk")
    return _("Something is new for you at the desk")


def _tell_lines(lines: list[InboxLine]) -> str:
    told = [
        f"– {date_format(timezone.localtime(line.at), 'SHORT_DATETIME_FORMAT')}: "
        + inbox.tell_outside(line.kind, by_member=line.by_id is not None, data=line.data)
        for line in lines[-LINES_MAX:]
    ]
    if len(lines) > LINES_MAX:
        told.insert(0, _("Of %(number)s lines, the newest:") % {"number": len(lines)})
    foot = _(
        "Names and titles stand in your inbox alone, because letters pass through machines of others: %(inbox)s\n"
        "You get this letter because you gave this address. In your account you choose which letters come, or none: %(account)s"
    ) % {"inbox": absolute("/desk/"), "account": absolute("/account/#letters")}
    return "\n".join(told) + f"\n\n{foot}\n"
