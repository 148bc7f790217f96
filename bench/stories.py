"""Stories of a labelled set, one pass: BCubed against the labels, and the cost as the window grows.

    ./haidang bench stories --data JSONL [--background JSONL …] [--order date|shuffle] [--window 20000]

Lines are `{id, story, text}`, with `title`, `summary`, `published` or an `info` of "KEY: value" lines
where the set has them. The background's articles stream along and are not scored. Peers (`bench.story_peers`):
TF-IDF with one pass over scikit-learn's vectors, and the same by sparse_dot_topn. They know the document
frequencies of the whole set beforehand, and the linkage and the threshold (both told) are those that serve this very set
best by its labels; we have one setting for all sets, chosen elsewhere.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.measuring import measure, parser_of, progress, read_lines, tell
from bench.story_peers import PEERS, choose_peer_setting, run_peer

BATCH = 40
"""Articles that are prepared together, as the desk does (`watch.actions.placing.BATCH`)."""
_URL = re.compile(r"^\s*https?\s*:\s*/\s*/.*?(?:html?|php|aspx?|/)\s+(?=[A-Z\d\"“'])")
_DAY = re.compile(
    r"(\d{1,2})\s*(?:[/-]|tháng)\s*(\d{1,2})\s*(?:[/-]|năm)\s*(\d{4}|\d\d\b)", re.IGNORECASE
)
_HOUR = re.compile(r"(\d{1,2})\s*[:h]\s*(\d\d)")
_TIMELESS = datetime(2020, 1, 1, tzinfo=UTC)
_STEPS = (1_000, 5_000, 10_000, 20_000)


def main(arguments: list[str]) -> int:
    """Measure and tell."""
    parser = parser_of("stories", __doc__)
    parser.add_argument("--data", required=True)
    parser.add_argument("--background", nargs="*", default=[])
    parser.add_argument("--order", choices=("date", "shuffle"), default="date")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--language", help="of the data; told from the text if absent")
    parser.add_argument("--batch", type=int, default=BATCH, help="articles prepared together")
    parser.add_argument("--window", type=int, default=0, help="grow a window to this size as well")
    told = parser.parse_args(arguments)
    items = read_items([told.data, *told.background], told.order, told.seed, told.language)
    progress(f"stories: ours, {len(items)} articles")
    measured = measure(run_ours, items, told.batch, repeats=1)
    ours = _figures(items, measured)
    if told.window:
        progress(f"stories: a window of {told.window}")
        grown = measure(grow, items, told.window, told.batch, repeats=1)
        ours |= grown.value | {"window_peak_mb": grown.peak_mb}
    peers: dict[str, Any] = {}
    if not told.no_peers:
        for name in PEERS:
            progress(f"stories: {name}")
            peers[name] = _measured_peer(items, name)
    return tell("stories", ours, peers, as_json=told.json)


def read_items(
    files: list[str], order: str, seed: int, language: str | None
) -> list[dict[str, Any]]:
    """The articles as they stream: title, lead, text, language, moment, story (None: background)."""
    items = []
    for place, file in enumerate(files):
        rows = [_item(row, language) for row in read_lines(Path(file))]
        dated = sorted(item["at"] for item in rows if item["at"])
        middle = dated[len(dated) // 2] if dated else _TIMELESS
        for item in rows:
            item["at"] = item["at"] or middle
            item["story"] = None if place else item["story"]
        items += rows
    if order == "shuffle":
        random.Random(seed).shuffle(items)
    else:
        items.sort(key=lambda item: item["at"])
    return items


def _item(row: dict[str, Any], language: str | None) -> dict[str, Any]:
    from haidang.engine.text import identify_language, nfc

    info = dict(re.findall(r"^([A-Z]+): *(.*)$", row.get("info") or "", re.MULTILINE))
    text = nfc(_URL.sub("", row["text"]))
    if language is None:
        language = identify_language(text)
    return {
        "story": row["story"],
        "title": nfc((row.get("title") or info.get("TITLE") or "").replace("_", " ")),
        "lead": nfc((row.get("summary") or info.get("SUMMARY") or "").replace("_", " ")),
        "text": text,
        "language": language,
        "at": _moment(row.get("published") or info.get("TIME") or ""),
    }


def _moment(told: str) -> datetime | None:
    day, hour = _DAY.search(told), _HOUR.search(told)
    if day is None:
        return None
    year = int(day[3]) + (2000 if int(day[3]) < 100 else 0)
    clock = (int(hour[1]) % 24, int(hour[2]) % 60) if hour else (12, 0)
    try:
        return datetime(year, int(day[2]), int(day[1]), *clock, tzinfo=UTC)
    except ValueError:
        return None


def bcubed(gold: list[str], told: list[int]) -> tuple[float, float, float]:
    """(F1, precision, recall), BCubed (A. Bagga, B. Baldwin 1998)."""
    both = Counter(zip(gold, told, strict=True))
    right, ours = Counter(gold), Counter(told)
    precision = sum(n * n / ours[key[1]] for key, n in both.items()) / len(gold)
    recall = sum(n * n / right[key[0]] for key, n in both.items()) / len(gold)
    return 2 * precision * recall / (precision + recall), precision, recall


def _figures(items: list[dict[str, Any]], measured: Any) -> dict[str, Any]:
    scored = [place for place, item in enumerate(items) if item["story"] is not None]
    told = [measured.value[place] for place in scored]
    f1, precision, recall = bcubed([items[place]["story"] for place in scored], told)
    return {
        "bcubed_f1": round(f1, 4),
        "bcubed_p": round(precision, 4),
        "bcubed_r": round(recall, 4),
        "clusters": len(set(told)),
        "ms_per_article": round(1000 * measured.cpu_s / len(items), 3),
        "peak_mb": measured.peak_mb,
    }


def _measured_peer(items: list[dict[str, Any]], name: str) -> dict[str, Any]:
    gold = [item["story"] for item in items]

    def score(told: list[int]) -> float:
        pairs = [
            (story, ours) for story, ours in zip(gold, told, strict=False) if story is not None
        ]
        return bcubed([story for story, _ in pairs], [ours for _, ours in pairs])[0]

    linkage, threshold = choose_peer_setting(items, name, score)
    measured = measure(run_peer, items, name, linkage, threshold, repeats=1)
    return {**_figures(items, measured), "linkage": linkage, "threshold": threshold}


def _article(id_: int, item: dict[str, Any]) -> Any:
    from haidang.engine.types import ArticleForGrouping

    return ArticleForGrouping(
        id=id_, publication=1, title=item["title"], lead=item["lead"], text=item["text"],
        language=item["language"], published=item["at"], first_seen=item["at"],
    )  # fmt: skip


def run_ours(items: list[dict[str, Any]], batch: int = BATCH) -> list[int]:
    """The story of each article after all have come, corrections made meanwhile included."""
    from haidang.engine.group import Grouper

    grouper, stories, original = Grouper(), dict[int, int](), dict[int, int]()
    articles = [_article(id_, item) for id_, item in enumerate(items)]
    for start in range(0, len(articles), batch):
        for article, placement, story in _placed(grouper, articles[start : start + batch]):
            stories[article.id] = story
            for decision in (placement.reprint, *placement.reparented):
                if decision is not None:
                    original[decision.copy] = decision.original
                    stories[decision.copy] = story
            for id_, home in placement.moves(story=story, opened=_opened_by(article)):
                copies = (copy for copy, of in original.items() if of == id_)
                stories |= dict.fromkeys((id_, *copies), home)
    return [stories[id_] for id_ in range(len(items))]


def _placed(grouper: Any, articles: list[Any]) -> Iterator[tuple[Any, Any, int]]:
    """Place a batch as the desk does; each article with its placement and story."""
    grouper.prepare(articles)
    for article in articles:
        placement = grouper.place(article)
        story = article.id if placement.story.story is None else placement.story.story
        grouper.accept(article, placement, story=story, opened=_opened_by(article))
        yield article, placement, story


def _opened_by(article: Any) -> int:
    """The number of the story that the arrival of an article opens for others."""
    return -1 - int(article.id)


def grow(items: list[dict[str, Any]], size: int, batch: int = BATCH) -> dict[str, float]:
    """CPU-milliseconds an article, by how many made-up ones (`Newsroom`) the window holds.

    The mean of the last 500 before that size, reading and vectors included.
    """
    from haidang.engine.group import Grouper

    room, grouper = Newsroom(items), Grouper()
    found, spent, since = dict[str, float](), 0.0, 0
    for start in range(0, size, batch):
        articles = [room.write(id_) for id_ in range(start, min(start + batch, size))]
        began = time.process_time()
        for _ in _placed(grouper, articles):
            pass
        spent, since = spent + time.process_time() - began, since + len(articles)
        end = start + len(articles)
        if any(start < step <= end for step in _STEPS) or end == size:
            found[f"ms_per_article_at_{end}"] = round(1000 * spent / since, 3)
            progress(f"  {end}: {1000 * spent / since:.3f} ms")
        if since >= 500:
            spent, since = 0.0, 0
    return found


class Newsroom:
    """Writes made-up articles about made-up events, in words that follow one another as in the given texts.

    An event has facts: sentences of a bigram chain, each with a name and each third with a number of its own.
    An article is new or on an event of the last days, as the papers have it: it tells some of the facts in words of its own
    (a fifth replaced), among sentences that no other has. One in ten repeats an article.
    """

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self._chance = random.Random(1)
        self._item = items[0]
        self._words = [word for item in items for word in item["text"].split()]
        self._next: dict[str, list[str]] = {}
        for item in items:
            words = item["text"].split()
            for one, other in pairwise(words):
                self._next.setdefault(one, []).append(other)
        self._events: list[list[str]] = []
        self._texts: list[str] = []

    def write(self, id_: int) -> Any:
        """The next article, of about 300 words."""
        chance = self._chance
        if self._texts and chance.random() < 0.1:
            text = chance.choice(self._texts[-200:])
        else:
            if not self._events or chance.random() < 0.5:
                self._events.append([self._fact() for _ in range(12)])
            facts = chance.sample(chance.choice(self._events[-300:]), 6)
            told = [*map(self._reworded, facts), *(self._sentence() for _ in range(8))]
            chance.shuffle(told)
            text = " ".join(told)
            self._texts.append(text)
        title, at = " ".join(text.split()[:12]), self._item["at"]
        return _article(id_, self._item | {"text": text, "title": title, "lead": "", "at": at})

    def _fact(self) -> str:
        chance = self._chance
        name = " ".join(chance.choice(self._words).capitalize() for _ in range(2))
        number = f" {chance.randrange(2, 5000)}" if chance.random() < 1 / 3 else ""
        return f"{name} {self._sentence()}{number}"

    def _sentence(self) -> str:
        chance = self._chance
        words = [chance.choice(self._words)]
        while len(words) < 20:
            words.append(chance.choice(self._next.get(words[-1], self._words)))
        return " ".join(words)

    def _reworded(self, sentence: str) -> str:
        chance = self._chance
        return " ".join(
            chance.choice(self._words) if chance.random() < 0.2 else word
            for word in sentence.split()
        )
