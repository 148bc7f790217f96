"""A mail server on loopback that really speaks SMTP: keeps what it took, refuses or breaks off as it is told."""

from __future__ import annotations

import email
import socketserver
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from threading import Event, Thread
from typing import Any, Self


@dataclass
class Taken:
    """One letter that it said yes to."""

    sender: str
    recipient: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        read = email.message_from_bytes(self.raw, policy=default)
        assert isinstance(read, EmailMessage)
        return read

    def text(self, kind: str = "plain") -> str:
        part = self.message.get_body((kind,))
        assert part is not None
        told = part.get_content()
        assert isinstance(told, str)
        return told


@dataclass
class MailServer:
    """`answers`: what it says to a command (or to the last dot, ".") instead of yes.

    `hang_up_at`: the command at which it breaks off, "." when it took the letter but does not say so,
    "mid" in the middle of a letter.
    """

    answers: dict[str, str] = field(default_factory=dict)
    hang_up_at: str = ""
    tls: ssl.SSLContext | None = None
    wrapped: bool = False
    taken: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    host: str = "127.0.0.1"
    before_answer: Callable[[], None] | None = None
    closed: Event = field(default_factory=Event)  # a conversation has ended

    def __enter__(self) -> Self:
        server = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                opened: list[Any] = []
                try:
                    _converse(server, self, opened)
                except (OSError, ConnectionError, ssl.SSLError):
                    return
                finally:
                    for one in reversed(opened):
                        one.close()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

            def close_request(self, request: Any) -> None:
                super().close_request(request)
                server.closed.set()

            def handle_error(self, *_told: object) -> None:
                """Say nothing: a client may hang up."""

        self._server = Server((self.host, 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_told: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])


def _converse(server: MailServer, handler: Any, opened: list[Any]) -> None:
    sock, stream = handler.connection, handler.rfile

    def say(line: str) -> None:
        sock.sendall(line.encode() + b"\r\n")

    if server.wrapped:
        assert server.tls is not None
        sock = server.tls.wrap_socket(sock, server_side=True)
        stream = sock.makefile("rb")
        opened += [sock, stream]
    say("220 mail.example ESMTP")
    sender = recipient = ""
    while line := stream.readline(2000):
        command = line.decode("ascii", "replace").strip()
        verb = command.split(" ", 1)[0].upper()
        server.commands.append(verb)
        if server.hang_up_at == verb:
            sock.close()
            return
        if verb in server.answers:
            say(server.answers[verb])
            continue
        if verb == "EHLO":
            offers = ["mail.example", "SIZE 1000000"]
            if server.tls and not server.wrapped and not isinstance(sock, ssl.SSLSocket):
                offers.append("STARTTLS")
            offers.append("AUTH PLAIN")
            for number, one in enumerate(offers):
                say(("250 " if number == len(offers) - 1 else "250-") + one)
        elif verb == "STARTTLS":
            assert server.tls is not None
            say("220 go on")
            sock = server.tls.wrap_socket(sock, server_side=True)
            stream = sock.makefile("rb")
            opened += [sock, stream]
        elif verb == "MAIL":
            sender = command.partition("<")[2].partition(">")[0]
            say("250 yes")
        elif verb == "RCPT":
            recipient = command.partition("<")[2].partition(">")[0]
            say("250 yes")
        elif verb == "DATA":
            say("354 go on")
            if not _take_letter(server, sock, stream, sender, recipient, say):
                return
        elif verb == "QUIT":
            say("221 bye")
            return
        else:
            say("235 yes" if verb == "AUTH" else "250 yes")


def _take_letter(
    server: MailServer,
    sock: Any,
    stream: Any,
    sender: str,
    recipient: str,
    say: Callable[[str], None],
) -> bool:
    lines = []
    while (line := stream.readline(100_000)) != b".\r\n":
        if not line or server.hang_up_at == "mid":
            sock.close()
            return False
        lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
    if "." in server.answers:
        say(server.answers["."])
        return True
    server.taken.append(Taken(sender, recipient, b"".join(lines)))
    if server.before_answer:
        server.before_answer()
    if server.hang_up_at == ".":
        sock.close()
        return False
    say("250 taken")
    return True
