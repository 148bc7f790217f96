"""A flood of spam among the news: what it does to the stories and to the first page.

A round is one spam article; five times as many articles of an invented press (ours, made of syllables)
stand around it. Fifty new sources, each with an owner of its own, send them within an hour: near-copies
of one text, near-copies of true articles, and texts that bridge two events. The purity of the stories
may fall by less than two per cent, no owner of a flood may take more than one place of Today's first
page, and every article, spam too, is there exactly once. A fifty-first source sends texts unlike each
other, as a busy newspaper does: the places that it takes are told, not judged.
"""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.prove.desk import open_desk

BASE_A_ROUND = 5
DAYS = 3
NEWSPAPERS, SPAMMERS = 40, 50
BUSY = NEWSPAPERS + SPAMMERS  # the source of texts unlike each other
DROP_MAX, SLOTS_MAX = 0.02, 1
PLACING_BATCH = 5_000
SYLLABLES = [
    first + middle + last
    for first in "b ch d đ g gi h k kh l m n ng nh ph qu r s t th tr v x".split()
    for middle in "a ă â e ê i o ô ơ u ư oa uê iê ươ á à ạ ả é ế ề ó ộ ờ ú ứ ý".split()
    for last in ("", "n", "ng", "t", "c", "m")
]


@dataclass(frozen=True, slots=True)
class Made:
    """`events`: the events that it tells of; none is spam's own."""

    number: int
    source: int  # newspapers first, then the sources of the flood
    events: frozenset[int]
    title: str
    text: str
    at: datetime


def run(rounds: int, *, seed: int = 20261123) -> list[str]:
    """The faults, one sentence each."""
    from django.utils import timezone

    chance = random.Random(seed)
    with open_desk():
        now = timezone.now()
        base = list(_make_base(rounds * BASE_A_ROUND, now=now, chance=chance))
        spam = list(_make_spam(rounds, base, now=now, chance=chance))
        calm = _purity(_group_alone(base), base)
        stories, seconds = _place_all([*base, *spam], now=now)
        flooded = _purity(stories, [*base, *spam])
        faults = _look_at_today(now)
        faults += _count(len(base) + len(spam), stories)
    if calm - flooded >= DROP_MAX:
        faults.append(f"the purity of the stories fell from {calm:.4f} to {flooded:.4f}")
    print(
        f"{len(spam)} spam articles of {SPAMMERS} sources among {len(base)}; purity {calm:.4f} without, "
        f"{flooded:.4f} with them; {len(base) + len(spam)} articles placed in {seconds:.0f} s",
        flush=True,
    )
    return faults


# ---------------------------------------------------------------- an invented press, and its flood


def _make_base(count: int, *, now: datetime, chance: random.Random) -> Iterator[Made]:
    number = event = 0
    while number < count:
        event += 1
        teller = _Event(chance)
        begun = now - timedelta(days=DAYS) * chance.random()
        for _ in range(min(count - number, 1 + int(chance.paretovariate(1.2)), 30)):
            number += 1
            at = begun + min(timedelta(hours=12), now - begun) * chance.random()
            title, text = teller.tell(chance)
            source = chance.randrange(NEWSPAPERS)
            yield Made(number, source, frozenset({event}), title, text, at)


class _Event:
    """Names, words and facts of its own, told otherwise each time."""

    def __init__(self, chance: random.Random) -> None:
        self._names = [" ".join(chance.sample(SYLLABLES, 2)).title() for _ in range(4)]
        self._words = chance.sample(SYLLABLES, 70)
        self._facts = [self._fact(chance) for _ in range(8)]

    def _fact(self, chance: random.Random) -> str:
        words = chance.choices(self._words, k=14)
        words[5] = chance.choice(self._names)
        words[9] = str(chance.randint(2, 9_000))
        return " ".join(words).capitalize() + "."

    def tell(self, chance: random.Random) -> tuple[str, str]:
        told = chance.sample(self._facts, 4) + [self._fact(chance) for _ in range(6)]
        chance.shuffle(told)
        title = f"{chance.choice(self._names)} {' '.join(chance.sample(self._words, 5))} {self._names[0]}"
        return title, "\n".join(told)


def _make_spam(
    count: int, base: Sequence[Made], *, now: datetime, chance: random.Random
) -> Iterator[Made]:
    """Half near-copies of one text; the rest near-copies of true ones, bridges, and the busy source's."""
    late = [one for one in base if one.at > now - timedelta(hours=24)] or list(base)
    advert = _Event(chance).tell(chance)
    for turn in range(count):
        kind = turn % 8
        source = NEWSPAPERS + turn % SPAMMERS
        one, other = chance.choice(late), chance.choice(late)
        if kind < 4:
            events, (title, text) = frozenset[int](), advert
        elif kind < 6:
            events, title, text = one.events, one.title, one.text
        elif kind == 6:
            events, title = one.events | other.events, one.title
            text = "\n".join(one.text.split("\n")[:5] + other.text.split("\n")[:5])
        else:
            events, source = frozenset[int](), BUSY
            title, text = _Event(chance).tell(chance)
        yield Made(
            len(base) + turn + 1, source, events, title, _scratch(text, chance),
            now - timedelta(hours=1) * chance.random(),
        )  # fmt: skip


def _scratch(text: str, chance: random.Random) -> str:
    """Two words in a hundred replaced: no two copies are the same bytes."""
    words = text.split(" ")
    for place in chance.sample(range(len(words)), max(1, len(words) // 50)):
        words[place] = chance.choice(SYLLABLES)
    return " ".join(words)


# ---------------------------------------------------------------- placing


def _group_alone(made: Sequence[Made]) -> dict[int, int]:
    """The story of each article as the grouper decides when there is no flood."""
    from haidang.engine.group import Grouper
    from haidang.engine.types import ArticleForGrouping

    grouper, stories = Grouper(), dict[int, int]()
    for one in sorted(made, key=lambda one: (one.at, one.number)):
        article = ArticleForGrouping(
            id=one.number, publication=one.source, title=one.title, lead="", text=one.text,
            language="vi", published=one.at, first_seen=one.at,
        )  # fmt: skip
        placement = grouper.place(article)
        story = placement.story.story or one.number
        opened = -one.number
        grouper.accept(article, placement, story=story, opened=opened)
        stories[one.number] = story
        stories |= dict(placement.moves(story=story, opened=opened))
    return stories


def _place_all(made: Sequence[Made], *, now: datetime) -> tuple[dict[int, int], float]:
    """The story of each article on a desk that places them as they come, and how long it took."""
    from tests.watch.rows import make_feed, make_publication

    from haidang.watch import actions
    from haidang.watch.models import Article, Entry

    feeds = [make_feed(make_publication(f"Nguồn {number}")) for number in range(BUSY + 1)]
    begun = time.monotonic()
    ordered = sorted(made, key=lambda one: (one.at, one.number))
    for start in range(0, len(ordered), PLACING_BATCH):
        Entry.objects.bulk_create(
            [_entry(one, feeds[one.source]) for one in ordered[start : start + PLACING_BATCH]]
        )
        actions.place_waiting(now=now)
    rows = Article.objects.values_list("title", "url", "story_id")
    return {
        int(url.rpartition("/")[2]): story for _title, url, story in rows
    }, time.monotonic() - begun


def _entry(one: Made, feed: Any) -> Any:
    from haidang.engine.types import PageData, When
    from haidang.watch.actions.pages import page_to_json
    from haidang.watch.enums import EntryState, Precision
    from haidang.watch.models import Entry

    url = f"https://nguon-{one.source}.example/{one.number}"
    page = PageData(title=one.title, lead="", text=one.text, language="vi", published=When(one.at))
    return Entry(
        feed=feed, key=url, url=url, title=one.title, state=EntryState.READ, published_at=one.at,
        precision=Precision.TIME, first_seen=one.at, page=page_to_json(page),
    )  # fmt: skip


# ---------------------------------------------------------------- what came of it


def _purity(stories: dict[int, int], made: Sequence[Made]) -> float:
    """Of the articles in stories that tell of a true event, the share that tells of the story's own."""
    members: dict[int, list[Made]] = defaultdict(list)
    for one in made:
        if one.number in stories:
            members[stories[one.number]].append(one)
    right = whole = 0
    for told in members.values():
        counted = Counter(event for one in told if one.source < NEWSPAPERS for event in one.events)
        if not counted:
            continue
        [(main, _count)] = counted.most_common(1)
        right += sum(main in one.events for one in told)
        whole += len(told)
    return right / whole


def _count(expected: int, stories: dict[int, int]) -> list[str]:
    from haidang.watch.models import Entry
    from haidang.watch.queries.health import find_disorder

    faults = [f"{expected - len(stories)} articles are missing"] if len(stories) != expected else []
    left = Entry.objects.exclude(state="placed").count()
    faults += [f"{left} entries were not placed"] if left else []
    return faults + [f"disorder: {told}" for told in find_disorder()]


def _look_at_today(now: datetime) -> list[str]:
    """How many places of the first page one owner of the flood takes, in either order."""
    from haidang.watch.models import Article, Publication
    from haidang.watch.queries.today import find_today

    owners = {row.id: row.organisation for row in Publication.objects.all()}
    newspapers, busy = set(sorted(owners)[:NEWSPAPERS]), sorted(owners)[BUSY]
    faults = []
    for order in ("newest", "largest"):
        slots: Counter[str] = Counter()
        unlike = 0
        for card in find_today(now=now, order=order).stories:  # type: ignore[arg-type] # one of two
            told = set(
                Article.objects.filter(story=card.id).values_list("publication_id", flat=True)
            )
            if told == {busy}:
                unlike += 1
            elif not told & newspapers:
                slots.update({owners[number] for number in told} if len(told) == 1 else {"several"})
        print(
            f"Today, {order}: places taken by near-copies {dict(slots.most_common(3))}, by the busy source {unlike}",
            flush=True,
        )
        faults += [
            f"Today, {order}: {owner} takes {count} places"
            for owner, count in slots.items()
            if count > SLOTS_MAX
        ]
    return faults
