"""The public search: over what the gate let out, for anyone, so many times a minute."""

from __future__ import annotations

import re
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from haidang.core.keeping import public_page
from haidang.core.limits import Pace, count_as
from haidang.core.queries import public as queries
from haidang.core.queries.finding import FoundPage, search_items
from haidang.core.query_words import tell_query_error
from haidang.core.syndication import (
    PROGRAM,
    Alternate,
    Item,
    List,
    answer_list,
    iso,
    list_alternates,
)
from haidang.core.views.site import current_language, place_of, render_site
from haidang.engine.errors import EngineError

QUERY_MAX = 300
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
# Of each sender, and of all together, within a minute and by process; kept in memory only (promise 11).
SEARCHES_EACH, SEARCHES_ALL = 60, 9_000
pace = Pace(SEARCHES_EACH, together=SEARCHES_ALL)


@require_safe
@public_page
def show_find(request: HttpRequest) -> HttpResponse:
    """`/find`: search what is public. Words that cannot be read are told above the field."""
    text, result, trouble, status = _read_words(request), None, "", 200
    if text:
        if wait := pace.ask(count_as(request)):
            return _tell_too_many(request, wait)
        try:
            result = search_items(text, page=request.GET.get("page", "")[:20])
        except EngineError as error:
            trouble, status = tell_query_error(error), 400
    here = current_language()
    alternates: tuple[Alternate, ...] = ()
    if result:
        title = _("Search for “%(words)s”") % {"words": text}
        alternates = list_alternates(f"core:find_list_{here}", title, query={"q": text})
    context = {
        "query_text": text,
        "result": result,
        "trouble": trouble,
        "forms": alternates,
        "more_url": f"?{urlencode({'q': text, 'page': result.next_page})}"
        if result and result.next_page
        else "",
    }
    place = place_of("find")
    if text:
        others = {code: f"{path}?{urlencode({'q': text})}" for code, path in place.others.items()}
        place = replace(place, others=others, bare="")
    return render_site(
        request,
        "core/find.html",
        context,
        place=place,
        alternates=alternates,
        status=status,
    )


@require_safe
def list_find(request: HttpRequest, kind: str) -> HttpResponse:
    """The first results of a search, to take away."""
    text = _read_words(request)
    if not text:
        return _refuse(_("A search needs words, and filters that exist."))
    if wait := pace.ask(count_as(request)):
        return _tell_too_many(request, wait)
    try:
        page = search_items(text)
    except EngineError as error:
        return _refuse(tell_query_error(error))
    imprint = queries.find_imprint()
    told = List(
        title=_("Search for “%(words)s”") % {"words": text},
        home=f"/{current_language()}/find?{urlencode({'q': text})}",
        columns=(_("published"), _("language"), _("title"), _("address")),
        items=_to_items(page),
        author=imprint.legal_owner if imprint else PROGRAM,
    )
    return answer_list(request, told, kind=kind)


def _to_items(page: FoundPage) -> tuple[Item, ...]:
    return tuple(
        Item(
            address=hit.item.address,
            title=hit.item.title,
            summary="".join(text for text, _is_hit in hit.snippet_pieces),
            at=hit.item.published_at,
            changed_at=hit.item.changed_at,
            language=hit.item.language,
            columns=(
                iso(hit.item.published_at), hit.item.language, hit.item.title, hit.item.address,
            ),
        )
        for hit in page.hits
    )  # fmt: skip


def _read_words(request: HttpRequest) -> str:
    return CONTROL.sub(" ", request.GET.get("q", ""))[:QUERY_MAX].strip()


def _tell_too_many(request: HttpRequest, wait: int) -> HttpResponse:
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _refuse(sentence: str) -> HttpResponse:
    return HttpResponse(sentence + "\n", status=400, content_type="text/plain; charset=utf-8")
