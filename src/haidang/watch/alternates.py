"""Every list can be taken away as Atom, RSS, JSON Feed or CSV; pages announce where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

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


def list_alternates(
    view: str, title: str, *, args: Sequence[int] = (), query: Mapping[str, str] | None = None
) -> tuple[Alternate, ...]:
    """The four forms of a list; `query` without empty parameters and without the page."""
    kept = {name: value for name, value in (query or {}).items() if value and name != "page"}
    tail = f"?{urlencode(kept)}" if kept else ""
    return tuple(
        Alternate(name, media, f"{title} ({name})", reverse(view, args=[*args, kind]) + tail)
        for kind, (name, media) in KINDS.items()
    )
