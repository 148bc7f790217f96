"""Lists of the ground floor to take away: Atom, RSS 2.0, JSON Feed 1.1, by Django's own writers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import feedgenerator, translation

# Forbidden in XML 1.0; noncharacters and lone surrogates go with them.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One line of a feed. `address` is absolute; `text` is plain."""

    id: str
    address: str
    title: str
    at: datetime
    text: str


def render_atom(
    request: HttpRequest, *, title: str, home: str, entries: Iterable[FeedEntry]
) -> HttpResponse:
    """An Atom feed whose page is `home`, a path of this desk."""
    return _render(feedgenerator.Atom1Feed, request, title=title, home=home, entries=entries)


def _render(
    kind: type[feedgenerator.Atom1Feed | feedgenerator.Rss201rev2Feed],
    request: HttpRequest,
    *,
    title: str,
    home: str,
    entries: Iterable[FeedEntry],
) -> HttpResponse:
    feed = kind(
        title=title,
        link=request.build_absolute_uri(home),
        description=title,
        feed_url=request.build_absolute_uri(),
        language=translation.get_language(),
    )
    for entry in entries:
        feed.add_item(
            title=NOT_IN_XML.sub("", entry.title),
            link=entry.address,
            description=NOT_IN_XML.sub("", entry.text),
            unique_id=entry.id,
            unique_id_is_permalink=False,
            pubdate=entry.at,
            updateddate=entry.at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
