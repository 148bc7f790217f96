"""What anyone sees: the public texts, their corrections, and the page that verifies a signed text."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from haidang.core import signatures
from haidang.core.enums import ItemKind
from haidang.core.keeping import public_page
from haidang.core.models import PublicItem
from haidang.core.origins import from_own_page
from haidang.core.queries import public as queries
from haidang.core.queries.contact import find_contact
from haidang.core.syndication import list_alternates
from haidang.core.views.site import (
    Place,
    current_language,
    describe_owner,
    place_of,
    render_data,
    render_site,
)

SIGNED_MAX = 400_000


@public_page
def show_front(request: HttpRequest) -> HttpResponse:
    """`/`, `/vi/`, `/en/` once something is published: the newest texts, and what this language lacks."""
    language = current_language()
    before = request.GET.get("before", "")
    known = before.isascii() and before.isdigit() and len(before) < 19
    items = queries.find_texts(language, before=int(before) if known else None)
    imprint = queries.find_imprint()
    context = {
        "items": items,
        "older": items[-1].pk if len(items) == queries.PAGE else None,
        "untranslated": () if known else queries.find_untranslated(language),
        "json_ld": render_data(describe_owner(request, imprint, language=language))
        if imprint
        else "",
    }
    return render_site(request, "core/front.html", context, place=place_of("", room="front"))


@require_safe
@public_page
def show_item(request: HttpRequest, language: str, number: int, kind: ItemKind) -> HttpResponse:
    """One public text; a withdrawn one keeps its address and tells why (410)."""
    item = _find(number, language, kind)
    other = queries.find_translation(item)
    context = {
        "item": item,
        "html": mark_safe(item.html),  # noqa: S308 -- written by the gate alone, escaped there
        "json_ld": render_data(item.json_ld),
        "versions": queries.find_versions(item),
        "other": other,
    }
    if item.page and not item.withdrawn_why:
        place = place_of(item.page)
    else:
        both = {one.language: one.address for one in (item, other) if one} if other else {}
        place = Place(language=language, here=item.address, others=both, room=item.page)
    status = 410 if item.withdrawn_why else 200
    return render_site(request, "core/item.html", context, place=place, status=status)


@require_safe
def show_signed(_request: HttpRequest, language: str, number: int, kind: ItemKind) -> HttpResponse:
    """The signed text, for machines and for `/verify`."""
    item = _find(number, language, kind)
    signed = signatures.SignedText(signatures.ITEM, item.text, item.key, item.proof)
    return JsonResponse(signed.to_table(), json_dumps_params={"ensure_ascii": False})


@require_safe
@public_page
def show_corrections(request: HttpRequest) -> HttpResponse:
    """All corrections and withdrawals, with what stood before."""
    told = current_language()
    context = {"changes": queries.find_changes()}
    alternates = list_alternates(f"core:corrections_list_{told}", _("Corrections"))
    return render_site(
        request,
        "core/corrections.html",
        context | {"forms": alternates},
        place=place_of("corrections"),
        alternates=alternates,
    )


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
    return render_site(request, "core/verify.html", context, place=place_of("verify"))


def _find(number: int, language: str, kind: ItemKind) -> PublicItem:
    item = queries.find_item(number, language=language, kind=kind)
    if item is None:
        raise Http404
    return item
