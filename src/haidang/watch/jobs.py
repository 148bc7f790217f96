"""What WATCH does by itself: sweep due feeds into batches, read a batch, place what was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from haidang.core.jobs import Periodic, enqueue_once, job
from haidang.core.machines import Machines, find_machines
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds import is_same_site
from haidang.engine.pipeline import read_page, visit_feed
from haidang.watch import actions, hubs, tending
from haidang.watch.actions.stories import recount_story
from haidang.watch.drafting import work_on_draft
from haidang.watch.models import Entry, Feed, Proposal
from haidang.watch.proving import look_at_page
from haidang.watch.queries.due import (
    find_batch_entries,
    find_batch_entry,
    find_batch_feed,
    find_feed_for_update,
    is_due,
    is_followed,
)
from haidang.watch.queries.hubs import find_feeds_to_subscribe, find_pushes
from haidang.watch.queries.placing import has_entries_to_place
from haidang.watch.queries.register import find_pages_to_see, find_stories_of
from haidang.watch.queries.topics import find_topics_to_sort
from haidang.watch.rounds import PATIENCE_S, Errand, Round, wait_for
from haidang.watch.rules import host_of, may_follow
from haidang.watch.subscribed import SubscribedGate

BATCH = 12
SWEEP = timedelta(seconds=4)
ASK_HUBS = timedelta(minutes=10)
HUBS_A_ROUND = 50
PUSHES_A_ROUND = 100
SEE_PAGES = timedelta(minutes=10)
SWEEP_TOPICS = timedelta(seconds=10)
PAGES_A_FEED = 200
HANDS = 8  # so many jobs are made of what is handed on


def sweep(now: datetime) -> int:
    """Turn the feeds that are due into jobs, one a batch; how many feeds."""
    with transaction.atomic():
        due = actions.claim_due_feeds(now=now)
        # Small batches while there are few feeds, so that no thread idles.
        size = max(1, min(BATCH, len(due) // 8))
        for start in range(0, len(due), size):
            read_batch.enqueue(feed_ids=due[start : start + size])
        if has_entries_to_place():
            enqueue_once(place_articles)
    return len(due)


@job(queue="fetch")
def read_batch(feed_ids: list[int]) -> None:
    """Visit the feeds that are due and read their waiting pages, whichever host is free first."""
    machines = find_machines()
    urls = dict(Feed.objects.filter(id__in=feed_ids).values_list("id", "url"))
    going = Round(
        wait_s=wait_for(machines.http),
        do=lambda errand: _run_errand(errand, machines, patience_s=PATIENCE_S),
        hand_on=hand_on_feeds,
        put_off=_put_off,
    )
    gone = going.run([Errand(urls[one], one) for one in feed_ids if one in urls])
    for feed_id in feed_ids:
        if feed_id not in gone:
            actions.release_feed(feed_id)


def read_feed_now(feed_id: int) -> None:
    """Visit a feed and read its waiting pages in the foreground, however long its host takes."""
    errands = [Errand("", feed_id)]
    while errands:
        errands.extend(_run_errand(errands.pop(0), find_machines(), patience_s=None))
    actions.release_feed(feed_id)


def hand_on_feeds(feed_ids: list[int], wait_s: float) -> None:
    """Have feeds of a batch taken up by other threads, or later: nobody claims them meanwhile."""
    now = timezone.now()
    after = now + timedelta(seconds=wait_s)
    size = max(1, -(-len(feed_ids) // HANDS)) if not wait_s else len(feed_ids)
    with transaction.atomic():
        for feed_id in feed_ids:
            actions.renew_claim(feed_id, now=after)
        for start in range(0, len(feed_ids), size):
            batch = read_batch.using(run_after=after) if wait_s else read_batch
            batch.enqueue(feed_ids=feed_ids[start : start + size])


def _put_off(errands: list[Errand], wait_s: float) -> None:
    until = timezone.now() + timedelta(seconds=wait_s)
    actions.put_off_entries([one.page for one in errands if one.page is not None], until=until)


def _run_errand(
    errand: Errand, machines: Machines, *, patience_s: float | None
) -> Iterable[Errand]:
    """Visit a feed, which leads to its waiting pages; or read such a page."""
    if errand.page is None:
        feed = find_batch_feed(errand.subject)
        if feed is None:
            return ()
        _visit(feed, machines, patience_s=patience_s)
        waiting = find_batch_entries(feed, now=timezone.now(), limit=PAGES_A_FEED)
        return [Errand(entry.url, errand.subject, entry.id) for entry in waiting]
    entry = find_batch_entry(errand.page)
    if entry is not None:
        read_entry(entry, machines, patience_s=patience_s)
    return ()


def _visit(feed: Feed, machines: Machines, *, patience_s: float | None) -> None:
    now = timezone.now()
    if is_due(feed, now=now):
        visit = visit_feed(
            find_feed_for_update(feed),
            http=SubscribedGate(
                machines.http, publication_id=feed.publication_id, patience_s=patience_s
            ),
            reader=machines.reader,
            now=now,
            may_follow=_follower_of(feed),
        )
        actions.store_visit(feed, visit, now=now)


def _follower_of(feed: Feed) -> Callable[[str], bool]:
    """Which feeds, of those that this one's page announces, may take its place."""
    hosts = frozenset(feed.publication.hosts.values_list("host", flat=True))

    def follows(url: str) -> bool:
        return may_follow(url, hosts) and not is_followed(url, besides=feed.id)

    return follows


def read_entry(entry: Entry, machines: Machines, *, patience_s: float | None = None) -> None:
    """Read the page of a waiting entry, and have what came of it placed.

    Raises NotYetError when it is not the host's turn within `patience_s`.
    """
    read = read_page(
        entry.url,
        http=SubscribedGate(
            machines.http, publication_id=entry.feed.publication_id, patience_s=patience_s
        ),
        reader=machines.reader,
        store=tending.find_store(machines),
        now=timezone.now(),
        hint_language=entry.language or entry.feed.publication.language,
        hint_title=entry.title,
    )
    with transaction.atomic():
        actions.store_read(entry, read, now=timezone.now())
        actions.renew_claim(entry.feed_id, now=timezone.now())
        enqueue_once(place_articles)


@job(queue="fetch")
def read_proposal(proposal_id: int) -> None:
    """Look at the page of the organisation whose publication is proposed."""
    proposal = Proposal.objects.get(id=proposal_id)
    looked = look_at_page(
        proposal.organisation_page,
        name=proposal.name,
        channel=proposal.channel,
        machines=find_machines(),
        now=timezone.now(),
    )
    actions.store_looked(proposal_id, looked, now=timezone.now())


def read_proposal_next(proposal_id: int) -> None:
    """Have a proposal's page looked at, in the transaction that proposes it."""
    read_proposal.enqueue(proposal_id=proposal_id)


@job(queue="fetch")
def see_pages() -> None:
    """Look at pages that no one saw yet, of publications from a pack or the command line."""
    machines = find_machines()
    for publication in find_pages_to_see(now=timezone.now()):
        looked = look_at_page(
            publication.organisation_page,
            name=publication.name,
            machines=machines,
            now=timezone.now(),
        )
        actions.store_page_look(publication.id, looked, now=timezone.now())


def sweep_pages(now: datetime) -> bool:
    """Have the next few unseen pages looked at."""
    return bool(find_pages_to_see(now=now)) and enqueue_once(see_pages)


@job(queue="desk")
def recount_publication(publication_id: int) -> None:
    """Count the stories of a publication anew: its level or its country was corrected."""
    for story_id in find_stories_of(publication_id):
        recount_story(story_id)


def recount_publication_next(publication_id: int) -> None:
    """Have a publication's stories counted anew, in the transaction that corrects it."""
    recount_publication.enqueue(publication_id=publication_id)


@job(queue="desk")
def place_articles() -> None:
    """Place what was read: reprint of what, which story."""
    actions.place_waiting(now=timezone.now())


@job(queue="fetch")
def read_draft(draft_id: int) -> None:
    """The machine's part in entering an article by hand; a confirmed one is placed next."""
    work_on_draft(draft_id, machines=find_machines(), now=timezone.now())
    if has_entries_to_place():
        enqueue_once(place_articles)


def read_draft_next(draft_id: int) -> None:
    """Have a draft worked on, in the transaction that asks for it."""
    read_draft.enqueue(draft_id=draft_id)


def forget_drafts(now: datetime) -> int:
    """Drop drafts that nobody confirmed within a week; how many."""
    return actions.forget_drafts(now=now)


@job(queue="desk")
def sort_topics() -> None:
    """Go through the last 90 days for topics whose rule is new."""
    actions.sort_topics(now=timezone.now())


def sweep_topics(_now: datetime) -> int:
    """Have new rules gone through; how many."""
    due = len(find_topics_to_sort())
    if due:
        enqueue_once(sort_topics)
    return due


def renew_subscriptions(now: datetime) -> bool:
    """Have hubs asked to tell of new entries, where they can reach the desk; whether there are any."""
    wanted = hubs.is_reachable() and bool(find_feeds_to_subscribe(now=now, limit=1))
    return wanted and enqueue_once(ask_hubs)


@job(queue="fetch")
def ask_hubs() -> None:
    """Ask the hubs of feeds that offer one (WebSub). Only over an address on the feed's own site."""
    machines, now = find_machines(), timezone.now()
    feeds = find_feeds_to_subscribe(now=now, limit=HUBS_A_ROUND)
    for feed in feeds:
        subscription = actions.open_subscription(feed, now=now)
        try:
            if not is_same_site(feed.topic_url, feed.url):
                raise EngineError(Trouble.OTHER_HOST, host=host_of(feed.topic_url))
            machines.http.ask_hub(feed.hub_url, hubs.request_for(subscription))
        except EngineError as error:
            actions.note_hub_fault(subscription, error, now=timezone.now())
    actions.log_asking(len(feeds), now=now)


@job(queue="fetch")
def read_pushes() -> None:
    """Read what hubs have sent, in the sandbox as any feed."""
    machines = find_machines()
    for push in find_pushes(PUSHES_A_ROUND):
        try:
            data = machines.reader.run(
                "haidang.engine.feeds:parse_feed",
                bytes(push.body),
                url=push.subscription.topic_url,
                content_type=push.content_type,
                now=timezone.now(),
            )
        except EngineError:
            data = None
        actions.store_push(push, data, now=timezone.now())


PERIODICS = (
    *tending.PERIODICS,
    Periodic("watch.sweep", SWEEP, sweep),
    Periodic("watch.hubs", ASK_HUBS, renew_subscriptions),
    Periodic("watch.pages", SEE_PAGES, sweep_pages),
    Periodic("watch.topics", SWEEP_TOPICS, sweep_topics),
    Periodic("watch.forget_drafts", timedelta(hours=6), forget_drafts),
)
