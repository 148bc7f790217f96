"""What is public, as lists to take away and as maps for search engines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from haidang.core.enums import SitePage
from haidang.core.keeping import public_page
from haidang.core.models import PublicItem, PublicVersion
from haidang.core.queries import public as queries
from haidang.core.syndication import NOT_IN_XML, PROGRAM, Item, List, answer_list, iso
from haidang.core.views.site import LANGUAGES, current_language

NEWS = timedelta(days=2)  # as Google's rules for news sitemaps want it
FIXED = (
    "", *(page.value for page in SitePage), "promises", "corrections", "audit", "verify",
    "vocabulary", "sources/public",
)  # fmt: skip
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
@public_page
def list_texts(request: HttpRequest, kind: str, language: str = "") -> HttpResponse:
    """The newest public texts, of one language or of all."""
    told = List(
        title=_("Public texts"),
        home=f"/{language}/" if language else "/",
        columns=(_("published"), _("last changed"), _("language"), _("title"), _("address")),
        items=tuple(to_list_item(item) for item in queries.find_texts(language)),
        author=_author(),
    )
    return answer_list(request, told, kind=kind)


def to_list_item(item: PublicItem) -> Item:
    """A public text as a line of a list."""
    return Item(
        address=item.address,
        title=item.title,
        summary=item.body,
        at=item.published_at,
        changed_at=item.changed_at,
        language=item.language,
        columns=(
            iso(item.published_at), iso(item.changed_at), item.language, item.title, item.address,
        ),
    )  # fmt: skip


@require_safe
@public_page
def list_corrections(request: HttpRequest, kind: str) -> HttpResponse:
    """The newest corrections and withdrawals of all public texts."""
    told = List(
        title=_("Corrections"),
        home=f"/{current_language()}/corrections",
        columns=(_("time"), _("act"), _("language"), _("title"), _("reason"), _("address")),
        items=tuple(_change_item(one) for one in queries.find_changes()),
        author=_author(),
    )
    return answer_list(request, told, kind=kind)


def _change_item(one: PublicVersion) -> Item:
    item = one.item
    withdrawn = bool(item.withdrawn_why) and one.number + 1 == item.version
    act = _("withdrawn") if withdrawn else _("corrected")
    why = str(item.get_withdrawn_why_display()) if withdrawn else one.why
    return Item(
        id=f"urn:haidang:version:{item.pk}.{one.number}",
        address=item.address,
        title=f"{item.title}: {act}",
        summary=why,
        at=one.ended_at,
        language=item.language,
        columns=(iso(one.ended_at), act, item.language, item.title, why, item.address),
    )


@require_safe
@public_page
def show_sitemap(request: HttpRequest) -> HttpResponse:
    """Addresses of all that is public (sitemaps.org 0.9); where they are too many for one map, the list of maps."""
    parts = queries.count_sitemaps()
    if parts == 1:
        return _answer_sitemap(request, part=1)
    maps = [
        format_html(
            "<sitemap><loc>{}</loc></sitemap>",
            request.build_absolute_uri(reverse("core:sitemap_part", args=[part])),
        )
        for part in range(1, parts + 1)
    ]
    return _answer_map(maps, f'xmlns="{SITEMAP}"', root="sitemapindex")


@require_safe
@public_page
def show_sitemap_part(request: HttpRequest, part: int) -> HttpResponse:
    """One of the maps."""
    if part > queries.count_sitemaps():
        raise Http404
    return _answer_sitemap(request, part=part)


def _answer_sitemap(request: HttpRequest, *, part: int) -> HttpResponse:
    """The texts of one map, each with its other language; the site's own pages stand in the first."""

    def whole(path: str) -> str:
        return request.build_absolute_uri(path)

    rows = []
    for path in FIXED if part == 1 else ():
        both = {code: whole(f"/{code}/{path}") for code, _name in LANGUAGES}
        rows += [_row(address, others=both) for address in both.values()]
    for item, other in queries.find_for_sitemap(part):
        both = {one.language: whole(one.address) for one in (item, other) if one} if other else {}
        rows.append(_row(whole(item.address), at=item.changed_at, others=both))
    return _answer_map(rows, f'xmlns="{SITEMAP}" xmlns:xhtml="http://www.w3.org/1999/xhtml"')


def _row(
    address: str, *, at: datetime | None = None, others: Mapping[str, str] | None = None
) -> SafeString:
    links = format_html_join(
        "",
        '<xhtml:link rel="alternate" hreflang="{}" href="{}"/>',
        (others or {}).items(),
    )
    day = format_html("<lastmod>{}</lastmod>", _moment(at)) if at else ""
    return format_html("<url><loc>{}</loc>{}{}</url>", address, day, links)


@require_safe
def show_news_sitemap(request: HttpRequest) -> HttpResponse:
    """Texts of the last two days, as news search engines want them (Google's news sitemap 0.9)."""
    name = NOT_IN_XML.sub("", _author())
    rows = [
        format_html(
            "<url><loc>{}</loc><news:news><news:publication><news:name>{}</news:name>"
            "<news:language>{}</news:language></news:publication>"
            "<news:publication_date>{}</news:publication_date><news:title>{}</news:title>"
            "</news:news></url>",
            request.build_absolute_uri(item.address),
            name,
            item.language,
            _moment(item.published_at),
            NOT_IN_XML.sub("", item.title),
        )
        for item in queries.find_news(since=timezone.now() - NEWS)
    ]
    spaces = f'xmlns="{SITEMAP}" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return _answer_map(rows, spaces)


@require_safe
def show_robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt` (RFC 9309): the public site is open to all, the desk is of no use to a machine."""
    lines = [
        "User-agent: *",
        *(f"Disallow: /{path}/" for path in ("desk", "account", "people", "setup")),
        *(
            f"Sitemap: {request.build_absolute_uri(path)}"
            for path in ("/sitemap.xml", "/sitemap-news.xml")
        ),
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _answer_map(rows: Iterable[SafeString], spaces: str, *, root: str = "urlset") -> HttpResponse:
    body = "\n".join(rows)
    return HttpResponse(
        f"{HEAD}<{root} {spaces}>\n{body}\n</{root}>\n", content_type="application/xml"
    )


def _moment(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat()


def _author() -> str:
    imprint = queries.find_imprint()
    return imprint.legal_owner if imprint else PROGRAM
