"""Floors that cannot slip: our own demo press, read back from its pages, against bench/floors.json."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bench.extract import LabelledPage, read_ours, score
from bench.language import unmarked

from haidang.engine.extract.blocks import read_blocks
from haidang.engine.extract.body import DOUBT
from haidang.engine.extract.judging import choose_article
from haidang.engine.extract.markup import read_markup
from haidang.engine.text import identify_language
from haidang.project.demo.press import load_papers
from haidang.project.demo.press.article_pages import render_article
from haidang.project.demo.press.issues import make_issue

FLOORS = json.loads((Path(__file__).parents[3] / "bench" / "floors.json").read_text("utf-8"))
OPENED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PER_PAPER = 3


@pytest.fixture(scope="module")
def pages() -> list[tuple[str, LabelledPage]]:
    """(language, page) of a few articles of each paper; the wanted body is lead and text."""
    papers = load_papers()
    found = []
    for paper in papers.publications:
        issue = make_issue(papers, paper, base="http://p.example", opened_at=OPENED, later=False)
        for item in issue.items[:PER_PAPER]:
            body = f"{item.version.lead}\n{item.version.text}"
            row = {"url": issue.base + item.path, "text": body}
            html = render_article(issue, item).encode()
            found.append((paper.language, LabelledPage(html, row)))
    return found


def test_articles_of_the_demo_press_are_read_whole(pages: list[tuple[str, LabelledPage]]) -> None:
    f1, _, _ = score([(read_ours(page), page) for _, page in pages])
    assert f1 >= FLOORS["extract"]["demo_press_f1"]


def test_few_pages_of_the_demo_press_need_a_second_reader(
    pages: list[tuple[str, LabelledPage]],
) -> None:
    blocks = [
        read_blocks(read_markup(page.html, content_type="text/html")).blocks for _, page in pages
    ]
    doubted = sum(choose_article(one).doubt > DOUBT for one in blocks)
    assert doubted / len(pages) <= FLOORS["extract"]["demo_press_read_twice"]


def test_languages_of_the_demo_press_are_told(pages: list[tuple[str, LabelledPage]]) -> None:
    told = Counter(identify_language(page.row["text"]) == language for language, page in pages)
    assert told[True] / len(pages) >= FLOORS["language"]["demo_press_accuracy"]


def test_vietnamese_without_marks_is_told(pages: list[tuple[str, LabelledPage]]) -> None:
    lines = [
        unmarked(line)
        for language, page in pages
        if language == "vi"
        for line in page.row["text"].split("\n")
        if line
    ]
    told = sum(identify_language(line) == "vi" for line in lines)
    assert told / len(lines) >= FLOORS["language"]["demo_press_accuracy_vi_unmarked"]
