"""A story's edit mode: split, move, merge, pin; and undoing what was done."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from haidang.core.models import Member
from haidang.watch import actions, queries, rules
from haidang.watch.models import Regrouping, Story
from haidang.watch.regrouping_form import WITH_OTHER, RegroupForm
from haidang.watch.successors import find_way_on
from haidang.watch.views.asking import desk_page


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def edit_story(request: HttpRequest, story_id: int) -> HttpResponse:
    """The story's articles to choose from, and what to do with them; a refusal is told in the form."""
    if not rules.may_edit_stories(request.user):
        return _ask_in(request)
    page = queries.find_story(story_id)
    if page is None:
        return find_way_on(story_id, "watch:edit_story")
    form = RegroupForm(request.POST or None, page=page)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, Member)
        try:
            target = _regroup(story_id, form, by=request.user, now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(
                request, _("Done. It stands in the story's log, where it can be undone.")
            )
            return redirect("watch:story", target.id)
    chosen = request.POST.getlist("articles")
    context = {
        "page": page,
        "card": page.card,
        "form": form,
        "chosen": [int(one) for one in chosen if one.isascii() and one.isdigit()],
        "act": form["act"].value() or "split",
        "with_other": WITH_OTHER,
        "now": timezone.now(),
    }
    return render(request, "watch/story_edit.html", context, status=400 if form.errors else 200)


@require_POST
@desk_page
def undo_regrouping(request: HttpRequest, story_id: int, act_id: int) -> HttpResponse:
    """Undo one act of the story's log, or say why not."""
    if not rules.may_edit_stories(request.user):
        return _ask_in(request)
    assert isinstance(request.user, Member)
    act = get_object_or_404(Regrouping, id=act_id)
    if story_id not in {act.story_id, act.other_id}:
        raise Http404
    try:
        actions.undo_regrouping(act, by=request.user, now=timezone.now())
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
    else:
        messages.success(request, _("Undone: everything stands as it stood before."))
    return redirect("watch:story", story_id)


def _regroup(story_id: int, form: RegroupForm, *, by: Member, now: datetime) -> Story:
    """Do what a valid form tells; the story to show then."""
    story = Story.objects.get(id=story_id)
    told = form.cleaned_data
    act, chosen = told["act"], told["articles"]
    if act == "split":
        return actions.split_story(story, chosen, by=by, now=now)
    if act == "move":
        return actions.move_articles(story, chosen, to=told["target"], by=by, now=now)
    if act == "merge":
        return actions.merge_stories(story, into=told["target"], by=by, now=now)
    if act in {"pin", "unpin"}:
        actions.pin_articles(story, chosen, pinned=act == "pin", by=by, now=now)
    else:
        actions.pin_story(story, pinned=act == "pin_story", by=by, now=now)
    return story


def _ask_in(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise PermissionDenied
