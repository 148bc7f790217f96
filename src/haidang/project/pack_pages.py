"""The page of starter packs: offered to the first member of a new desk, open to all members later."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from haidang.core.models import Member
from haidang.project import packs
from haidang.watch.rules import may_edit_sources


@require_http_methods(["GET", "HEAD", "POST"])
def choose_packs(request: HttpRequest) -> HttpResponse:
    """All packs with their feeds; what is ticked is registered and followed."""
    member = request.user
    if not member.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not may_edit_sources(member):
        raise PermissionDenied
    assert isinstance(member, Member)
    known = packs.load_packs()
    every = [feed for pack in known.values() for feed in pack.feeds]
    trouble = ""
    if request.method == "POST":
        chosen = _read_choice(request)
        if chosen:
            report = packs.add_feeds(chosen, by=member, now=timezone.now())
            _tell(request, report)
            return redirect("watch:sources")
        trouble = _("Nothing is ticked: choose a whole list, or single feeds in it.")
    followed = packs.find_followed(every)
    context = {
        "packs": [
            (pack, [(feed, feed.url in followed) for feed in pack.feeds]) for pack in known.values()
        ],
        "is_first": not followed,
        "trouble": trouble,
        "room": "sources",
    }
    return render(request, "packs.html", context, status=400 if trouble else 200)


def _read_choice(request: HttpRequest) -> list[packs.PackFeed]:
    """The ticked feeds and those of ticked packs; anything that is in no pack is passed over."""
    names, urls = set(request.POST.getlist("pack")), set(request.POST.getlist("feed"))
    return [
        feed
        for pack in packs.load_packs().values()
        for feed in pack.feeds
        if pack.name in names or feed.url in urls
    ]


def _tell(request: HttpRequest, report: packs.PackReport) -> None:
    count = len(report.added)
    told = ngettext(
        "%(count)s feed is followed now; its first visit is due, and will tell whether the address works.",
        "%(count)s feeds are followed now; their first visits are due, and will tell whether the addresses work.",
        count,
    )
    messages.success(request, told % {"count": count})
    for feed, why in report.refused:
        messages.warning(request, f"{feed.title}: {why}")
