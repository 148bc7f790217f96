"""Importing articles from a file: the same way in as from a feed, from "read" onwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from haidang.core.actions import log_act
from haidang.engine.types import ImportedRow
from haidang.watch.actions.feeds import believe, short_key
from haidang.watch.actions.pages import page_to_json
from haidang.watch.enums import EntryState, FeedKind, PageKind
from haidang.watch.models import Entry, Feed, Publication


@dataclass(frozen=True, slots=True)
class ImportStored:
    """How many rows were new, and how many the desk had already."""

    new: int
    known: int


def store_imported(
    publication: Publication, rows: Sequence[ImportedRow], *, file_name: str, now: datetime
) -> ImportStored:
    """Keep rows of one registered publication until they are placed. A row known already stays."""
    with transaction.atomic():
        feed, _made = Feed.objects.get_or_create(
            url=f"import:{publication.id}",
            defaults={"publication": publication, "kind": FeedKind.IMPORT, "title": file_name},
        )
        by_key = {short_key(row.url): row for row in rows}
        known = set(
            Entry.objects.filter(feed=feed, key__in=list(by_key)).values_list("key", flat=True)
        )
        fresh = [_entry(feed, key, row, now=now) for key, row in by_key.items() if key not in known]
        Entry.objects.bulk_create(fresh, ignore_conflicts=True)
        log_act("import", by=None, now=now, what=publication.name, rows=len(fresh), file=file_name)
    return ImportStored(new=len(fresh), known=len(rows) - len(fresh))


def _entry(feed: Feed, key: str, row: ImportedRow, *, now: datetime) -> Entry:
    published, precision = believe(row.page.published, now=now)
    kept = page_to_json(row.page)
    kept["kind"] = PageKind.IMPORTED.value
    return Entry(
        feed=feed,
        key=key,
        url=row.url,
        title=row.page.title,
        summary=row.page.lead,
        published_at=published,
        precision=precision,
        language=row.page.language,
        first_seen=min(row.seen, now) if row.seen else now,
        state=EntryState.READ,
        page=kept,
    )
