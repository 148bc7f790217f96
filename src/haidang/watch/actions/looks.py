"""Looking again at the pages of articles: after an hour, six hours, a day, three days, or when asked.

So a text that was changed is noticed though its feed says nothing, and a page that is gone is noted.
What was read stays, whatever became of the page.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Min, Q
from django.utils.translation import gettext as _

from haidang.core.actions import log_act
from haidang.core.actions.rows import insert_rows
from haidang.core.models import Member
from haidang.engine.errors import Trouble
from haidang.engine.pipeline import PageRead
from haidang.watch import rules
from haidang.watch.actions.pages import page_to_json, store_snapshot
from haidang.watch.enums import EntryState, FeedKind, PageKind
from haidang.watch.models import Article, Entry, Feed, Look

LOOKS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3))
AGAIN = timedelta(days=1)  # a page that is found gone is looked at once more
YOUNG = LOOKS[-1]
CLAIM = timedelta(minutes=10)
DROPPED_MAX = 20  # of one visit; a feed that leaves out more than that was rearranged
GONE = frozenset({404, 410})
WALLS = frozenset({PageKind.PAYWALL, PageKind.CONSENT})
READABLE = frozenset({PageKind.ARTICLE, *WALLS})
_NOT_READ = frozenset({FeedKind.HAND, FeedKind.IMPORT, FeedKind.BACKFILL})


def plan_look(article: Article, entry: Entry, *, now: datetime) -> Look | None:
    """When the page of a young article is looked at again; older ones, and those not read, are not."""
    if entry.feed.kind in _NOT_READ or article.page_kind not in READABLE:
        return None
    next_at = _next_look(article, now=now)
    if next_at is None:
        return None
    etag, last_modified = (entry.page or {}).get("validators", ("", ""))
    return Look(article_id=article.id, next_at=next_at, etag=etag, last_modified=last_modified)


def store_plans(looks: Iterable[Look]) -> None:
    """Write planned looks down, one an article; where one was planned already, it keeps its time."""
    insert_rows(
        looks,
        end="ON CONFLICT (article_id) DO UPDATE"
        " SET etag = EXCLUDED.etag, last_modified = EXCLUDED.last_modified",
    )


def ask_look(article: Article, *, by: Member, now: datetime) -> None:
    """A member wants the page looked at now. Raises ValidationError where there is no page to read."""
    if not rules.may_edit_sources(by):
        raise PermissionDenied
    if article.page_kind not in READABLE:
        raise ValidationError(_("This text did not come from a page that can be read again."))
    if article.publication.paused_at is not None:
        raise ValidationError(_("This publication is not read at present."))
    with transaction.atomic():
        Look.objects.update_or_create(
            article_id=article.id, defaults={"next_at": now, "claimed_until": None}
        )
        log_act("look_again", by=by, now=now, what=article.url, article=article.id)


def take_due_looks(*, now: datetime, limit: int) -> list[int]:
    """The articles whose pages are due to be looked at; nobody else gets them for ten minutes."""
    with transaction.atomic():
        due = Look.objects.filter(Q(claimed_until=None) | Q(claimed_until__lte=now))
        due = due.filter(next_at__lte=now, article__publication__paused_at=None)
        ids = list(due.order_by("next_at").values_list("article_id", flat=True)[:limit])
        Look.objects.filter(article_id__in=ids).update(claimed_until=now + CLAIM)
    return ids


def put_off_looks(article_ids: Collection[int], *, until: datetime) -> None:
    """Leave these looks for later: their hosts are busy."""
    Look.objects.filter(article_id__in=article_ids).update(next_at=until, claimed_until=None)


def hold_looks(article_ids: Collection[int], *, until: datetime) -> None:
    """Nobody else claims these looks before then."""
    Look.objects.filter(article_id__in=article_ids).update(claimed_until=until + CLAIM)


def store_look(look: Look, read: PageRead, *, now: datetime) -> bool:
    """Write down what looking again brought. True if the text changed and waits to be placed."""
    article = look.article
    with transaction.atomic():
        changed = _take_over(article, read)
        gone = _is_gone(read)
        next_at = _next_look(article, now=now)
        if gone and article.gone_at is None:
            Article.objects.filter(id=article.id).update(gone_at=now)
            next_at = min(next_at or now + AGAIN, now + AGAIN)
        elif read.trouble is None and article.gone_at is not None:
            Article.objects.filter(id=article.id).update(gone_at=None)
        look.next_at, look.claimed_until = next_at, None
        look.looked_at, look.looks = now, look.looks + 1
        look.trouble = read.trouble.value if read.trouble else ""
        look.trouble_facts = read.facts if read.trouble else {}
        if read.page is not None:
            look.etag, look.last_modified = read.etag, read.last_modified
        look.save()
    return changed


def note_dropped(feed: Feed, *, keys: Collection[str], now: datetime) -> int:
    """Have pages looked at that a feed leaves out though it still tells of older ones; how many."""
    if feed.kind not in {FeedKind.RSS, FeedKind.ATOM, FeedKind.JSON}:
        return 0
    listed = Entry.objects.filter(feed=feed, key__in=keys)
    oldest = listed.aggregate(at=Min("published_at"))["at"]
    if oldest is None:
        return 0
    left_out = Entry.objects.filter(
        feed=feed, state=EntryState.PLACED, first_seen__gte=now - YOUNG, published_at__gt=oldest
    ).exclude(key__in=keys)
    ids = list(left_out.values_list("article_id", flat=True)[: DROPPED_MAX + 1])
    if len(ids) > DROPPED_MAX:
        return 0
    fresh = Look.objects.filter(article_id__in=ids, dropped_at=None)
    return fresh.update(dropped_at=now, next_at=now)


def _next_look(article: Article, *, now: datetime) -> datetime | None:
    moments = (article.first_seen + after for after in LOOKS)
    return next((moment for moment in moments if moment > now), None)


def _is_gone(read: PageRead) -> bool:
    status = read.facts.get("status") if read.trouble is Trouble.HTTP_STATUS else None
    return read.trouble is Trouble.GONE or status in GONE


def _take_over(article: Article, read: PageRead) -> bool:
    """Hand a changed page to the grouper. A wall that went up later does not take the text away."""
    page = read.page
    if page is None or read.unchanged:
        return False
    if page.kind.value in WALLS and article.page_kind not in WALLS:
        return False
    entry = Entry.objects.select_related("feed").get(id=article.id)
    if entry.state not in {EntryState.PLACED, EntryState.FAILED}:
        return False
    entry.state, entry.page, entry.article = EntryState.READ, page_to_json(page), article
    entry.page["validators"] = [read.etag, read.last_modified]
    if read.record is not None:
        entry.snapshot = store_snapshot(entry, read, read.record)
    entry.save(update_fields=["state", "page", "article", "snapshot"])
    return True
