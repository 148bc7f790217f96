"""Articles on their way in by hand: drafts, the files with them, whose an address is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from haidang.engine.net import belongs_to, host_of
from haidang.watch.enums import DraftState, Way
from haidang.watch.models import Article, Draft, KeptFile, Publication, PublicationHost

DRAFT_LIFE = timedelta(days=7)
LISTED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A file kept as evidence, without the name or anything else that its maker put into it."""

    sha256: str
    size: int
    kind: str
    pages: int
    kept_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A draft as the list shows it."""

    id: int
    title: str
    url: str
    way: str
    state: str
    publication: str
    made_at: datetime
    kept_until: datetime


def find_home(url: str) -> Publication | None:
    """The registered publication on whose host an address lies, the closest host first."""
    host = host_of(url)
    name, colon, port = host.partition(":")
    labels = name.split(".")
    names = [".".join(labels[start:]) + colon + port for start in range(len(labels))]
    rows = PublicationHost.objects.filter(host__in=names).select_related("publication")
    fitting = [row for row in rows if belongs_to(url, frozenset({row.host}))]
    return max(fitting, key=lambda row: len(row.host)).publication if fitting else None


def find_article_of(publication: Publication, url: str) -> int | None:
    """The number of the article that the desk has from that address, or None."""
    known = Article.objects.filter(publication=publication, url=url)
    return known.values_list("id", flat=True).first()


def find_publications_to_choose() -> list[tuple[int, str]]:
    """Publications that an article may be entered for, by name."""
    rows = Publication.objects.filter(paused_at=None).order_by("name", "id")
    return list(rows.values_list("id", "name"))


def find_draft(draft_id: int) -> Draft | None:
    """A draft with its publication, file and record; None if there is none of that number."""
    rows = Draft.objects.select_related("publication", "file", "snapshot")
    return rows.filter(id=draft_id).first()


def find_drafts() -> list[DraftLine]:
    """The open drafts, newest first. One query, however many."""
    rows = Draft.objects.exclude(state=DraftState.PLACED).select_related("publication")
    return [
        DraftLine(
            id=row.id,
            title=row.title,
            url=row.url if row.way == Way.ADDRESS else "",
            way=row.way,
            state=row.state,
            publication=row.publication.name,
            made_at=row.made_at,
            kept_until=row.made_at + DRAFT_LIFE,
        )
        for row in rows.order_by("-made_at", "-id")[:LISTED]
    ]


def find_file(sha256: str) -> FileLine | None:
    """The file of that hash, or None."""
    row = KeptFile.objects.filter(sha256=sha256).first()
    return tell_file(row) if row else None


def find_files_of(article: Article) -> tuple[FileLine, ...]:
    """The files that were handed in with an article."""
    rows = KeptFile.objects.filter(entries__article=article).order_by("kept_at", "id").distinct()
    return tuple(tell_file(row) for row in rows)


def find_kept_hashes() -> Iterator[str]:
    """The hash of every kept file, for holding the folder against them."""
    return KeptFile.objects.order_by("sha256").values_list("sha256", flat=True).iterator(2000)


def tell_file(row: KeptFile) -> FileLine:
    """A kept file as the pages show it."""
    return FileLine(
        sha256=row.sha256, size=row.size, kind=row.kind, pages=row.pages, kept_at=row.kept_at
    )
