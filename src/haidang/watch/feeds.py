"""Lists to take away: Atom, RSS 2.0, JSON Feed 1.1, CSV. The same lists as the pages, same rules."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from haidang.core.syndication import Item, List, answer_list, iso
from haidang.engine.errors import EngineError
from haidang.watch import queries, rules, words
from haidang.watch.enums import Level
from haidang.watch.forms import SearchForm
from haidang.watch.successors import find_way_on
from haidang.watch.troubles import tell_error, tell_trouble

# ---------------------------------------------------------------- the lists


@require_GET
def list_today(request: HttpRequest, kind: str) -> HttpResponse:
    """The stories of Today, newest first or largest first."""
    _ask_leave(request)
    order = "largest" if request.GET.get("order") == "largest" else "newest"
    told_level = request.GET.get("level", "")
    level = Level(told_level) if told_level in Level.values else None
    page = queries.find_today(now=timezone.now(), order=order, level=level)  # type: ignore[arg-type] # one of two
    items = tuple(_story_item(card) for card in page.stories)
    told = List(title=_("Stories"), home="/watch/", columns=_story_columns(), items=items)
    return answer_list(request, told, kind=kind)


@require_GET
def list_story(request: HttpRequest, story_id: int, kind: str) -> HttpResponse:
    """All articles of a story, newest first."""
    _ask_leave(request)
    page = queries.find_story(story_id)
    if page is None:
        return find_way_on(story_id, "watch:story_list", kind)
    items = [item for article in page.articles for item in _article_items(article)]
    items.sort(key=lambda item: item.at or page.card.first_at, reverse=True)
    told = List(
        title=page.card.title,
        home=f"/s/{story_id}",
        columns=(_("time"), _("kind"), _("publication"), _("language"), _("title"), _("address")),
        items=tuple(items),
    )
    return answer_list(request, told, kind=kind)


@require_GET
def list_search(request: HttpRequest, kind: str) -> HttpResponse:
    """The first results of a search, with its filters."""
    _ask_leave(request)
    form = SearchForm.from_address(request.GET, choices=queries.find_filter_choices())
    if not form.is_valid() or not form.cleaned_data["q"]:
        return _refuse(_("A search needs words, and filters that exist."))
    text = form.cleaned_data["q"]
    try:
        page = queries.search_articles(text, filters=form.to_filters(), now=timezone.now())
    except EngineError as error:
        return _refuse(tell_error(error))
    told = List(
        title=_("Search for “%(words)s”") % {"words": text},
        home="/search?" + request.GET.urlencode(),
        columns=(_("time"), _("kind"), _("publication"), _("language"), _("title"), _("address")),
        items=tuple(_hit_item(hit) for hit in page.hits),
    )
    return answer_list(request, told, kind=kind)


@require_GET
def list_sources(request: HttpRequest, kind: str) -> HttpResponse:
    """All sources with their health."""
    _ask_leave(request)
    page = queries.find_sources(now=timezone.now())
    told = List(
        title=_("Sources"),
        home="/sources/",
        columns=(
            _("publication"), _("address of the feed"), _("country"), _("language"), _("level"),
            _("state"), _("articles in 7 days"), _("last visit"), _("last new"), _("trouble"),
        ),
        items=tuple(_source_item(line) for line in page.lines),
    )  # fmt: skip
    return answer_list(request, told, kind=kind)


@require_GET
def list_topics(request: HttpRequest, kind: str) -> HttpResponse:
    """All open topics with their rules."""
    _ask_leave(request)
    lines = queries.find_topics(now=timezone.now())
    columns = (_("topic"), _("rule"), _("IPTC Media Topic"), _("articles in 7 days"), _("address"))
    items = tuple(_topic_item(line) for line in lines)
    told = List(title=_("Topics"), home="/topics/", columns=columns, items=items)
    return answer_list(request, told, kind=kind)


@require_GET
def list_topic(request: HttpRequest, topic_id: int, kind: str) -> HttpResponse:
    """The stories of a topic, those with its newest articles first."""
    _ask_leave(request)
    page = queries.find_topic(topic_id, now=timezone.now())
    if page is None:
        raise Http404
    told = List(
        title=words.name_topic(page.topic.title_vi, page.topic.title_en),
        home=f"/topics/{topic_id}",
        columns=_story_columns(),
        items=tuple(_story_item(card) for card in page.stories),
    )
    return answer_list(request, told, kind=kind)


def _topic_item(line: queries.TopicLine) -> Item:
    name, address = words.name_topic(line.title_vi, line.title_en), f"/topics/{line.id}"
    return Item(
        address=address,
        title=name,
        summary=line.rule,
        at=line.last_at,
        language="vi" if name == line.title_vi else "en",
        columns=(name, line.rule, line.medtop, line.articles_7d, address),
    )


def _story_columns() -> tuple[str, ...]:
    return (
        _("last article"), _("title"), _("language"), _("articles"), _("originals"), _("reprints"),
        _("publications"), _("address"),
    )  # fmt: skip


def _story_item(card: queries.StoryCard) -> Item:
    numbers = words.add_up(articles=card.articles, originals=card.originals, reprints=card.reprints)
    return Item(
        address=f"/s/{card.id}",
        title=card.title,
        summary=f"{numbers}. {card.lead}".strip(),
        at=card.last_at,
        language=card.language,
        columns=(
            iso(card.last_at), card.title, card.language, card.articles, card.originals,
            card.reprints, card.publications, f"/s/{card.id}",
        ),
    )  # fmt: skip


def _article_items(article: queries.StoryArticle) -> list[Item]:
    """An original and its copies."""
    first = _article_item(
        article.id,
        title=article.title,
        publication=article.publication,
        language=article.language,
        at=article.at,
        kind="original",
    )
    copies = [
        _article_item(
            copy.article_id,
            title=copy.title,
            publication=copy.publication,
            language=article.language,
            at=copy.at,
            kind=copy.kind,
        )
        for copy in article.copies
    ]
    return [first, *copies]


def _hit_item(hit: queries.Hit) -> Item:
    title = "".join(text for text, _is_hit in hit.title_pieces)
    item = _article_item(
        hit.article_id,
        title=title,
        publication=hit.publication,
        language=hit.language,
        at=hit.at,
        kind=hit.kind,
    )
    snippet = "".join(text for text, _is_hit in hit.snippet_pieces)
    return Item(
        address=item.address,
        title=title,
        summary=f"{item.summary}. {snippet}",
        at=hit.at,
        language=hit.language,
        columns=item.columns,
    )


def _article_item(
    article_id: int, *, title: str, publication: str, language: str, at: datetime, kind: str
) -> Item:
    address = f"/a/{article_id}"
    return Item(
        address=address,
        title=title,
        summary=f"{publication}, {words.tell_kind(kind)}",
        at=at,
        language=language,
        columns=(iso(at), kind, publication, language, title, address),
    )


def _source_item(line: queries.SourceLine) -> Item:
    trouble = tell_trouble(line.trouble, line.trouble_facts) if line.trouble else ""
    return Item(
        address=f"/sources/#source-{line.id}",
        title=line.name,
        summary=trouble or words.tell_state(line.state),
        at=line.last_new,
        language=line.language,
        columns=(
            line.name, line.url, line.country, line.language, line.level, line.state,
            line.articles_7d, iso(line.last_visit), iso(line.last_new), trouble,
        ),
    )  # fmt: skip


# ---------------------------------------------------------------- who may have them


def _ask_leave(request: HttpRequest) -> None:
    if not rules.may_read_desk(request.user):
        raise PermissionDenied


def _refuse(sentence: str) -> HttpResponse:
    return HttpResponse(sentence + "\n", status=400, content_type="text/plain; charset=utf-8")
