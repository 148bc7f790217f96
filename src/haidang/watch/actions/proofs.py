"""The page of a publication that was registered without one: from a pack or the command line."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from haidang.watch.actions.register import PageLooked, keep_page
from haidang.watch.models import Publication


def store_page_look(publication_id: int, looked: PageLooked, *, now: datetime) -> bool:
    """Note that a publication's page was looked at; True if it bore the registration out."""
    with transaction.atomic():
        publication = Publication.objects.select_for_update().get(id=publication_id)
        publication.page_tried_at = now
        if not looked.trouble:
            publication.page_seen_at = looked.seen_at
            if looked.record is not None:
                publication.page_snapshot = keep_page(looked)
        publication.save(update_fields=["page_tried_at", "page_seen_at", "page_snapshot"])
    return not looked.trouble
