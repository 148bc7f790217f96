"""The pages on which a desk tells of itself: a text of ours, and the organisation's own from the gate."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from haidang.core.enums import SitePage
from haidang.core.keeping import public_page
from haidang.core.queries import public as queries
from haidang.core.views.site import (
    current_language,
    describe_owner,
    place_of,
    render_data,
    render_site,
)


@require_safe
@public_page
def show_page(request: HttpRequest, page: SitePage, language: str) -> HttpResponse:
    """`/vi/method` and the like: whole in each language, with or without a text of the organisation."""
    imprint = queries.find_imprint()
    own = queries.find_page_text(page, language)
    context = {
        "own": own,
        "own_html": mark_safe(own.html) if own else "",  # noqa: S308 -- written by the gate alone, escaped there
        "versions": queries.find_versions(own) if own else (),
        "json_ld": render_data(describe_owner(request, imprint, language=language))
        if imprint
        else "",
        "title": page.label,
        "pairs": queries.find_pairs() if page is SitePage.METHOD else None,
    }
    place = place_of(page.value)
    return render_site(request, f"core/about_{page.value}.html", context, place=place)


@require_safe
def lead_on(_request: HttpRequest, page: SitePage) -> HttpResponse:
    """`/method` and the like lead to the page in the reader's language."""
    return redirect(f"/{current_language()}/{page.value}")
