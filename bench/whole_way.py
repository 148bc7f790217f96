"""Our desk over made-up sites: feeds visited, pages read, articles placed, by the desk's own code."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.growing import Grown, Mill, Text
from bench.sites import Site, feed_of, make_sites, page_of, url_of

A_DAY = 3_000  # articles that the papers publish together
A_FEED = 40
PAPERS = 60
STAGES = ("visit", "read", "store", "place")


@dataclass(frozen=True, slots=True)
class Round:
    """What one visit to one paper's feed brings."""

    paper: int
    site: Site
    feed: bytes
    pages: dict[str, bytes]
    now: datetime


def make_rounds(texts: Sequence[Text], count: int, *, filled: int = 0) -> Iterator[Round]:
    """Feeds of forty new articles with their pages, paper after paper, until the present."""
    hosts = [f"bao{number}.example" for number in range(PAPERS)]
    sites = make_sites(hosts, [text.title for text in texts])
    step = timedelta(days=1) / A_DAY
    first = datetime.now(UTC) - step * (filled + count)
    articles = islice(Mill(texts).make(filled + count), filled, None)
    paper = 0
    while batch := list(islice(articles, A_FEED)):
        paper = (paper + 7) % PAPERS
        site = sites[paper]
        timed = [(one, first + step * one.number) for one in batch]
        yield Round(
            paper=paper,
            site=site,
            feed=feed_of(site, timed),
            pages={url_of(site, one): page_of(site, one, at=at) for one, at in timed},
            now=timed[-1][1] + timedelta(minutes=1),
        )


@dataclass
class Shelf:
    """In place of the gate: what the round under way would have brought over the network."""

    answers: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    now: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def take(self, going: Round) -> None:
        feed = f"http://{going.site.host}/rss"
        self.answers = {feed: (going.feed, "application/rss+xml; charset=utf-8")}
        for url, page in going.pages.items():
            self.answers[url] = (page, "text/html; charset=utf-8")
        self.now = going.now

    def fetch(self, url: str, **_asked: Any) -> Any:
        from haidang.engine.types import Reply

        body, kind = self.answers[url]
        return Reply(
            url=url, final_url=url, status=200, reason="OK", headers=(("Content-Type", kind),),
            body=body, raw_body=body, fetched_at=self.now,
        )  # fmt: skip


class Clock:
    """CPU-seconds by stage. What processes below this one spent is read once a round: reading."""

    def __init__(self) -> None:
        self.spent = dict.fromkeys(STAGES, 0.0)
        self._last = time.process_time()
        self._below = tree_cpu_s() - time.process_time()

    def lap(self, stage: str | None) -> None:
        """What passed since the last lap belongs to that stage; None: to none."""
        present = time.process_time()
        if stage is not None:
            self.spent[stage] += present - self._last
        self._last = present

    def end_round(self) -> None:
        below = tree_cpu_s() - time.process_time()
        self.spent["read"] += below - self._below
        self._below = below
        self._last = time.process_time()


def tree_cpu_s() -> float:
    """CPU-seconds of this process and its descendants, ended ones included."""
    tick = os.sysconf("SC_CLK_TCK")
    own = os.times()
    total = time.process_time() + own.children_user + own.children_system
    todo = _children(os.getpid())
    while todo:
        process = todo.pop()
        try:
            told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(one) for one in told[11:15]) / tick
        todo += _children(process)
    return total


def _children(process: int) -> list[int]:
    try:
        told = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [int(one) for one in told.split()]


def run_desk(
    texts: Sequence[Text], home: Path, filled: int, count: int, *, warc: bool
) -> dict[str, Any]:
    """Fill the desk of that folder, then bring `count` articles in on the real way; the figures."""
    from bench import desk

    desk.wake(home)
    from haidang.core.machines import find_machines
    from haidang.watch.models import Article

    began = datetime.now(UTC) - timedelta(days=1) * count / A_DAY
    if filled:
        desk.fill(Mill(texts).make(filled), size=filled, now=began, days=filled / A_DAY)
    else:
        desk.register_papers(now=began)
    papers = _feeds()
    machines = find_machines()
    shelf, clock = Shelf(), Clock()
    try:
        for number, going in enumerate(make_rounds(texts, count, filled=filled)):
            shelf.take(going)
            clock.lap(None)
            _go(papers[going.paper], going, shelf, machines, clock, warc=warc)
            if number == 0 and filled:  # the window was rebuilt from the tables: told apart
                window_s, clock = clock.spent["place"], Clock()
                taken = Article.objects.count()
    finally:
        machines.reader.close()
    done = Article.objects.count() - (taken if filled else 0)
    spent = sum(clock.spent.values())
    told = {f"{stage}_ms": round(clock.spent[stage] / done * 1000, 3) for stage in STAGES}
    figures = {
        "articles": done,
        "articles_per_cpu_s": round(done / spent, 1),
        "ms_per_article": round(spent / done * 1000, 3),
        **told,
    }
    return figures | ({"window_load_s": round(window_s, 2)} if filled else {})


def _feeds() -> list[Any]:
    from haidang.watch.models import Feed

    return list(Feed.objects.order_by("id").values_list("id", flat=True))


def _go(
    feed_id: int, going: Round, shelf: Shelf, machines: Any, clock: Clock, *, warc: bool
) -> None:
    """One round as the jobs do it: visit, read each page, place."""
    from django.db import transaction

    from haidang.core.jobs import enqueue_once
    from haidang.engine.pipeline import read_page, visit_feed
    from haidang.watch import actions
    from haidang.watch.jobs import place_articles
    from haidang.watch.queries.due import (
        find_batch_entries,
        find_batch_entry,
        find_batch_feed,
        find_feed_for_update,
    )

    feed, now = find_batch_feed(feed_id), going.now
    assert feed is not None
    visit = visit_feed(find_feed_for_update(feed), http=shelf, reader=machines.reader, now=now)
    actions.store_visit(feed, visit, now=now)
    waiting = [one.id for one in find_batch_entries(feed, now=now, limit=A_FEED)]
    clock.lap("visit")
    for number in waiting:
        entry = find_batch_entry(number)
        assert entry is not None
        clock.lap("store")
        read = read_page(
            entry.url,
            http=shelf,
            reader=machines.reader,
            store=machines.store if warc else None,
            now=now,
            hint_language=entry.language or entry.feed.publication.language,
            hint_title=entry.title,
        )
        clock.lap("read")
        with transaction.atomic():
            actions.store_read(entry, read, now=now)
            actions.renew_claim(entry.feed_id, now=now)
            enqueue_once(place_articles)
    clock.lap("store")
    actions.place_waiting(now=now)
    clock.lap("place")
    clock.end_round()


__all__ = ["Grown", "make_rounds", "run_desk", "tree_cpu_s"]
