"""What the API shows of WATCH: the shapes of its answers, filled from the same values as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema

from haidang.core.links import absolute
from haidang.watch import queries
from haidang.watch.models import Article
from haidang.watch.queries.cards import dot_kind
from haidang.watch.queries.register import RegisterLine


class PublicationOut(Schema):
    """A publication of the register. `paused`: since when it is not followed, and why."""

    id: int
    name: str
    organisation: str
    organisation_page: str
    hosts: list[str]
    level: str
    country: str
    language: str
    since: datetime
    paused: datetime | None
    paused_why: str


class RegisterOut(Schema):
    """A page of the register."""

    items: list[PublicationOut]
    next: str | None


class StoryOut(Schema):
    """A story. `articles` = `originals` + `reprints`, always."""

    id: int
    address: str
    title: str
    lead: str
    language: str
    articles: int
    originals: int
    reprints: int
    publications: int
    foreign: int
    first_publication: str
    first: datetime
    last: datetime


class StoriesOut(Schema):
    """A page of stories."""

    items: list[StoryOut]
    next: str | None


class ArticleOut(Schema):
    """An article. `kind`: original, edited or copy; `published` keeps its `precision`."""

    id: int
    address: str
    source: str
    title: str
    language: str
    publication: str
    kind: str
    story: int | None
    published: datetime
    precision: str


class ArticlesOut(Schema):
    """A page of articles."""

    items: list[ArticleOut]
    next: str | None


class ArticleWholeOut(ArticleOut):
    """An article with its clean text, a paragraph each; `original`: the number of what it copies."""

    lead: str
    paragraphs: list[str]
    original: int | None
    share: float | None
    translated_from: int | None
    gone: datetime | None


class MemberOfStoryOut(Schema):
    """An article of a story. `original`: the number of what it copies."""

    id: int
    address: str
    title: str
    language: str
    publication: str
    kind: str
    original: int | None
    published: datetime


class StoryWholeOut(StoryOut):
    """A story with its articles, oldest first."""

    members: list[MemberOfStoryOut]


class HitOut(Schema):
    """An article found."""

    id: int
    address: str
    story: int
    title: str
    snippet: str
    language: str
    publication: str
    kind: str
    published: datetime


class SearchOut(Schema):
    """A page of hits. `total` null: not counted; `complete` false: the time ran out."""

    items: list[HitOut]
    next: str | None
    total: int | None
    total_is_floor: bool
    complete: bool


class SourceOut(Schema):
    """A feed with its health."""

    id: int
    publication: str
    feed: str
    kind: str
    country: str
    language: str
    level: str
    state: str
    trouble: str
    articles_7d: int
    last_visit: datetime | None
    last_new: datetime | None


class SourcesOut(Schema):
    """A page of sources."""

    items: list[SourceOut]
    next: str | None


def tell_publication(line: RegisterLine) -> PublicationOut:
    """A line of the register."""
    return PublicationOut(
        id=line.id,
        name=line.name,
        organisation=line.organisation,
        organisation_page=line.organisation_page,
        hosts=list(line.hosts),
        level=line.level,
        country=line.country,
        language=line.language,
        since=line.since,
        paused=line.paused_at,
        paused_why=line.pause_why,
    )


def tell_story(card: queries.StoryCard) -> StoryOut:
    """A story as lists show it."""
    return StoryOut(**_story(card))


def tell_whole_story(page: queries.StoryPage) -> StoryWholeOut:
    """A story with its articles."""
    members = []
    for one in page.articles:
        members.append(
            _member(one.id, one.title, one.language, one.publication, one.at, "original", None)
        )
        members += [
            _member(
                copy.article_id, copy.title, one.language, copy.publication, copy.at,
                dot_kind(one.id, copy.kind), one.id,
            )
            for copy in one.copies
        ]  # fmt: skip
    members.sort(key=lambda one: (one.published, one.id))
    return StoryWholeOut(**_story(page.card), members=members)


def _story(card: queries.StoryCard) -> dict[str, Any]:
    return {
        "id": card.id,
        "address": absolute(f"/s/{card.id}"),
        "title": card.title,
        "lead": card.lead,
        "language": card.language,
        "articles": card.articles,
        "originals": card.originals,
        "reprints": card.reprints,
        "publications": card.publications,
        "foreign": card.foreign,
        "first_publication": card.first_publication,
        "first": card.first_at,
        "last": card.last_at,
    }


def _member(  # noqa: PLR0917 -- one row of a story, in the order of its fields
    id_: int,
    title: str,
    language: str,
    publication: str,
    at: datetime,
    kind: str,
    original: int | None,
) -> MemberOfStoryOut:
    return MemberOfStoryOut(
        id=id_,
        address=absolute(f"/a/{id_}"),
        title=title,
        language=language,
        publication=publication,
        kind=kind,
        original=original,
        published=at,
    )


def tell_article(row: Article) -> ArticleOut:
    """An article as lists show it."""
    return ArticleOut(
        id=row.id,
        address=absolute(f"/a/{row.id}"),
        source=row.url,
        title=row.title,
        language=row.language,
        publication=row.publication.name,
        kind=dot_kind(row.original_id, row.reprint_kind),
        story=row.story_id,
        published=row.published_at,
        precision=row.precision,
    )


def tell_whole_article(page: queries.ArticlePage) -> ArticleWholeOut:
    """An article with its text."""
    return ArticleWholeOut(
        id=page.id,
        address=absolute(f"/a/{page.id}"),
        source=page.url,
        title=page.title,
        language=page.language,
        publication=page.publication,
        kind=dot_kind(page.original.id if page.original else None, page.kind),
        story=page.story.id,
        published=page.published_at,
        precision=page.precision,
        lead=page.lead,
        paragraphs=list(page.paragraphs),
        original=page.original.id if page.original else None,
        share=page.share,
        translated_from=page.translated_from.id if page.translated_from else None,
        gone=page.gone_at,
    )


def tell_hit(hit: queries.Hit) -> HitOut:
    """An article found."""
    return HitOut(
        id=hit.article_id,
        address=absolute(f"/a/{hit.article_id}"),
        story=hit.story_id,
        title="".join(text for text, _is_hit in hit.title_pieces),
        snippet="".join(text for text, _is_hit in hit.snippet_pieces),
        language=hit.language,
        publication=hit.publication,
        kind=hit.kind,
        published=hit.at,
    )


def tell_source(line: queries.SourceLine) -> SourceOut:
    """A feed with its health."""
    return SourceOut(
        id=line.id,
        publication=line.name,
        feed=line.url,
        kind=line.kind,
        country=line.country,
        language=line.language,
        level=line.level,
        state=line.state,
        trouble=line.trouble,
        articles_7d=line.articles_7d,
        last_visit=line.last_visit,
        last_new=line.last_new,
    )
