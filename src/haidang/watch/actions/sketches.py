"""What the grouper read of each article in its window, kept so that rebuilding it reads no text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from haidang.core.actions.rows import insert_rows
from haidang.watch.models import Article, Sketch

SLACK = timedelta(days=3)


def keep_sketch(article: Article, data: bytes) -> None:
    """Keep it in place of what was kept before; empty bytes are not worth a row."""
    if data:
        keep_sketches([Sketch(article=article, at=article.sort_at, data=data)])
    else:
        Sketch.objects.filter(article=article).delete()


def keep_sketches(sketches: Iterable[Sketch]) -> None:
    """Keep these, one an article, in place of what was kept before."""
    insert_rows(
        sketches,
        end="ON CONFLICT (article_id) DO UPDATE SET at = EXCLUDED.at, data = EXCLUDED.data",
    )


def drop_sketches(*, before: datetime) -> int:
    """Forget those of articles that left the window; how many."""
    return Sketch.objects.filter(at__lt=before - SLACK).delete()[0]
