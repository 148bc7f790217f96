"""One WARC 1.1 `response` record: made from a Reply, and read back into one. Pure.

The HTTP block holds the status line, the headers in order and the body as it was on the wire. Two
things differ from what the server sent, because the record would lie or tell otherwise: chunked
framing was taken off on the way in, so `Transfer-Encoding` stands as `X-Archive-Orig-Transfer-Encoding`,
and the values of cookies are left out. Redirects are told in `X-Haidang-Hop` fields of the record.
"""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from haidang.engine.types import Hop, Reply

UNPACKED_MAX = 64 << 20  # bytes of a record once unpacked; the gate's cap is far below
LEFT_OUT = "(left out)"

_COOKIES = frozenset({"set-cookie", "set-cookie2"})
_FRAMING = "transfer-encoding"
_RENAMED = "X-Archive-Orig-"
_HOP = "X-Haidang-Hop"
_ASKED = "X-Haidang-Asked"
_END = b"\r\n\r\n"
_BREAKS = str.maketrans("\r\n\0", "   ")


class RecordUnreadableError(ValueError):
    """The bytes are not a record of ours."""


def pack_info(filename: str) -> bytes:
    """The compressed `warcinfo` record that begins each file."""
    packed = io.BytesIO()
    writer = WARCWriter(packed, gzip=True, warc_version="1.1")
    info = {"software": "haidang", "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record(filename, info))
    return packed.getvalue()


def pack_reply(reply: Reply, *, record_id: str) -> bytes:
    """The compressed record of `reply`. `record_id` is a URN."""
    block = _http_block(reply)
    digester = Digester("sha1")
    digester.update(reply.raw_body)
    fields = [
        ("WARC-Type", "response"),
        ("WARC-Record-ID", f"<{record_id}>"),
        ("WARC-Target-URI", reply.final_url),
        ("WARC-Date", reply.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")),
        ("WARC-Payload-Digest", str(digester)),
        *([("WARC-IP-Address", reply.peer)] if reply.peer else []),
        *([(_ASKED, reply.url)] if reply.url != reply.final_url else []),
        *((_HOP, f"{hop.status} {hop.url} {hop.to}") for hop in reply.hops),
    ]
    head = StatusAndHeaders("", [(name, _one_line(value)) for name, value in fields], "WARC/1.1")
    record: Any = ArcWarcRecord(
        "warc",
        "response",
        head,
        io.BytesIO(block),
        None,
        "application/http; msgtype=response",
        None,
    )
    record.length = record.payload_length = len(block)
    packed = io.BytesIO()
    WARCWriter(packed, gzip=True, warc_version="1.1").write_record(record)
    return packed.getvalue()


def unpack_reply(packed: bytes, *, payload_sha256: str) -> Reply:
    """The Reply that `pack_reply` packed; cookies' values are lost. Raises RecordUnreadableError."""
    try:
        return _unpack(packed, payload_sha256)
    except (ValueError, IndexError, KeyError, zlib.error) as error:
        raise RecordUnreadableError(type(error).__name__) from error


def _http_block(reply: Reply) -> bytes:
    lines = [f"HTTP/1.1 {reply.status} {_one_line(reply.reason)}".rstrip()]
    for name, value in reply.headers:
        if name.lower() in _COOKIES:
            lines.append(f"{name}: {LEFT_OUT}")
        elif name.lower() == _FRAMING:
            lines.append(f"{_RENAMED}{name}: {_one_line(value)}")
        else:
            lines.append(f"{name}: {_one_line(value)}")
    text = "\r\n".join(lines)
    try:
        head = text.encode("latin-1")
    except UnicodeEncodeError:
        head = text.encode("utf-8", "replace")  # a reply that did not come through our gate
    return head + _END + reply.raw_body


def _unpack(packed: bytes, payload_sha256: str) -> Reply:
    record = _gunzip(packed)
    warc_head, _, rest = record.partition(_END)
    fields = _fields(warc_head.decode("utf-8").split("\r\n")[1:])
    told = dict(fields)
    block = rest[: int(told["Content-Length"])]
    http_head, _, raw = block.partition(_END)
    status_line, *lines = http_head.decode("latin-1").split("\r\n")
    _, status, reason = (*status_line.split(" ", 2), "")[:3]
    headers = tuple((name.removeprefix(_RENAMED), value) for name, value in _fields(lines))
    return Reply(
        url=told.get(_ASKED, told["WARC-Target-URI"]),
        final_url=told["WARC-Target-URI"],
        status=int(status),
        reason=reason,
        headers=headers,
        body=_decode(raw, headers, payload_sha256),
        raw_body=raw,
        fetched_at=datetime.strptime(told["WARC-Date"], "%Y-%m-%dT%H:%M:%S.%f%z"),
        peer=told.get("WARC-IP-Address", ""),
        hops=tuple(_hop(value) for name, value in fields if name == _HOP),
    )


def _fields(lines: Iterable[str]) -> list[tuple[str, str]]:
    parted = (line.partition(":") for line in lines)
    return [(name, value.strip(" \t")) for name, _, value in parted]


def _hop(value: str) -> Hop:
    status, url, to = value.split(" ")
    return Hop(url=url, status=int(status), to=to)


def _decode(raw: bytes, headers: Iterable[tuple[str, str]], payload_sha256: str) -> bytes:
    """The page as it was decoded when it came: as sent, or with one layer of gzip taken off."""
    coded = any(name.lower() == "content-encoding" and "gzip" in value for name, value in headers)
    readings = (_gunzip, bytes) if coded else (bytes, _gunzip)
    for reading in readings:
        try:
            body = reading(raw)
        except (ValueError, zlib.error):
            continue  # a page that only begins like gzip
        if hashlib.sha256(body).hexdigest() == payload_sha256:
            return body
    raise RecordUnreadableError("payload")


def _gunzip(packed: bytes) -> bytes:
    """All gzip members of `packed`, or b"" where there is none. Raises ValueError over the cap."""
    unpacked = io.BytesIO()
    while packed[:2] == b"\x1f\x8b":
        unpacker = zlib.decompressobj(wbits=31)
        unpacked.write(unpacker.decompress(packed, UNPACKED_MAX - unpacked.tell() + 1))
        if unpacked.tell() > UNPACKED_MAX or not unpacker.eof:
            raise RecordUnreadableError("too large or cut")
        packed = unpacker.unused_data
    return unpacked.getvalue()


def _one_line(text: str) -> str:
    return text.translate(_BREAKS)
