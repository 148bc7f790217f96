"""A tiny press on loopback: whatever a test puts on a host's path is what that host serves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any, Self


@dataclass
class Paper:
    """One host: its pages by path, and how often each was asked for."""

    host: str
    pages: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def serve(self, path: str, body: str, *, kind: str = "text/html", status: int = 200) -> str:
        """Serve that body there from now on; the address."""
        self.pages[path] = (status, f"{kind}; charset=utf-8", body.encode())
        return f"http://{self.host}{path}"

    def write(
        self,
        path: str,
        title: str,
        text: str,
        *,
        hours_ago: float = 1,
        extra: str = "",
        foot: str = "",
    ) -> str:
        """Serve an article; `extra` goes into its head, `foot` below its text."""
        at = datetime.now(UTC) - timedelta(hours=hours_ago)
        body = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n"))
        return self.serve(
            path,
            f"""<!doctype html><html lang="vi"><head><meta charset="utf-8">
            <title>{escape(title)}</title>{extra}
            <meta property="article:published_time" content="{at.isoformat()}">
            <meta property="og:title" content="{escape(title)}"></head>
            <body><nav><a href="/">Trang nhất</a></nav><article><h1>{escape(title)}</h1>{body}{foot}
            </article><footer>Báo tưởng tượng</footer></body></html>""",
        )

    def list(
        self, *entries: tuple[str, str, float], path: str = "/feed.xml", extra: str = ""
    ) -> str:
        """Serve an RSS feed of (address, title, hours ago); its address."""
        items = "".join(
            f"<item><title>{escape(title)}</title><link>{escape(url)}</link><guid>{escape(url)}</guid>"
            f"<pubDate>{format_datetime(datetime.now(UTC) - timedelta(hours=ago))}</pubDate>{extra}</item>"
            for url, title, ago in entries
        )
        xmlns = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
        feed = (
            f'<rss version="2.0" {xmlns}><channel><title>{self.host}</title>{items}</channel></rss>'
        )
        return self.serve(path, feed, kind="application/rss+xml")


class Press:
    """The server and its papers, on names below `localhost`."""

    def __init__(self) -> None:
        self._papers: dict[str, Paper] = {}
        self._asked = Condition()
        press = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 20

            def do_GET(self) -> None:
                status, kind, body = press.answer(self.headers.get("Host", ""), self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_told: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def paper(self, name: str) -> Paper:
        """The paper of that name; opened at the first call."""
        host = f"{name}.localhost:{self._server.server_address[1]}"
        return self._papers.setdefault(host, Paper(host))

    def hosts(self) -> tuple[str, ...]:
        return tuple(self._papers)

    def answer(self, host: str, path: str) -> tuple[int, str, bytes]:
        """What is served there, noting that it was asked for."""
        paper = self._papers.get(host)
        if paper is None:
            return 404, "text/plain", b"no such paper"
        with self._asked:
            paper.asked.append(path)
            self._asked.notify_all()
        return paper.pages.get(path, (404, "text/plain", b"no such page"))

    def wait_until_asked(self, more: int, *, timeout_s: float = 30) -> bool:
        """Wait until so many further requests came."""
        with self._asked:
            wanted = self._count() + more
            return self._asked.wait_for(lambda: self._count() >= wanted, timeout_s)

    def _count(self) -> int:
        return sum(len(paper.asked) for paper in self._papers.values())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_told: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
