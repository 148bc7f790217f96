"""What came of the machine's work on a draft: a page, a text, or what hindered it; then the entry."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from haidang.engine.clippings import ClippingText
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.pipeline import PageRead
from haidang.engine.types import PageData, When
from haidang.engine.types import Precision as TellingPrecision
from haidang.watch import rules
from haidang.watch.actions.drafts import name_without_address
from haidang.watch.actions.feeds import believe, short_key, short_language
from haidang.watch.actions.pages import page_from_json, page_to_json
from haidang.watch.enums import DraftState, EntryState, FeedKind, PageKind, Precision
from haidang.watch.models import Draft, Entry, Feed, Snapshot

TITLE_LONGEST = 160


def store_draft_page(draft: Draft, read: PageRead, *, now: datetime) -> None:
    """Write down what reading a draft's address brought; then it waits for the member."""
    with transaction.atomic():
        if read.record is not None and read.fetched_at is not None:
            draft.snapshot = Snapshot.objects.create(
                url=read.final_url or draft.url, fetched_at=read.fetched_at, **asdict(read.record)
            )
        trouble, facts, page = read.trouble, dict(read.facts), read.page
        hosts = frozenset(draft.publication.hosts.values_list("host", flat=True))
        if read.final_url and not rules.belongs_to(read.final_url, hosts):
            trouble, facts, page = Trouble.OTHER_HOST, {"host": rules.host_of(read.final_url)}, None
        draft.trouble = trouble.value if trouble else ""
        draft.trouble_facts = facts
        draft.state = DraftState.READY
        if page is not None:
            draft.page = page_to_json(page)
            draft.title, draft.text, draft.language = page.title, whole_text(page), page.language
            draft.published_at, draft.precision = believe(page.published, now=now)
        draft.save()


def store_draft_text(
    draft: Draft, text: str, *, language: str, read: ClippingText | None = None
) -> None:
    """Write down a draft's text as cleaned, and what hindered its reading."""
    with transaction.atomic():
        if not draft.title:
            draft.title, text = part_title(text)
        draft.text = text
        draft.language = draft.language or short_language(language)
        draft.state = DraftState.READY
        if read is not None and read.hindered:
            draft.trouble = Trouble.CLIPPING_UNREAD.value
            draft.trouble_facts = {"detail": read.hindered, "pages": read.pages}
        draft.save()


def store_draft_trouble(draft: Draft, error: EngineError) -> None:
    """Give a draft back to the member with what went wrong; what was typed stays."""
    with transaction.atomic():
        draft.state = DraftState.READY
        draft.trouble, draft.trouble_facts = error.trouble.value, error.facts
        draft.save()


def part_title(text: str) -> tuple[str, str]:
    """The first line as the title, where it looks like one; and the rest."""
    first, _break, rest = text.partition("\n")
    if rest and len(first) <= TITLE_LONGEST and not first.endswith((".", "…", ":", ",")):
        return first, rest
    return "", text


def whole_text(page: PageData) -> str:
    """The lead and the text as one, as the member corrects them."""
    return "\n".join(filter(None, (page.lead, page.text)))


def store_hand_entry(draft: Draft, text: str, *, language: str, now: datetime) -> Entry:
    """Make a confirmed draft an entry that is read and waits to be placed. Twice makes one.

    A page of which nothing was corrected is stored as it was read; all else is marked as entered by
    hand.
    """
    with transaction.atomic():
        feed, _made = Feed.objects.get_or_create(
            url=f"hand:{draft.publication_id}",
            defaults={"publication": draft.publication, "kind": FeedKind.HAND},
        )
        kept = _page_of(draft, text, language=language)
        url = draft.url or name_without_address(draft)
        entry, _made = Entry.objects.get_or_create(
            feed=feed,
            key=short_key(url),
            defaults={
                "url": url,
                "title": draft.title,
                "published_at": draft.published_at,
                "precision": draft.precision,
                "language": kept["language"],
                "first_seen": now,
                "state": EntryState.READ,
                "page": kept,
                "snapshot": draft.snapshot,
            },
        )
        if draft.file is not None:
            draft.file.entries.add(entry)
        draft.state, draft.entry = DraftState.PLACED, entry
        draft.title, draft.text, draft.page = "", "", None
        draft.save()
    return entry


def _page_of(draft: Draft, text: str, *, language: str) -> dict[str, Any]:
    read = page_from_json(draft.page) if draft.page else None
    at, precision = draft.published_at, Precision(draft.precision)
    told = (
        When(at, TellingPrecision(precision.value)) if at and precision != Precision.SEEN else None
    )
    if read is not None and (read.title, whole_text(read)) == (draft.title, draft.text):
        same_moment = believe(read.published, now=draft.made_at) == (at, precision)
        return page_to_json(read if same_moment else replace(read, published=told))
    page = PageData(
        title=draft.title,
        lead="",
        text=text,
        published=told,
        language=draft.language or short_language(language),
        canonical_url=read.canonical_url if read else None,
        section=read.section if read else "",
        noarchive=read.noarchive if read else False,
    )
    return {**page_to_json(page), "kind": PageKind.HAND.value}
