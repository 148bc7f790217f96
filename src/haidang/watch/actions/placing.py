"""Placing: reprint of what, which story, why; stored in one transaction with its search row.

One grouper at a time, by lease; its windows are those of `seats`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from haidang.core.actions import drop_lease, take_lease
from haidang.core.actions.rows import insert_row, update_row
from haidang.core.processes import name_process
from haidang.engine.errors import Trouble
from haidang.engine.group import Grouper
from haidang.engine.types import ArticleForGrouping, PageData, Placement, ReprintDecision
from haidang.watch.actions import search
from haidang.watch.actions.batching import Batch
from haidang.watch.actions.feeds import ILL_AFTER, believe, find_ill_date
from haidang.watch.actions.pages import page_from_json
from haidang.watch.actions.seats import WINDOW, Seats, split_runs
from haidang.watch.actions.stories import open_story, settle_all
from haidang.watch.actions.topics import sort_article
from haidang.watch.actions.turns import take_turn
from haidang.watch.enums import EntryState, PageKind, Precision
from haidang.watch.models import Article, ArticleVersion, Entry
from haidang.watch.queries.index import search_key
from haidang.watch.queries.placing import (
    find_article,
    find_entries_to_place,
    number_addresses,
)
from haidang.watch.queries.topics import TopicRule, find_topic_rules

BATCH = 40
LEASE_S = 60.0

Touched = dict[int, int]
"""Stories to be counted anew → where their articles went, should none be left."""

log = logging.getLogger(__name__)


_seats = Seats()
_seats_lock = threading.Lock()
_name = ""


def place_waiting(*, now: datetime, on_batch: Callable[[int], None] = lambda _count: None) -> int:
    """Place all articles that wait, oldest first; how many. 0 at once if another is placing.

    `on_batch` hears how many each batch placed.
    """
    with _seats_lock:
        holder = _holder()
        placed = 0
        try:
            while True:
                fence = take_lease("grouper", holder=holder, seconds=LEASE_S, now=now)
                if fence is None:
                    return placed
                batch = find_entries_to_place(BATCH)
                if not batch:
                    return placed
                _place_batch(batch, fence=fence, now=now)
                placed += len(batch)
                on_batch(len(batch))
                now = timezone.now()
        finally:
            drop_lease("grouper", holder=holder, now=timezone.now())


def _holder() -> str:
    """The name under which this process holds the lease."""
    global _name  # noqa: PLW0603 -- one name for the life of the process
    _name = _name or name_process()
    return _name


def _place_batch(batch: list[Entry], *, fence: int, now: datetime) -> None:
    """Place a batch in one transaction; if it fails, each alone, so that one cannot stop the rest."""
    try:
        _place_all(batch, fence=fence, now=now)
    except Exception:
        _seats.forget()
        log.exception("a batch could not be placed; placing its articles one by one")
        for entry in batch:
            _place_alone(entry, fence=fence, now=now)


def _place_alone(entry: Entry, *, fence: int, now: datetime) -> None:
    fresh = Entry.objects.select_related("feed__publication").get(id=entry.id)
    try:
        _place_all([fresh], fence=fence, now=now)
    except Exception as error:
        _seats.forget()
        if connection.in_atomic_block:
            raise
        log.exception("entry %s could not be placed", entry.id)
        Entry.objects.filter(id=entry.id).update(
            state=EntryState.FAILED,
            trouble=Trouble.READER_DIED.value,
            trouble_facts={"detail": type(error).__name__},
        )


def _place_all(batch: list[Entry], *, fence: int, now: datetime) -> None:
    touched: Touched = {}
    with transaction.atomic():
        turn = take_turn()
        work = _Work(
            rules=find_topic_rules(), known=number_addresses(map(_place_of, batch)), batch=Batch()
        )
        for run in split_runs(batch, now=now):
            grouper = _seats.find_grouper(run, fence=fence, turn=turn, now=now)
            drafts = [_draft(entry, now=now) for entry in run]
            grouper.prepare([one.candidate for one in drafts if work.find_known(one.entry) is None])
            for draft in drafts:
                touched |= _place_one(draft, grouper, work, now=now)
        work.batch.store()
        settle_all(touched)


@dataclass(frozen=True, slots=True)
class _Work:
    """What the articles of a batch share: rules of topics, addresses taken, what is written last."""

    rules: Sequence[TopicRule]
    known: dict[tuple[int, str], int]
    batch: Batch

    def find_known(self, entry: Entry) -> int | None:
        """The article that the entry is another version of."""
        return entry.article_id or self.known.get(_place_of(entry))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A read entry as the article that it becomes, if it is not known yet."""

    entry: Entry
    page: PageData
    article: Article
    candidate: ArticleForGrouping


def _draft(entry: Entry, *, now: datetime) -> _Draft:
    assert entry.page is not None
    page = page_from_json(entry.page)
    article = _build_article(entry, page, now=now)
    return _Draft(entry, page, article, _for_grouping(article))


def _place_one(draft: _Draft, grouper: Grouper, work: _Work, *, now: datetime) -> Touched:
    """Store one read entry as a new article, or as a new version of one; the stories it touched."""
    entry = draft.entry
    number = work.find_known(entry)
    if number is not None:
        article = find_article(number)
        touched = _store_version(article, entry, draft.page, work.batch, now=now)
    else:
        article, touched = draft.article, _store_new(draft, grouper, work, now=now)
        work.known[_place_of(entry)] = article.id
    work.batch.note_look(article, entry, now=now)
    work.batch.note_placed(entry, article)
    return touched


def _place_of(entry: Entry) -> tuple[int, str]:
    """Publication and address of the article that the entry becomes."""
    canonical: str | None = (entry.page or {}).get("canonical_url")
    return entry.feed.publication_id, canonical or entry.url


def _store_new(draft: _Draft, grouper: Grouper, work: _Work, *, now: datetime) -> Touched:
    article, candidate = draft.article, draft.candidate
    placement = grouper.place(candidate)
    article.story_id = placement.story.story or open_story(article, now=now).id
    article.why = [list(pair) for pair in placement.story.why]
    if placement.reprint is not None:
        _note_reprint(article, placement.reprint)
    article.translated_from_id = placement.translated_from
    search.cut_title(article)
    insert_row(article)
    sort_article(article, search.index_article(article), rules_now=work.rules, is_new=True)
    touched = {article.story_id: article.story_id} | _reparent(placement, article.story_id)
    opened = _open_for_leaving(placement, now=now)
    touched |= _move(placement, article.story_id, opened)
    if article.sort_at > now - WINDOW:  # it stands in the window on the present
        work.batch.note_sketch(article, grouper.keep(candidate))
    grouper.accept(candidate, placement, story=article.story_id, opened=opened)
    return touched


def _build_article(entry: Entry, page: PageData, *, now: datetime) -> Article:
    published, precision = _published(entry, page, now=now)
    told_at = find_ill_date(page.published, now=now) or entry.told_at
    if published > entry.first_seen:
        if published > entry.first_seen + ILL_AFTER:
            told_at = told_at or published
        published = entry.first_seen
    sort_at = _sort_moment(published, precision, first_seen=entry.first_seen)
    kind = (entry.page or {}).get("kind", PageKind.ARTICLE)
    return Article(
        id=entry.id,
        publication=entry.feed.publication,
        url=page.canonical_url or entry.url,
        title=page.title or entry.title or entry.url,
        lead=page.lead,
        text=page.text,
        language=page.language,
        section=page.section[:200],
        image_url=page.image_url or "",
        canonical_url=page.canonical_url or "",
        page_kind=kind if kind in PageKind.values else PageKind.ARTICLE,
        published_at=published,
        precision=precision,
        told_at=told_at,
        first_seen=entry.first_seen,
        sort_at=sort_at,
        search_key=search_key(sort_at, entry.id),
        noarchive=page.noarchive,
        snapshot=entry.snapshot,
    )


def _published(entry: Entry, page: PageData, *, now: datetime) -> tuple[datetime, Precision]:
    """When it was published: the page's word, made finer by the feed's where both agree."""
    at, precision = believe(page.published, now=now)
    if entry.published_at is not None:
        same_day = at is not None and abs(entry.published_at - at) < timedelta(hours=36)
        finer = precision != Precision.TIME and entry.precision == Precision.TIME
        if at is None or (finer and same_day):
            at, precision = entry.published_at, Precision(entry.precision)
    if at is None:
        return entry.first_seen, Precision.SEEN
    return at, precision


def _sort_moment(published: datetime, precision: Precision, *, first_seen: datetime) -> datetime:
    """The moment by which lists are ordered: never later than when we first saw it."""
    if precision == Precision.DAY:
        published += timedelta(hours=12)
    return min(published, first_seen)


def _for_grouping(article: Article) -> ArticleForGrouping:
    return ArticleForGrouping(
        id=article.id,
        publication=article.publication_id,
        title=article.title,
        lead=article.lead,
        text=article.text,
        language=article.language,
        published=article.sort_at,
        first_seen=article.first_seen,
        section=article.section,
        canonical_url=article.canonical_url or None,
    )


def _note_reprint(article: Article, decision: ReprintDecision) -> None:
    article.original_id = decision.original
    article.reprint_kind = decision.kind.value
    article.share = decision.share
    article.reprint_why = [list(pair) for pair in decision.why]


def _reparent(placement: Placement, story_id: int) -> Touched:
    """Earlier arrivals turn out to copy the late one; what copied them copies it too.

    A reprint stands where its original does, so they come into that story if they stood in another.
    """
    touched: Touched = {}
    for decision in placement.reparented:
        copy = Article.objects.get(id=decision.copy)
        touched[copy.story_id] = story_id
        _note_reprint(copy, decision)
        copy.translated_from_id, copy.story_id = None, story_id
        copy.save()
        Article.objects.filter(original_id=copy.id).update(
            original_id=decision.original, story_id=story_id
        )
    return touched


def _open_for_leaving(placement: Placement, *, now: datetime) -> int | None:
    """A story for articles that turn out to be one of their own; None if there are none."""
    if placement.mend is None or placement.mend.story is not None:
        return None
    return open_story(Article.objects.get(id=placement.mend.articles[0]), now=now).id


def _move(placement: Placement, story_id: int, opened: int | None) -> Touched:
    """Earlier originals turn out to belong to another story; reprints follow."""
    moves = dict(placement.moves(story=story_id, opened=opened))
    if not moves:
        return {}
    why = {call.article: call.why for call in placement.called}
    if placement.mend is not None:
        why |= dict.fromkeys(placement.mend.articles, placement.mend.why)
    touched: Touched = {}
    stood = dict(Article.objects.filter(id__in=moves).values_list("id", "story_id"))
    for number, home in moves.items():
        touched |= {home: home, stood[number]: home}
        moved = Article(id=number, story_id=home, why=[list(pair) for pair in why[number]])
        update_row(moved, ("story", "why"))
        Article.objects.filter(original_id=number).update(story_id=home)
    return touched


def _store_version(
    article: Article, entry: Entry, page: PageData, batch: Batch, *, now: datetime
) -> Touched:
    """Keep what stood before, if headline, lead or text changed after publication."""
    title = page.title or entry.title or article.title
    if (article.title, article.lead, article.text) == (title, page.lead, page.text):
        return {}
    ArticleVersion.objects.create(
        article=article,
        replaced_at=now,
        title=article.title,
        lead=article.lead,
        text=article.text,
        snapshot=article.snapshot,
    )
    search.unindex_article(article)
    article.headline_changes += title != article.title
    article.title, article.lead, article.text = title, page.lead, page.text
    kind = (entry.page or {}).get("kind")
    article.page_kind = kind if kind in PageKind.values else article.page_kind
    article.snapshot = entry.snapshot or article.snapshot
    search.cut_title(article)
    article.save()
    batch.note_sketch(article, b"")  # its text is read anew when the window is rebuilt
    sort_article(article, search.index_article(article))
    return {article.story_id: article.story_id}
