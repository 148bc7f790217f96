"""The frame of the public site: where a page stands, in which languages, and who speaks on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from haidang.core.enums import SitePage
from haidang.core.models import Imprint
from haidang.core.queries import public as queries
from haidang.core.syndication import Alternate, list_alternates

LANGUAGES = (("vi", "Tiếng Việt"), ("en", "English"))


@dataclass(frozen=True, slots=True)
class Choice:
    """A language in which the reader may go on, and where that leads."""

    code: str
    name: str
    href: str
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page of the public site. All addresses are paths.

    `here`: the one that counts (canonical). `others`: language → the same page in it, this one included;
    empty where a text stands in one language only. `bare`: the address without a language.
    """

    language: str
    here: str
    others: Mapping[str, str] = field(default_factory=dict)
    bare: str = ""
    room: str = ""

    def choices(self) -> list[Choice]:
        """Where each language leads: to the same page, or to that language's front page."""
        return [
            Choice(
                code,
                name,
                self.others.get(code, f"/{code}/"),
                code == self.language == get_language(),
            )
            for code, name in LANGUAGES
        ]


def place_of(path: str, *, room: str = "") -> Place:
    """A fixed page of the site, such as "corrections" or "" (the front): it stands in both languages."""
    language = current_language()
    others = {code: f"/{code}/{path}" for code, _name in LANGUAGES}
    return Place(
        language=language, here=others[language], others=others, bare=f"/{path}", room=room or path
    )


def in_all(route: str, view: Any, name: str) -> list[URLPattern]:
    """The addresses of a fixed page: in the reader's language, and the same always in Vietnamese or in English."""
    named = (("", name), *((f"{code}/", f"{name}_{code}") for code, _name in LANGUAGES))
    return [path(before + route, view, name=one) for before, one in named]


def current_language() -> str:
    """The language of this answer: "vi" or "en"."""
    told = get_language() or "vi"
    return told if told in {"vi", "en"} else "vi"


def render_site(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    place: Place,
    alternates: tuple[Alternate, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """A page of the public site in its frame: languages, feeds, who publishes."""
    imprint = queries.find_imprint()
    told = {
        "imprint": imprint,
        "place": place,
        "canonical": request.build_absolute_uri(place.here),
        "hreflangs": [
            (code, request.build_absolute_uri(path)) for code, path in place.others.items()
        ]
        + ([("x-default", request.build_absolute_uri(place.bare))] if place.bare else []),
        "alternates": (*alternates, *text_alternates(place.language)),
        "site_pages": [
            (f"/{place.language}/{page.value}", page.label, page.value == place.room)
            for page in SitePage
        ],
        "language": place.language,
    }
    return render(request, template, {**told, **context}, status=status)


def text_alternates(language: str) -> tuple[Alternate, ...]:
    """The feeds of all public texts in that language: announced on every page of the site."""
    return list_alternates(f"core:texts_list_{language}", _("Public texts"))


def render_data(told: Mapping[str, Any]) -> SafeString:
    """The element that tells search engines what this is: data, which no browser runs, and no text in it ends it."""
    written = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(written))  # noqa: S308 -- see above


def describe_owner(request: HttpRequest, imprint: Imprint, *, language: str) -> dict[str, Any]:
    """Who publishes here, as schema.org tells it, with the pages where it says how it works."""

    def at(path: str) -> str:
        return request.build_absolute_uri(f"/{language}/{path}")

    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentOrganization" if imprint.public_office else "NewsMediaOrganization",
        "name": imprint.legal_owner,
        "url": at(""),
        "publishingPrinciples": at("method"),
        "ethicsPolicy": at("promises"),
        "correctionsPolicy": at("corrections"),
        "actionableFeedbackPolicy": at("complaints"),
        "ownershipFundingInfo": at("funding"),
    }
    if not imprint.public_office:
        told |= {"masthead": at("team"), "verificationFactCheckingPolicy": at("method")}
    return told
