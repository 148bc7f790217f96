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


def report(id_: int, event: int, *, hours: float, usual: int = 24, own: int = 14):
    """One report of an event that looks like others: `usual` phrases of all such, `own` of this one."""
    chance = random.Random(id_)
    all_such, this = _phrases(9000, 2 * usual), _phrases(9100 + event, 2 * own)
    said = [*chance.sample(all_such, usual), *chance.sample(this, own)]
    chance.shuffle(said)
    title = f"{chance.choice(all_such[:3])} {chance.choice(this[:3])}"
    return article(id_, ". ".join(said) + ".", hours=hours, title=title)


def _phrases(seed: int, count: int) -> list[str]:
    """Phrases of four words, each third with a name of two."""
    chance = random.Random(seed)
    found = []
    for place in range(count):
        first, second, *rest = chance.sample(_SYLLABLES, 4)
        if place % 3 == 0:
            first, second = first.capitalize(), second.capitalize()
        found.append(" ".join((first, second, *rest)))
    return found


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
        self.story[one.id] = story
        opened = max(self.story.values()) + 1
        self.grouper.accept(one, placement, story=story, opened=opened)
        for id_, home in placement.moves(story=story, opened=opened):
            moved = (id_, *(c for c, o in self.original.items() if o == id_))
            self.story |= dict.fromkeys(moved, home)
        for decision in (placement.reprint, *placement.reparented):
            if decision is not None:
                self.original[decision.copy] = decision.original
                self.kind[decision.copy] = decision.kind.value
        return placement
