"""What a batch of placed articles writes at its end, a statement for all in place of one for each.

All within the transaction that places them: either everything of a batch stands in the tables, or
nothing. Refuses what the next article of the same batch must already find there: the article itself,
its story, its search row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F

from haidang.watch.actions.looks import plan_look, store_plans
from haidang.watch.actions.sketches import keep_sketch, keep_sketches
from haidang.watch.enums import EntryState
from haidang.watch.models import Article, Entry, Look, Sketch


@dataclass
class Batch:
    """Looks, sketches and entries of the articles placed so far, by article or entry."""

    _looks: dict[int, Look] = field(default_factory=dict)
    _sketches: dict[int, Sketch] = field(default_factory=dict)
    _new: list[int] = field(default_factory=list)

    def note_look(self, article: Article, entry: Entry, *, now: datetime) -> None:
        """Have the page looked at again, if it is one of a young article."""
        look = plan_look(article, entry, now=now)
        if look is not None:
            self._looks[article.id] = look

    def note_sketch(self, article: Article, data: bytes) -> None:
        """Keep what the grouper read of it; empty bytes drop what was kept."""
        if data:
            self._sketches[article.id] = Sketch(article=article, at=article.sort_at, data=data)
        else:
            self._sketches.pop(article.id, None)
            keep_sketch(article, data)

    def note_placed(self, entry: Entry, article: Article) -> None:
        """The entry became that article, which carries its number if it is new."""
        entry.state, entry.page, entry.article = EntryState.PLACED, None, article
        if article.id == entry.id:
            self._new.append(entry.id)
        else:
            entry.save(update_fields=["state", "page", "article"])

    def store(self) -> None:
        """Write all of it; in the transaction of the batch."""
        Entry.objects.filter(id__in=self._new).update(
            state=EntryState.PLACED, page=None, article_id=F("id")
        )
        store_plans(self._looks.values())
        keep_sketches(self._sketches.values())
