"""What the readers of single formats hand on: strings as the feed had them, not yet believed.

There is no field for an author, and no reader looks at one (promise 2).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from haidang.engine.types import FeedKind


@dataclass(slots=True, kw_only=True)
class RawEntry:
    """One entry. `title_is_html`: tags in the title are markup, not text."""

    guid: str = ""
    link: str = ""
    title: str = ""
    title_is_html: bool = True
    summary: str = ""
    published: str = ""
    updated: str = ""
    language: str = ""


@dataclass(slots=True, kw_only=True)
class RawFeed:
    """A feed. `cut`: entries that were not even read, because there were too many."""

    kind: FeedKind
    title: str = ""
    home: str = ""
    language: str = ""
    ttl: str = ""
    next: str = ""
    hub: str = ""
    topic: str = ""
    entries: list[RawEntry] = field(default_factory=list)
    cut: int = 0
    ill_formed: bool = False
