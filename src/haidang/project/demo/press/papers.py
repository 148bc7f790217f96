"""Reads the invented newspapers (`publications.toml`, `events/*.toml`) and checks them.

Everything is made up: province, papers, people's offices, events. The files are hand-written, so
each rule that a hand can break is checked here and all faults are told at once. What comes out is
complete: a reprint already carries its own text, made from the original by its edits.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from haidang.project.demo.press.checks import find_faults
from haidang.project.demo.press.writing import Draft, Version, write_later, write_versions

ENTRIES_MAX = 60  # a feed lists all that a publication wrote, so it may not write more

LEVELS = frozenset({"province", "national", "foreign", "district"})
FEEDS = frozenset({"rss", "atom", "json", "sitemap", "page"})
BEHAVIOURS = frozenset({"none", "broken", "slow", "robots"})
TEMPLATES = frozenset({"json-ld", "meta", "date-line"})


class PapersError(ValueError):
    """The files of the demo press break a rule. `faults` has one line for each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """An invented newspaper. `utc_offset` in hours; served at `http://<host>.localhost:<port>/`."""

    key: str
    name: str
    host: str
    country: str
    language: str
    level: str
    feed: str
    feed_path: str
    organisation: str
    about: str
    behaviour: str
    template: str
    utc_offset: int
    accent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as one publication prints it.

    `key` is "<event>/<key in the file>". `later` is what the page says once its headline or text
    was changed. `copy_of` and `translation_of` are keys of articles.
    """

    key: str
    event: str
    publication: str
    hours_ago: float
    section: str
    first: Version
    later: Version | None = None
    signed: str = ""
    copy_of: str | None = None
    how: str | None = None  # verbatim, edited, cut
    translation_of: str | None = None
    claim: str = ""
    note_claim: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One story that the desk should find."""

    slug: str
    note: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, kw_only=True)
class Papers:
    """The whole invented press."""

    publications: tuple[Publication, ...]
    events: tuple[Event, ...]

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """All articles, the newest first."""
        found = (article for event in self.events for article in event.articles)
        return tuple(sorted(found, key=lambda article: (article.hours_ago, article.key)))

    def find_publication(self, key: str) -> Publication:
        """The publication of that key. Raises KeyError."""
        for publication in self.publications:
            if publication.key == key:
                return publication
        raise KeyError(key)

    def find_articles(self, publication: str) -> tuple[Article, ...]:
        """What one publication printed, the newest first."""
        return tuple(item for item in self.articles if item.publication == publication)


def load_papers(folder: Path | None = None) -> Papers:
    """Read and check the press in `folder` (by default the one of the demo). Raises PapersError."""
    root = folder or Path(__file__).parent
    faults: list[str] = []
    publications = tuple(_read_publications(root / "publications.toml", faults))
    drafts, notes = _read_drafts(root / "events", faults)
    faults += find_faults(drafts, languages={paper.key: paper.language for paper in publications})
    _refuse(faults)
    versions = write_versions(drafts, faults)
    _refuse(faults)
    articles = [_to_article(draft, drafts, versions[key], faults) for key, draft in drafts.items()]
    events = tuple(_to_event(slug, note, articles) for slug, note in notes.items())
    papers = Papers(publications=publications, events=events)
    for paper in publications:
        if (count := len(papers.find_articles(paper.key))) > ENTRIES_MAX:
            faults.append(f"{paper.key}: {count} articles, its feed lists at most {ENTRIES_MAX}")
    _refuse(faults)
    return papers


def _refuse(faults: list[str]) -> None:
    if faults:
        raise PapersError(faults)


def _to_event(slug: str, note: str, articles: list[Article]) -> Event:
    return Event(slug=slug, note=note, articles=tuple(a for a in articles if a.event == slug))


def _to_article(
    draft: Draft, drafts: dict[str, Draft], first: Version, faults: list[str]
) -> Article:
    return Article(
        key=draft.whole_key,
        event=draft.event,
        publication=draft.publication,
        hours_ago=draft.hours_ago,
        section=_find_section(draft, drafts),
        first=first,
        later=write_later(draft, first, faults),
        signed=draft.signed,
        copy_of=draft.copy_of or None,
        how=draft.how or None,
        translation_of=draft.translation_of or None,
        claim=draft.claim,
        note_claim=draft.note_claim,
    )


def _find_section(draft: Draft, drafts: dict[str, Draft]) -> str:
    """Its own, or else that of the article it copies."""
    while not draft.section and draft.copy_of:
        draft = drafts[draft.copy_of]
    return draft.section


def _read_publications(path: Path, faults: list[str]) -> Iterator[Publication]:
    closed = {
        "level": LEVELS,
        "feed": FEEDS,
        "behaviour": BEHAVIOURS,
        "template": TEMPLATES,
    }
    seen: set[str] = set()
    for row in _read_toml(path, faults).get("publication", []):
        try:
            publication = Publication(**row)
        except TypeError as error:
            faults.append(f"{path.name}: {row.get('key')}: {error}")
            continue
        for name in ("key", "host"):
            value = f"{name} {getattr(publication, name)}"
            if value in seen:
                faults.append(f"{path.name}: {value} twice")
            seen.add(value)
        for name, allowed in closed.items():
            if getattr(publication, name) not in allowed:
                faults.append(f"{path.name}: {publication.key}: {name} is not one of ours")
        yield publication


def _read_drafts(folder: Path, faults: list[str]) -> tuple[dict[str, Draft], dict[str, str]]:
    """All articles by their whole key, and the note of each event; files of one event are merged."""
    drafts: dict[str, Draft] = {}
    notes: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        table = _read_toml(path, faults)
        slug = table.get("event", "")
        if not slug:
            faults.append(f"{path.name}: no event")
            continue
        notes[slug] = notes.get(slug) or table.get("note", "")
        unknown = table.keys() - {"event", "note", "article"}
        faults.extend(f"{path.name}: unknown name {name}" for name in sorted(unknown))
        for row in table.get("article", []):
            key = f"{slug}/{row.get('key', '')}"
            if key in drafts:
                faults.append(f"{path.name}: {key} twice")
            try:
                drafts[key] = Draft.from_table(slug, row)
            except TypeError as error:
                faults.append(f"{path.name}: {key}: {error}")
    return drafts, notes


def _read_toml(path: Path, faults: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, OSError) as error:
        faults.append(f"{path.name}: {error}")
        return {}
