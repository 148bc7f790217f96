"""Repairing, pausing and leaving a source. Articles stay, whatever becomes of the source."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haidang.core.actions import log_act
from haidang.core.models import Member
from haidang.watch import rules
from haidang.watch.actions import search
from haidang.watch.actions.publications import FIRST_INTERVAL_S, check_feed
from haidang.watch.enums import FeedKind, Level, PauseWhy
from haidang.watch.models import Article, Credential, Feed, Publication
from haidang.watch.refusals import sentence_of


def visit_now(feed_id: int, *, by: Member, now: datetime) -> None:
    """Visit a feed at the next turn, whenever it was due; also one that ended."""
    _ask_leave(by)
    with transaction.atomic():
        feed = Feed.objects.select_for_update().get(id=feed_id)
        feed.next_visit_at, feed.stopped_at = now, None
        feed.save(update_fields=["next_visit_at", "stopped_at"])
        log_act("visit_now", by=by, now=now, what=feed.url)


def change_address(
    feed_id: int, url: str, *, kind: FeedKind | None = None, by: Member, now: datetime
) -> Feed:
    """Follow a feed at its new address, by the same rules as at first; it is visited at once.

    What it gave stays. Raises ValidationError with the reason where the address is refused.
    """
    _ask_leave(by)
    url = url.strip()
    try:
        with transaction.atomic():
            feed = Feed.objects.select_for_update(of=("self",)).select_related("publication").get(
                id=feed_id
            )  # fmt: skip
            check_feed(feed.publication, url)
            before = feed.url
            _begin_anew(feed, url, now=now)
            feed.kind = kind or FeedKind.UNKNOWN
            feed.save()
            log_act("change_address", by=by, now=now, what=url, before=before)
    except IntegrityError:
        raise ValidationError(sentence_of(rules.Refusal.TAKEN, url)) from None
    return feed


def stop_feed(feed_id: int, *, by: Member, now: datetime) -> None:
    """Stop following one feed; its articles stay, and it can be followed again."""
    _ask_leave(by)
    with transaction.atomic():
        feed = Feed.objects.select_for_update().get(id=feed_id)
        feed.stopped_at, feed.next_visit_at = now, None
        feed.save(update_fields=["stopped_at", "next_visit_at"])
        log_act("stop_feed", by=by, now=now, what=feed.url)


def pause_publication(publication_id: int, *, reason: str, by: Member, now: datetime) -> None:
    """Read nothing of a publication until it is resumed; the register shows the reason."""
    _stop(publication_id, PauseWhy.MEMBER, reason=reason, by=by, now=now)


def leave_publication(publication_id: int, *, reason: str, by: Member, now: datetime) -> None:
    """Stop following a publication. Its articles stay; what was sealed for it is destroyed."""
    with transaction.atomic():
        _stop(publication_id, PauseWhy.LEFT, reason=reason, by=by, now=now)
        Credential.objects.filter(publication_id=publication_id).delete()


def resume_publication(publication_id: int, *, by: Member, now: datetime) -> None:
    """Read a paused or left publication again; not one of which two members have to decide."""
    _ask_leave(by)
    with transaction.atomic():
        publication = _lock(publication_id)
        _complain_if_marked(publication)
        publication.paused_at, publication.pause_why, publication.pause_reason = None, "", ""
        publication.save(update_fields=["paused_at", "pause_why", "pause_reason"])
        Feed.objects.filter(publication=publication, stopped_at=None).exclude(
            kind__in=[FeedKind.IMPORT, FeedKind.BACKFILL, FeedKind.HAND]
        ).update(next_visit_at=now)
        log_act("resume_publication", by=by, now=now, what=publication.name)


def edit_publication(
    publication_id: int, *, country: str, language: str, level: Level, by: Member, now: datetime
) -> bool:
    """Correct where a publication stands. True if its stories are to be counted anew."""
    _ask_leave(by)
    with transaction.atomic():
        publication = _lock(publication_id)
        told = {"country": country.upper(), "language": language, "level": level.value}
        before = {name: getattr(publication, name) for name in told}
        changed: dict[str, Any] = {
            name: {"before": before[name], "after": value}
            for name, value in told.items()
            if value != before[name]
        }
        if not changed:
            return False
        # Search rows name level and country: they leave under the old words and return under the new.
        articles = Article.objects.filter(publication_id=publication_id)
        for article in list(articles.select_related("publication")):
            search.unindex_article(article)
        for name, value in told.items():
            setattr(publication, name, value)
        publication.save(update_fields=list(told))
        for article in list(articles.select_related("publication")):
            search.index_article(article)
        log_act("edit_publication", by=by, now=now, what=publication.name, **changed)
    return "level" in changed or "country" in changed


def _stop(publication_id: int, why: PauseWhy, *, reason: str, by: Member, now: datetime) -> None:
    _ask_leave(by)
    with transaction.atomic():
        publication = _lock(publication_id)
        _complain_if_marked(publication)
        publication.paused_at, publication.pause_why = now, why
        publication.pause_reason = " ".join(reason.split())[:300]
        publication.save(update_fields=["paused_at", "pause_why", "pause_reason"])
        act = "leave_publication" if why == PauseWhy.LEFT else "pause_publication"
        log_act(act, by=by, now=now, what=publication.name, reason=publication.pause_reason)


def _complain_if_marked(publication: Publication) -> None:
    if publication.pause_why == PauseWhy.MARKED:
        raise ValidationError(
            _("Somebody said that this entry is a person: two members decide that first.")
        )
    if publication.pause_why == PauseWhy.PERSON:
        raise ValidationError(_("Two members found that this entry is a person. It stays out."))


def _begin_anew(feed: Feed, url: str, *, now: datetime) -> None:
    feed.url, feed.next_visit_at, feed.interval_s = url, now, FIRST_INTERVAL_S
    feed.etag = feed.last_modified = ""
    feed.failures, feed.trouble, feed.trouble_facts = 0, "", {}
    feed.claimed_until = feed.stopped_at = None
    if not feed.selector_given:
        feed.selector = ""
    feed.hub_url = feed.topic_url = ""


def _lock(publication_id: int) -> Publication:
    return Publication.objects.select_for_update().get(id=publication_id)


def _ask_leave(by: Member) -> None:
    if not rules.may_edit_sources(by):
        raise PermissionDenied
