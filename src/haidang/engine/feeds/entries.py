"""From what a feed said to what we take: plain, absolute, unique, and no more than the cap."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from haidang.engine.feeds.plain import absolute_url, plain_text
from haidang.engine.feeds.raw import RawEntry, RawFeed
from haidang.engine.text import nfc
from haidang.engine.text.dates import read_date
from haidang.engine.types import TITLE_MAX, EntryData, FeedData, When

ENTRIES_MAX = 500
SUMMARY_MAX = 2_000
_KEY_MAX = 1_024
_TTL_MAX = 7 * 24 * 60
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
_OLDEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Dated:
    """An entry with what it tells of its time; `age` is the latest of both, at most now."""

    raw: RawEntry
    published: When | None
    updated: When | None
    age: datetime


def to_feed_data(
    raw: RawFeed,
    *,
    url: str,
    now: datetime,
    most: int = ENTRIES_MAX,
    since: datetime | None = None,
    until: datetime | None = None,
) -> FeedData:
    """The feed as data. `url`: where it was fetched, the only base of its links.

    Keeps the newest `most` entries in the feed's own order. Of entries with one key the newest
    wins, the first if dates do not tell. With `since` or `until` (aware) an entry counts only with
    a date from the one on and before the other.
    """
    dated = [_date(entry, now=now) for entry in raw.entries]
    wanted = [at for at in range(len(dated)) if _lies_between(dated[at], since=since, until=until)]
    ranked = sorted(wanted, key=lambda at: dated[at].age, reverse=True)
    kept: dict[str, tuple[int, EntryData]] = {}
    repeated = 0
    for at in ranked:
        if len(kept) == most:
            break
        taken = _take(dated[at], url=url)
        if taken and taken.key in kept:
            repeated += 1
        elif taken:
            kept[taken.key] = (at, taken)
    return FeedData(
        kind=raw.kind,
        title=plain_text(raw.title, most=TITLE_MAX),
        home_url=absolute_url(raw.home, base=url),
        language=_language(raw.language),
        entries=tuple(entry for _, entry in sorted(kept.values(), key=lambda pair: pair[0])),
        ill_formed=raw.ill_formed,
        left_out=raw.cut + len(dated) - len(kept) - repeated,
        ttl_minutes=_ttl(raw.ttl),
        next_url=absolute_url(raw.next, base=url),
        hub_url=absolute_url(raw.hub, base=url),
        topic_url=absolute_url(raw.topic, base=url),
    )


def _date(raw: RawEntry, *, now: datetime) -> _Dated:
    """One dated in the future counts as of now, so that it cannot crowd out the others."""
    published = read_date(raw.published) if raw.published else None
    updated = read_date(raw.updated) if raw.updated else None
    told = [when.at for when in (published, updated) if when]
    return _Dated(raw, published, updated, min(max(told), now) if told else _OLDEST)


def _lies_between(dated: _Dated, *, since: datetime | None, until: datetime | None) -> bool:
    told = dated.published or dated.updated
    if told is None:
        return since is None and until is None
    return (since is None or told.at >= since) and (until is None or told.at < until)


def _take(dated: _Dated, *, url: str) -> EntryData | None:
    raw = dated.raw
    address = absolute_url(raw.link, base=url)
    if address is None:
        return None
    return EntryData(
        key=_key(raw.guid) or address,
        url=address,
        title=plain_text(raw.title, most=TITLE_MAX, is_html=raw.title_is_html),
        summary=plain_text(raw.summary, most=SUMMARY_MAX),
        published=dated.published,
        updated=dated.updated,
        language=_language(raw.language),
    )


def _key(guid: str) -> str:
    """The guid on one line; a longer one by its digest, so that it stays one and the same."""
    bare = " ".join(nfc(guid).split())
    if len(bare) <= _KEY_MAX:
        return bare
    return "sha256:" + hashlib.sha256(bare.encode("utf-8", "replace")).hexdigest()


def _language(told: str) -> str | None:
    found = _LANGUAGE.fullmatch(told.strip())
    return found[0].replace("_", "-") if found else None


def _ttl(told: str) -> int | None:
    bare = told.strip()
    if not (bare.isascii() and bare.isdigit() and len(bare) <= 6):
        return None
    return min(int(bare), _TTL_MAX) or None
