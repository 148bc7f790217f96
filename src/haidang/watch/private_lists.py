"""Which lists of the desk can be had at a private address, and how such a list is made for its member.

A private address names one list that was chosen when it was made. Each time it is asked the same view answers as for the
page, as its member, so it never tells more than they may read then. A search has no private address: it would be a standing watch that nobody else sees, on a person's
name too (promise 2). Whoever wants to follow words makes a topic, which all members see.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext as _

from haidang.core.models import PrivateFeed
from haidang.watch import rules
from haidang.watch.alternates import KINDS
from haidang.watch.queries.topics import find_topic_choices
from haidang.watch.words import name_topic

LISTS = frozenset({"today_list", "story_list", "sources_list", "topics_list", "topic_list"})
PATH_MAX = 500


def list_choices() -> list[tuple[str, str]]:
    """(path, name) of the lists that the form offers."""
    topics = [(f"/topics/{number}", name_topic(vi, en)) for number, vi, en in find_topic_choices()]
    return [
        ("/watch", _("Today")),
        ("/watch?order=largest", _("Today, the largest stories first")),
        ("/topics", _("Topics")),
        ("/sources", _("Sources")),
        *topics,
    ]


def is_list(path: str) -> bool:
    """Whether a path is that of a list which can be taken away."""
    return len(path) <= PATH_MAX and _find(path, "atom") is not None


def answer_list(request: HttpRequest, feed: PrivateFeed, kind: str) -> HttpResponse:
    """The list as its member would get it now, in the language in which it was chosen.

    Raises PermissionDenied when they may not read it any more, Http404 when it is gone.
    """
    found = _find(feed.path, kind)
    if found is None or not rules.may_read_desk(feed.member):
        raise PermissionDenied
    view, kwargs = found
    asked = copy(request)
    asked.user = feed.member
    asked.GET = QueryDict(urlsplit(feed.path).query)
    with translation.override(feed.language):
        answer: HttpResponse = view(asked, **kwargs)
    answer.headers["Content-Language"] = feed.language
    return answer


def _find(path: str, kind: str) -> tuple[Callable[..., HttpResponse], dict[str, Any]] | None:
    try:
        parts = urlsplit(path)
        match = resolve(f"{parts.path}.{kind}")
    except (Resolver404, ValueError):
        return None
    if parts.netloc or parts.scheme or parts.fragment:
        return None
    ours = match.app_name == "watch" and match.url_name in LISTS and kind in KINDS
    return (match.func, match.kwargs) if ours else None
