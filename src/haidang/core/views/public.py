"""What anyone sees: the public texts, their corrections, and the page that verifies a signed text."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from haidang.core import signatures
from haidang.core.models import PublicItem
from haidang.core.origins import from_own_page
from haidang.core.queries import public as queries
from haidang.core.queries.contact import find_contact
from haidang.core.syndication import FeedEntry, render_atom

SIGNED_MAX = 400_000


def show_front(request: HttpRequest) -> HttpResponse:
    """`/` once something is published."""
    context = {"items": queries.find_items(), "imprint": queries.find_imprint()}
    return render(request, "core/front.html", context)


@require_GET
def show_item(request: HttpRequest, language: str, number: int) -> HttpResponse:
    """One public text; a withdrawn one keeps its address and tells why (410)."""
    item = _find(number, language)
    context = {
        "item": item,
        "html": mark_safe(item.html),  # noqa: S308 -- written by the gate alone, escaped there
        "json_ld": _to_data_block(item),
        "versions": queries.find_versions(item),
        "imprint": queries.find_imprint(),
    }
    return render(request, "core/item.html", context, status=410 if item.withdrawn_why else 200)


def _to_data_block(item: PublicItem) -> str:
    """The element that tells search engines what this is: data, which no browser runs, and no text in it ends it."""
    told = json.dumps(item.json_ld, ensure_ascii=False).replace("<", "\\u003c")
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(told))  # noqa: S308 -- see above


@require_GET
def show_signed(request: HttpRequest, language: str, number: int) -> HttpResponse:  # noqa: ARG001 -- Django's signature
    """The signed text, for machines and for `/verify`."""
    item = _find(number, language)
    signed = signatures.SignedText(signatures.ITEM, item.text, item.key, item.proof)
    return JsonResponse(signed.to_table(), json_dumps_params={"ensure_ascii": False})


@require_GET
def list_items(request: HttpRequest) -> HttpResponse:
    """What is public, as Atom."""
    imprint = queries.find_imprint()
    entries = [
        FeedEntry(
            id=request.build_absolute_uri(item.address),
            address=request.build_absolute_uri(item.address),
            title=item.title,
            at=item.changed_at,
            text=item.text.partition("\n\n")[2],
        )
        for item in queries.find_items()
    ]
    title = imprint.legal_owner if imprint else "Hải Đăng"
    return render_atom(request, title=title, home="/", entries=entries)


@require_GET
def show_corrections(request: HttpRequest) -> HttpResponse:
    """All corrections and withdrawals, with what stood before."""
    return render(request, "core/corrections.html", {"changes": queries.find_changes()})


@require_GET
def show_sitemap(request: HttpRequest) -> HttpResponse:
    """Addresses of all that is public, for search engines (sitemaps.org 0.9)."""
    rows: list[tuple[str, datetime | None]] = [
        ("/", None),
        ("/corrections", None),
        ("/audit", None),
    ]
    rows += [(item.address, item.changed_at) for item in queries.find_items()]
    urls = format_html_join(
        "\n",
        "<url><loc>{}</loc>{}</url>",
        (
            (
                request.build_absolute_uri(path),
                format_html("<lastmod>{}</lastmod>", at.date().isoformat()) if at else "",
            )
            for path, at in rows
        ),
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return HttpResponse(f"{head}{urls}\n</urlset>\n", content_type="application/xml")


@require_GET
def show_security(request: HttpRequest) -> HttpResponse:
    """`/.well-known/security.txt` (RFC 9116), once there is somebody to write to."""
    contact = find_contact()
    if not contact:
        raise Http404
    address = f"mailto:{contact}" if "@" in contact and "://" not in contact else contact
    until = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    here = request.build_absolute_uri("/.well-known/security.txt")
    lines = (
        f"Contact: {address}",
        f"Expires: {until}",
        "Preferred-Languages: vi, en",
        f"Canonical: {here}",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@from_own_page
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Verify any signed text that somebody pastes; nothing of it is kept."""
    told = request.POST.get("signed", "")[:SIGNED_MAX] if request.method == "POST" else ""
    context: dict[str, object] = {"given": told, "key": signatures.find_public_key()}
    if told:
        try:
            signed = signatures.from_json(told)
        except ValueError:
            context["unreadable"] = True
        else:
            context |= {
                "signed": signed,
                "good": signatures.verify_text(signed),
                "ours": signed.key == context["key"],
            }
    return render(request, "core/verify.html", context)


def _find(number: int, language: str) -> PublicItem:
    item = queries.find_item(number, language=language)
    if item is None:
        raise Http404
    return item
