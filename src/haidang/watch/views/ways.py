"""How one feed is read: its latest headlines, and where on a page without a feed they stand."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from haidang.core.models import Member
from haidang.watch import actions, hubs, rules
from haidang.watch.models import Feed
from haidang.watch.queries.ways import FeedWay, find_feed_way
from haidang.watch.views.asking import desk_page


class SelectorForm(forms.Form):
    """Where the headlines stand; empty lets the desk find out."""

    selector = forms.CharField(
        label=gettext_lazy("Selector"),
        max_length=1_000,
        required=False,
        help_text=gettext_lazy(
            "The part of the page that holds them, such as .list h3 a. Left empty, the desk finds them itself."
        ),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page
def show_feed(request: HttpRequest, feed_id: int) -> HttpResponse:
    """How a feed is read; members say where its headlines stand."""
    way = find_feed_way(feed_id)
    if way is None:
        raise Http404
    given = way.selector if way.selector_given else ""
    form = SelectorForm(request.POST or None, initial={"selector": given})
    if request.method == "POST":
        if not rules.may_edit_sources(request.user):
            raise PermissionDenied
        if _take(form, way, by=request.user):
            messages.success(request, _("The page is read again at the next turn."))
            return redirect("watch:feed", feed_id=feed_id)
    context = {
        "way": way,
        "form": form,
        "now": timezone.now(),
        "room": "sources",
        "may_edit": rules.may_edit_sources(request.user),
        "hubs_reach_us": hubs.is_reachable(),
    }
    return render(request, "watch/feed.html", context, status=400 if form.errors else 200)


def _take(form: SelectorForm, way: FeedWay, *, by: object) -> bool:
    """Whether what the form tells was taken; if not, the form says why."""
    assert isinstance(by, Member)
    if not form.is_valid():
        return False
    feed = Feed.objects.get(id=way.id)
    try:
        actions.set_selector(feed, form.cleaned_data["selector"], by=by, now=timezone.now())
    except ValidationError as error:
        form.add_error("selector", error.messages)
        return False
    return True
