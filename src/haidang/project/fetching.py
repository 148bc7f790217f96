"""`haidang fetch`: one round of visits in the foreground, with a progress bar."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, as_completed

from django.conf import settings
from django.db import connection
from django.utils import timezone

from haidang.core.machines import allow_hosts, find_machines
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _, ngettext
from haidang.project.demo.desk import find_demo_hosts
from haidang.project.progress import Progress
from haidang.watch import actions
from haidang.watch.jobs import read_feed_now
from haidang.watch.models import Article, Feed


def fetch_now(*, source: str | None) -> int:
    """Visit the due feeds (or the one of that address), then place what they brought."""
    now = timezone.now()
    allow_hosts(find_demo_hosts())
    if source is not None:
        if not actions.make_due(source, now=now):
            raise CommandFailed(_("no source has the address {address}").format(address=source))
        ids = [Feed.objects.get(url=source).id]
    else:
        ids = actions.claim_due_feeds(now=now)
    before = Article.objects.count()
    with (
        Progress(_("Visiting feeds"), total=len(ids)) as progress,
        ThreadPoolExecutor(settings.OPTIONS["FETCH_THREADS"]) as pool,
    ):
        for done in as_completed([pool.submit(_read_one, feed_id) for feed_id in ids]):
            done.result()
            progress.step()
    actions.place_waiting(now=timezone.now())
    new = Article.objects.count() - before
    find_machines().reader.close()
    print(ngettext("{count} new article", "{count} new articles", new).format(count=new))
    return 0


def _read_one(feed_id: int) -> None:
    try:
        read_feed_now(feed_id)
    finally:
        connection.close()
