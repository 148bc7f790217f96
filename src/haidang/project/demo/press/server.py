"""The loopback server of the demo press: one port, the paper chosen by the Host header.

It speaks plain HTTP/1.1 with keep-alive, gzip, ETag and Last-Modified. It answers GET and HEAD,
listens on loopback only, writes no log, and keeps nothing of who asked.
"""

from __future__ import annotations

import gzip
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread
from types import TracebackType
from typing import Self

from haidang.project.demo.press.feeds import to_http_date
from haidang.project.demo.press.newsstand import Answer, Newsstand
from haidang.project.demo.press.papers import Papers, Publication, load_papers

SLOW_S = 1.5
_IDLE_S = 20.0
_GZIP_FROM = 600  # bytes; below that gzip gains nothing


def serve_press(
    port: int,
    *,
    opened_at: datetime,
    host: str = "127.0.0.1",
    slow_s: float = SLOW_S,
    papers: Papers | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> PressServer:
    """Start the press in a background thread and return it; `close()` or `with` ends it.

    `port` 0 takes a free one (see `PressServer.port`). `opened_at` is the moment from which the
    articles' ages count, the same at every restart of one demo. Raises ValueError for a naive
    time or an address that is not loopback, OSError where the port is taken.
    """
    if opened_at.tzinfo is None:
        raise ValueError("opened_at has no time zone")
    if not ip_address(host).is_loopback:
        raise ValueError(f"{host} is not a loopback address")
    server = PressServer(
        (host, port),
        papers=papers or load_papers(),
        opened_at=opened_at,
        slow_s=slow_s,
        clock=clock,
    )
    server.start()
    return server


class PressServer:
    """The running press."""

    def __init__(
        self,
        address: tuple[str, int],
        *,
        papers: Papers,
        opened_at: datetime,
        slow_s: float,
        clock: Callable[[], datetime],
    ) -> None:
        self.papers = papers
        self._http = _LoopbackServer(address, _Handler)
        self._http.slow_s = slow_s
        self._http.stand = Newsstand(papers, opened_at=opened_at, port=self.port, clock=clock)
        self._thread = Thread(target=self._http.serve_forever, args=(0.1,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    def url_of(self, publication: str) -> str:
        """The front page of the publication of that key."""
        return f"http://{self.papers.find_publication(publication).host}.localhost:{self.port}/"

    def feed_url_of(self, publication: str) -> str:
        """The feed of the publication of that key; for a page without a feed, that page."""
        paper: Publication = self.papers.find_publication(publication)
        return self.url_of(publication).rstrip("/") + paper.feed_path

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop listening. A connection that is still open ends with its client or when idle."""
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _LoopbackServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    stand: Newsstand
    slow_s: float

    def handle_error(self, request: object, client_address: object) -> None:
        """A reader that goes away in the middle is no news; anything else is printed."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # passed on as it came


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_S
    wbufsize = -1  # head and body leave in one packet: two of them wait for each other 40 ms
    server: _LoopbackServer

    def do_GET(self) -> None:
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        self._send(with_body=False)

    def version_string(self) -> str:
        """What the Server header says."""
        return "InventedPress"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as http.server names it
        """Nothing is logged."""

    def _send(self, *, with_body: bool) -> None:
        host = self.headers.get("Host", "")
        paper = self.server.stand.find_paper(host)
        if paper is not None and paper.behaviour == "slow":
            time.sleep(self.server.slow_s)
        answer = self.server.stand.answer(host, self.path.partition("?")[0])
        if answer.status == 200 and self._is_known(answer):
            self.send_response(304)
            self._send_validators(answer)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = answer.body
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        if len(body) >= _GZIP_FROM and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 5, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self._send_validators(answer)
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _send_validators(self, answer: Answer) -> None:
        self.send_header("ETag", answer.etag)
        if answer.modified is not None:
            self.send_header("Last-Modified", to_http_date(answer.modified))

    def _is_known(self, answer: Answer) -> bool:
        """RFC 9110, 13.1: If-None-Match decides where it is sent, else If-Modified-Since."""
        if tags := self.headers.get("If-None-Match"):
            bare = answer.etag.removeprefix("W/")
            return bare in {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        since = self.headers.get("If-Modified-Since")
        if not since or answer.modified is None:
            return False
        try:
            return answer.modified <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False
