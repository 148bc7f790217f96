"""Looking again at a page: one conditional request, and only what changed is kept."""

from __future__ import annotations

from datetime import datetime

from haidang.core.machines import Machines
from haidang.engine.archive import WarcStore
from haidang.engine.pipeline import PageRead, read_page
from haidang.engine.types import PageData
from haidang.watch.models import Article, Look
from haidang.watch.queries.looks import find_entry_of
from haidang.watch.subscribed import SubscribedGate


def look_again(
    look: Look,
    machines: Machines,
    *,
    store: WarcStore | None,
    patience_s: float | None,
    now: datetime,
) -> PageRead:
    """Read the page of an article again. Raises NotYetError as the gate does."""
    article = look.article
    entry = find_entry_of(look)
    return read_page(
        entry.url if entry else article.url,
        http=SubscribedGate(
            machines.http, publication_id=article.publication_id, patience_s=patience_s
        ),
        reader=machines.reader,
        store=store,
        now=now,
        hint_language=article.language,
        hint_title=entry.title if entry else article.title,
        etag=look.etag,
        last_modified=look.last_modified,
        is_known=lambda page: is_same(page, article),
    )


def is_same(page: PageData, article: Article) -> bool:
    """Whether a page says what the article says already."""
    told = (page.title or article.title, page.lead, page.text)
    return told == (article.title, article.lead, article.text)
