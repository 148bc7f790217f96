"""JSON Feed 1.0 and 1.1. Wrong types are as good as absent; authors are not looked at."""

from __future__ import annotations

import html
import json
from typing import Any

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.feeds.raw import RawEntry, RawFeed
from haidang.engine.types import FeedKind


class _Number(str):
    """A number as it was written: an id may be one, and a huge one would be slow to convert."""

    __slots__ = ()


def read_json(text: str) -> RawFeed:
    """The feed. Errors: BAD_FEED for broken JSON, NOT_A_FEED(text) for JSON that is something else."""
    try:
        told = json.loads(
            text, parse_int=_Number, parse_float=_Number, parse_constant=lambda _: None
        )
    except (ValueError, RecursionError) as error:
        raise EngineError(Trouble.BAD_FEED, detail=type(error).__name__) from None
    if not isinstance(told, dict) or not (
        "items" in told or "jsonfeed.org" in _told(told, "version")
    ):
        raise EngineError(Trouble.NOT_A_FEED, saw="text")
    items = told.get("items", [])
    if not isinstance(items, list):
        raise EngineError(Trouble.BAD_FEED, detail="items")
    whole = [item for item in items if isinstance(item, dict)]
    return RawFeed(
        kind=FeedKind.JSON,
        title=_told(told, "title"),
        home=_told(told, "home_page_url"),
        language=_told(told, "language"),
        next=_told(told, "next_url"),
        hub=_hub(told.get("hubs")),
        topic=_told(told, "feed_url"),
        entries=[_entry(item) for item in whole],
        cut=len(items) - len(whole),
        ill_formed=len(whole) < len(items),
    )


def _hub(told: Any) -> str:
    """The first WebSub hub of the list that JSON Feed has for such things."""
    hubs = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return next((_told(one, "url") for one in hubs if _told(one, "type").lower() == "websub"), "")


def _entry(item: dict[str, Any]) -> RawEntry:
    text = html.escape(_told(item, "summary") or _told(item, "content_text"), quote=False)
    return RawEntry(
        guid=str(item["id"]) if isinstance(item.get("id"), str) else "",
        link=_told(item, "url") or _told(item, "external_url"),
        title=_told(item, "title"),
        title_is_html=False,
        summary=text or _told(item, "content_html"),
        published=_told(item, "date_published"),
        updated=_told(item, "date_modified"),
        language=_told(item, "language"),
    )


def _told(where: dict[str, Any], name: str) -> str:
    value = where.get(name)
    return value if isinstance(value, str) and not isinstance(value, _Number) else ""
