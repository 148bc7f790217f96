"""A story: who was first, who copied, who changed what, and why they stand together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Q
from django.utils import timezone

from haidang.engine.text import differences
from haidang.engine.types import Change, Difference
from haidang.watch.enums import Level, ReprintKind
from haidang.watch.models import Article, Story
from haidang.watch.queries.cards import DotKind, StoryCard, build_cards, dot_kind
from haidang.watch.queries.regrouping import RegroupingLine, find_story_log

ROWS = 7
EXCERPTS = 3
AROUND = 6  # words kept on each side of a change
ARTICLES_MAX = 400
RELATED = 5
RELATED_DAYS = 60


@dataclass(frozen=True, slots=True)
class SpreadDot:
    article_id: int
    at: datetime
    kind: DotKind
    foreign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadRow:
    """A publication's line in the picture; `publication` "" folds `folded` further ones."""

    publication: str
    publication_id: int | None
    language: str
    country: str
    foreign: bool
    dots: tuple[SpreadDot, ...]
    folded: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A reprint; `changes` are excerpts of what an edited one changed."""

    article_id: int
    publication: str
    at: datetime
    kind: str
    title: str
    foreign: bool
    changes: tuple[Difference, ...] = ()
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryArticle:
    """An original of the story, with its copies."""

    id: int
    title: str
    language: str
    publication: str
    at: datetime
    precision: str
    foreign: bool
    country: str
    is_first: bool
    headline_changes: int
    translated_from: int | None
    translated_from_publication: str
    copies: tuple[Copy, ...]
    why: tuple[tuple[str, str], ...]
    pinned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    card: StoryCard
    spread: tuple[SpreadRow, ...]
    spread_from: datetime
    spread_to: datetime
    articles: tuple[StoryArticle, ...]
    by_level: tuple[tuple[str, int], ...]
    related: tuple[StoryCard, ...]
    pinned: bool  # people closed it to the machine
    regroupings: tuple[RegroupingLine, ...]


def find_story(story_id: int) -> StoryPage | None:
    """The page of a story; None if there is none of that number, or it was merged into another."""
    story = Story.objects.select_related("first_publication").filter(id=story_id).first()
    if story is None or story.merged_into_id is not None:
        return None
    rows = list(
        Article.objects.filter(story=story)
        .select_related("publication", "translated_from__publication")
        .order_by("sort_at", "id")[:ARTICLES_MAX]
    )
    levels = Counter(row.publication.level for row in rows)
    now = timezone.now()
    return StoryPage(
        card=build_cards([story], now=now)[0],
        spread=_spread(rows),
        spread_from=story.first_at,
        spread_to=story.last_at,
        articles=_originals(rows),
        by_level=tuple((level, levels[level]) for level in Level.values if levels[level]),
        related=_related(story, now=now),
        pinned=story.pinned,
        regroupings=find_story_log(story.id, now=now),
    )


def _spread(rows: Sequence[Article]) -> tuple[SpreadRow, ...]:
    """Publications in the order of their first article; those beyond seven lines in one line."""
    by_publication: dict[int, list[Article]] = defaultdict(list)
    for row in rows:
        by_publication[row.publication_id].append(row)
    lines = [_spread_row(articles) for articles in by_publication.values()]
    if len(lines) <= ROWS:
        return tuple(lines)
    rest = lines[ROWS - 1 :]
    dots = sorted((dot for line in rest for dot in line.dots), key=lambda dot: dot.at)
    return (
        *lines[: ROWS - 1],
        SpreadRow(
            publication="",
            publication_id=None,
            language="",
            country="",
            foreign=False,
            dots=tuple(dots),
            folded=len(rest),
        ),
    )


def _spread_row(articles: list[Article]) -> SpreadRow:
    publication = articles[0].publication
    foreign = publication.level == Level.FOREIGN
    return SpreadRow(
        publication=publication.name,
        publication_id=publication.id,
        language=publication.language,
        country=publication.country,
        foreign=foreign,
        dots=tuple(
            SpreadDot(row.id, row.sort_at, dot_kind(row.original_id, row.reprint_kind), foreign)
            for row in articles
        ),
    )


def _originals(rows: Sequence[Article]) -> tuple[StoryArticle, ...]:
    by_id = {row.id: row for row in rows}
    copies: dict[int, list[Article]] = defaultdict(list)
    for row in rows:
        if row.original_id is not None:
            copies[row.original_id].append(row)
    # A copy whose original stands in another story is listed on its own, so that none is lost.
    listed = [row for row in rows if row.original_id is None or row.original_id not in by_id]
    return tuple(
        StoryArticle(
            id=row.id,
            title=row.title,
            language=row.language,
            publication=row.publication.name,
            at=row.sort_at,
            precision=row.precision,
            foreign=row.publication.level == Level.FOREIGN,
            country=row.publication.country,
            is_first=row is rows[0],
            headline_changes=row.headline_changes,
            translated_from=row.translated_from_id,
            translated_from_publication=(
                row.translated_from.publication.name if row.translated_from else ""
            ),
            copies=tuple(build_copy(copy, original=row) for copy in copies[row.id]),
            why=read_why(row.why),
            pinned=row.pinned,
        )
        for row in listed
    )


def build_copy(copy: Article, *, original: Article | None) -> Copy:
    """A reprint as a line, with excerpts of its changes where it was edited."""
    changes: tuple[Difference, ...] = ()
    if original is not None and copy.reprint_kind == ReprintKind.EDITED:
        changes = excerpt(differences(original.text, copy.text))
    return Copy(
        article_id=copy.id,
        publication=copy.publication.name,
        at=copy.sort_at,
        kind=copy.reprint_kind,
        title=copy.title,
        foreign=copy.publication.level == Level.FOREIGN,
        changes=changes,
        pinned=copy.pinned,
    )


def excerpt(told: Sequence[Difference], *, limit: int = EXCERPTS) -> tuple[Difference, ...]:
    """The first few changes, each with a few words around it; "…" where words were left out."""
    told = _joined(told)
    kept: list[Difference] = []
    changes = 0
    for number, piece in enumerate(told):
        if piece.change is not Change.SAME:
            kept.append(Difference(piece.change, _short(piece.text)))
            after = told[number + 1] if number + 1 < len(told) else None
            changes += after is None or after.change is Change.SAME
            continue
        if changes >= limit:
            kept.append(Difference(Change.SAME, _around(piece.text, before=True, after=False)))
            break
        last = number == len(told) - 1
        kept.append(Difference(Change.SAME, _around(piece.text, before=number > 0, after=not last)))
    return tuple(kept) if changes else ()


def _joined(told: Sequence[Difference]) -> list[Difference]:
    """The same with neighbours of one kind as one piece."""
    return [
        Difference(change, "".join(piece.text for piece in pieces))
        for change, pieces in groupby(told, key=lambda piece: piece.change)
    ]


def _short(text: str) -> str:
    words = text.split(" ")
    return text if len(words) <= 40 else " ".join(words[:40]) + " …"


def _around(text: str, *, before: bool, after: bool) -> str:
    """The words of an unchanged piece next to the change before it and the one after it."""
    words = text.split()
    keep = AROUND * (before + after)
    if len(words) <= keep + 2:
        return text.replace("\n", " ")
    head = " ".join(words[:AROUND]) if before else ""
    tail = " ".join(words[-AROUND:]) if after else ""
    lead_space = " " if before and text[:1].isspace() else ""
    end_space = " " if after and text[-1:].isspace() else ""
    return f"{lead_space}{head} … {tail}{end_space}"


def read_why(kept: object) -> tuple[tuple[str, str], ...]:
    """Reasons as kept in a row."""
    pairs = kept if isinstance(kept, list) else []
    return tuple((str(pair[0]), str(pair[1])) for pair in pairs)


def _related(story: Story, *, now: datetime) -> tuple[StoryCard, ...]:
    """Other stories of the same section that ran in the same days at the same publication."""
    near = Story.objects.filter(
        Q(section=story.section) & ~Q(section=""),
        last_at__gt=story.first_at - timedelta(days=RELATED_DAYS),
        first_at__lt=story.last_at + timedelta(days=RELATED_DAYS),
        articles__gt=0,
    ).exclude(id=story.id)
    listed = near.select_related("first_publication").order_by("-articles", "-last_at")[:RELATED]
    return build_cards(listed, now=now)
