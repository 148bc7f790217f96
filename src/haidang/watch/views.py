"""Pages of WATCH: thin, each a query and a template. Who may read is asked before anything is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from itertools import groupby
from typing import Concatenate, Literal, ParamSpec
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, SuspiciousOperation, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from haidang.core.models import Member
from haidang.engine.errors import EngineError
from haidang.watch import actions, queries, rules
from haidang.watch.alternates import list_alternates
from haidang.watch.enums import Level
from haidang.watch.forms import AddSourceForm, SearchForm
from haidang.watch.troubles import tell_error

Rest = ParamSpec("Rest")
Page = Callable[Concatenate[HttpRequest, Rest], HttpResponse]

SEEN_COOKIE = "seen"
SITTING = timedelta(minutes=30)  # a pause this long ends a sitting: what came meanwhile is new
SEEN_LIFE = timedelta(days=60)
SECOND = 2  # stories under the lead that are shown with their first words
FILTERS = ("publication", "country", "language", "since", "until")
PAGE_MAX = 400


def desk_page(view: Page[Rest]) -> Page[Rest]:
    """Only those who may read the desk get the page; others are asked to sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not rules.may_read_desk(request.user):
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return guarded


# ---------------------------------------------------------------- today


@require_GET
@desk_page
def show_today(request: HttpRequest) -> HttpResponse:
    """The front page: what is new since the reader's last sitting, the day's beam, the stories."""
    now = timezone.now()
    order = _choose_order(request)
    place = read_page(request)
    since, sitting = _read_sittings(request, now=now)
    page = queries.find_today(now=now, order=order, page=place, since=since)
    lead, second, rest = _lay_out(page.stories, is_first=place is None)
    context = {
        "page": page,
        "now": now,
        "room": "today",
        "order": order,
        "lead": lead,
        "second": second,
        "groups": _group_by_day(rest, order=order, after=_day_above(request)),
        "more_url": _with(request, page=page.next_page, day=_last_day(page.stories)),
        "news_url": f"{reverse('watch:news')}?{urlencode({'since': now.isoformat()})}",
        "alternates": list_alternates("watch:today_list", _("Stories"), query={"order": order}),
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


# ---------------------------------------------------------------- story, article


@require_GET
@desk_page
def show_story(request: HttpRequest, story_id: int) -> HttpResponse:
    """A story: its spread, its originals with their copies, and why they stand together."""
    page = queries.find_story(story_id)
    if page is None:
        raise Http404
    context = {
        "page": page,
        "card": page.card,
        "several_days": timezone.localtime(page.spread_from).date()
        != timezone.localtime(page.spread_to).date(),
        "now": timezone.now(),
        "alternates": list_alternates("watch:story_list", page.card.title, args=[story_id]),
    }
    return render(request, "watch/story.html", context)


@require_GET
@desk_page
def show_article(request: HttpRequest, article_id: int) -> HttpResponse:
    """An article's clean text, where it comes from, its versions and copies."""
    page = queries.find_article(article_id)
    if page is None:
        raise Http404
    return render(request, "watch/article.html", {"page": page, "now": timezone.now()})


# ---------------------------------------------------------------- search


@require_GET
@desk_page
def show_search(request: HttpRequest) -> HttpResponse:
    """Search, with filters in the address. Words that cannot be read are told above the form."""
    now = timezone.now()
    form = SearchForm.from_address(request.GET, choices=queries.find_filter_choices())
    order: Literal["newest", "relevance"] = (
        "relevance" if request.GET.get("order") == "relevance" else "newest"
    )
    result, trouble = None, ""
    is_valid = form.is_valid()
    text = str(form.cleaned_data.get("q", ""))
    if is_valid and text:
        try:
            result = queries.search_articles(
                text, filters=form.to_filters(), order=order, page=read_page(request), now=now
            )
        except EngineError as error:
            trouble = tell_error(error)
    elif form.has_error("q"):
        trouble = " ".join(str(error) for error in form.errors["q"])
    context = {
        "form": form,
        "filter_fields": [form[name] for name in FILTERS],
        "filtered": any(request.GET.get(name) for name in FILTERS),
        "query_text": text,
        "typed_marks": not text.isascii(),
        "result": result,
        "trouble": trouble,
        "order": order,
        "now": now,
        "more_url": _with(request, page=result.next_page) if result else "",
        "newest_url": _with(request, page=None, order=None),
        "relevance_url": _with(request, page=None, order="relevance"),
        "bare_url": f"{reverse('watch:search')}?{urlencode({'q': text})}",
        "alternates": list_alternates(
            "watch:search_list", text, query=_search_to_keep(request, form)
        )
        if result
        else (),
    }
    return render(request, "watch/search.html", context, status=200 if is_valid else 400)


def _search_to_keep(request: HttpRequest, form: SearchForm) -> dict[str, str]:
    """The search as it was made, for its other forms."""
    fold = "on" if form.cleaned_data["fold"] else "false"
    return {**{name: str(value) for name, value in request.GET.items()}, "fold": fold}


# ---------------------------------------------------------------- sources


@require_GET
@desk_page
def show_sources(request: HttpRequest) -> HttpResponse:
    """All sources with their health, those in trouble first."""
    now = timezone.now()
    context = {
        "page": queries.find_sources(now=now),
        "now": now,
        "room": "sources",
        "may_edit_sources": rules.may_edit_sources(request.user),
        "alternates": list_alternates("watch:sources_list", _("Sources")),
    }
    return render(request, "watch/sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def add_source(request: HttpRequest) -> HttpResponse:
    """The form that registers a publication and its feed; a refusal is told in the form."""
    member = request.user
    if not rules.may_edit_sources(member):
        if not member.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied
    assert isinstance(member, Member)
    form = AddSourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            name = _register(form, by=member)
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(
                request, _("%(name)s is registered; its first visit is due now.") % {"name": name}
            )
            return redirect("watch:sources")
    status = 400 if form.errors else 200
    context = {"form": form, "room": "sources"}
    return render(request, "watch/add_source.html", context, status=status)


def _register(form: AddSourceForm, *, by: Member) -> str:
    """Register what a valid form tells, all or nothing. Raises ValidationError with the reason."""
    told, now = form.cleaned_data, timezone.now()
    with transaction.atomic():
        publication = actions.register_publication(
            actions.NewPublication(
                name=told["name"],
                organisation=told["organisation"],
                organisation_page=told["organisation_page"],
                country=told["country"],
                language=told["language"],
                level=Level(told["level"]),
                hosts=(rules.host_of(told["feed"]),),
            ),
            by=by,
            now=now,
        )
        actions.add_feed(publication, told["feed"], by=by, now=now, kind=form.feed_kind)
    return publication.name


# ---------------------------------------------------------------- parameters


def read_page(request: HttpRequest) -> str | None:
    """The cursor of a later page; None for the first. An unreadable one is a bad request."""
    told = request.GET.get("page")
    if told is None:
        return None
    if not told or len(told) > PAGE_MAX or not told.isascii() or not told.isprintable():
        raise SuspiciousOperation("page")
    return told


def read_moment(text: str) -> datetime | None:
    """A moment with its offset, or None if it is none or out of reach."""
    try:
        told = datetime.fromisoformat(text)
        return told.astimezone(UTC) if told.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _with(request: HttpRequest, **changes: str | None) -> str:
    """The same address with parameters changed, or taken away where None."""
    told = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            told.pop(name, None)
        else:
            told[name] = value
    return f"{request.path}?{told.urlencode()}" if told else request.path
