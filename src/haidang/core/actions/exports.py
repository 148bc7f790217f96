"""A whole export is an act of two people (promise 15): asked for with a reason, agreed to, made, taken, gone.

Making the file is not here: `project/safekeeping` writes it, by itself or by command, once two have agreed.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from haidang.core import queries, rules
from haidang.core.actions.inbox import is_asked, settle, tell_member, tell_members
from haidang.core.actions.log import ask_reason, log_act
from haidang.core.enums import ExportPurpose
from haidang.core.models import ExportRequest, Member
from haidang.core.queries.exports import FILE_LIFE, find_open_export, state_of
from haidang.core.roles import Act, roles_for

PAGE = "/desk/export"


def ask_export(
    purpose: ExportPurpose, *, reason: str, by_command: bool, by: Member, now: datetime
) -> ExportRequest:
    """Ask for a whole export. Raises PermissionDenied, and ValidationError while another is on its way."""
    if not rules.may_export_all(by):
        raise PermissionDenied
    reason = ask_reason(reason)
    with transaction.atomic():
        if find_open_export(now=now) is not None:
            raise ValidationError(_("Another export is on its way, or lies ready to be taken."))
        export = ExportRequest.objects.create(
            purpose=purpose, reason=reason, by_command=by_command, asked_by=by, asked_at=now
        )
        may = [
            member
            for member in queries.find_who_may(roles_for(Act.EXPORT_ALL))
            if rules.may_export_all(member) and rules.may_approve_each_other(by, member, now=now)
        ]
        tell_members(
            may, "export_asked", by=by, address=PAGE, now=now,
            export_purpose=purpose,
        )  # fmt: skip
        log_act("ask_export", by=by, now=now, what=export.purpose, export=export.pk, reason=reason)
    return export


def agree_to_export(number: int, *, by: Member, now: datetime) -> ExportRequest:
    """The second person agrees; then it is made. Raises PermissionDenied, ValidationError."""
    if not rules.may_export_all(by):
        raise PermissionDenied
    with transaction.atomic():
        export = _lock(number)
        _complain(export, by=by, now=now)
        export.agreed_by, export.agreed_at = by, now
        export.save(update_fields=["agreed_by", "agreed_at"])
        settle(PAGE, kinds=["export_asked"])
        tell_member(
            export.asked_by, "export_agreed", by=by, address=PAGE, now=now,
            export_purpose=export.purpose
        )  # fmt: skip
        log_act("agree_export", by=by, now=now, what=export.purpose, export=export.pk)
    return export


def _complain(export: ExportRequest, *, by: Member, now: datetime) -> None:
    asker = export.asked_by
    if state_of(export, now=now) != "waits":
        raise ValidationError(_("This export no longer waits for a second person."))
    if asker.pk == by.pk:
        raise ValidationError(_("Who asked for it cannot agree to it: a second person is wanted."))
    if not rules.may_export_all(asker):
        raise ValidationError(_("Who asked for it may not export the desk any more. Ask anew."))
    if not (rules.has_second_factor(by) and rules.has_second_factor(asker)):
        raise ValidationError(_("Both of you need a second factor at sign-in for an export."))
    if not rules.may_approve_each_other(asker, by, now=now):
        raise ValidationError(_("Who invited whom cannot approve each other for 30 days."))


def drop_export(number: int, *, by: Member, now: datetime) -> None:
    """Take a request back before the export is made; any of those who may export can."""
    if not rules.may_export_all(by):
        raise PermissionDenied
    with transaction.atomic():
        export = _lock(number)
        if export.made_at is not None or export.dropped_at is not None or export.trouble:
            raise ValidationError(_("This export was made or taken back meanwhile."))
        export.dropped_at = now
        export.save(update_fields=["dropped_at"])
        settle(PAGE, kinds=["export_asked"])
        tell_member(
            export.asked_by, "export_dropped", by=by, address=PAGE, now=now,
            export_purpose=export.purpose
        )  # fmt: skip
        log_act("drop_export", by=by, now=now, what=export.purpose, export=export.pk)


def note_export_made(
    export: ExportRequest | None, *, name: str, size: int, rows: int, sha256: str, now: datetime
) -> None:
    """An export was written: from here on there is its public line. `export` None: a desk without members.

    Raises ValidationError where it was taken back while it was being written.
    """
    with transaction.atomic():
        facts = {"bytes": size, "rows": rows, "sha256": sha256}
        if export is None:
            log_act("export_desk", by=None, now=now, what=name, second="", purpose="", **facts)
            return
        export = _lock(export.pk)
        if export.made_at is not None or export.dropped_at is not None or export.agreed_by is None:
            raise ValidationError(_("This export was made or taken back meanwhile."))
        export.made_at, export.bytes, export.sha256 = now, size, sha256
        export.file = "" if export.by_command else name
        export.save(update_fields=["made_at", "bytes", "sha256", "file"])
        if not export.by_command:
            tell_member(
                export.asked_by, "export_ready", address=PAGE, now=now,
            export_purpose=export.purpose,
                hours=int(FILE_LIFE.total_seconds() // 3600),
            )  # fmt: skip
        log_act(
            "export_desk", by=export.asked_by, now=now, what=name, second=export.agreed_by.username,
            purpose=export.purpose, export=export.pk, **facts,
        )  # fmt: skip


def note_export_failed(number: int, *, trouble: str, now: datetime) -> None:
    """It could not be written; both people know why, and somebody asks anew."""
    with transaction.atomic():
        export = _lock(number)
        if export.made_at is not None or export.dropped_at is not None:
            return
        export.trouble = trouble[:300]
        export.save(update_fields=["trouble"])
        people = [one for one in (export.asked_by, export.agreed_by) if one is not None]
        tell_members(people, "export_failed", address=PAGE, now=now, what=export.trouble)
        log_act("fail_export", by=None, now=now, what=export.trouble, export=export.pk)


def take_export(number: int, *, by: Member, now: datetime) -> ExportRequest:
    """Whoever asked for it takes the file; each taking is in the log. Raises PermissionDenied, ValidationError."""
    with transaction.atomic():
        export = _lock(number)
        if export.asked_by_id != by.pk or not rules.may_export_all(by):
            raise PermissionDenied
        if state_of(export, now=now) != "ready":
            raise ValidationError(_("This file is no longer here. Ask for a new export."))
        settle(PAGE, kinds=["export_ready"])
        log_act("take_export", by=by, now=now, what=export.purpose, export=export.pk)
    return export


def forget_export_files(*, now: datetime) -> list[str]:
    """Names of the files whose time is over; whoever asks deletes them. A request that lapsed asks nobody any more."""
    with transaction.atomic():
        over = ExportRequest.objects.exclude(file="").filter(made_at__lte=now - FILE_LIFE)
        names = list(over.values_list("file", flat=True))
        if names:
            over.update(file="")
            settle(PAGE, kinds=["export_ready"])
    if find_open_export(now=now) is None and is_asked(PAGE, kinds=["export_asked"]):
        settle(PAGE, kinds=["export_asked"])  # nobody agreed in time
    return names


def _lock(number: int) -> ExportRequest:
    found = (
        ExportRequest.objects.select_for_update(of=("self",))
        .select_related("asked_by", "agreed_by")
        .filter(id=number)
        .first()
    )
    if found is None:
        raise ValidationError(_("There is no such export."))
    return found
