"""The pipeline that a good engineer would assemble from well-kept libraries, over the same feeds and pages.

feedparser → trafilatura (fast, with metadata) → MinHash of datasketch → TF-IDF of scikit-learn against
a window of seven days → SQLite with FTS5, one transaction a feed. One process, no sandbox, no jobs.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.growing import Text
from bench.whole_way import A_DAY, A_FEED, make_rounds, tree_cpu_s

WINDOW = 7 * A_DAY
SAME_STORY = 0.35
HASHES = 128


class Assembled:
    """The state of that pipeline."""

    def __init__(self, folder: Path, *, warc: bool) -> None:
        from datasketch import MinHashLSH
        from sklearn.feature_extraction.text import HashingVectorizer

        self.link = sqlite3.connect(folder / "assembled.sqlite3")
        self.link.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE article (id INTEGER PRIMARY KEY, url TEXT UNIQUE, title TEXT, text TEXT,"
            " published TEXT, story INTEGER, copy_of INTEGER);"
            "CREATE INDEX by_story ON article (story);"
            "CREATE VIRTUAL TABLE found USING fts5(title, text, content='article',"
            " content_rowid='id', tokenize='unicode61 remove_diacritics 2');"
        )
        self.lsh = MinHashLSH(threshold=0.6, num_perm=HASHES)
        self.hashing = HashingVectorizer(n_features=2**20, alternate_sign=False, norm=None)
        self.counts: Any = None
        self.frequency: Any = None
        self.seen = 0
        self.stories: list[int] = []
        self.writer: Any = None
        if warc:
            from warcio.warcwriter import WARCWriter

            self.file = (folder / "pages.warc.gz").open("wb")
            self.writer = WARCWriter(self.file, gzip=True)

    def take(self, feed: bytes, pages: dict[str, bytes]) -> int:
        """One feed with its pages; how many articles."""
        import feedparser

        known = {
            row[0]
            for row in self.link.execute("SELECT url FROM article ORDER BY id DESC LIMIT 500")
        }
        rows = [
            (entry.link, *read)
            for entry in feedparser.parse(feed).entries
            if entry.link not in known and (read := self._read(entry.link, pages[entry.link]))
        ]
        stories = self._find_stories([f"{row[1]} {row[2]}" for row in rows])
        with self.link:
            for (url, title, text, published), story in zip(rows, stories, strict=True):
                cursor = self.link.execute(
                    "INSERT INTO article (url, title, text, published, story) VALUES (?, ?, ?, ?, ?)",
                    (url, title, text, published, story),
                )
                number = cursor.lastrowid
                original = self._find_original(text, number)
                if original is not None:
                    self.link.execute(
                        "UPDATE article SET copy_of = ? WHERE id = ?", (original, number)
                    )
                self.link.execute(
                    "INSERT INTO found (rowid, title, text) VALUES (?, ?, ?)", (number, title, text)
                )
        return len(rows)

    def _read(self, url: str, page: bytes) -> tuple[str, str, str] | None:
        import trafilatura

        if self.writer is not None:
            import io

            record = self.writer.create_warc_record(
                url, "resource", payload=io.BytesIO(page), warc_content_type="text/html"
            )
            self.writer.write_record(record)
        read = trafilatura.bare_extraction(page, url=url, fast=True, with_metadata=True)
        return (read.title or "", read.text, read.date or "") if read and read.text else None

    def _find_original(self, text: str, number: int | None) -> int | None:
        from datasketch import MinHash

        words = re.findall(r"\w+", text.lower())
        shingles = {" ".join(words[n : n + 3]).encode() for n in range(max(1, len(words) - 2))}
        sketch = MinHash(num_perm=HASHES)
        sketch.update_batch(list(shingles))
        found = self.lsh.query(sketch)
        self.lsh.insert(number, sketch, check_duplication=False)
        return min(found, default=None)

    def _find_stories(self, texts: list[str]) -> list[int]:
        """The story of the nearest article in the window, or a new one."""
        import numpy as np
        from scipy import sparse
        from sklearn.preprocessing import normalize

        counts = self.hashing.transform(texts)
        held = np.bincount(counts.indices, minlength=2**20)
        self.frequency = held if self.frequency is None else self.frequency + held
        self.seen += len(texts)
        weights = np.log((1 + self.seen) / (1 + self.frequency)) + 1
        scaled = counts.copy()
        scaled.data = (1 + np.log(scaled.data)) * weights[scaled.indices]
        fresh = normalize(scaled)
        window = fresh if self.counts is None else sparse.vstack([self.counts, fresh], format="csr")
        near = (fresh @ window.T).tocsr()
        first = window.shape[0] - len(texts)
        for place in range(len(texts)):
            row = near.getrow(place)
            earlier = row.indices < first + place
            values = row.data[earlier]
            story = len(self.stories) and max(self.stories) + 1
            if len(values) and values.max() >= SAME_STORY:
                story = self.stories[row.indices[earlier][values.argmax()]]
            self.stories.append(story)
        told = self.stories[-len(texts) :]
        self.counts, self.stories = window[-WINDOW:], self.stories[-WINDOW:]
        return told


def run_assembled(texts: Sequence[Text], count: int, *, warc: bool) -> dict[str, Any]:
    """Bring `count` articles in; the figures."""
    folder = Path(tempfile.mkdtemp(prefix="haidang-bench-"))
    try:
        pipeline, done, spent = Assembled(folder, warc=warc), 0, 0.0
        for going in make_rounds(texts, count):
            began = tree_cpu_s()
            done += pipeline.take(going.feed, going.pages)
            spent += tree_cpu_s() - began
        return {
            "articles": done,
            "articles_per_cpu_s": round(done / spent, 1),
            "ms_per_article": round(spent / done * 1000, 3),
        }
    finally:
        shutil.rmtree(folder)


__all__ = ["A_FEED", "run_assembled"]
