"""Reading an HTTP/1 answer from a stream of bytes: head, framing, body. Pure: no socket here.

Written out instead of left to `http.client`, which takes a negative chunk size for "read all",
counts header lines but not their bytes, and passes control characters on. Every sequence of bytes
ends in a value or an EngineError, within the caps (RFC 9112; one content coding, RFC 9110 8.4.1).
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from haidang.engine.errors import EngineError, Trouble

HEAD_MAX = 64 * 1024
HEADERS_MAX = 100
INTERIM_MAX = 8  # 1xx answers before the real one
PIECE = 64 * 1024
RATIO_FREE = 1 << 20  # below this many decoded bytes no ratio is asked
CHUNKS_MAX = 200_000  # a server that sends single bytes shall not keep a core busy to the deadline
MEMBERS_MAX = 64  # gzip files may be glued together; thousands of empty ones are an attack

_STATUS = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: (.*))?")
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?")
_LENGTH = re.compile(r"[0-9]{1,18}")

# What servers write when they mean no coding at all.
_PLAIN = frozenset({"", "identity", "none", "utf-8"})
_GZIP = frozenset({"gzip", "x-gzip"})


class Stream(Protocol):
    """What is read from: a buffered reader, whatever lies under it."""

    def read(self, size: int, /) -> bytes | None: ...

    def readline(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Status line and headers, as sent and in order."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]

    def values(self, name: str) -> list[str]:
        """All values of the header `name` (lower case)."""
        return [value for key, value in self.headers if key.lower() == name]

    def tokens(self, name: str) -> list[str]:
        """The comma-separated words of the header `name`, in lower case."""
        joined = ",".join(self.values(name))
        return [word.strip().lower() for word in joined.split(",")] if joined.strip() else []


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLimits:
    """Caps in bytes. `cut` ends at the cap instead of raising (robots.txt)."""

    size_max: int
    ratio_max: int
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """The body on the wire (after de-chunking) and decoded; the same object where no coding was."""

    raw: bytes
    decoded: bytes


def read_head(stream: Stream) -> Head:
    """The head of the final answer; interim ones are skipped. Raises BAD_HTTP."""
    left = HEAD_MAX
    for _ in range(INTERIM_MAX + 1):
        line, left = _read_line(stream, left)
        found = _STATUS.fullmatch(line)
        if not found:
            raise _bad("status line")
        headers, left = _read_headers(stream, left)
        status = int(found[1])
        if status >= 200 or status == 101:
            reason = "".join(
                char for char in (found[2] or b"").decode("latin-1") if char.isprintable()
            )
            return Head(status=status, reason=reason[:100].strip(), headers=headers)
    raise _bad("too many interim answers")


def read_body(stream: Stream, head: Head, *, limits: BodyLimits) -> Body:
    """The body that belongs to `head`.

    Raises BAD_HTTP (cut, bad framing), BAD_ENCODING, TOO_LARGE, BOMB.
    """
    sink = _sink(head, limits)
    if head.status in {204, 304}:
        return sink.finish()
    for piece in _pieces(stream, head, limits):
        sink.add(piece)
        if sink.full:
            return sink.finish(cut=True)
    return sink.finish()


def gunzip(packed: bytes, *, limits: BodyLimits) -> bytes:
    """Unpack one layer of gzip. Raises BAD_ENCODING, TOO_LARGE, BOMB."""
    sink = _GzipSink(limits)
    for start in range(0, len(packed), PIECE):
        sink.add(packed[start : start + PIECE])
    return sink.finish().decoded


def _read_line(stream: Stream, left: int) -> tuple[bytes, int]:
    """One line without its end, and what is left of the head's allowance."""
    line = stream.readline(left + 1)
    left -= len(line)
    if left < 0:
        raise _bad("head too large")
    if not line.endswith(b"\n"):
        raise _bad("cut")
    return line.removesuffix(b"\n").removesuffix(b"\r"), left


def _read_headers(stream: Stream, left: int) -> tuple[tuple[tuple[str, str], ...], int]:
    """Header lines up to the blank one. Lines that are no header are dropped, as browsers do."""
    headers: list[tuple[str, str]] = []
    while True:
        line, left = _read_line(stream, left)
        if not line:
            return tuple(headers), left
        if _CONTROL.search(line):
            raise _bad("control character in a header")
        if line[:1] in {b" ", b"\t"}:  # an obsolete folded line continues the one before
            if headers:
                name, value = headers[-1]
                headers[-1] = (name, f"{value} {line.strip().decode('latin-1')}".strip())
            continue
        raw_name, colon, raw_value = line.partition(b":")
        if colon and _TOKEN.fullmatch(raw_name.rstrip()):
            if len(headers) == HEADERS_MAX:
                raise _bad("too many headers")
            value = raw_value.strip(b" \t").decode("latin-1")
            headers.append((raw_name.rstrip().decode("ascii"), value))


def _pieces(stream: Stream, head: Head, limits: BodyLimits) -> Iterator[bytes]:
    """The body's bytes on the wire, in pieces, by whichever framing the head announces."""
    codings = [word for word in head.tokens("transfer-encoding") if word != "identity"]
    lengths = set(head.tokens("content-length"))
    if codings == ["chunked"]:
        yield from _chunks(stream)
    elif codings:
        raise EngineError(Trouble.BAD_ENCODING, encoding=",".join(codings)[:100])
    elif lengths:
        length = lengths.pop()
        if lengths or not _LENGTH.fullmatch(length):
            raise _bad("content length")
        if int(length) > limits.size_max and not limits.cut:
            raise _too_large(limits)
        yield from _exactly(stream, int(length))
    else:
        while piece := stream.read(PIECE):
            yield piece


def _exactly(stream: Stream, length: int) -> Iterator[bytes]:
    while length:
        piece = stream.read(min(length, PIECE))
        if not piece:
            raise _bad("cut")
        length -= len(piece)
        yield piece


def _chunks(stream: Stream) -> Iterator[bytes]:
    for _ in range(CHUNKS_MAX):
        line = stream.readline(1024)
        found = _CHUNK.fullmatch(line.rstrip(b"\r\n")) if line.endswith(b"\n") else None
        if not found:
            raise _bad("chunk size" if line else "cut")
        size = int(found[1], 16)
        if size == 0:
            # The trailers are nothing to us, but what follows them would be another answer.
            return
        yield from _exactly(stream, size)
        if stream.readline(3) not in {b"\r\n", b"\n"}:
            raise _bad("chunk end")
    raise _bad("too many chunks")


class _PlainSink:
    """Gathers a body that is not coded."""

    def __init__(self, limits: BodyLimits) -> None:
        self._limits = limits
        self._raw = io.BytesIO()  # its getvalue() shares the buffer: no second copy at the peak
        self.full = False

    def add(self, piece: bytes) -> None:
        self._raw.write(piece)
        over = self._raw.tell() - self._limits.size_max
        if over <= 0:
            return
        if not self._limits.cut:
            raise _too_large(self._limits)
        self._raw.truncate(self._limits.size_max)
        self.full = True

    def finish(self, *, cut: bool = False) -> Body:
        del cut  # a plain body may end anywhere
        raw = self._raw.getvalue()
        return Body(raw, raw)


class _GzipSink(_PlainSink):
    """Gathers a gzip body and unpacks it as it comes, never more than the cap allows."""

    def __init__(self, limits: BodyLimits) -> None:
        super().__init__(limits)
        self._unpacked = io.BytesIO()
        self._unpacker = zlib.decompressobj(wbits=31)
        self._eaten = 0
        self._members = 1
        self._ended = False

    def add(self, piece: bytes) -> None:
        super().add(piece)
        try:
            self._unpack(piece)
        except zlib.error:
            raise EngineError(Trouble.BAD_ENCODING, encoding="gzip") from None

    def finish(self, *, cut: bool = False) -> Body:
        raw = self._raw.getvalue()
        if raw and not cut and not self._ended and not self._unpacker.eof:
            raise EngineError(Trouble.BAD_ENCODING, encoding="gzip")
        return Body(raw, self._unpacked.getvalue())

    def _unpack(self, data: bytes) -> None:
        while data and not self._ended and not self.full:
            if self._unpacker.eof:
                self._begin_member(data)
                continue
            self._keep(self._unpacker.decompress(data, PIECE))
            rest = self._unpacker.unconsumed_tail or self._unpacker.unused_data
            self._eaten += len(data) - len(rest)
            data = rest
            self._check_ratio()

    def _begin_member(self, data: bytes) -> None:
        """Another gzip member, or padding after the last one, which is ignored."""
        if data[:1] != b"\x1f":
            self._ended = True
            return
        self._members += 1
        if self._members > MEMBERS_MAX:
            raise EngineError(Trouble.BAD_ENCODING, encoding="gzip")
        self._unpacker = zlib.decompressobj(wbits=31)

    def _keep(self, part: bytes) -> None:
        room = self._limits.size_max - self._unpacked.tell()
        self._unpacked.write(part[:room])
        if len(part) > room:
            if not self._limits.cut:
                raise _too_large(self._limits)
            self.full = True

    def _check_ratio(self) -> None:
        decoded = self._unpacked.tell()
        if decoded > RATIO_FREE and decoded > self._limits.ratio_max * max(self._eaten, 1):
            raise EngineError(Trouble.BOMB, ratio=self._limits.ratio_max)


def _sink(head: Head, limits: BodyLimits) -> _PlainSink:
    codings = [word for word in head.tokens("content-encoding") if word not in _PLAIN]
    if not codings:
        return _PlainSink(limits)
    if len(codings) > 1 or codings[0] not in _GZIP:
        raise EngineError(Trouble.BAD_ENCODING, encoding=",".join(codings)[:100])
    return _GzipSink(limits)


def _too_large(limits: BodyLimits) -> EngineError:
    return EngineError(Trouble.TOO_LARGE, limit_mb=round(limits.size_max / (1 << 20), 1))


def _bad(detail: str) -> EngineError:
    return EngineError(Trouble.BAD_HTTP, detail=detail)
