"""A story, an article."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from haidang.watch import queries, rules
from haidang.watch.alternates import list_alternates
from haidang.watch.successors import find_way_on
from haidang.watch.views.asking import desk_page


@require_GET
@desk_page
def show_story(request: HttpRequest, story_id: int) -> HttpResponse:
    """A story: its spread, its originals with their copies, and why they stand together."""
    page = queries.find_story(story_id)
    if page is None:
        return find_way_on(story_id, "watch:story")
    context = {
        "page": page,
        "card": page.card,
        "may_edit_stories": rules.may_edit_stories(request.user),
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
    context = {
        "page": page,
        "now": timezone.now(),
        "may_open_files": rules.may_open_files(request.user),
        "may_edit": rules.may_edit_sources(request.user),
    }
    return render(request, "watch/article.html", context)
