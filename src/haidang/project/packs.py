"""Starter packs: public feeds of organisations, so that a new desk need not begin empty.

    packs/NAME.opml ──► publication known? else registered ──► its feed followed ──► a report

The addresses were written down, not tried: each is marked "not verified from here", on the page and
by the command. The rules for registering are those for everyone (promise 1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree as ET

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import get_language

from haidang.core.models import Member
from haidang.watch import actions
from haidang.watch.enums import Level
from haidang.watch.models import Feed, Publication

FOLDER = Path(__file__).with_name("packs")
HD = "{urn:haidang:pack}"
UNVERIFIED = "not verified from here"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFeed:
    """One feed of a pack, with what a registration tells of its publication."""

    url: str
    title: str
    home_url: str
    language: str
    category: str
    publication: str
    organisation: str
    organisation_page: str
    hosts: tuple[str, ...]
    country: str
    level: Level
    verified: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    name: str
    title_en: str
    title_vi: str
    feeds: tuple[PackFeed, ...]

    @property
    def title(self) -> str:
        """In the language of the page."""
        return self.title_vi if get_language() == "vi" else self.title_en


@dataclass(frozen=True, slots=True, kw_only=True)
class PackReport:
    """What came of adding feeds; refused with the sentence that says why."""

    added: tuple[PackFeed, ...]
    known: tuple[PackFeed, ...]
    refused: tuple[tuple[PackFeed, str], ...]


@cache
def load_packs() -> Mapping[str, Pack]:
    """The packs that come with the program, by name: at home first, then the world."""
    packs = [_read(path) for path in sorted(FOLDER.glob("*.opml"))]
    packs.sort(key=lambda pack: (pack.feeds[0].country != "VN", pack.name))
    return MappingProxyType({pack.name: pack for pack in packs})


def add_feeds(
    feeds: Iterable[PackFeed], *, by: Member | None, now: datetime, from_command: bool = False
) -> PackReport:
    """Register each feed's publication, where it is not, and follow the feed; each on its own.

    Raises PermissionDenied where `by` may not register.
    """
    added, known, refused = [], [], []
    for feed in feeds:
        if Feed.objects.filter(url=feed.url).exists():
            known.append(feed)
            continue
        try:
            with transaction.atomic():
                home = _find_or_register(feed, by=by, now=now, from_command=from_command)
                actions.add_feed(home, feed.url, by=by, now=now, from_command=from_command)
        except ValidationError as error:
            refused.append((feed, " ".join(error.messages)))
        else:
            added.append(feed)
    return PackReport(added=tuple(added), known=tuple(known), refused=tuple(refused))


def find_followed(feeds: Iterable[PackFeed]) -> frozenset[str]:
    """Which of these addresses the desk follows already. One query."""
    urls = [feed.url for feed in feeds]
    return frozenset(Feed.objects.filter(url__in=urls).values_list("url", flat=True))


def _find_or_register(
    feed: PackFeed, *, by: Member | None, now: datetime, from_command: bool
) -> Publication:
    found = Publication.objects.filter(hosts__host__in=feed.hosts).first()
    if found is not None:
        return found
    return actions.register_publication(
        actions.NewPublication(
            name=feed.publication,
            organisation=feed.organisation,
            organisation_page=feed.organisation_page,
            country=feed.country,
            language=feed.language,
            level=feed.level,
            hosts=feed.hosts,
        ),
        by=by,
        now=now,
        from_command=from_command,
    )


def _read(path: Path) -> Pack:
    root = ET.parse(path).getroot()  # noqa: S314 -- a file of ours, which a test reads too
    body = root.find("body")
    assert body is not None
    return Pack(
        name=path.stem,
        title_en=root.findtext("head/title") or path.stem,
        title_vi=body.get(f"{HD}title-vi", path.stem),
        feeds=tuple(_feed(outline) for outline in body.iter("outline")),
    )


def _feed(outline: ET.Element) -> PackFeed:
    told = outline.attrib
    return PackFeed(
        url=told["xmlUrl"],
        title=told["title"],
        home_url=told["htmlUrl"],
        language=told["language"],
        category=told.get("category", ""),
        publication=told[f"{HD}publication"],
        organisation=told[f"{HD}organisation"],
        organisation_page=told[f"{HD}organisationPage"],
        hosts=tuple(told[f"{HD}hosts"].split()),
        country=told[f"{HD}country"],
        level=Level(told[f"{HD}level"]),
        verified=told[f"{HD}verified"],
    )
