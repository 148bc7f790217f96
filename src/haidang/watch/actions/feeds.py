"""Visits to feeds: whose turn it is, and what a visit brought."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from haidang.core.actions.rows import insert_rows
from haidang.engine.pipeline import FeedVisit
from haidang.engine.types import EntryData, FeedData, When
from haidang.engine.types import FeedKind as EngineFeedKind
from haidang.watch import rules
from haidang.watch.actions import telling
from haidang.watch.actions.looks import note_dropped
from haidang.watch.channels import hosts_shared_by
from haidang.watch.enums import EntryState, FeedKind, Precision
from haidang.watch.models import Entry, Feed
from haidang.watch.queries.due import is_followed
from haidang.watch.visits import note_visit

CLAIM = timedelta(minutes=3)
CLAIM_SLACK = timedelta(seconds=20)
UNTAKEN = timedelta(days=90)
UNTAKEN_A_TIME = 500
ILL_AFTER = timedelta(minutes=1)  # a date this far ahead of us is a clock, not an ill date
ILL_YEARS = (1900, 2200)
KEY_MAX = 500
LANGUAGE_MAX = 12
# A source may say "tomorrow"; ten minutes of it are believed (a clock that runs ahead).
AHEAD = timedelta(minutes=10)
_NO_ARTICLES = frozenset({rules.Refusal.PERSON, rules.Refusal.COMMENTS, rules.Refusal.SEARCH})


# What a visit writes down; the rest of the row is a member's, who may change it meanwhile.
_OF_A_VISIT = [
    field.name
    for field in Feed._meta.concrete_fields  # noqa: SLF001 -- Django's documented way to its fields
    if field.name not in {"id", "publication", "stopped_at"}
]


@dataclass(frozen=True, slots=True)
class VisitStored:
    """What a visit changed."""

    new: int = 0
    changed: int = 0
    refused: int = 0


def claim_due_feeds(*, now: datetime, limit: int = 500) -> list[int]:
    """The feeds that are due, or have pages to read; nobody else gets them for three minutes.

    The batch renews its claim while it works, so that the feeds of a lost batch are free soon.
    """
    # Asked once for all feeds: an EXISTS for each of them took seconds at 100,000 entries.
    waiting = Entry.objects.filter(state=EntryState.WAITING).filter(
        Q(next_try_at=None) | Q(next_try_at__lte=now)
    )
    due = (
        Feed.objects.filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
        .filter(publication__paused_at=None, stopped_at=None)
        # A backfill is read by its own command, when a person runs it.
        .filter(
            Q(next_visit_at__lte=now)
            | (~Q(kind=FeedKind.BACKFILL) & Q(id__in=waiting.values("feed_id")))
        )
        .order_by("next_visit_at", "id")
    )
    ids = list(due.values_list("id", flat=True)[:limit])
    Feed.objects.filter(id__in=ids).update(claimed_until=now + CLAIM)
    return ids


def make_due(url: str, *, now: datetime) -> bool:
    """Have the feed of that address visited at once; False if there is none."""
    return bool(Feed.objects.filter(url=url).update(next_visit_at=now))


def renew_claim(feed_id: int, *, now: datetime) -> None:
    """The batch is still at work on this feed.

    While nearly all of the claim is left, nothing is written: a page comes every two seconds.
    """
    until = connection.ops.adapt_datetimefield_value(now + CLAIM)
    short = connection.ops.adapt_datetimefield_value(now + CLAIM - CLAIM_SLACK)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE watch_feed SET claimed_until = %s"
            " WHERE id = %s AND (claimed_until IS NULL OR claimed_until < %s)",
            [until, feed_id, short],
        )


def release_feed(feed_id: int) -> None:
    """The batch is done with this feed."""
    Feed.objects.filter(id=feed_id).update(claimed_until=None)


def store_visit(feed: Feed, visit: FeedVisit, *, now: datetime) -> VisitStored:
    """Write down what a visit brought: new entries, changed ones, health, when to come back.

    Nothing is ever deleted because a feed went empty or broke.
    """
    with transaction.atomic():
        same = Feed.objects.select_for_update().filter(
            id=feed.id, url=feed.url, selector=feed.selector
        )
        if not same.exists():
            return VisitStored()  # a member changed where to look meanwhile: it is visited anew
        stored = store_entries(feed, visit.data, now=now) if visit.data else VisitStored()
        if visit.data:
            keys = {short_key(one.key) for one in visit.data.entries}
            note_dropped(feed, keys=keys, now=now)
            forget_untaken(feed, keys=keys, now=now)
        before, was_ill = feed.last_visit_at, feed.failures > 0
        feed.last_visit_at = now
        feed.next_visit_at = visit.next.at
        feed.interval_s = visit.next.interval_s
        feed.visit_why = visit.next.why
        if visit.trouble is None:
            _store_health(feed, visit, stored, now=now)
            if was_ill:
                telling.settle_ill(feed)
        else:
            telling.tell_ill(feed, last=before, now=now)
            feed.failures += 1
            feed.trouble = visit.trouble.value
            feed.trouble_facts = visit.facts
        feed.history = note_visit(
            feed.history, at=now, trouble=feed.trouble, facts=feed.trouble_facts, new=stored.new
        )
        feed.save(update_fields=_OF_A_VISIT)
    return stored


def _store_health(feed: Feed, visit: FeedVisit, stored: VisitStored, *, now: datetime) -> None:
    feed.failures, feed.trouble, feed.trouble_facts = 0, "", {}
    feed.last_ok_at = now
    if stored.new:
        feed.last_new_at = now
    # A long or broken validator is not kept: it would be sent back with each visit.
    feed.etag = visit.etag if len(visit.etag) <= 512 else ""
    feed.last_modified = visit.last_modified if len(visit.last_modified) <= 100 else ""
    if visit.data:
        feed.title = visit.data.title or feed.title
        _store_ways(feed, visit, visit.data)


def _store_ways(feed: Feed, visit: FeedVisit, data: FeedData) -> None:
    """Where the feed proved to be and what it is, where its headlines stand, who tells of new ones."""
    if visit.found_url and is_followed(visit.found_url):
        return  # another followed it meanwhile; the next visit looks again
    feed.url = visit.found_url or feed.url
    feed.kind = FeedKind(data.kind.value)
    if not feed.selector_given:
        feed.selector = data.selector
    feed.hub_url, feed.topic_url = visit.hub_url, visit.topic_url or feed.url


def store_entries(feed: Feed, data: FeedData, *, now: datetime) -> VisitStored:
    """Keep new entries, note changed ones; within the caller's transaction."""
    hosts = frozenset(feed.publication.hosts.values_list("host", flat=True))
    hosts |= hosts_shared_by(feed.publication.channel)
    told_entries = [entry for entry in data.entries if may_be_article(entry.url, data.kind)]
    by_key = {short_key(entry.key): entry for entry in told_entries}
    known = {entry.key: entry for entry in Entry.objects.filter(feed=feed, key__in=list(by_key))}
    fresh, changed, refused = [], 0, 0
    for key, told in by_key.items():
        if key in known:
            changed += _note_change(known[key], told)
            continue
        entry = _new_entry(feed, key, told, hosts=hosts, now=now)
        refused += entry.state == EntryState.REFUSED
        fresh.append(entry)
    insert_rows(fresh, end="ON CONFLICT DO NOTHING")
    return VisitStored(new=len(fresh) - refused, changed=changed, refused=refused)


def may_be_article(url: str, kind: EngineFeedKind) -> bool:
    """A sitemap names all pages of a site: those of persons, comments and searches are not ours."""
    return kind is not EngineFeedKind.SITEMAP or rules.find_refusal(url) not in _NO_ARTICLES


def forget_untaken(feed: Feed, *, keys: Collection[str], now: datetime) -> int:
    """Forget what was not taken or could not be read, once the feed tells of it no more; how many.

    While it does, the row is what keeps us from asking for the page again.
    """
    old = Entry.objects.filter(
        feed=feed, state__in=[EntryState.REFUSED, EntryState.FAILED], first_seen__lt=now - UNTAKEN
    )
    old = old.filter(article=None, drafts=None, files=None).exclude(key__in=keys)
    ids = list(old.values_list("id", flat=True)[:UNTAKEN_A_TIME])
    return Entry.objects.filter(id__in=ids).delete()[0] if ids else 0


def _new_entry(
    feed: Feed, key: str, told: EntryData, *, hosts: frozenset[str], now: datetime
) -> Entry:
    published, precision = believe(told.published, now=now)
    entry = Entry(
        feed=feed,
        key=key,
        url=told.url,
        title=told.title,
        summary=told.summary,
        published_at=published,
        precision=precision,
        told_at=find_ill_date(told.published, now=now),
        updated_at=told.updated.at if told.updated else None,
        language=short_language(told.language or ""),
        first_seen=now,
    )
    if not rules.belongs_to(told.url, hosts):
        # Never attributed to this source: the host is not its own.
        entry.state = EntryState.REFUSED
        entry.trouble = "other_host"
        entry.trouble_facts = {"host": rules.host_of(told.url)}
    return entry


def _note_change(entry: Entry, told: EntryData) -> bool:
    """Have the page read again when the feed says that it changed. True if it does."""
    updated = told.updated.at if told.updated else None
    same = told.title == entry.title and (updated is None or updated == entry.updated_at)
    if same or entry.state not in {EntryState.PLACED, EntryState.FAILED}:
        return False
    entry.title, entry.summary, entry.updated_at = told.title, told.summary, updated
    entry.state, entry.tries, entry.next_try_at = EntryState.WAITING, 0, None
    entry.save()
    return True


def short_key(key: str) -> str:
    """A feed's own key, or its hash where it is too long to be indexed."""
    if len(key) <= KEY_MAX:
        return key
    return "sha256:" + hashlib.sha256(key.encode()).hexdigest()


def short_language(tag: str) -> str:
    """A language tag as far as its column holds it: "en-Latn-GB-oxendict" is told as "en-Latn-GB"."""
    while len(tag) > LANGUAGE_MAX:
        tag = tag.rpartition("-")[0]
    return tag


def believe(told: When | None, *, now: datetime) -> tuple[datetime | None, Precision]:
    """A date as told, unless it lies in the future or before 1990 (then: as if none was told)."""
    if told is None or told.at > now + AHEAD or told.at.year < 1990:
        return None, Precision.SEEN
    return min(told.at, now), Precision(told.precision.value)


def find_ill_date(told: When | None, *, now: datetime) -> datetime | None:
    """A date as told, if we do not believe it: later than now, or before 1990. None for a good one."""
    if told is None or (told.at <= now + ILL_AFTER and told.at.year >= 1990):
        return None
    year = min(max(told.at.year, ILL_YEARS[0]), ILL_YEARS[1])
    return told.at if year == told.at.year else told.at.replace(year=year, day=min(told.at.day, 28))
