"""Room for growth: archived pages go after a while, evidence never does.

What any other table refers to is evidence; entries, articles and their versions alone are not. The row
of a record that went stays, with its hashes and the day on which it went.

    mark what is referred to ──► copy kept records to a new file ──► one transaction: kept records lie
    there, the others are removed ──► delete the old file        (a crash leaves a stray: next time)
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ForeignObjectRel
from django.utils.translation import gettext as _

from haidang.core.actions import log_act
from haidang.core.models import Member
from haidang.engine.archive import drop_file, find_strays, move_together
from haidang.engine.errors import EngineError
from haidang.engine.types import RecordPlace
from haidang.watch import rules
from haidang.watch.enums import KeptWhy
from haidang.watch.models import (
    Article,
    ArticleVersion,
    Draft,
    Entry,
    Proposal,
    Publication,
    Snapshot,
)
from haidang.watch.queries.archive import find_live_files, find_old_files, place_of

ORDINARY = frozenset({Entry, Article, ArticleVersion})
WHY = {Publication: KeptWhy.PROOF, Proposal: KeptWhy.PROOF, Draft: KeptWhy.HAND}
FILES_A_TIME = 500

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What retention took away."""

    files: int = 0
    records: int = 0
    moved: int = 0
    bytes: int = 0


def keep_record(article: Article, *, by: Member, now: datetime) -> None:
    """Keep the archived page of an article for ever. Raises ValidationError if none is left."""
    if not rules.may_edit_sources(by):
        raise PermissionDenied
    with transaction.atomic():
        told = Snapshot.objects.filter(article=article.id, removed_at=None)
        if not told.exists():
            raise ValidationError(_("There is no kept page of this article any more."))
        if told.filter(kept_why="").update(kept_why=KeptWhy.MEMBER, kept_at=now):
            log_act("keep_record", by=by, now=now, what=article.url, article=article.id)


def keep_evidence(*, now: datetime) -> int:
    """Mark each record that another table than the ordinary ones refers to; how many new ones."""
    marked = 0
    # Hidden ones too: a relation whose way back has no name ("+") refers to a record all the same.
    for relation in Snapshot._meta.get_fields(include_hidden=True):  # noqa: SLF001 -- Django's documented way to relations
        if not isinstance(relation, ForeignObjectRel) or relation.related_model in ORDINARY:
            continue
        model = relation.related_model
        assert not isinstance(model, str)
        used = model._base_manager.exclude(**{relation.field.name: None})  # noqa: SLF001 -- rows a manager might hide count too
        rows = Snapshot.objects.filter(
            kept_why="", removed_at=None, id__in=used.values(relation.field.name)
        )
        marked += rows.update(kept_why=WHY.get(model, KeptWhy.USED), kept_at=now)
    return marked


def make_room_in_archive(folder: Path, *, days: int, now: datetime) -> Removed:
    """Remove what was fetched more than `days` days ago and is no evidence. Safe to be killed at any point."""
    before = now - timedelta(days=days)
    with transaction.atomic():
        keep_evidence(now=now)
    files = records = moved = size = 0
    for name in find_old_files(before, limit=FILES_A_TIME):
        try:
            told = _remove_file(folder, name, now=now)
        except (EngineError, OSError) as error:
            log.warning("%s stays: %s", name, error)
            continue
        if told is None:
            continue
        files, records, moved = files + 1, records + told.records, moved + told.moved
        size += told.bytes
    for name in find_strays(folder, known=find_live_files()):
        size += drop_file(folder, name)
    if files:
        log_act("make_room_in_archive", by=None, now=now, files=files, records=records, bytes=size)
    return Removed(files=files, records=records, moved=moved, bytes=size)


def _remove_file(folder: Path, name: str, *, now: datetime) -> Removed | None:
    """None when a record was marked as evidence meanwhile: the next round takes it along."""
    rows = Snapshot.objects.filter(file=name, removed_at=None)
    kept = list(rows.exclude(kept_why="").order_by("offset"))
    places: tuple[RecordPlace, ...] = ()
    if kept:
        places = move_together(folder, [place_of(row) for row in kept], month=name[:7])
    with transaction.atomic():
        locked = set(rows.select_for_update().exclude(kept_why="").values_list("id", flat=True))
        if locked != {row.id for row in kept}:
            return None
        gone = rows.filter(kept_why="").update(removed_at=now)
        for row, place in zip(kept, places, strict=True):
            Snapshot.objects.filter(id=row.id).update(file=place.file, offset=place.offset)
    return Removed(records=gone, moved=len(kept), bytes=drop_file(folder, name))
