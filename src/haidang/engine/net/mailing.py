"""Handing a finished letter to the operator's own mail server (SMTP, RFC 5321), and nothing else.

The server is named by whoever runs the machine, so it may stand at a private address. Its certificate is
verified; without TLS a letter is handed over on this very machine only. What can go wrong is one of three:
try again later, never try again, or nobody can know whether it was taken (the way broke after the last dot).
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from haidang.engine.net.wire import tls_context

TIMEOUT_S = 30.0
PORTS = {"smtp": 587, "smtps": 465}
_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
_MAILBOX = re.compile(
    r"[\x21-\x3b\x3d\x3f-\x7e]{1,254}"
)  # no space, no angle, nothing beyond ASCII
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")

End = Literal["later", "never", "unsure"]


class MailFault(Exception):  # noqa: N818 -- what a letter met, told to people by `end` and `what`
    """A letter was not handed over, or nobody knows. `what`: connect, tls, sign_in, sender, recipient, letter."""

    def __init__(self, end: End, what: str, code: int = 0) -> None:
        super().__init__(f"{end} {what} {code}")
        self.end, self.what, self.code = end, what, code


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed over. `wrapped`: TLS from the first byte; otherwise STARTTLS."""

    host: str
    port: int
    wrapped: bool
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str | None = None

    @classmethod
    def from_url(cls, url: str) -> MailServer:
        """Read `smtps://user:password@host:port` or `smtp://…`. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("smtp:// or smtps:// with a host is wanted")
        return cls(
            host=parts.hostname,
            port=parts.port or PORTS[parts.scheme],
            wrapped=parts.scheme == "smtps",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )

    @property
    def is_here(self) -> bool:
        """Whether it stands on this machine, where letters need no encryption."""
        return self.host in _THIS_MACHINE


class MailSession:
    """One conversation with a mail server; several letters may be handed over, one after the other."""

    def __init__(self, server: MailServer, *, name: str) -> None:
        """`name`: what we call ourselves (EHLO); the domain of the sender, never that of this machine."""
        self._server, self._name = server, name
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye, if there still is somebody to say it to."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            try:
                smtp.quit()
            except (OSError, smtplib.SMTPException):
                smtp.close()

    def hand_over(
        self, letter: bytes, *, sender: str, recipient: str, before_end: Callable[[], None]
    ) -> None:
        """Hand one letter over; returns when the server has taken it. Raises MailFault.

        `before_end` is called when all but the last dot was written: until it returns the server cannot
        have taken the letter, from then on it may have.
        """
        for mailbox in (sender, recipient):
            if not _MAILBOX.fullmatch(mailbox) or "@" not in mailbox:
                raise MailFault("never", "recipient" if mailbox == recipient else "sender")
        smtp = self._open()
        try:
            self._envelope(smtp, sender=sender, recipient=recipient)
            smtp.send(_to_lines(letter))
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            raise MailFault("later", "connect") from error
        except MailFault:
            self._reset(smtp)
            raise
        before_end()
        try:
            smtp.send(b".\r\n")
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            raise MailFault("later", "connect") from error  # the dot did not leave this machine
        try:
            code, _told = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            raise MailFault("unsure", "letter") from error
        if not 200 <= code < 300:
            raise _fault(code, "letter")

    def _envelope(self, smtp: smtplib.SMTP, *, sender: str, recipient: str) -> None:
        code, _told = smtp.mail(sender)
        if not 200 <= code < 300:
            raise MailFault("later", "sender", code)  # of the settings, not of this letter
        code, _told = smtp.rcpt(recipient)
        if not 200 <= code < 300:
            raise _fault(code, "recipient")
        code, _told = smtp.docmd("DATA")
        if code != 354:
            raise _fault(code, "letter")

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._connect()
            except smtplib.SMTPAuthenticationError as error:
                raise MailFault("later", "sign_in", error.smtp_code) from error
            except smtplib.SMTPResponseException as error:
                raise MailFault("later", "connect", error.smtp_code) from error
            except smtplib.SMTPException as error:
                raise MailFault("later", "connect") from error
            except OSError as error:
                what = "tls" if type(error).__name__.startswith("SSL") else "connect"
                raise MailFault("later", what) from error
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        smtp: smtplib.SMTP
        if server.wrapped:
            context = tls_context(server.ca_file)
            smtp = smtplib.SMTP_SSL(
                server.host, server.port, self._name, timeout=TIMEOUT_S, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, self._name, timeout=TIMEOUT_S)
        try:
            self._greet(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _greet(self, smtp: smtplib.SMTP) -> None:
        server = self._server
        smtp.ehlo_or_helo_if_needed()
        if not server.wrapped and not server.is_here:
            if not smtp.has_extn("starttls"):
                raise MailFault("later", "tls")
            smtp.starttls(context=tls_context(server.ca_file))
            smtp.ehlo()
        if server.user:
            smtp.login(server.user, server.password)

    def _reset(self, smtp: smtplib.SMTP) -> None:
        """Ready for another letter after one was refused."""
        try:
            smtp.rset()
        except (OSError, smtplib.SMTPException):
            self.drop()

    def drop(self) -> None:
        """Break off without a goodbye: what was not ended with its dot is forgotten by the server."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def _fault(code: int, what: str) -> MailFault:
    return MailFault("never" if code >= 500 else "later", what, code)


def _to_lines(letter: bytes) -> bytes:
    """As it travels: lines end with CRLF, a dot at a line's head is doubled (RFC 5321, 4.5.2)."""
    lines = _LINE_ENDS.sub(b"\r\n", letter).removesuffix(b"\r\n").split(b"\r\n")
    return b"".join(b"." * line.startswith(b".") + line + b"\r\n" for line in lines)
