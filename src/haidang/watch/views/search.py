"""Search."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from haidang.engine.errors import EngineError
from haidang.watch import queries
from haidang.watch.alternates import list_alternates
from haidang.watch.forms import SearchForm
from haidang.watch.troubles import tell_error
from haidang.watch.views.asking import change_address, desk_page, read_page

FILTERS = ("publication", "country", "language", "level", "topic", "since", "until")


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
        "more_url": change_address(request, page=result.next_page) if result else "",
        "newest_url": change_address(request, page=None, order=None),
        "relevance_url": change_address(request, page=None, order="relevance"),
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
