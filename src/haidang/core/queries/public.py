"""What one can find at the gate and beyond it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from haidang.core.models import Imprint, Passage, PublicItem, PublicVersion

PAGE = 50


def find_imprint() -> Imprint | None:
    """Who publishes here, once that was said."""
    return Imprint.objects.filter(id=1).first()


def find_items() -> tuple[PublicItem, ...]:
    """What is public and stands, newest first."""
    return tuple(PublicItem.objects.filter(withdrawn_why="")[:PAGE])


def find_items_after(
    after: tuple[datetime, int] | None, *, limit: int, language: str = ""
) -> list[PublicItem]:
    """What was published before that moment and number, newest first, with what was withdrawn since."""
    items = PublicItem.objects.order_by("-published_at", "-id")
    if language:
        items = items.filter(language=language)
    if after is not None:
        moment, number = after
        items = items.filter(Q(published_at__lt=moment) | Q(published_at=moment, id__lt=number))
    return list(items[:limit])


def find_item(number: int, *, language: str) -> PublicItem | None:
    """One public text at its address, also if it was withdrawn."""
    return PublicItem.objects.filter(pk=number, language=language).first()


def find_versions(item: PublicItem) -> tuple[PublicVersion, ...]:
    """What stood in it before, newest first."""
    return tuple(item.versions.all())


def find_changes() -> tuple[PublicVersion, ...]:
    """All corrections and withdrawals, newest first."""
    changed = PublicVersion.objects.select_related("item").order_by("-ended_at", "-id")
    return tuple(changed[:PAGE])


def find_passages() -> tuple[Passage, ...]:
    """Ways through the gate, newest first."""
    return tuple(Passage.objects.select_related("proposer", "approver", "item")[:PAGE])


def find_passage(number: int) -> Passage | None:
    """One way through the gate."""
    found = Passage.objects.select_related("proposer", "approver", "item").filter(pk=number)
    return found.first()
