"""One request to one checked address: connect, ask, read the answer, all before one deadline.

The connection classes are urllib3's with one change: they connect to the address they are given and
never look a name up. The host name still goes into `Host`, SNI and the certificate check. No
connection is used twice, so none can be used for another host. Proxies, `.netrc` and cookies do not
exist here.
"""

from __future__ import annotations

import errno
import io
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

import certifi
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.net.messages import Body, BodyLimits, Head, read_body, read_head
from haidang.engine.net.turns import GateClosedError
from haidang.engine.net.urls import Target

PINS_TRIED = 3  # addresses of one host, within one connect timeout
MOVED = frozenset({301, 302, 303, 307, 308})

# What a stranger's bytes can make the libraries below us raise.
_TROUBLES = (OSError, ValueError, urllib3.exceptions.HTTPError)


class NoAnswerError(EngineError):
    """CONNECT_FAILED or TIMED_OUT by the host's own doing: it is down, and worth remembering so."""


class Deadline:
    """A moment on the monotonic clock after which nothing is waited for."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, always positive. Raises TIMED_OUT."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.error()
        return left

    def error(self) -> EngineError:
        return EngineError(Trouble.TIMED_OUT, seconds=self.seconds)

    @property
    def seconds(self) -> float:
        return round(self._seconds, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one server said to one request. `body` is None where it was not read."""

    head: Head
    peer: str
    body: Body | None

    @property
    def location(self) -> str | None:
        """Where a redirect points, None when this is none."""
        places = self.head.values("location") if self.head.status in MOVED else []
        return places[0] if places else None


class Wire:
    """Makes requests; knows the trusted certificates and its open connections. Thread-safe."""

    def __init__(self, *, connect_s: float, ca_file: str | None) -> None:
        self._connect_s = connect_s
        self._ca_file = ca_file
        self._tls: ssl.SSLContext | None = None  # made at the first https: loading takes a while
        self._lock = threading.Lock()
        self._open: set[HTTPConnection] = set()
        self._closed = False

    def ask(
        self,
        target: Target,
        *,
        pins: tuple[str, ...],
        headers: Mapping[str, str],
        limits: BodyLimits,
        deadline: Deadline,
        form: bytes = b"",
    ) -> Answer:
        """GET `target` from the first of `pins` that answers; only the body of a 2xx is read.

        With a `form` it is a POST of these bytes.

        Raises CONNECT_FAILED, TLS_FAILED, TIMED_OUT, BAD_HTTP, BAD_ENCODING, TOO_LARGE, BOMB
        (NoAnswerError where the host did not let us in); GateClosedError when closed meanwhile.
        """
        connection = self._connect(target, pins=pins, deadline=deadline)
        try:
            self._complain_if_closed()
            return _converse(
                connection, target, headers=headers, limits=limits, deadline=deadline, form=form
            )
        except TimeoutError:
            raise deadline.error() from None
        except EngineError:
            self._complain_if_closed()
            raise
        except _TROUBLES as error:
            self._complain_if_closed()
            raise EngineError(Trouble.BAD_HTTP, detail=type(error).__name__) from error
        finally:
            self._forget(connection)

    def close(self) -> None:
        """Refuse further requests and break off those under way."""
        with self._lock:
            self._closed = True
            for connection in self._open:
                _break_off(connection.sock)

    def _connect(
        self, target: Target, *, pins: tuple[str, ...], deadline: Deadline
    ) -> HTTPConnection:
        """A connected connection (and TLS session) to one of `pins`."""
        patience = Deadline(min(self._connect_s, deadline.left()))
        failure: EngineError | None = None
        for pin in pins[:PINS_TRIED]:
            connection = self._connection(target, pin=pin, patience=patience)
            try:
                connection.connect()
            except ssl.SSLError as error:
                self._forget(connection)
                raise EngineError(
                    Trouble.TLS_FAILED, host=target.host, detail=_tls_detail(error)
                ) from error
            except TimeoutError:
                failure = NoAnswerError(
                    Trouble.TIMED_OUT, seconds=patience.seconds, host=target.host
                )
            except _TROUBLES as error:
                kind = EngineError if _is_our_network(error) else NoAnswerError
                failure = kind(Trouble.CONNECT_FAILED, host=target.host)
            else:
                return connection
            self._forget(connection)
            self._complain_if_closed()
        raise failure or patience.error()

    def _connection(self, target: Target, *, pin: str, patience: Deadline) -> HTTPConnection:
        connection: HTTPConnection
        if target.scheme == "https":
            with self._lock:
                self._tls = self._tls or tls_context(self._ca_file)
            connection = _PinnedHTTPSConnection(
                target.host, target.port, timeout=patience.left(), ssl_context=self._tls
            )
        else:
            connection = _PinnedHTTPConnection(target.host, target.port, timeout=patience.left())
        connection.pin = pin
        with self._lock:
            if self._closed:
                raise GateClosedError("the gate is closed")
            self._open.add(connection)
        return connection

    def _forget(self, connection: HTTPConnection) -> None:
        with self._lock:
            self._open.discard(connection)
        connection.close()

    def _complain_if_closed(self) -> None:
        if self._closed:
            raise GateClosedError("the gate was closed during the request")


class _PinnedHTTPConnection(HTTPConnection):
    pin: str

    def _new_conn(self) -> socket.socket:
        return _connect_to(self.pin, port=self.port, timeout_s=_seconds(self.timeout))


class _PinnedHTTPSConnection(HTTPSConnection):
    pin: str

    def _new_conn(self) -> socket.socket:
        return _connect_to(self.pin, port=self.port, timeout_s=_seconds(self.timeout))


class _DeadlineReader(io.RawIOBase):
    """The bytes of a socket. Each read waits at most until the deadline of the whole."""

    def __init__(self, sock: socket.socket, *, deadline: Deadline) -> None:
        super().__init__()
        self._sock = sock
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]  # the stub's Buffer is 3.12's
        self._sock.settimeout(self._deadline.left())
        return self._sock.recv_into(buffer)


def _converse(
    connection: HTTPConnection,
    target: Target,
    *,
    headers: Mapping[str, str],
    limits: BodyLimits,
    deadline: Deadline,
    form: bytes,
) -> Answer:
    sock = connection.sock
    assert sock is not None
    peer = str(sock.getpeername()[0])
    sock.settimeout(deadline.left())
    if form:
        connection.request("POST", target.path, body=form, headers=headers)
    else:
        connection.request("GET", target.path, headers=headers)
    stream = io.BufferedReader(_DeadlineReader(sock, deadline=deadline), buffer_size=16 * 1024)
    head = read_head(stream)
    body = read_body(stream, head, limits=limits) if 200 <= head.status < 300 else None
    return Answer(head=head, peer=peer, body=body)


def _connect_to(ip: str, *, port: int, timeout_s: float) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.settimeout(timeout_s)
        sock.connect((ip, port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """TLS 1.2 and later, the system's authorities and certifi's; a container may lack the former."""
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=certifi.where())
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context


def _tls_detail(error: ssl.SSLError) -> str:
    told = getattr(error, "verify_message", "") or error.reason or type(error).__name__
    return str(told)[:100]


def _is_our_network(error: Exception) -> bool:
    """Whether the way out is missing on our side; that says nothing about the host."""
    return isinstance(error, OSError) and error.errno in {errno.ENETUNREACH, errno.ENETDOWN}


def _seconds(timeout: object) -> float:
    assert isinstance(timeout, float)
    return timeout


def _break_off(sock: socket.socket | None) -> None:
    if sock is not None:
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it ended by itself
