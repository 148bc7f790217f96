"""Floors: figures that may rise and never fall (`bench/floors.json`), each measured in a few seconds.

The small ones use our own demo press and planted copies; those with `data` and its SHA-256 use samples of
public sets that lie beside the project and are no part of it. Lowering one needs a decision page
(docs/decisions/0016).
"""

from __future__ import annotations

import json
import random
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.growing import Text, demo_texts, read_texts
from bench.measuring import hash_of, read_lines

FILE = Path(__file__).with_name("floors.json")
DATA = FILE.resolve().parent.parent.parent / "shared" / "data"
NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Floor:
    """One figure of one measure. `data`: paths under the data folder, with their hashes."""

    name: str
    measure: str
    figure: str
    at_least: float
    data: dict[str, str]


def read_floors() -> list[Floor]:
    return [Floor(**row) for row in json.loads(FILE.read_text("utf-8"))["floors"]]


def missing_data(floor: Floor, folder: Path = DATA) -> str:
    """Why this floor cannot be measured here; "" if it can."""
    for name, sha256 in floor.data.items():
        path = folder / name
        if not path.exists():
            return f"{name} is not beside the project: {floor.name} was not measured"
        if hash_of(path) != sha256:
            return f"{name} is another version than the floor's: {floor.name} was not measured"
    return ""


def measure_floor(floor: Floor, folder: Path = DATA) -> dict[str, float]:
    """All figures of the floor's measure."""
    return MEASURES[floor.measure](*(folder / name for name in floor.data))


# ---------------------------------------------------------------- measures


def search_titles(*data: Path) -> dict[str, float]:
    """MRR@10 of the desk's own forms in an FTS5 table: a title, with and without marks, to its article."""
    from haidang.engine.search import (
        CandidateForRanking,
        index_form,
        parse_query,
        rank,
        title_form,
        to_fts5,
    )
    from haidang.engine.text import fold

    texts = (read_texts(data[0]) if data else demo_texts())[:300]
    titles = [title_form(text.title) for text in texts]
    with closing(sqlite3.connect(":memory:")) as link:
        link.execute(
            "CREATE VIRTUAL TABLE found USING fts5(exact, folded, content='',"
            " tokenize='unicode61 remove_diacritics 0')"
        )
        for number, text in enumerate(texts):
            form = index_form(text.title, "", text.body)
            link.execute(
                "INSERT INTO found (rowid, exact, folded) VALUES (?, ?, ?)",
                (number, form.exact, form.folded),
            )

        def ask(words: str) -> list[int]:
            query = parse_query(words)
            match = to_fts5(query, column="folded")
            rows = link.execute("SELECT rowid FROM found WHERE found MATCH ?", [match])
            hits = (CandidateForRanking(n, NOW, titles[n].folded, titles[n].exact) for (n,) in rows)
            return [hit.id for hit in rank(query, hits, now=NOW, limit=10)]

        def mrr(form: Callable[[str], str]) -> float:
            total = 0.0
            for number, text in enumerate(texts):
                found = ask(form("".join(c if c.isalnum() else " " for c in text.title[:150])))
                total += 1 / (found.index(number) + 1) if number in found else 0
            return total / len(texts)

        return {"mrr10_accented": mrr(str), "mrr10_unaccented": mrr(fold)}


def planted_reprints() -> dict[str, float]:
    """Recall of copies planted among the demo press's originals, and how many stand at the right one."""
    from haidang.engine.group import Grouper

    chance, grouper = random.Random(5), Grouper()
    texts = [text for text in demo_texts() if len(text.body.split()) > 120][:150]
    originals = {
        number: text
        for number, text in enumerate(texts, 1)
        if _place(grouper, number, text, "vi") is None
    }
    words = [word for text in texts for word in text.body.split()]
    found = right = 0
    for number, original in enumerate(originals, len(texts) + 1):
        own = originals[original].body.split(" ")
        if number % 2:
            own = own[: len(own) * 7 // 10]
        else:
            own = [chance.choice(words) if chance.random() < 1 / 12 else word for word in own]
        at = _place(grouper, number, Text(originals[original].title, " ".join(own)), "vi")
        found += at is not None
        right += at == original
    return {"recall": found / len(originals), "precision": right / max(1, found)}


def _place(grouper: Any, number: int, text: Text, language: str) -> int | None:
    """Have an article placed after those before it; the original that it copies."""
    from haidang.engine.types import ArticleForGrouping

    at = NOW + timedelta(minutes=number)
    article = ArticleForGrouping(
        id=number, publication=number % 7, title=text.title, lead="", text=text.body,
        language=language, published=at, first_seen=at,
    )  # fmt: skip
    placement = grouper.place(article)
    grouper.accept(article, placement, story=placement.story.story or number)
    return placement.reprint.original if placement.reprint else None


def made_pages() -> dict[str, float]:
    """Words of the article found and not others', over made-up pages of 60 to 150 kB in many layouts."""
    from bench.growing import Mill
    from bench.sites import make_sites, page_of
    from haidang.engine.extract import extract_page

    texts = demo_texts()
    sites = make_sites([f"bao{n}.example" for n in range(12)], [text.title for text in texts])
    held = told = common = 0
    for site, article in zip(sites, Mill(texts).make(12), strict=True):
        page = extract_page(
            page_of(site, article, at=NOW), url=f"http://{site.host}/1", content_type="text/html",
            now=NOW,
        )  # fmt: skip
        wanted, got = set(article.text.split()), set(f"{page.lead} {page.text}".split())
        held, told, common = held + len(wanted), told + len(got), common + len(wanted & got)
    return {"recall": common / held, "precision": common / told}


def page_segments(pages: Path, expected: Path) -> dict[str, float]:
    """F1 over the segments that must and must not be in the text, of the first 25 pages."""
    from haidang.engine.errors import EngineError
    from haidang.engine.extract import extract_page

    right = wrong = missed = 0
    with zipfile.ZipFile(pages) as bundle:
        for row in islice(read_lines(expected), 25):
            try:
                page: Any = extract_page(
                    bundle.read(row["file"]), url="http://a.example/1", content_type="text/html",
                    now=NOW,
                )  # fmt: skip
                text = " ".join(f"{page.title} {page.lead} {page.text}".split())
            except EngineError:
                text = ""
            kept = [" ".join(one.split()) in text for one in row["present"]]
            right, missed = right + sum(kept), missed + len(kept) - sum(kept)
            wrong += sum(" ".join(one.split()) in text for one in row["absent"])
    return {"f1": 2 * right / (2 * right + wrong + missed)}


def languages(data: Path) -> dict[str, float]:
    """Accuracy over every eighth sentence, and of Vietnamese ones without their marks."""
    from haidang.engine.text import fold, identify_language

    rows = list(read_lines(data))
    asked = rows[::8]
    right = sum(identify_language(row["text"]) == row["lang"] for row in asked)
    bare = [row for row in rows if row["lang"] == "vi"][:100]
    plain = sum(identify_language(fold(row["text"])) == "vi" for row in bare)
    return {"accuracy": right / len(asked), "vi_without_marks": plain / max(1, len(bare))}


def given_reprints(data: Path, pairs: Path) -> dict[str, float]:
    """Recall of given pairs of copies among articles that come one after another, and precision."""
    from haidang.engine.group import Grouper

    wanted = {frozenset(pair) for pair in json.loads(pairs.read_text("utf-8"))}
    known = {name for pair in wanted for name in pair}
    rows = sorted(read_lines(data), key=lambda row: row["id"] not in known)[: len(known) + 150]
    grouper, found = Grouper(), set()
    for number, row in enumerate(rows, 1):
        original = _place(grouper, number, Text("", row["text"]), "en")
        if original is not None:
            found.add(frozenset((row["id"], rows[original - 1]["id"])))
    right = len(found & wanted)
    return {"recall": right / len(wanted), "precision": right / max(1, len(found))}


def stories_told(data: Path) -> dict[str, float]:
    """Articles to their stories in order of date, as `bench stories` tells it."""
    from bench.stories import bcubed, read_items, run_ours

    items = read_items([str(data)], "date", 1, None)
    f1, precision, recall = bcubed([item["story"] for item in items], run_ours(items))
    return {"bcubed_f1": f1, "bcubed_p": precision, "bcubed_r": recall}


def checks_found(checks: Path, queries: Path) -> dict[str, float]:
    """Posts to the published checks that are meant, as `bench claims` tells it."""
    from bench.claims import ours, quality, read_checks, read_queries

    asked = read_queries(queries)
    rank = ours(read_checks(checks))
    return quality([rank(query.text) for query in asked], asked)


def worth_checking(train: Path, test: Path) -> dict[str, float]:
    """What is learnt of one file, asked of another, as `bench checkworthy` tells it."""
    from bench.checkworthy import ours, read_labelled

    return ours(read_labelled(train), read_labelled(test))


MEASURES: dict[str, Callable[..., dict[str, float]]] = {
    "search_titles": search_titles,
    "planted_reprints": planted_reprints,
    "made_pages": made_pages,
    "page_segments": page_segments,
    "languages": languages,
    "given_reprints": given_reprints,
    "stories_told": stories_told,
    "checks_found": checks_found,
    "worth_checking": worth_checking,
}
