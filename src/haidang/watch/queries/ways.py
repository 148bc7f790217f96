"""How the desk reads one feed: what it is, where its headlines stand, who tells of new ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from haidang.watch.enums import FeedKind, SubscriptionState
from haidang.watch.models import Entry, Feed, Subscription

HEADLINES = 10
_NO_FEEDS = (FeedKind.IMPORT, FeedKind.BACKFILL, FeedKind.HAND)


@dataclass(frozen=True, slots=True)
class Headline:
    """What a feed gave: a headline, and its address where there is none."""

    title: str
    url: str
    first_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedWay:
    """One feed as it is read. `hub_state` is "" where no hub was asked."""

    id: int
    url: str
    publication_id: int
    publication: str
    language: str
    kind: str
    trouble: str
    trouble_facts: dict[str, object]
    selector: str
    selector_given: bool
    hub_url: str
    hub_state: str
    hub_trouble: str
    hub_facts: dict[str, object]
    lease_until: datetime | None
    last_push_at: datetime | None
    headlines: tuple[Headline, ...]


def find_feed_way(feed_id: int) -> FeedWay | None:
    """The feed of that number, or None if there is none to be visited. Two queries."""
    found = Feed.objects.select_related("publication", "subscription").filter(id=feed_id)
    feed = found.exclude(kind__in=_NO_FEEDS).first()
    if feed is None:
        return None
    hub: Subscription | None = getattr(feed, "subscription", None)
    rows = Entry.objects.filter(feed=feed).order_by("-id")
    lines = rows.values_list("title", "url", "first_seen")[:HEADLINES]
    return FeedWay(
        id=feed.id,
        url=feed.url,
        publication_id=feed.publication_id,
        publication=feed.publication.name,
        language=feed.publication.language,
        kind=feed.kind,
        trouble=feed.trouble,
        trouble_facts=feed.trouble_facts,
        selector=feed.selector,
        selector_given=feed.selector_given,
        hub_url=feed.hub_url,
        hub_state=SubscriptionState(hub.state).value if hub else "",
        hub_trouble=hub.trouble if hub else "",
        hub_facts=hub.trouble_facts if hub else {},
        lease_until=hub.lease_until if hub else None,
        last_push_at=hub.last_push_at if hub else None,
        headlines=tuple(Headline(*line) for line in lines),
    )
