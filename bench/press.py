"""A made-up archive of any size: sentences of our own demo press, shuffled into new articles.

Word statistics are those of real Vietnamese news text, so that common syllables are as common as in
an archive; precision and story quality cannot be learnt from it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from haidang.engine.text import sentences
from haidang.project.demo.press import load_papers

DAYS = 30
PUBLICATIONS = 60


@dataclass(frozen=True, slots=True)
class MadeArticle:
    """One made-up article. `story` numbers its event, `copy_of` the article it repeats."""

    number: int
    story: int
    copy_of: int | None
    publication: int
    title: str
    lead: str
    text: str
    at: datetime


def make_articles(count: int, *, now: datetime, seed: int = 20261123) -> Iterator[MadeArticle]:
    """`count` articles over thirty days, oldest first; about half are copies, in stories of 1 to 40."""
    chance = random.Random(seed)
    papers = load_papers()
    vietnamese = {paper.key for paper in papers.publications if paper.language == "vi"}
    pool = [
        one
        for article in papers.articles
        if article.publication in vietnamese
        for one in sentences(str(article.first.text).replace("\n", " "))
    ]
    first = now - timedelta(days=DAYS)
    step = timedelta(days=DAYS) / count
    number = story = 0
    made: list[MadeArticle] = []
    while number < count:
        story += 1
        originals: list[MadeArticle] = []
        for _ in range(min(count - number, max(1, int(chance.paretovariate(1.1))), 40)):
            number += 1
            copy = bool(originals) and chance.random() < 0.6
            base = chance.choice(originals) if copy else None
            text = base.text if base else "\n".join(chance.choices(pool, k=chance.randint(6, 14)))
            article = MadeArticle(
                number=number,
                story=story,
                copy_of=base.number if base else None,
                publication=chance.randrange(PUBLICATIONS),
                title=base.title if base else " ".join(chance.choice(pool).split()[:14]),
                lead=text.partition("\n")[0],
                text=text,
                at=first + step * number,
            )
            if not copy:
                originals.append(article)
            made.append(article)
    yield from made
