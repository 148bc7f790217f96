"""Searching the archive: newest first by default, exact marks before folded, bounded in time.

Words typed with marks are first looked for as typed, then folded. Relevance orders the newest 5,000
hits only, and the page says so. A search that runs over its time shows what it found until then.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Literal

from django.db.models import Count
from django.utils import timezone

from haidang.engine.search import (
    RANKED_MAX,
    CandidateForRanking,
    Filter,
    Pieces,
    Query,
    highlight,
    parse_query,
    rank,
    snippet,
    title_words,
)
from haidang.engine.text import fold
from haidang.watch.enums import Level
from haidang.watch.models import Article, Publication
from haidang.watch.queries.cards import DotKind, dot_kind
from haidang.watch.queries.index import (
    Finder,
    Phase,
    Scope,
    Seen,
    find_titles,
    moment_of,
    number_of,
)
from haidang.watch.queries.most import find_most
from haidang.watch.queries.topics import find_topics_named

PAGE = 20
SPARE = 5  # of the hits read, so many times a page at most are folded away
TIME_S = 1.0
COUNT_MAX = 1_000
COUNT_S = 0.025  # what is not counted by then is told as "more than"

SearchOrder = Literal["newest", "relevance"]

# What a person may type behind "cấp:". Folded.
LEVEL_WORDS = {
    Level.DISTRICT: frozenset({"district", "commune", "local", "huyen", "quan", "xa", "phuong"}),
    Level.PROVINCE: frozenset({"province", "provincial", "tinh", "thanh pho", "tp"}),
    Level.NATIONAL: frozenset({"national", "quoc gia", "trung uong", "ca nuoc", "tw"}),
    Level.FOREIGN: frozenset({"foreign", "nuoc ngoai", "quoc te"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFilters:
    """What the form's fields narrow; the words themselves may narrow too (`lang:vi`)."""

    publication: int | None = None
    country: str = ""
    language: str = ""
    level: str = ""
    topic: int | None = None
    since: date | None = None
    until: date | None = None
    fold_reprints: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article found. `exact`: it holds the words with their marks as typed."""

    article_id: int
    story_id: int
    title_pieces: Pieces
    snippet_pieces: Pieces
    publication: str
    language: str
    at: datetime
    foreign: bool
    kind: DotKind
    exact: bool
    copies_folded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """A page of hits. `total` None: not counted; `cut_short`: the time ran out."""

    query_text: str
    hits: tuple[Hit, ...]
    total: int | None
    total_is_floor: bool
    next_page: str | None
    order: SearchOrder
    ranked_newest: int | None
    cut_short: bool
    took_ms: int
    some_words: bool = False  # no article holds all of the words; these hold most of them


def search_articles(
    text: str,
    *,
    filters: SearchFilters,
    now: datetime,
    order: SearchOrder = "newest",
    page: str | None = None,
) -> SearchPage:
    """A page of articles. Raises EngineError(BAD_QUERY) for words that cannot be asked."""
    started = time.monotonic()
    query = parse_query(text)
    finder = Finder(query, _scope(filters, query.filters), deadline=started + TIME_S)
    seen: Seen | None = None
    if order == "relevance" and query.root is not None:
        seen = finder.look(RANKED_MAX, seconds=TIME_S)
        found = _by_relevance(query, finder, seen, filters, page=page, now=now)
    else:
        seen = finder.look(COUNT_MAX + 1, seconds=COUNT_S) if page is None else None
        found = _newest(query, finder, filters, page=page)
    counted = seen if page is None and not finder.ran_out else None
    total, is_floor = _count(counted, found)
    return replace(
        found,
        query_text=text,
        total=total,
        total_is_floor=is_floor,
        cut_short=finder.ran_out,
        took_ms=round((time.monotonic() - started) * 1000),
    )


def _count(seen: Seen | None, found: SearchPage) -> tuple[int | None, bool]:
    """How many hits there are, and whether there are more than that; None if nothing can be said."""
    if seen is None or found.some_words:
        return None, False
    known = max(len(seen.keys), len(found.hits))
    is_all = seen.whole or not found.hits
    return min(known, COUNT_MAX), known > COUNT_MAX or not is_all


# ---------------------------------------------------------------- newest first


def _newest(
    query: Query, finder: Finder, filters: SearchFilters, *, page: str | None
) -> SearchPage:
    phases = finder.phases()
    phase, before = _read_place(page, phases)
    hits: list[Hit] = []
    next_page: str | None = None
    while phase is not None and len(hits) < PAGE:
        keys = finder.find(phase, before=before, limit=PAGE * SPARE)
        shown, last = _fold_page(keys, phase, finder, filters, room=PAGE - len(hits))
        exact = [row.search_key for row in shown] if phase == "typed" else []
        hits += _build_hits(shown, query, exact=exact)
        if last is not None and (last != keys[-1] or len(keys) == PAGE * SPARE):
            before, next_page = last, f"{phase[0]}{last}"
            if len(hits) < PAGE and not finder.ran_out:
                continue
            break
        rest = phases[phases.index(phase) + 1 :]
        phase, before, next_page = (rest[0] if rest else None), None, None
        if phase is not None and len(hits) >= PAGE:
            next_page = f"{phase[0]}{finder.scope.newest}"
    return _page_of(hits, "newest", next_page=next_page)


def _read_place(page: str | None, phases: Sequence[Phase]) -> tuple[Phase | None, int | None]:
    """Where a page begins: its phase, and the key before which its hits lie."""
    for phase in phases:
        number = (page or "").removeprefix(phase[0])
        if page and page[0] == phase[0] and number.isascii() and number.isdigit():
            return phase, min(int(number), 2**62)
    return (phases[0] if phases else None), None


def _fold_page(
    keys: Sequence[int], phase: Phase, finder: Finder, filters: SearchFilters, *, room: int
) -> tuple[list[Article], int | None]:
    """At most `room` articles of these keys, in their order, and the last key that was looked at."""
    hidden = _folded_away(keys, phase, finder) if filters.fold_reprints else set()
    wanted: list[int] = []
    last = None
    for key in keys:
        last = key
        if key not in hidden:
            wanted.append(key)
            if len(wanted) == room:
                break
    rows = _load(wanted)
    return [rows[key] for key in wanted if key in rows], last


def _load(keys: Sequence[int]) -> dict[int, Article]:
    rows = Article.objects.filter(search_key__in=keys).select_related("publication")
    return {row.search_key: row for row in rows.defer("why", "reprint_why")}


def _folded_away(keys: Sequence[int], phase: Phase, finder: Finder) -> set[int]:
    """Reprints whose original is a hit too: they are counted beside it instead."""
    copies = {key: original for key, original, *_title in find_titles(keys) if original is not None}
    if not copies:
        return set()
    originals = Article.objects.filter(id__in=set(copies.values()))
    places = dict(originals.values_list("id", "search_key"))
    found = finder.among(phase, set(places.values()))
    return {key for key, original in copies.items() if places.get(original) in found}


# ---------------------------------------------------------------- by relevance


def _by_relevance(
    query: Query,
    finder: Finder,
    seen: Seen,
    filters: SearchFilters,
    *,
    page: str | None,
    now: datetime,
) -> SearchPage:
    """The newest 5,000 hits, ordered by relevance."""
    newest = seen.keys
    if not newest and not finder.ran_out and page is None:
        return _most(query, finder)
    exact = finder.find_among_newest("typed", newest) if "typed" in finder.phases() else set()
    start = int(page[1:]) if page and page[0] == "r" and page[1:].isdigit() else 0
    titles: dict[int, tuple[str, str]] = {}
    hidden: set[int] = set()
    numbers = set(map(number_of, newest))
    for key, original, folded, marked in find_titles(newest, holding=title_words(query)):
        if filters.fold_reprints and original is not None and number_of(original) in numbers:
            hidden.add(key)
        elif folded:
            titles[key] = folded, marked
    left = [key for key in newest if key not in hidden]
    candidates = _choose_candidates(left, titles, exact, limit=start + PAGE)
    ranked = rank(query, candidates, now=now, limit=start + PAGE)
    chosen = [hit.id for hit in ranked[start:]]
    loaded = _load(chosen)
    shown = [loaded[key] for key in chosen if key in loaded]
    hits = _build_hits(shown, query, exact=exact)
    more = f"r{start + PAGE}" if start + PAGE < len(left) else None
    told = _page_of(hits, "relevance", next_page=more)
    return replace(told, ranked_newest=RANKED_MAX if len(newest) == RANKED_MAX else None)


def _choose_candidates(
    newest: Sequence[int],
    titles: Mapping[int, tuple[str, str]],
    exact: Collection[int],
    *,
    limit: int,
) -> Iterator[CandidateForRanking]:
    """The hits that can be among the first `limit`, of hits newest first.

    Whose title holds none of the words is worth its marks and its age alone: of these, only the newest with the
    marks as typed and the newest without can come so far.
    """
    room = {True: limit, False: limit}
    for key in newest:
        title, is_exact = titles.get(key), key in exact
        if title is None:
            room[is_exact] -= 1
            if room[is_exact] < 0:
                continue
        yield CandidateForRanking(key, moment_of(key), *(title or ("", "")), is_exact)


def _most(query: Query, finder: Finder) -> SearchPage:
    """One page of articles that hold most of the words, where none holds all; it says so."""
    keys = find_most(query, finder, limit=PAGE)
    loaded = _load(keys)
    shown = [loaded[key] for key in keys if key in loaded]
    exact = finder.among("typed", keys) if "typed" in finder.phases() else set()
    told = _page_of(_build_hits(shown, query, exact=exact), "relevance", next_page=None)
    return replace(told, some_words=bool(shown))


# ---------------------------------------------------------------- hits


def _build_hits(rows: Sequence[Article], query: Query, *, exact: Collection[int]) -> list[Hit]:
    """The hits as they are shown; `exact`: the keys of those with the marks as typed."""
    numbers = [row.id for row in rows]
    copies = Article.objects.filter(original_id__in=numbers).values("original_id")
    counts = dict(copies.annotate(count=Count("id")).values_list("original_id", "count"))
    return [
        Hit(
            article_id=row.id,
            story_id=row.story_id,
            title_pieces=highlight(row.title, query),
            snippet_pieces=snippet(row.text or row.lead, query),
            publication=row.publication.name,
            language=row.language,
            at=row.sort_at,
            foreign=row.publication.level == Level.FOREIGN,
            kind=dot_kind(row.original_id, row.reprint_kind),
            exact=row.search_key in exact,
            copies_folded=counts.get(row.id, 0),
        )
        for row in rows
    ]


def _page_of(hits: Sequence[Hit], order: SearchOrder, *, next_page: str | None) -> SearchPage:
    return SearchPage(
        query_text="",
        hits=tuple(hits),
        total=None,
        total_is_floor=False,
        next_page=next_page,
        order=order,
        ranked_newest=None,
        cut_short=False,
        took_ms=0,
    )


# ---------------------------------------------------------------- filters


def _scope(filters: SearchFilters, typed: Sequence[Filter]) -> Scope:
    """What the form's fields and the typed filters leave to be searched."""
    scope = Scope()
    if filters.publication is not None:
        scope = scope.within("publication", frozenset({str(filters.publication)}))
    if filters.country:
        scope = scope.within("country", frozenset({filters.country.upper()}))
    if filters.language:
        scope = scope.within("language", frozenset({filters.language.lower()}))
    if filters.level:
        scope = scope.within("level", frozenset({filters.level}))
    if filters.topic is not None:
        scope = scope.within("topic", frozenset({str(filters.topic)}))
    scope = scope.between(_day_start(filters.since), _day_end(filters.until))
    for one in typed:
        scope = _narrow(scope, one)
    return scope


def _narrow(scope: Scope, one: Filter) -> Scope:
    if one.name == "since":
        return scope.between(_day_start(one.day), None)
    if one.name == "until":
        return scope.between(None, _day_end(one.day))
    values = {
        "source": lambda: _publications_named(one.value),
        "country": lambda: frozenset({one.value.upper()}),
        "language": lambda: frozenset({one.value.lower()}),
        "level": lambda: _levels_named(one.value),
        "topic": lambda: frozenset(map(str, find_topics_named(one.value))),
    }[one.name]()
    name = "publication" if one.name == "source" else one.name
    return scope.within(name, values) if one.wanted else scope.without(name, values)


def _publications_named(typed: str) -> frozenset[str]:
    """Publications whose name holds these words, with or without marks."""
    wanted = fold(typed)
    rows = Publication.objects.values_list("id", "name")
    return frozenset(str(number) for number, name in rows if wanted in fold(name))


def _levels_named(typed: str) -> frozenset[str]:
    """Levels of that word, in any of our languages: "tỉnh", "tinh", "province", "xã"."""
    wanted = fold(typed).replace("_", " ")
    return frozenset(level.value for level, words in LEVEL_WORDS.items() if wanted in words)


def _day_start(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, clock.min)) if day else None


def _day_end(day: date | None) -> datetime | None:
    return _day_start(day + timedelta(days=1)) if day and day < date.max else None
