"""Whether the tables agree with each other: what a crash or a bug would have put in disorder."""

from __future__ import annotations

from django.db import connection
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from haidang.watch.enums import EntryState
from haidang.watch.models import Article, Entry, Story


def find_disorder() -> list[str]:
    """One sentence for each disagreement; empty when all is well."""
    checks = {
        _("%(count)s stories whose number of articles is wrong"): _count_miscounted(),
        _("%(count)s reprints of a reprint"): _count_chains(),
        _("%(count)s articles that no search finds"): _count_unindexed(),
        _("%(count)s placed entries without an article"): Entry.objects.filter(
            state=EntryState.PLACED, article=None
        ).count(),
    }
    return [sentence % {"count": count} for sentence, count in checks.items() if count]


def _count_miscounted() -> int:
    counted = Story.objects.annotate(
        all=Count("article_rows"),
        found=Count("article_rows", filter=Q(article_rows__original=None)),
    )
    return counted.exclude(articles=F("all"), originals=F("found")).count()


def _count_chains() -> int:
    return Article.objects.filter(original__original__isnull=False).count()


def _count_unindexed() -> int:
    table = "watch_search" if connection.vendor == "postgresql" else "watch_search_docsize"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 -- one of two names of ours
        return abs(int(cursor.fetchone()[0]) - Article.objects.count())
