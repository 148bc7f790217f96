"""IPTC Media Topics: what a topic of ours is called elsewhere, for those who exchange news.

Refuses to be a vocabulary of ours: it names, it does not sort. See docs/third-party.md for the licence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

DATA = Path(__file__).with_name("data") / "media_topics.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTopic:
    """A term: `id` such as "medtop:20000418", and the term above it; "" for the seventeen at the top."""

    id: str
    broader: str
    en: str
    vi: str

    def name(self, language: str) -> str:
        return self.vi if language == "vi" else self.en


@cache
def load_media_topics() -> Mapping[str, MediaTopic]:
    """All terms by identifier: each of the top level, followed by those below it."""
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["topic"]
    topics = [MediaTopic(**{"broader": "", **row}) for row in rows]
    return MappingProxyType({topic.id: topic for topic in topics})


def group_media_topics(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """For a list to choose from: under each term of the top level, itself and those below it."""
    known = load_media_topics()
    return [
        (
            top.name(language),
            [
                (topic.id, topic.name(language))
                for topic in known.values()
                if top.id in {topic.id, topic.broader}
            ],
        )
        for top in known.values()
        if not top.broader
    ]


def name_media_topic(identifier: str, language: str) -> str:
    """The term's name; the identifier itself where we have none."""
    topic = load_media_topics().get(identifier)
    return topic.name(language) if topic else identifier
