"""WARC files as other programs write them, byte by byte: packed by record or plain, all kinds of records."""

from __future__ import annotations

import gzip
import uuid
from collections.abc import Sequence
from html import escape

DATE = "2019-03-05T06:07:08Z"
TYPES = {
    "response": "application/http; msgtype=response",
    "revisit": "application/http; msgtype=response",
}


def page_of(title: str, text: str, *, head: str = "") -> bytes:
    """An article as a newspaper's page."""
    body = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}'
        f"</head><body><article><h1>{escape(title)}</h1>{body}</article></body></html>"
    ).encode()


class Warc:
    """A WARC file in the making."""

    def __init__(self, *, packed: bool = True) -> None:
        self._out = b""
        self._packed = packed
        self.add("warcinfo", "", b"software: an invented crawler\r\n")

    def add(
        self,
        kind: str,
        url: str,
        payload: bytes = b"",
        *,
        status: str = "200 OK",
        content_type: str = "text/html; charset=utf-8",
        headers: Sequence[tuple[str, str]] = (),
        date: str = DATE,
    ) -> Warc:
        """One more record."""
        block = payload
        if kind in {"response", "revisit"}:
            told = "".join(f"{name}: {value}\r\n" for name, value in headers)
            head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{told}\r\n"
            block = head.encode() + payload
        elif kind == "request":
            block = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        fields = {
            "WARC-Type": kind,
            "WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>",
            "WARC-Date": date,
            "WARC-Target-URI": url,
            "Content-Type": TYPES.get(kind, "application/octet-stream"),
            "Content-Length": str(len(block)),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
        record = f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"
        self._out += gzip.compress(record, mtime=0) if self._packed else record
        return self

    def page(self, url: str, title: str, text: str, *, date: str = DATE) -> Warc:
        """One more response that carries an article."""
        return self.add("response", url, page_of(title, text), date=date)

    def done(self) -> bytes:
        """The whole file."""
        return self._out
