"""The heads of the log: signed, published, queued for those who keep them outside, noted beside the database."""

from __future__ import annotations

import json
import os
from datetime import datetime
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from haidang.core import rules, signatures
from haidang.core.actions.log import log_act
from haidang.core.audit import chain
from haidang.core.models import HeadCopy, LogEntry, LogHead, Member, OutsideKeeper

HEADS_NAME = "audit-heads.jsonl"


def sign_head(*, now: datetime) -> LogHead | None:
    """Sign and publish the end of the log, if it grew since the last head."""
    with transaction.atomic():
        last = LogEntry.objects.order_by("-number").values_list("number", "digest").first()
        if last is None or LogHead.objects.filter(number__gte=last[0]).exists():
            return None
        number, digest = last
        text = chain.to_head(number=number, digest=digest, at=now)
        signed = signatures.sign_text(signatures.HEAD, text)
        head, made = LogHead.objects.get_or_create(
            number=number,
            defaults={
                "digest": digest, "at": now, "text": text,
                "key": signed.key, "proof": signed.signature,
            },
        )  # fmt: skip
        if not made:
            return None
        keepers = OutsideKeeper.objects.filter(ended_at=None).exclude(address="")
        HeadCopy.objects.bulk_create(
            HeadCopy(keeper=keeper, head=head, made_at=now) for keeper in keepers
        )
        transaction.on_commit(partial(_note_beside, signed))
    return head


def note_copy_left(copy: HeadCopy, *, now: datetime) -> None:
    """The head was handed to the keeper's mail server."""
    HeadCopy.objects.filter(id=copy.id, left_at=None).update(left_at=now)


def name_keeper(
    name: str, *, address: str = "", copy_url: str = "", by: Member | None, now: datetime
) -> OutsideKeeper:
    """Name somebody outside who keeps the heads. `by` None is the command line. Raises ValidationError."""
    _ask_leave(by)
    keeper = OutsideKeeper(
        name=" ".join(name.split()), address=address.strip(), copy_url=copy_url.strip(), since=now
    )
    if not keeper.address and not keeper.copy_url:
        raise ValidationError(_("Say where heads are sent, or where strangers find the kept ones."))
    keeper.full_clean()
    with transaction.atomic():
        keeper.save()
        log_act("name_keeper", by=by, now=now, what=keeper.name, copy_url=keeper.copy_url)
    return keeper


def end_keeper(keeper_id: int, *, by: Member | None, now: datetime) -> None:
    """Say that a keeper keeps no more heads; saying it again changes nothing."""
    _ask_leave(by)
    with transaction.atomic():
        keeper = OutsideKeeper.objects.select_for_update().get(id=keeper_id)
        if keeper.ended_at is None:
            keeper.ended_at = now
            keeper.save(update_fields=["ended_at"])
            log_act("end_keeper", by=by, now=now, what=keeper.name)


def _ask_leave(by: Member | None) -> None:
    if by is not None and not rules.may_run_desk(by):
        raise PermissionDenied


def _note_beside(signed: signatures.SignedText) -> None:
    """Beside the database: one that was put back to an older state no longer fits these heads."""
    line = json.dumps(signed.to_table(), ensure_ascii=False) + "\n"
    path = Path(settings.HOME) / HEADS_NAME
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
