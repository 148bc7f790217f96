"""What came of reading a page: kept until the grouper places it, tried again, or given up."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from haidang.core.actions.rows import update_row
from haidang.engine.pipeline import PageRead, pause_before_try
from haidang.engine.types import PageData, PageKind, Precision, RecordPlace, When
from haidang.watch.enums import EntryState
from haidang.watch.enums import PageKind as StoredPageKind
from haidang.watch.models import Entry, Snapshot

__all__ = [
    "moment_of_page",
    "page_from_json",
    "page_to_json",
    "put_off_entries",
    "store_read",
    "store_snapshot",
]

TRIES = 5
_OF_A_READ = ("state", "tries", "trouble", "trouble_facts", "snapshot")
_OF_A_PAGE = tuple(field.name for field in fields(PageData))
SUMMARY_MIN = 60  # characters of a feed's summary that are worth an article of their own


def store_read(entry: Entry, read: PageRead, *, now: datetime) -> EntryState:
    """Write down what reading an entry's page brought; the state it is in now."""
    with transaction.atomic(savepoint=False):
        written: tuple[str, ...] = _OF_A_READ
        if read.record is not None:
            entry.snapshot = store_snapshot(entry, read, read.record)
        entry.tries += 1
        entry.trouble = read.trouble.value if read.trouble else ""
        entry.trouble_facts = read.facts if read.trouble else {}
        if read.page is not None:
            entry.state, entry.page = EntryState.READ, page_to_json(read.page)
            entry.page["validators"] = [read.etag, read.last_modified]
            written = (*_OF_A_READ, "page")
        elif read.worth_another_try and entry.tries < TRIES:
            entry.state = EntryState.WAITING
            asked = timedelta(seconds=float(read.facts.get("retry_after_s", 0)))
            entry.next_try_at = now + max(pause_before_try(entry.tries), asked)
            written = (*_OF_A_READ, "next_try_at")
        elif len(entry.summary) >= SUMMARY_MIN and entry.article_id is None:
            entry.state, entry.page = EntryState.READ, page_to_json(_page_of_summary(entry))
            entry.page["kind"] = StoredPageKind.SUMMARY.value
            written = (*_OF_A_READ, "page")
        else:
            entry.state = EntryState.FAILED
        update_row(entry, written)
    return EntryState(entry.state)


def put_off_entries(entry_ids: list[int], *, until: datetime) -> None:
    """Leave pages of a host that is busy or down until then; it counts as no try."""
    waiting = Entry.objects.filter(id__in=entry_ids, state=EntryState.WAITING)
    waiting.update(next_try_at=until)


def store_snapshot(entry: Entry, read: PageRead, record: RecordPlace) -> Snapshot:
    """Write the place of a record into the manifest."""
    assert read.fetched_at is not None  # a record is written only of a page that was fetched
    return Snapshot.objects.create(
        url=read.final_url or entry.url, fetched_at=read.fetched_at, **asdict(record)
    )


def _page_of_summary(entry: Entry) -> PageData:
    """An article made of what the feed itself said, where the page could not be read."""
    return PageData(
        title=entry.title, lead=entry.summary, text=entry.summary, language=entry.language or "und"
    )


def page_to_json(page: PageData) -> dict[str, Any]:
    """A page as the entry keeps it until it is placed."""
    kept = {name: getattr(page, name) for name in _OF_A_PAGE}
    for name in ("published", "modified"):
        when: When | None = getattr(page, name)
        kept[name] = [when.at.isoformat(), when.precision.value] if when else None
    kept["kind"] = page.kind.value
    return kept


def page_from_json(kept: dict[str, Any]) -> PageData:
    """The page that `page_to_json` kept; a kind of ours alone is told as a plain article."""
    told = {name: value for name, value in kept.items() if name != "validators"}
    for name in ("published", "modified"):
        if told[name]:
            at, precision = told[name]
            told[name] = When(datetime.fromisoformat(at), Precision(precision))
    kinds = {kind.value for kind in PageKind}
    told["kind"] = PageKind(told["kind"]) if told["kind"] in kinds else PageKind.ARTICLE
    return PageData(**told)


def moment_of_page(kept: dict[str, Any]) -> datetime | None:
    """When such a page says that it was published."""
    told = kept["published"]
    return datetime.fromisoformat(told[0]) if told else None
