"""Lists to take away: Atom, RSS 2.0, JSON Feed 1.1, CSV. The same lists as the pages, same rules.

Strangers' text is escaped by the writers; control characters that XML forbids are dropped, and a CSV
cell that a spreadsheet would take for a formula is made plain text.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import feedgenerator, timezone, translation

# Forbidden in XML 1.0; noncharacters and lone surrogates go with them.
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
PROGRAM = "Hải Đăng"
KINDS = {
    "atom": ("Atom", "application/atom+xml"),
    "rss": ("RSS", "application/rss+xml"),
    "json": ("JSON", "application/feed+json"),
    "csv": ("CSV", "text/csv"),
}


@dataclass(frozen=True, slots=True)
class Alternate:
    """One form of a list: its short name, media type, title and address."""

    name: str
    type: str
    title: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a list: what is shown, and the columns of its table form.

    `id`: what tells it from others, where that is not its address.
    """

    address: str  # path within the desk
    title: str
    summary: str
    at: datetime | None
    language: str
    columns: tuple[str | int | None, ...]
    changed_at: datetime | None = None
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """A list to take away. `home` is the path of the page it belongs to; `author`: whose list it is."""

    title: str
    home: str
    columns: tuple[str, ...]
    items: tuple[Item, ...]
    author: str = PROGRAM


def list_alternates(
    view: str,
    title: str,
    *,
    args: Sequence[int | str] = (),
    query: Mapping[str, str] | None = None,
) -> tuple[Alternate, ...]:
    """The four forms of a list; `query` without empty parameters and without the page."""
    kept = {name: value for name, value in (query or {}).items() if value and name != "page"}
    tail = f"?{urlencode(kept)}" if kept else ""
    return tuple(
        Alternate(name, media, f"{title} ({name})", reverse(view, args=[*args, kind]) + tail)
        for kind, (name, media) in KINDS.items()
    )


def answer_list(request: HttpRequest, told: List, *, kind: str) -> HttpResponse:
    """The list in one of its four forms."""
    _name, media = KINDS[kind]
    response = HttpResponse(WRITERS[kind](request, told), content_type=f"{media}; charset=utf-8")
    if kind == "csv":
        response.headers["Content-Disposition"] = 'attachment; filename="haidang.csv"'
    return response


def answer_table(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], *, name: str
) -> HttpResponse:
    """A table alone, as CSV in a file of that name."""
    response = HttpResponse(_write_rows(columns, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def cell(value: str | int | None) -> str | int:
    """A cell no spreadsheet runs: text that begins like a formula is prefixed by an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    told = value.replace("\x00", "")
    return f"'{told}" if told.startswith(FORMULA_STARTS) else told


def iso(moment: datetime | None) -> str:
    """A moment in the desk's time, to the second; "" for none."""
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""


def _write_atom(request: HttpRequest, told: List) -> str:
    return _write_xml(request, told, feedgenerator.Atom1Feed)


def _write_rss(request: HttpRequest, told: List) -> str:
    return _write_xml(request, told, feedgenerator.Rss201rev2Feed)


def _write_xml(request: HttpRequest, told: List, form: type[feedgenerator.SyndicationFeed]) -> str:
    feed = form(
        title=_plain(f"{told.title} · {told.author}"),
        link=request.build_absolute_uri(told.home),
        description=_plain(told.title),
        language=translation.get_language(),
        author_name=_plain(told.author),
        feed_url=request.build_absolute_uri(),
    )
    for item in told.items:
        address = request.build_absolute_uri(item.address)
        feed.add_item(
            title=_plain(item.title) or address,
            link=address,
            description=_plain(item.summary),
            unique_id=item.id or address,
            unique_id_is_permalink=not item.id,
            pubdate=item.at,
            updateddate=item.changed_at or item.at or timezone.now(),
        )
    return feed.writeString("utf-8")


def _write_json(request: HttpRequest, told: List) -> str:
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": f"{told.title} · {told.author}",
            "home_page_url": request.build_absolute_uri(told.home),
            "feed_url": request.build_absolute_uri(),
            "language": translation.get_language(),
            "authors": [{"name": told.author}],
            "items": [_json_item(request, item) for item in told.items],
        },
        ensure_ascii=False,
        indent=1,
    )


def _json_item(request: HttpRequest, item: Item) -> dict[str, str]:
    address = request.build_absolute_uri(item.address)
    written = {
        "id": item.id or address,
        "url": address,
        "title": item.title,
        "content_text": item.summary,
        "language": item.language,
    }
    if item.at:
        written["date_published"] = item.at.astimezone(UTC).isoformat(timespec="seconds")
    if item.changed_at:
        written["date_modified"] = item.changed_at.astimezone(UTC).isoformat(timespec="seconds")
    return written


def _write_csv(request: HttpRequest, told: List) -> str:
    rows = [[_absolute(request, value, item) for value in item.columns] for item in told.items]
    return _write_rows(told.columns, rows)


def _write_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A table with a byte-order mark, so that spreadsheets read its letters rightly."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([cell(name) for name in columns])
    writer.writerows([cell(value) for value in row] for row in rows)
    return out.getvalue()


def _absolute(request: HttpRequest, value: str | int | None, item: Item) -> str | int | None:
    return request.build_absolute_uri(item.address) if value == item.address else value


def _plain(text: str) -> str:
    return NOT_IN_XML.sub("", text)


WRITERS: dict[str, Callable[[HttpRequest, List], str]] = {
    "atom": _write_atom,
    "rss": _write_rss,
    "json": _write_json,
    "csv": _write_csv,
}
