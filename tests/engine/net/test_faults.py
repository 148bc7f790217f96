"""The gate against a server that breaks every rule: the shared list of faults, each with its end."""

from __future__ import annotations

import runpy
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from haidang.engine.errors import Trouble
from haidang.engine.net import Gate, GateSettings

from .server import AGENT, outcome

FAULTS = Path(__file__).parents[4] / "shared" / "hostile" / "http_faults.py"

# Left out: the three /bomb- paths for which that server squeezes a gigabyte each time; their like is
# tested in test_messages and test_gate.
ENDS: dict[str, Trouble | int] = {
    "/good": 200,
    "/blackhole": Trouble.TIMED_OUT,
    "/slow-headers": Trouble.TIMED_OUT,
    "/slow-body": Trouble.TIMED_OUT,
    "/stall-99": Trouble.TIMED_OUT,
    "/endless-chunked": Trouble.TIMED_OUT,
    "/endless": Trouble.TOO_LARGE,
    "/reset": Trouble.BAD_HTTP,
    "/bomb-chain": Trouble.BAD_ENCODING,
    "/gzip-lie": Trouble.BAD_ENCODING,
    "/gzip-cut": Trouble.BAD_ENCODING,
    "/enc-unknown": Trouble.BAD_ENCODING,
    "/len-short": 200,
    "/len-long": Trouble.BAD_HTTP,
    "/len-negative": Trouble.BAD_HTTP,
    "/len-two": Trouble.BAD_HTTP,
    "/len-huge": Trouble.TOO_LARGE,
    "/chunk-bad": Trouble.BAD_HTTP,
    "/chunk-huge": Trouble.BAD_HTTP,
    "/header-64k": Trouble.BAD_HTTP,
    "/headers-10k": Trouble.BAD_HTTP,
    "/header-nul": Trouble.BAD_HTTP,
    "/header-fold": 200,
    "/status-999": Trouble.HTTP_STATUS,
    "/status-100-flood": Trouble.BAD_HTTP,
    "/no-http": Trouble.BAD_HTTP,
    "/http09": Trouble.BAD_HTTP,
    "/redirect-loop": Trouble.TOO_MANY_REDIRECTS,
    "/redirect-private": Trouble.DENIED_ADDRESS,
    "/redirect-loopback6": Trouble.DENIED_ADDRESS,
    "/redirect-file": Trouble.BAD_ADDRESS,
    "/redirect-creds": Trouble.BAD_ADDRESS,
    "/redirect-bytes": Trouble.HTTP_STATUS,
    "/redirect-1mb": Trouble.BAD_HTTP,
    "/refresh-header": 200,
    "/retry-after-bad": Trouble.HOST_BUSY,
    "/retry-after-huge": Trouble.HOST_BUSY,
    "/always-304": 304,
    "/etag-10k": 200,
    "/cookie-flood": Trouble.BAD_HTTP,
    "/charset-lie": 200,
    "/charset-10k": 200,
    "/empty-200": 200,
    "/html-200": 200,
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    if not FAULTS.exists():
        pytest.skip("the shared server of faults is not beside this checkout")
    serve: Callable[[socket.socket, object], None] = runpy.run_path(str(FAULTS))["serve"]
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def accept() -> None:
        while True:
            try:
                conn, peer = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(conn, peer), daemon=True).start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    acceptor.join()
    listener.close()


@pytest.mark.parametrize("path", ENDS)
def test_fault_ends_as_it_should_and_in_time(port: int, path: str) -> None:
    host = f"faults.localhost:{port}"
    settings = GateSettings(
        user_agent=AGENT, allowed_private=frozenset({host}), host_delay_s=0, total_s=0.4
    )
    if ENDS[path] is Trouble.TOO_LARGE:
        settings = GateSettings(
            user_agent=AGENT, allowed_private=frozenset({host}), host_delay_s=0, total_s=20
        )
    began = time.monotonic()
    told = outcome(lambda: Gate(settings).fetch(f"http://{host}{path}").status)
    assert told == ENDS[path]
    assert time.monotonic() - began < settings.total_s + 5
