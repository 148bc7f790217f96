"""What the demo press answers to each request: pure but for a count of the readings of each feed.

The press behaves as the real one does. From the second reading of a feed on, changed headlines and
texts are shown; a `broken` feed is cut on every second reading; a `robots` paper forbids all. A
press opened long ago shows the changes at once, so that a restart does not take them back.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from haidang.project.demo.press.article_pages import render_article
from haidang.project.demo.press.feeds import CONTENT_TYPES, cut_feed, render_feed
from haidang.project.demo.press.issues import Issue, make_issue
from haidang.project.demo.press.pages import (
    render_front_page,
    render_imprint,
    render_kiosk,
    render_missing,
)
from haidang.project.demo.press.papers import Papers, Publication
from haidang.project.demo.press.pictures import draw_picture
from haidang.project.demo.press.style import render_style

CHANGES_SHOWN_AFTER = timedelta(minutes=15)

_HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer before HTTP dresses it. `modified` only where the age is known."""

    body: bytes
    content_type: str = _HTML
    status: int = 200
    modified: datetime | None = None

    @property
    def etag(self) -> str:
        """Weak, since the same text goes out with and without gzip."""
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:20]}"'


class Newsstand:
    """All papers of one demo. Safe to ask from several threads."""

    def __init__(
        self, papers: Papers, *, opened_at: datetime, port: int, clock: Callable[[], datetime]
    ) -> None:
        self._papers = papers
        self._by_host = {paper.host: paper for paper in papers.publications}
        self._opened_at = opened_at.astimezone(UTC)
        self._port = port
        self._clock = clock
        self._readings: Counter[str] = Counter()
        self._lock = Lock()

    def find_paper(self, host: str) -> Publication | None:
        """The paper served under a Host header, or None."""
        label, _, domain = host.partition(":")[0].lower().rstrip(".").partition(".")
        return self._by_host.get(label) if domain == "localhost" else None

    def answer(self, host: str, path: str) -> Answer:
        """What a GET of `path` (without a query) at the Host `host` gets."""
        paper = self.find_paper(host)
        if paper is None:
            return self._answer_without_paper(path)
        if path == paper.feed_path:
            with self._lock:
                self._readings[paper.key] += 1
                reading = self._readings[paper.key]
            return _answer_feed(self._make_issue(paper, reading), reading)
        return _answer_page(self._make_issue(paper, self._readings[paper.key]), path)

    def _make_issue(self, paper: Publication, readings: int) -> Issue:
        old = self._clock() - self._opened_at >= CHANGES_SHOWN_AFTER
        return make_issue(
            self._papers,
            paper,
            base=f"http://{paper.host}.localhost:{self._port}",
            opened_at=self._opened_at,
            later=old or readings >= 2,
        )

    def _answer_without_paper(self, path: str) -> Answer:
        if path == "/press.css":
            return Answer(body=render_style("#0b5c4a").encode(), content_type="text/css")
        kiosk = render_kiosk(self._papers.publications, port=self._port).encode()
        return Answer(body=kiosk, status=200 if path == "/" else 404)


def _answer_feed(issue: Issue, reading: int) -> Answer:
    paper = issue.publication
    if paper.feed == "page":
        return Answer(body=render_front_page(issue).encode(), modified=issue.updated)
    feed = render_feed(issue)
    if paper.behaviour == "broken" and reading % 2 == 0:
        feed = cut_feed(feed)
    kind = CONTENT_TYPES[paper.feed]
    return Answer(body=feed.encode(), content_type=kind, modified=issue.updated)


def _answer_page(issue: Issue, path: str) -> Answer:
    paper = issue.publication
    if path == "/":
        return Answer(body=render_front_page(issue).encode(), modified=issue.updated)
    if path == "/robots.txt":
        return Answer(body=_write_robots(issue).encode(), content_type=_TEXT)
    if path == "/press.css":
        return Answer(body=render_style(paper.accent).encode(), content_type="text/css")
    if path == "/about":
        return Answer(body=render_imprint(issue).encode())
    if path.startswith("/section/"):
        return Answer(body=render_front_page(issue, section=path[9:]).encode())
    for item in issue.items:
        if path == item.path:
            return Answer(body=render_article(issue, item).encode(), modified=item.updated)
        if path == item.picture:
            number = int(path.rpartition("/")[2].removesuffix(".svg"))
            return Answer(body=draw_picture(number).encode(), content_type="image/svg+xml")
    return Answer(body=render_missing(issue).encode(), status=404)


def _write_robots(issue: Issue) -> str:
    if issue.publication.behaviour == "robots":
        return "# We like readers, not robots.\nUser-agent: *\nDisallow: /\n"
    sitemap = f"Sitemap: {issue.feed_url}\n" if issue.publication.feed == "sitemap" else ""
    return f"User-agent: *\nAllow: /\nDisallow: /search\n{sitemap}"
