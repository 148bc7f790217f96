"""A made-up archive of any size out of given texts: their sentences and words, shuffled into new articles.

Common syllables stay as common as in the given texts, an article stays mostly on its own matter, and
every third is a copy of one shortly before. Texts come by argument, or from our own demo press.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.measuring import read_lines

VARIANTS = 3  # of each sentence: as it is, and with its words in other orders
COPIES = 0.3


@dataclass(frozen=True, slots=True)
class Text:
    """A given article. Where the data has no titles, the first sentence stands for one."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its index tokens, cut once for all articles that use it."""

    words: str
    exact: str
    folded: str


@dataclass(frozen=True, slots=True)
class Grown:
    """A made-up article; numbers begin with 1. `copy_of`: the earlier article that it repeats."""

    number: int
    title: Sentence
    sentences: tuple[Sentence, ...]
    copy_of: int | None

    @property
    def text(self) -> str:
        return "\n".join(one.words for one in self.sentences)

    @property
    def exact(self) -> str:
        return self._cut([self.title.exact], [one.exact for one in self.sentences])

    @property
    def folded(self) -> str:
        return self._cut([self.title.folded], [one.folded for one in self.sentences])

    def _cut(self, title: list[str], text: list[str]) -> str:
        """What `index_form` gives for the same title, no lead, and the same text."""
        from haidang.engine.search.index import BREAK

        return " ".join([*title, BREAK, *filter(None, text)])


def read_texts(path: Path) -> list[Text]:
    """The texts of a JSON Lines file with `text` and perhaps `title`. Raises ValueError if none."""
    from haidang.engine.text import nfc, sentences

    found = []
    for row in read_lines(path):
        body, title = nfc(str(row.get("text") or "")), nfc(str(row.get("title") or "")).strip()
        if not title:
            first = next(iter(sentences(body)), "")
            title, body = first, body.replace(first, "", 1).strip()
        if title and body:
            found.append(Text(title, body))
    if not found:
        raise ValueError(f"{path} has no texts")
    return found


def demo_texts() -> list[Text]:
    """The Vietnamese articles of our own demo press."""
    from haidang.project.demo.press import load_papers

    papers = load_papers()
    ours = {paper.key for paper in papers.publications if paper.language == "vi"}
    rows = [article.first for article in papers.articles if article.publication in ours]
    return [Text(str(row.title), str(row.text)) for row in rows if row.text]


class Mill:
    """Makes articles out of texts; the same seed makes the same ones."""

    def __init__(self, texts: Sequence[Text], *, seed: int = 20261123) -> None:
        from haidang.engine.text import sentences

        self._chance = random.Random(seed)
        self._titles = [self._variants(text.title) for text in texts]
        pools = [
            [
                variant
                for line in sentences(text.body)
                if line.strip()
                for variant in self._variants(line)
            ]
            for text in texts
        ]
        self._pools = [pool or self._titles[place] for place, pool in enumerate(pools)]

    def make(self, count: int) -> Iterator[Grown]:
        """`count` articles, oldest first."""
        recent: list[Grown] = []
        for number in range(1, count + 1):
            if recent and self._chance.random() < COPIES:
                base = self._chance.choice(recent)
                yield Grown(number, base.title, base.sentences, base.number)
                continue
            article = self._original(number)
            recent = [*recent[-40:], article]
            yield article

    def _original(self, number: int) -> Grown:
        chance = self._chance
        place = chance.randrange(len(self._pools))
        own = self._pools[place]
        taken = dict.fromkeys(chance.choices(own, k=chance.randint(8, 18)))
        others = (chance.choice(chance.choice(self._pools)) for _ in range(3))
        return Grown(number, chance.choice(self._titles[place]), (*taken, *others), None)

    def _variants(self, line: str) -> list[Sentence]:
        from haidang.engine.search import title_form

        words = line.split()
        made = []
        for _ in range(VARIANTS):
            told = " ".join(words)
            form = title_form(told)
            made.append(Sentence(told, form.exact, form.folded))
            words = self._chance.sample(words, len(words))
        return made
