"""The register that anyone may read, proposals under way, and the page of one source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Prefetch, QuerySet
from django.utils import timezone

from haidang.watch.enums import FeedKind, PauseWhy, ProposalState
from haidang.watch.models import (
    Article,
    Credential,
    Entry,
    Feed,
    PersonMark,
    Proposal,
    Publication,
    PublicationHost,
    Snapshot,
    Story,
)
from haidang.watch.queries.walls import Walls, find_walls
from haidang.watch.visits import VisitRun, read_history

SEE_AGAIN = timedelta(days=3)
SEE_AT_ONCE = 20
OPEN = (ProposalState.READING, ProposalState.UNPROVEN, ProposalState.WAITING)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """What members said of an entry that somebody called a person. `decided_at` None: not yet."""

    marked_on: date
    proposed: str
    reason: str
    proposed_by: str
    proposed_by_id: int | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLine:
    """One publication as anyone may see it. No member's name stands here."""

    id: int
    name: str
    organisation: str
    organisation_page: str
    page_seen_at: datetime | None
    hosts: tuple[str, ...]
    is_channel: bool
    level: str
    country: str
    language: str
    since: datetime
    paused_at: datetime | None
    pause_why: str
    pause_reason: str
    finding: FindingLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """One feed of a source, how it does, and how its last visits went (newest first)."""

    id: int
    url: str
    title: str
    kind: str
    state: str
    trouble: str
    trouble_facts: dict[str, Any]
    last_visit: datetime | None
    last_ok: datetime | None
    last_new: datetime | None
    next_visit: datetime | None
    visit_why: str
    stopped_at: datetime | None
    runs: tuple[VisitRun, ...]
    entries: int
    waiting: int
    refused: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialLine:
    """That something is sealed for a host, and since when; never what."""

    id: int
    host: str
    kind: str
    set_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """All of one source."""

    line: RegisterLine
    feeds: tuple[FeedLine, ...]
    articles: int
    last_article: datetime | None
    registered_by: str
    confirmed_by: str
    snapshot: Snapshot | None
    credentials: tuple[CredentialLine, ...]
    walls: Walls


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalLine:
    """A proposal and how far it is."""

    id: int
    name: str
    organisation: str
    organisation_page: str
    feed: str
    feed_kind: str
    channel: str
    country: str
    language: str
    level: str
    state: str
    trouble: str
    trouble_facts: dict[str, Any]
    proposed_by: str
    proposed_by_id: int
    proposed_at: datetime
    page_seen_at: datetime | None
    publication_id: int | None


def find_register() -> tuple[RegisterLine, ...]:
    """Every publication of the register, by name. Three queries, however many."""
    rows = _with_marks(Publication.objects.order_by("name", "id"))
    return tuple(_register_line(row) for row in rows)


def find_source(publication_id: int) -> SourcePage | None:
    """One source with its feeds and what members need to repair it."""
    rows = _with_marks(Publication.objects.filter(id=publication_id))
    row = rows.select_related("registered_by", "confirmed_by", "page_snapshot").first()
    if row is None:
        return None
    feeds = list(Feed.objects.filter(publication=row).order_by("stopped_at", "id"))
    states = _count_entries(feeds)
    articles = Article.objects.filter(publication=row).aggregate(Count("id"), Max("sort_at"))
    line = _register_line(row)
    return SourcePage(
        line=line,
        feeds=tuple(_feed_line(feed, states.get(feed.id, {}), line) for feed in feeds),
        articles=articles["id__count"],
        last_article=articles["sort_at__max"],
        registered_by=str(row.registered_by or ""),
        confirmed_by=str(row.confirmed_by or ""),
        snapshot=row.page_snapshot,
        credentials=tuple(
            CredentialLine(id=one.id, host=one.host, kind=one.kind, set_at=one.set_at)
            for one in Credential.objects.filter(publication=row).order_by("host")
        ),
        walls=find_walls(row.id, now=timezone.now()),
    )


def find_proposals() -> tuple[ProposalLine, ...]:
    """Proposals that wait for something, newest first."""
    rows = Proposal.objects.filter(state__in=OPEN).select_related("proposed_by")
    return tuple(_proposal_line(row) for row in rows.order_by("-proposed_at", "-id"))


def find_proposal(proposal_id: int) -> ProposalLine | None:
    """One proposal, decided or not."""
    row = Proposal.objects.select_related("proposed_by").filter(id=proposal_id).first()
    return _proposal_line(row) if row else None


def find_publication_of(host: str) -> Publication | None:
    """The publication registered on that very host, or for that channel."""
    return Publication.objects.filter(hosts__host=host).first()


def find_pages_to_see(*, now: datetime) -> list[Publication]:
    """Publications whose organisation's page no one saw yet; each is tried every three days."""
    rows = Publication.objects.filter(page_seen_at=None, paused_at=None)
    tried = rows.exclude(page_tried_at__gt=now - SEE_AGAIN)
    return list(tried.order_by("page_tried_at", "id")[:SEE_AT_ONCE])


def find_stories_of(publication_id: int) -> list[int]:
    """The stories in which a publication stands."""
    stories = Story.objects.filter(article_rows__publication_id=publication_id)
    return list(stories.order_by("id").values_list("id", flat=True).distinct())


def _with_marks(rows: QuerySet[Publication]) -> QuerySet[Publication]:
    marks = PersonMark.objects.select_related("proposed_by").order_by("id")
    hosts = PublicationHost.objects.order_by("id")
    return rows.prefetch_related(Prefetch("person_marks", marks), Prefetch("hosts", hosts))


def _register_line(row: Publication) -> RegisterLine:
    marks = list(row.person_marks.all())
    return RegisterLine(
        id=row.id,
        name=row.name,
        organisation=row.organisation,
        organisation_page=row.organisation_page,
        page_seen_at=row.page_seen_at,
        hosts=tuple(host.host for host in row.hosts.all()),
        is_channel=bool(row.channel),
        level=row.level,
        country=row.country,
        language=row.language,
        since=row.registered_at,
        paused_at=row.paused_at,
        pause_why=row.pause_why or (PauseWhy.MEMBER if row.paused_at else ""),
        pause_reason=row.pause_reason,
        finding=_finding_line(marks[-1]) if marks else None,
    )


def _finding_line(mark: PersonMark) -> FindingLine:
    return FindingLine(
        marked_on=mark.marked_on,
        proposed=mark.proposed,
        reason=mark.reason,
        proposed_by=str(mark.proposed_by or ""),
        proposed_by_id=mark.proposed_by_id,
        decided_at=mark.decided_at,
    )


def _feed_line(feed: Feed, states: dict[str, int], line: RegisterLine) -> FeedLine:
    return FeedLine(
        id=feed.id,
        url=feed.url,
        title=feed.title,
        kind=feed.kind,
        state=_state(feed, line),
        trouble=feed.trouble,
        trouble_facts=feed.trouble_facts,
        last_visit=feed.last_visit_at,
        last_ok=feed.last_ok_at,
        last_new=feed.last_new_at,
        next_visit=None if line.paused_at or feed.stopped_at else feed.next_visit_at,
        visit_why=feed.visit_why,
        stopped_at=feed.stopped_at,
        runs=read_history(feed.history),
        entries=sum(states.values()),
        waiting=states.get("waiting", 0) + states.get("read", 0),
        refused=states.get("refused", 0),
        failed=states.get("failed", 0),
    )


def _state(feed: Feed, line: RegisterLine) -> str:
    if feed.kind in {FeedKind.IMPORT, FeedKind.BACKFILL}:
        return "import"
    if feed.stopped_at is not None:
        return "left"
    if line.paused_at is not None:
        return "left" if line.pause_why in {PauseWhy.LEFT, PauseWhy.PERSON} else "paused"
    if feed.trouble in {"gone", "robots_denied"}:
        return {"gone": "gone", "robots_denied": "robots"}[feed.trouble]
    if feed.failures:
        return "failing"
    return "new" if feed.last_ok_at is None else "alive"


def _count_entries(feeds: Iterable[Feed]) -> dict[int, dict[str, int]]:
    counted: dict[int, dict[str, int]] = {}
    rows = Entry.objects.filter(feed__in=list(feeds)).order_by()
    for feed, state, count in rows.values_list("feed_id", "state").annotate(Count("id")):
        counted.setdefault(feed, {})[state] = count
    return counted


def _proposal_line(row: Proposal) -> ProposalLine:
    return ProposalLine(
        id=row.id,
        name=row.name,
        organisation=row.organisation,
        organisation_page=row.organisation_page,
        feed=row.feed,
        feed_kind=row.feed_kind,
        channel=row.channel,
        country=row.country,
        language=row.language,
        level=row.level,
        state=row.state,
        trouble=row.trouble,
        trouble_facts=row.trouble_facts,
        proposed_by=str(row.proposed_by),
        proposed_by_id=row.proposed_by_id,
        proposed_at=row.proposed_at,
        page_seen_at=row.page_seen_at,
        publication_id=row.publication_id,
    )


def find_list_rows() -> list[dict[str, str]]:
    """What the desk follows, a row for each feed, as `watch.listing` reads it back."""
    rows = Feed.objects.filter(publication__paused_at=None, stopped_at=None)
    feeds = rows.filter(url__startswith="http").defer("history").select_related("publication")
    return [
        {
            "name": feed.publication.name,
            "organisation": feed.publication.organisation,
            "organisation_page": feed.publication.organisation_page,
            "feed": feed.url,
            "kind": feed.kind,
            "country": feed.publication.country,
            "language": feed.publication.language,
            "level": feed.publication.level,
        }
        for feed in feeds.order_by("publication__name", "id")
    ]
