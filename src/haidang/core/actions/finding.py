"""Keeping the public texts findable, each by its number. What was withdrawn is not in the table."""

from __future__ import annotations

from haidang.core.actions.words import WordTable
from haidang.core.models import PublicItem
from haidang.engine.search import IndexForm, index_form

_TABLE = WordTable("core_search")


def index_item(item: PublicItem) -> None:
    """Make a public text findable; in the transaction that publishes it."""
    _TABLE.write(item.pk, _form_of(item))


def unindex_item(item: PublicItem) -> None:
    """Take a text's words out of the table; call it before they change."""
    _TABLE.erase(item.pk, _form_of(item))


def empty_index() -> None:
    """Forget all rows; no text is touched."""
    _TABLE.empty()


def fill_index() -> int:
    """Empty the table and fill it from what is public and stands; how many."""
    empty_index()
    count = 0
    for item in PublicItem.objects.filter(withdrawn_why="").iterator(500):
        index_item(item)
        count += 1
    return count


def _form_of(item: PublicItem) -> IndexForm:
    return index_form(item.title, "", item.body)
