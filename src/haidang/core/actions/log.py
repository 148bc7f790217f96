"""Writing the log of acts: the only place that adds to the chain.

One writer at a time: on SQLite because a transaction that writes has the database for itself (it begins
IMMEDIATE), on PostgreSQL by a lock that is held to the end of the transaction. Two entries never claim the
same place, and none is left empty: an act that is rolled back takes its entry with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from haidang.core import rules
from haidang.core.actions.inbox import tell_member
from haidang.core.audit import chain
from haidang.core.models import LogEntry, LogErasure, LogWords, Member

_LOCK = 0x48D1  # names the log among PostgreSQL's advisory locks; any number does
REASON_MIN = 10


def log_act(act: str, *, by: Member | None, now: datetime, what: str = "", **data: Any) -> LogEntry:
    """Write one act into the log; `by` None is the machine or the command line.

    Call it last in the act's transaction: others wait for their turn until it ends.
    """
    what, told = chain.tidy_text(what)[:200], chain.tidy(data)
    salt = secrets.token_hex(16)
    words = chain.digest_words(what, told, salt)
    with transaction.atomic():
        number, before = _take_end()
        entry = LogEntry(
            number=number, at=now, member=by, act=act, words_digest=words, before=before
        )
        entry.digest = chain.digest_entry(
            number=number, at=now, by=by.pk if by else None, act=act, words=words, before=before
        )
        entry.save(force_insert=True)
        LogWords.objects.create(entry=entry, salt=salt, what=what, data=told)
    entry.__dict__.update(what=what, data=told)  # as the manager lays them beside a found entry
    return entry


def erase_words(
    numbers: Collection[int], *, reason: str, by: Member | None, now: datetime
) -> LogEntry:
    """Erase what these entries name and tell. That they are, when, and what kind of act stays for ever.

    Raises ValidationError for a reason that says nothing, for an entry that is not there, and for one
    that itself tells of an erasure: whoever looks for lost words finds why they are lost.
    """
    reason = ask_reason(reason)
    with transaction.atomic():
        found = LogEntry.objects.filter(number__in=numbers, erasure=None)
        entries = list(found.exclude(act="erase_words").order_by("number"))
        if len(entries) != len(set(numbers)):
            raise ValidationError(
                _("One of these entries is not there, is erased already, or may not be erased.")
            )
        told = [entry.number for entry in entries]
        act = log_act("erase_words", by=by, now=now, numbers=told, reason=reason)
        LogErasure.objects.bulk_create(LogErasure(entry=entry, by_entry=act) for entry in entries)
        LogWords.objects.filter(entry__in=entries).delete()
    return act


def open_log_of(member: Member, *, reason: str, by: Member, now: datetime) -> LogEntry:
    """Open the log of one member's acts, with a reason that this member sees.

    The entry is the key: whoever made it may read that log for a day. Raises PermissionDenied, ValidationError.
    """
    if not rules.may_read_log(by):
        raise PermissionDenied
    reason = ask_reason(reason)
    with transaction.atomic():
        opened = log_act("open_log_of", by=by, now=now, member=member.pk, reason=reason)
        tell_member(
            member, "log_opened", by=by, address="/desk/log/mine", now=now, what=reason
        )  # fmt: skip
    return opened


def export_log(*, words: bool, now: datetime) -> LogEntry:
    """Note that the log leaves as a file, with or without its words; the command line's act."""
    return log_act("export_log", by=None, now=now, words=words)


def ask_reason(reason: str) -> str:
    """The reason, tidied. Raises ValidationError if it is too short to say anything."""
    reason = " ".join(reason.split())[:500]
    if len(reason) < REASON_MIN:
        raise ValidationError(
            _("A reason is wanted, in a few words that the person concerned understands.")
        )
    return reason


def _take_end() -> tuple[int, str]:
    """The next number and the digest before it; held until the transaction ends."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = LogEntry.objects.order_by("-number").values_list("number", "digest").first()
    return (last[0] + 1, last[1]) if last else (1, chain.FIRST_BEFORE)
