"""`/desk/search`: one search box across rooms, grouped by kind of thing.

Why a page of its own and not a strip on `/search`: that page is WATCH's, which may not know what stands above it,
and it would have to ask every room at each of its further pages. Here each room brings its finders into one
table; a room that comes later adds a row. Most who type a word look for articles: where nothing else bears the
words, the reader is led on to `/search` at once, with its filters and lists, and loses no click.

A row is asked only of those who may see its things. Nobody finds here what its own page would refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from haidang.core import rules
from haidang.core.models import Member
from haidang.core.queries import naming as core_naming
from haidang.core.queries.naming import MAX, Found, split_words
from haidang.engine.errors import EngineError
from haidang.watch.queries import naming as watch_naming

TEXT_MAX = 300  # as the box takes
ARTICLES = 5


@dataclass(frozen=True, slots=True)
class Finder:
    """One kind of thing: what it is called, who may look for it, and how it is found."""

    heading: LazyText | str
    may: Callable[[Any], bool]
    find: Callable[[tuple[str, ...]], list[Found]]


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind. `more`: how many are not shown."""

    heading: LazyText | str
    found: tuple[Found, ...]
    more: int


FINDERS = (
    Finder(_("Topics"), rules.may_read_desk, watch_naming.find_topics_by_name),
    Finder(_("Sources"), rules.may_read_desk, watch_naming.find_named_sources),
    Finder(_("Public notices"), rules.may_read_desk, core_naming.find_named_items),
    Finder(_("At the publishing gate"), rules.may_enter_gate, core_naming.find_named_passages),
    Finder(_("People"), rules.may_see_people, core_naming.find_people),
    Finder(_("Units"), rules.may_see_people, core_naming.find_named_units),
)


@require_GET
def search_desk(request: HttpRequest) -> HttpResponse:
    """What bears the words in every room; led on to the articles where nothing else does."""
    if not rules.may_read_desk(request.user):
        if isinstance(request.user, Member):
            raise PermissionDenied
        return redirect_to_login(request.get_full_path())
    text = " ".join(request.GET.get("q", "").split())[:TEXT_MAX]
    articles_url = f"{reverse('watch:search')}?{urlencode({'q': text})}"
    groups = find_groups(text, who=request.user)
    if not groups:
        return redirect(articles_url)
    now = timezone.now()
    try:
        articles = watch_naming.find_first_articles(text, now=now)
    except EngineError:
        articles = None
    context = {
        "query_text": text,
        "groups": groups,
        "articles": articles,
        "hits": articles.hits[:ARTICLES] if articles else (),
        "articles_url": articles_url,
        "now": now,
    }
    return render(request, "searching.html", context)


def find_groups(text: str, *, who: object) -> tuple[Group, ...]:
    """What bears the words, of every kind that this reader may look for, but articles."""
    words = split_words(text)
    if not words:
        return ()
    groups = []
    for finder in FINDERS:
        found = finder.find(words) if finder.may(who) else []
        if found:
            groups.append(Group(finder.heading, tuple(found[:MAX]), max(0, len(found) - MAX)))
    return tuple(groups)
