"""What is kept: the disk's page, and two acts on an article, looking again and keeping its page for ever."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from haidang.core.models import Member
from haidang.watch import actions
from haidang.watch.models import Article
from haidang.watch.queries.disk import STOP, count_removed, disk_state, find_disk, find_used_share
from haidang.watch.views.asking import member_page


@require_GET
@member_page
def show_disk(request: HttpRequest, _member: Member) -> HttpResponse:
    """What fills the disk, how fast, and what goes when."""
    removed, removed_at = count_removed()
    share = find_used_share()
    page = find_disk()
    context = {
        "page": page,
        "used_share": share,
        "state": disk_state(share),
        "stop_share": STOP,
        "removed": removed,
        "removed_at": removed_at,
        "now": timezone.now(),
        "bar_ours": _of_a_hundred(page.ours, page.total) if page else 0,
        "bar_used": round(share * 100, 1),
        "today": timezone.localdate(),
    }
    return render(request, "watch/disk.html", context)


@require_POST
@member_page
def look_again(request: HttpRequest, member: Member, article_id: int) -> HttpResponse:
    """Have the page of an article looked at now."""
    article = _find(article_id)
    try:
        actions.ask_look(article, by=member, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The page will be looked at within a minute."))
    return redirect("watch:article", article_id=article_id)


@require_POST
@member_page
def keep_record(request: HttpRequest, member: Member, article_id: int) -> HttpResponse:
    """Keep the archived page of an article for ever."""
    article = _find(article_id)
    try:
        actions.keep_record(article, by=member, now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("This page is now kept for ever."))
    return redirect("watch:article", article_id=article_id)


def _find(article_id: int) -> Article:
    found = Article.objects.select_related("publication").filter(id=article_id).first()
    if found is None:
        raise Http404
    return found


def _of_a_hundred(part: int, whole: int) -> float:
    return round(100 * part / max(1, whole), 1)
