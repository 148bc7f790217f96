"""Today: the front page of the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Literal
from urllib.parse import urlencode

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from haidang.watch import queries
from haidang.watch.alternates import list_alternates
from haidang.watch.enums import Level
from haidang.watch.views.asking import change_address, desk_page, read_moment, read_page

SEEN_COOKIE = "seen"
SITTING = timedelta(minutes=30)  # a pause this long ends a sitting: what came meanwhile is new
SEEN_LIFE = timedelta(days=60)
SECOND = 2  # stories under the lead that are shown with their first words


@require_GET
@desk_page
def show_today(request: HttpRequest) -> HttpResponse:
    """The front page: what is new since the reader's last sitting, the day's beam, the stories."""
    now = timezone.now()
    order, level = _choose_order(request), _choose_level(request)
    place = read_page(request)
    since, sitting = _read_sittings(request, now=now)
    page = queries.find_today(now=now, order=order, page=place, since=since, level=level)
    lead, second, rest = _lay_out(page.stories, is_first=place is None)
    context = {
        "page": page,
        "now": now,
        "room": "today",
        "order": order,
        "orders": [
            (name, change_address(request, order=None if name == "newest" else name, page=None))
            for name in ("newest", "largest")
        ],
        "level": level,
        "levels": [
            (each, change_address(request, level=each, page=None, day=None))
            for each in (None, *Level)
        ],
        "lead": lead,
        "second": second,
        "groups": _group_by_day(rest, order=order, after=_day_above(request)),
        "more_url": change_address(request, page=page.next_page, day=_last_day(page.stories)),
        "news_url": f"{reverse('watch:news')}?{urlencode({'since': now.isoformat()})}",
        "alternates": list_alternates(
            "watch:today_list", _("Stories"), query={"order": order, "level": level or ""}
        ),
    }
    response = render(request, "watch/today.html", context)
    _remember_sitting(response, since=since, sitting=sitting, secure=request.is_secure())
    return response


@require_GET
@desk_page
def show_news(request: HttpRequest) -> HttpResponse:
    """One line for an open page: how much came since it was loaded. Empty if nothing did."""
    since = read_moment(request.GET.get("since", ""))
    if since is None:
        raise SuspiciousOperation("since")
    now = timezone.now()
    page = queries.find_today(now=now, since=max(since, now - SEEN_LIFE))
    context = {
        "new_stories": page.new_stories,
        "new_articles": page.new_articles,
        "here": reverse("watch:today"),
    }
    return render(request, "watch/_news.html", context)


def _lay_out(
    stories: tuple[queries.StoryCard, ...], *, is_first: bool
) -> tuple[queries.StoryCard | None, tuple[queries.StoryCard, ...], tuple[queries.StoryCard, ...]]:
    """The lead, the two under it, the rest. Later pages have no lead: they continue the list."""
    if not is_first or not stories:
        return None, (), stories
    rest = stories[1:]
    second = rest[:SECOND] if len(rest) > SECOND else ()
    return stories[0], second, rest[len(second) :]


@dataclass(frozen=True, slots=True)
class DayGroup:
    """Cards of one day; `day` None: not grouped. `continued`: the day's heading stands above already."""

    day: datetime | None
    cards: tuple[queries.StoryCard, ...]
    continued: bool = False


def _group_by_day(
    cards: tuple[queries.StoryCard, ...], *, order: str, after: str
) -> tuple[DayGroup, ...]:
    """The cards under the days of their last article; the largest first are not grouped."""
    if order == "largest":
        return (DayGroup(None, cards),) if cards else ()
    groups = []
    for day, same in groupby(cards, key=lambda card: timezone.localtime(card.last_at).date()):
        listed = tuple(same)
        groups.append(DayGroup(listed[0].last_at, listed, continued=day.isoformat() == after))
    return tuple(groups)


def _last_day(cards: tuple[queries.StoryCard, ...]) -> str | None:
    return timezone.localtime(cards[-1].last_at).date().isoformat() if cards else None


def _day_above(request: HttpRequest) -> str:
    """The day whose heading the reader's page shows already, when only more of it is asked for."""
    return request.GET.get("day", "") if request.headers.get("HX-Request") else ""


def _choose_order(request: HttpRequest) -> Literal["newest", "largest"]:
    return "largest" if request.GET.get("order") == "largest" else "newest"


def _choose_level(request: HttpRequest) -> Level | None:
    told = request.GET.get("level", "")
    return Level(told) if told in Level.values else None


def _read_sittings(request: HttpRequest, *, now: datetime) -> tuple[datetime | None, datetime]:
    """When the sitting before this one was last active, and now as this one's latest activity.

    Kept in the reader's own browser only: nothing about reading is stored here (promise 16).
    """
    before_text, _dot, last_text = request.COOKIES.get(SEEN_COOKIE, "").partition("~")
    before, last = read_moment(before_text), read_moment(last_text)
    if last is None or last > now or now - last > SEEN_LIFE:
        return None, now
    if now - last > SITTING:
        return last, now
    return before, now


def _remember_sitting(
    response: HttpResponse, *, since: datetime | None, sitting: datetime, secure: bool
) -> None:
    value = f"{_short(since)}~{_short(sitting)}"
    response.set_cookie(
        SEEN_COOKIE, value, max_age=SEEN_LIFE, httponly=True, samesite="Lax", secure=secure,
        path=reverse("watch:today"),
    )  # fmt: skip


def _short(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") if moment else ""
