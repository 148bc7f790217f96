"""A desk's pages for campaigns: who may read them, and a server on loopback that shows them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


def let_everyone_read() -> None:
    """A demo may be read without signing in."""
    from django.utils import timezone

    from haidang.core import actions
    from haidang.core.enums import DeskMode

    actions.set_mode(DeskMode.DEMO, now=timezone.now())


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_told: object) -> None:
        """Say nothing."""


@contextmanager
def serve_desk() -> Iterator[str]:
    """The desk's own application on a free port of loopback; its address."""
    from haidang.project.wsgi import application

    server = make_server("127.0.0.1", 0, application, server_class=_Threads, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
