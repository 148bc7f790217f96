"""What the API tells of WATCH: the register for anyone; stories, articles, search and sources for a member's token.

The same queries as the pages, under the same rule: a token may never read what its member may not. No author is
told here, for none is kept (promise 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeVar

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Field, Query, Router

from haidang.core.api import ERRORS, Limit, to_place
from haidang.core.bearers import Anyone, TokenFor
from haidang.core.cursors import LIMIT, make_cursor, read_cursor
from haidang.core.enums import Scope
from haidang.core.problems import Problem
from haidang.engine.errors import EngineError
from haidang.watch import queries, shown
from haidang.watch.forms import QUERY_MAX
from haidang.watch.queries.lists import find_articles_after, find_stories_after
from haidang.watch.queries.register import find_register
from haidang.watch.troubles import tell_error

router = Router()
NUMBER_MAX = 2**63
Row = TypeVar("Row")


@router.get(
    "register",
    auth=Anyone(),
    response={200: shown.RegisterOut, **ERRORS},
    tags=["public"],
    summary=gettext_noop("The register of all that the desk follows"),
)
def list_register(
    request: HttpRequest,  # noqa: ARG001 -- the library's signature
    cursor: str = "",
    limit: Limit = LIMIT,
) -> shown.RegisterOut:
    """Publications of organisations, by name; no member is named."""
    lines, further = _cut("register", find_register(), cursor, limit)
    return shown.RegisterOut(items=[shown.tell_publication(line) for line in lines], next=further)


@router.get(
    "stories",
    auth=TokenFor(Scope.STORIES),
    response={200: shown.StoriesOut, **ERRORS},
    tags=["watch"],
    summary=gettext_noop("Stories, those with the newest articles first"),
)
def list_stories(
    request: HttpRequest,  # noqa: ARG001 -- see above
    cursor: str = "",
    limit: Limit = LIMIT,
) -> shown.StoriesOut:
    """Each with both numbers: articles = originals + reprints."""
    at = read_cursor(cursor, "stories", shape=(str, int))
    cards = find_stories_after(to_place(at) if at else None, limit=limit + 1, now=timezone.now())
    kept = cards[:limit]
    places = [(card.last_at, card.id) for card in kept]
    return shown.StoriesOut(
        items=[shown.tell_story(card) for card in kept],
        next=_next("stories", places, more=len(cards) > limit),
    )


@router.get(
    "stories/{int:number}",
    auth=TokenFor(Scope.STORIES),
    response={200: shown.StoryWholeOut, **ERRORS},
    tags=["watch"],
    summary=gettext_noop("One story with its articles"),
)
def show_story(request: HttpRequest, number: int) -> shown.StoryWholeOut:  # noqa: ARG001 -- see above
    """Of a story that was merged into another, the other's number is told."""
    page = queries.find_story(number) if number < NUMBER_MAX else None
    if page is None:
        on = queries.find_successor(number) if number < NUMBER_MAX else None
        if on is not None:
            raise Problem(404, _("This story was merged into number %(number)s.") % {"number": on})
        raise Problem(404, _("There is no story of that number."))
    return shown.tell_whole_story(page)


@router.get(
    "articles",
    auth=TokenFor(Scope.STORIES),
    response={200: shown.ArticlesOut, **ERRORS},
    tags=["watch"],
    summary=gettext_noop("Articles, newest first"),
)
def list_articles(
    request: HttpRequest,  # noqa: ARG001 -- see above
    cursor: str = "",
    limit: Limit = LIMIT,
) -> shown.ArticlesOut:
    """Without their texts."""
    at = read_cursor(cursor, "articles", shape=(str, int))
    rows = find_articles_after(to_place(at) if at else None, limit=limit + 1)
    kept = rows[:limit]
    places = [(row.sort_at, row.id) for row in kept]
    return shown.ArticlesOut(
        items=[shown.tell_article(row) for row in kept],
        next=_next("articles", places, more=len(rows) > limit),
    )


@router.get(
    "articles/{int:number}",
    auth=TokenFor(Scope.STORIES),
    response={200: shown.ArticleWholeOut, **ERRORS},
    tags=["watch"],
    summary=gettext_noop("One article with its text"),
)
def show_article(request: HttpRequest, number: int) -> shown.ArticleWholeOut:  # noqa: ARG001 -- see above
    """The clean text, as the desk's page shows it."""
    page = queries.find_article(number) if number < NUMBER_MAX else None
    if page is None:
        raise Problem(404, _("There is no article of that number."))
    return shown.tell_whole_article(page)


@router.get(
    "search",
    auth=TokenFor(Scope.SEARCH),
    response={200: shown.SearchOut, **ERRORS},
    tags=["watch"],
    summary=gettext_noop("Search in the archive"),
)
def search(
    request: HttpRequest,  # noqa: ARG001 -- see above
    *,
    q: Annotated[str, Field(min_length=1, max_length=QUERY_MAX)],
    cursor: str = "",
    order: Annotated[Literal["newest", "relevance"], Query()] = "newest",
    language: Annotated[str, Field(max_length=12)] = "",
    since: date | None = None,
    until: date | None = None,
) -> shown.SearchOut:
    """The words are those of the search page: phrases, AND, OR, NOT, with or without marks."""
    asked = "\x1f".join((q, order, language, str(since), str(until)))
    at = read_cursor(cursor, "search", shape=(str,), asked=asked)
    filters = queries.SearchFilters(language=language, since=since, until=until)
    try:
        page = queries.search_articles(
            q, filters=filters, now=timezone.now(), order=order, page=at[0] if at else None
        )
    except EngineError as error:
        raise Problem(400, tell_error(error)) from None
    further = make_cursor("search", (page.next_page,), asked=asked) if page.next_page else None
    return shown.SearchOut(
        items=[shown.tell_hit(hit) for hit in page.hits],
        next=further,
        total=page.total,
        total_is_floor=page.total_is_floor,
        complete=not page.cut_short,
    )


@router.get(
    "sources",
    auth=TokenFor(Scope.SOURCES),
    response={200: shown.SourcesOut, **ERRORS},
    tags=["watch"],
    summary=gettext_noop("Sources and how they fare"),
)
def list_sources(
    request: HttpRequest,  # noqa: ARG001 -- see above
    cursor: str = "",
    limit: Limit = LIMIT,
) -> shown.SourcesOut:
    """Those in trouble first."""
    page = queries.find_sources(now=timezone.now())
    lines, further = _cut("sources", page.lines, cursor, limit)
    return shown.SourcesOut(items=[shown.tell_source(line) for line in lines], next=further)


def _next(of: str, places: Sequence[tuple[datetime, int]], *, more: bool) -> str | None:
    if not more or not places:
        return None
    moment, number = places[-1]
    return make_cursor(of, (moment.isoformat(), number))


def _cut(of: str, rows: Sequence[Row], cursor: str, limit: int) -> tuple[Sequence[Row], str | None]:
    """A page of a short list that is found whole; its cursor holds how many were shown."""
    at: list[Any] | None = read_cursor(cursor, of, shape=(int,))
    start = at[0] if at else 0
    further = start + limit
    return rows[start:further], make_cursor(of, (further,)) if further < len(rows) else None
