"""An invented press for the grouping tests: texts are made of words, so that no one wrote them."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from haidang.engine.types import ArticleForGrouping

START = datetime(2026, 11, 10, 1, 0, tzinfo=UTC)
_SYLLABLES = [
    first + middle + last
    for first in ("b", "ch", "d", "g", "h", "kh", "l", "m", "ng", "ph", "s", "th", "tr", "v", "x")
    for middle in ("a", "âu", "ê", "i", "oa", "ươ", "u")
    for last in ("", "n", "ng", "t", "m")
]


def prose(seed: int, count: int = 160) -> str:
    """A text of that many words, in paragraphs; another seed gives quite another text."""
    chance = random.Random(seed)
    own = chance.sample(_SYLLABLES, 90)
    words = [chance.choice(own) for _ in range(count)]
    paragraphs = [" ".join(words[place : place + 40]) for place in range(0, count, 40)]
    return ".\n".join(paragraph.capitalize() for paragraph in paragraphs) + "."


def article(id_: int, text: str, *, hours: float = 0.0, **fields) -> ArticleForGrouping:
    made = ArticleForGrouping(
        id=id_,
        publication=1,
        title=" ".join(text.split()[:7]),
        lead="",
        text=text,
        language="vi",
        published=START + timedelta(hours=hours),
        first_seen=START + timedelta(hours=hours),
    )
    return replace(made, **fields)


def edited(text: str, share: float, *, seed: int) -> str:
    """The text with that share of its words replaced by others."""
    chance = random.Random(seed)
    words = text.split(" ")
    for place in chance.sample(range(len(words)), int(len(words) * share)):
        words[place] = f"khác{place}"
    return " ".join(words)


def cut(text: str, share: float) -> str:
    """The first part of the text."""
    words = text.split(" ")
    return " ".join(words[: int(len(words) * share)])


class Desk:
    """A caller of the grouper: gives out story numbers and writes down what is decided."""

    def __init__(self, grouper) -> None:
        self.grouper = grouper
        self.original: dict[int, int] = {}
        self.kind: dict[int, str] = {}
        self.story: dict[int, int] = {}

    def take(self, one: ArticleForGrouping):
        placement = self.grouper.place(one)
        story = placement.story.story
        if story is None:
            story = max(self.story.values(), default=0) + 1
        self.grouper.accept(one, placement, story=story)
        self.story[one.id] = story
        for call in placement.called:
            moved = (call.article, *(c for c, o in self.original.items() if o == call.article))
            self.story |= dict.fromkeys(moved, story)
        for decision in (placement.reprint, *placement.reparented):
            if decision is not None:
                self.original[decision.copy] = decision.original
                self.kind[decision.copy] = decision.kind.value
        return placement
