"""Real pages, fetched from a server on loopback through the whole way, and opened in the desk.

A round is a page. The pages lie in `../shared/data/extract`; without them a round is a page of the
demo press. Each page is served as it is, on one of ten hosts whose feeds name it; one fetch of the
desk's own reads them all. Each must end as an article whose page answers in both languages, or with a
reason told as a sentence; and what stands in an article must be what stood on its page. With
PROVE_SHOTS=FOLDER the first articles' pages are kept there as pictures.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from tests.prove import SHARED
from tests.prove.desk import MemoryWatch, open_desk
from tests.watch.press import Paper, Press

DATA = SHARED / "data" / "extract"
PAPERS = 10
TOLD_MIN, STRAY_MAX = 0.80, 0.10  # of marked passages: found, and found though they do not belong
SHOTS_MAX = 12
JUDGED_MIN = 100


@dataclass
class RealPage:
    """One page, what must stand in its article, and what must not."""

    name: str
    body: bytes
    present: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


def run(rounds: int) -> list[str]:
    """Serve so many pages, fetch them, open each; the faults, one sentence each."""
    pages = _real_pages(rounds) if DATA.exists() else _invented_pages(rounds)
    with Press() as press:
        papers = [press.paper(f"trang-{number}") for number in range(PAPERS)]
        allowed = ",".join(paper.host for paper in papers)
        with open_desk(ALLOW_PRIVATE=allowed, HOST_DELAY="0.001"), MemoryWatch() as memory:
            urls = _print_papers(papers, pages)
            _fetch(papers)
            faults = _Look(urls).look()
    if memory.most_mb > 600:
        faults.append(f"a process held {memory.most_mb} MB")
    print(f"largest process {memory.most_mb} MB", flush=True)
    return faults


def _real_pages(rounds: int) -> list[RealPage]:
    with gzip.open(DATA / "expected_segments.jsonl.gz", "rt", encoding="utf-8") as lines:
        told = {row["file"]: row for row in map(json.loads, lines)}
    with zipfile.ZipFile(DATA / "pages.zip") as pages:
        names = [name for name in pages.namelist() if not name.endswith("/")][:rounds]
        return [
            RealPage(
                name,
                pages.read(name),
                told.get(Path(name).name, {}).get("present", []),
                told.get(Path(name).name, {}).get("absent", []),
            )
            for name in names
        ]


def _invented_pages(rounds: int) -> list[RealPage]:
    print("../shared is absent: pages of our own", flush=True)
    text = "Cầu số {0} ở xã Tân Lập dài {0}86 mét vừa thông xe sau {0} tháng thi công của nhà thầu."
    return [
        RealPage(
            f"bai-{number}.html",
            f"<title>Bài {number}</title><nav>Trang nhất</nav><article><h1>Bài {number}</h1>"
            f"<p>{text.format(number)}</p><p>{text.format(number + 500)}</p></article>".encode(),
            [text.format(number)],
            ["Trang nhất"],
        )
        for number in range(1, rounds + 1)
    ]


def _print_papers(papers: list[Paper], pages: list[RealPage]) -> dict[str, RealPage]:
    """Put each page on a host, and its address into that host's feed."""
    urls = {}
    for number, paper in enumerate(papers):
        own = pages[number::PAPERS]
        for place, page in enumerate(own):
            path = f"/{place}.html"
            paper.pages[path] = (200, "text/html", page.body)
            urls[f"http://{paper.host}{path}"] = page
        paper.list(*((f"http://{paper.host}/{place}.html", "", 1.0) for place in range(len(own))))
    return urls


def _fetch(papers: list[Paper]) -> None:
    from tests.watch.rows import make_feed, make_publication

    from haidang.project.fetching import fetch_now

    for paper in papers:
        make_feed(make_publication(host=paper.host), url=f"http://{paper.host}/feed.xml")
    fetch_now(source=None)


class _Look:
    """Opens each article as a reader would, and holds it against its page."""

    def __init__(self, urls: dict[str, RealPage]) -> None:
        self._urls = urls
        self._faults: list[str] = []
        self._ends: Counter[str] = Counter()
        self._found: Counter[str] = Counter()

    def look(self) -> list[str]:
        from tests.prove.served import let_everyone_read

        from haidang.watch.models import Entry

        let_everyone_read()
        entries = {entry.url: entry for entry in Entry.objects.select_related("article")}
        for url, page in self._urls.items():
            self._look_at(entries.get(url), page)
        self._judge()
        if folder := os.environ.get("PROVE_SHOTS"):
            articles = [entry.article_id for entry in entries.values() if entry.article_id]
            _take_pictures(Path(folder), articles[:SHOTS_MAX])
        return self._faults

    def _look_at(self, entry: Any, page: RealPage) -> None:
        from haidang.watch.troubles import tell_trouble

        if entry is None:
            self._faults.append(f"{page.name}: its entry is lost")
        elif entry.article_id is None:
            told = tell_trouble(entry.trouble, entry.trouble_facts) if entry.trouble else ""
            self._ends[f"{entry.state}: {entry.trouble}"] += 1
            if not told or "%(" in told:
                self._faults.append(f"{page.name}: no article and no reason ({entry.state})")
        else:
            self._ends["article"] += 1
            self._open(entry.article, page)

    def _open(self, article: Any, page: RealPage) -> None:
        from django.test import Client

        shown = ""
        for language in ("en", "vi"):
            client = Client(headers={"host": "localhost"})
            client.cookies["language"] = language
            answer = client.get(f"/a/{article.id}")
            if answer.status_code != 200:
                self._faults.append(f"{page.name}: its article answers {answer.status_code}")
                return
            shown = answer.content.decode()
        text = _plain(unescape(re.sub(r"<[^>]+>", " ", shown)))
        for passage in page.present:
            self._found["told" if _plain(passage) in text else "missing"] += 1
        for passage in page.absent:
            self._found["stray" if _plain(passage) in _plain(article.text) else "left out"] += 1

    def _judge(self) -> None:
        """A few pages are no measure of what a reader finds: only many are held to the shares."""
        found = self._found
        told = found["told"] / max(1, found["told"] + found["missing"])
        stray = found["stray"] / max(1, found["stray"] + found["left out"])
        print(
            f"{len(self._urls)} pages: {dict(self._ends.most_common())}; of marked passages "
            f"{told:.1%} stand in the articles, of those that do not belong there {stray:.1%}",
            flush=True,
        )
        if len(self._urls) < JUDGED_MIN:
            return
        if told < TOLD_MIN:
            self._faults.append(f"only {told:.1%} of the marked passages stand in the articles")
        if stray > STRAY_MAX:
            self._faults.append(f"{stray:.1%} of what does not belong there stands in the articles")


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def _take_pictures(folder: Path, articles: list[int]) -> None:
    from playwright.sync_api import sync_playwright
    from tests.__main__ import find_chromium
    from tests.journeys.conftest import FLAGS
    from tests.prove.served import serve_desk

    folder.mkdir(parents=True, exist_ok=True)
    with serve_desk() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        page = browser.new_page(base_url=address, viewport={"width": 1100, "height": 1000})
        for number in articles:
            page.goto(f"/a/{number}")
            page.screenshot(path=str(folder / f"article-{number}.png"))
        browser.close()
