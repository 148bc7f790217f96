"""An article: its clean text, its versions, its copies, and the record of what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from haidang.engine.text import differences
from haidang.engine.types import Change, Difference
from haidang.watch.enums import Level
from haidang.watch.models import Article, Snapshot
from haidang.watch.queries.cards import StoryCard, build_cards
from haidang.watch.queries.drafts import FileLine, find_files_of
from haidang.watch.queries.looks import LookLine, find_look_line
from haidang.watch.queries.story import Copy, build_copy, excerpt, read_why

COPIES_MAX = 200


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another article this one comes from."""

    id: int
    title: str
    publication: str
    language: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A change after publication: what was replaced then, and by what."""

    replaced_at: datetime
    title: str
    title_changed: bool
    title_changes: tuple[Difference, ...]
    changes: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """The archived record of the page."""

    fetched_at: datetime
    sha256: str
    bytes: int
    kept_why: str = ""
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    id: int
    title: str
    lead: str
    paragraphs: tuple[str, ...]
    language: str
    publication: str
    publication_id: int
    country: str
    foreign: bool
    url: str
    published_at: datetime
    precision: str
    first_seen: datetime
    section: str
    story: StoryCard
    original: Neighbour | None
    kind: str
    share: float | None
    translated_from: Neighbour | None
    copies: tuple[Copy, ...]
    changes: tuple[Difference, ...]  # of this reprint against its original
    versions: tuple[VersionLine, ...]
    snapshot: SnapshotLine | None
    why: tuple[tuple[str, str], ...]
    reprint_why: tuple[tuple[str, str], ...]
    noarchive: bool
    page_kind: str
    files: tuple[FileLine, ...] = ()
    gone_at: datetime | None = None
    told_at: datetime | None = None
    look: LookLine | None = None


def find_article(article_id: int) -> ArticlePage | None:
    """The page of an article, or None if there is none of that number."""
    row = (
        Article.objects.filter(id=article_id)
        .select_related(
            "publication",
            "story__first_publication",
            "original__publication",
            "translated_from__publication",
            "snapshot",
        )
        .first()
    )
    if row is None:
        return None
    copies = row.copies.select_related("publication").order_by("sort_at", "id")[:COPIES_MAX]
    told = excerpt(differences(row.original.text, row.text), limit=12) if row.original else ()
    return ArticlePage(
        id=row.id,
        title=row.title,
        lead=row.lead,
        paragraphs=tuple(part for part in row.text.split("\n") if part.strip()),
        language=row.language,
        publication=row.publication.name,
        publication_id=row.publication_id,
        country=row.publication.country,
        foreign=row.publication.level == Level.FOREIGN,
        url=row.url,
        published_at=row.published_at,
        precision=row.precision,
        first_seen=row.first_seen,
        section=row.section,
        story=build_cards([row.story], now=timezone.now())[0],
        original=_neighbour(row.original),
        kind=row.reprint_kind,
        share=row.share,
        translated_from=_neighbour(row.translated_from),
        copies=tuple(build_copy(copy, original=row) for copy in copies),
        changes=told,
        versions=_versions(row),
        snapshot=_snapshot(row.snapshot),
        why=read_why(row.why),
        reprint_why=read_why(row.reprint_why),
        noarchive=row.noarchive,
        page_kind=row.page_kind,
        files=find_files_of(row),
        gone_at=row.gone_at,
        told_at=row.told_at,
        look=find_look_line(row.id),
    )


def _neighbour(row: Article | None) -> Neighbour | None:
    return Neighbour(row.id, row.title, row.publication.name, row.language) if row else None


def _snapshot(row: Snapshot | None) -> SnapshotLine | None:
    if row is None:
        return None
    return SnapshotLine(
        row.fetched_at, row.payload_sha256, row.length, row.kept_why, row.removed_at
    )


def _versions(row: Article) -> tuple[VersionLine, ...]:
    """Newest change first: each with the words that were replaced and those that replaced them."""
    kept = list(row.versions.all())
    lines = []
    after_title, after_text = row.title, f"{row.lead}\n{row.text}"
    for version in reversed(kept):
        before_text = f"{version.lead}\n{version.text}"
        changed = version.title != after_title
        told = differences(before_text, after_text)
        lines.append(
            VersionLine(
                replaced_at=version.replaced_at,
                title=version.title,
                title_changed=changed,
                title_changes=differences(version.title, after_title) if changed else (),
                changes=excerpt(told, limit=12) if _differs(told) else (),
            )
        )
        after_title, after_text = version.title, before_text
    return tuple(lines)


def _differs(told: tuple[Difference, ...]) -> bool:
    return any(piece.change is not Change.SAME for piece in told)
