from __future__ import annotations

import gzip
import io
import random
import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.net.messages import Body, BodyLimits, Head, gunzip, read_body, read_head

from .server import outcome

LIMITS = BodyLimits(size_max=4 << 20, ratio_max=200)
OK = b"HTTP/1.1 200 OK\r\n"


def read(data: bytes, limits: BodyLimits = LIMITS) -> tuple[Head, Body]:
    stream = io.BytesIO(data)
    head = read_head(stream)
    return head, read_body(stream, head, limits=limits)


def body_of(data: bytes, limits: BodyLimits = LIMITS) -> bytes | Trouble:
    return outcome(lambda: read(data, limits)[1].decoded)


def facts_of(data: bytes) -> tuple[Trouble, dict[str, object]]:
    with pytest.raises(EngineError) as caught:
        read(data)
    return caught.value.trouble, dict(caught.value.facts)


def zipped(data: bytes, *, coding: str = "gzip") -> bytes:
    return OK + f"Content-Encoding: {coding}\r\n\r\n".encode() + data


def test_head_keeps_names_order_and_repeats_as_sent() -> None:
    head, body = read(
        b"HTTP/1.0 203 Kh\xc3\xb4ng sao\r\nX-B: 1\r\nx-a:  2 \r\nX-B: 3\r\nContent-Length: 2\r\n\r\nok!"
    )
    assert head.headers == (("X-B", "1"), ("x-a", "2"), ("X-B", "3"), ("Content-Length", "2"))
    assert (head.status, head.values("x-b"), body.decoded) == (203, ["1", "3"], b"ok")


def test_head_skips_interim_answers_and_junk_lines_and_joins_folded_ones() -> None:
    head, body = read(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
        + OK
        + b"HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\n: none\r\n\r\nhello"
    )
    assert (head.status, head.headers, body.decoded) == (200, (("X-A", "a b"),), b"hello")


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"", "cut"),
        (b"SSH-2.0-OpenSSH\r\n", "status line"),
        (b"<html>old</html>\n", "status line"),
        (b"HTTP/2 200\r\n\r\n", "status line"),
        (b"HTTP/1.1 20\r\n\r\n", "status line"),
        (b"HTTP/1.1 200 OK\r\nX-A: 1\r\n", "cut"),
        (OK + b"X-A: a\0b\r\n\r\n", "control character in a header"),
        (OK + b"X-A: a\rSet-Cookie: b\r\n\r\n", "control character in a header"),
        (OK + b"X-A: " + b"a" * 70_000 + b"\r\n\r\n", "head too large"),
        (OK + b"X-A: 1\r\n" * 101 + b"\r\n", "too many headers"),
        (b"HTTP/1.1 100 Go\r\n\r\n" * 9 + OK + b"\r\n", "too many interim answers"),
        (OK + b"Content-Length: 9\r\n\r\nshort", "cut"),
        (OK + b"Content-Length: -5\r\n\r\nshort", "content length"),
        (OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nshort!", "content length"),
        (OK + b"Content-Length: 5, 6\r\n\r\nshort!", "content length"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc", "chunk size"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc", "chunk size"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nabc", "chunk size"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", "chunk end"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "cut"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc", "cut"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 200_001, "too many chunks"),
    ],
)
def test_broken_messages_are_refused_with_what_is_broken(data: bytes, detail: str) -> None:
    assert facts_of(data) == (Trouble.BAD_HTTP, {"detail": detail})


@pytest.mark.parametrize(
    "data",
    [
        OK + b"\r\nhello",
        OK + b"Content-Length: 5\r\n\r\nhello and more",
        OK + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX-T: 1\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        zipped(gzip.compress(b"hello", mtime=0)),
        zipped(gzip.compress(b"hello", mtime=0), coding="x-gzip"),
        zipped(gzip.compress(b"hel", mtime=0) + gzip.compress(b"lo", mtime=0)),
        zipped(gzip.compress(b"hello", mtime=0) + b"\0\0\0\0"),
        zipped(b"hello", coding="identity"),
        b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello",
    ],
)
def test_every_framing_gives_exactly_the_body(data: bytes) -> None:
    assert body_of(data) == b"hello"


def test_raw_body_is_what_was_on_the_wire_after_dechunking() -> None:
    packed = gzip.compress(b"hello", mtime=0)
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(packed), packed)
    head = OK + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert read(head + chunked)[1] == Body(packed, b"hello")


@pytest.mark.parametrize("status", [b"204 None", b"304 Same"])
def test_answers_without_a_body_have_none(status: bytes) -> None:
    _, body = read(b"HTTP/1.1 " + status + b"\r\nContent-Encoding: gzip\r\n\r\nleft over")
    assert body == Body(b"", b"")


@pytest.mark.parametrize(
    ("data", "coding"),
    [
        (zipped(b"x", coding="br"), "br"),
        (zipped(b"x", coding="zstd"), "zstd"),
        (zipped(zlib.compress(b"x"), coding="deflate"), "deflate"),
        (
            zipped(gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), coding="gzip, gzip"),
            "gzip,gzip",
        ),
        (zipped(b"plain text"), "gzip"),
        (zipped(gzip.compress(b"x" * 99, mtime=0)[:-9]), "gzip"),
        (zipped(gzip.compress(b"", mtime=0) * 100), "gzip"),
        (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "gzip,chunked"),
    ],
)
def test_other_codings_than_one_whole_gzip_are_refused(data: bytes, coding: str) -> None:
    assert facts_of(data) == (Trouble.BAD_ENCODING, {"encoding": coding})


def test_bomb_is_cut_by_its_ratio_and_large_bodies_by_size() -> None:
    bomb = zlib.compressobj(9, wbits=31)
    packed = bomb.compress(bytes(64 << 20)) + bomb.flush()
    assert facts_of(zipped(packed)) == (Trouble.BOMB, {"ratio": 200})
    noise = random.Random(1).randbytes(5 << 20)
    too_large = (Trouble.TOO_LARGE, {"limit_mb": 4.0})
    assert facts_of(zipped(gzip.compress(noise, 1, mtime=0))) == too_large
    assert facts_of(OK + b"\r\n" + noise) == too_large
    assert facts_of(OK + b"Content-Length: 99999999999999\r\n\r\n<rss") == too_large


def test_highly_repetitive_page_below_a_megabyte_is_no_bomb() -> None:
    page = b"<p>tin</p>" * 100_000
    assert body_of(zipped(gzip.compress(page, 9, mtime=0))) == page


def test_cut_limits_end_at_the_cap_instead_of_raising() -> None:
    limits = BodyLimits(size_max=1_000, ratio_max=200, cut=True)
    text = bytes(random.Random(1).choices(b"abcdefgh", k=5_000))
    assert body_of(OK + b"\r\n" + text, limits) == text[:1_000]
    assert body_of(OK + b"Content-Length: 5000\r\n\r\n" + text, limits) == text[:1_000]
    assert body_of(zipped(gzip.compress(text[:2_000], mtime=0)), limits) == text[:1_000]


def test_gunzip_takes_one_layer_off() -> None:
    inner = gzip.compress(b"x", mtime=0)
    assert gunzip(gzip.compress(inner, mtime=0), limits=LIMITS) == inner
    assert outcome(lambda: gunzip(b"plain", limits=LIMITS)) is Trouble.BAD_ENCODING


HEADERS = st.lists(
    st.sampled_from(
        [
            b"Content-Length: 3",
            b"Content-Length: 10",
            b"Transfer-Encoding: chunked",
            b"Content-Encoding: gzip",
            b"Location: /x",
            b" folded",
            b"\xff\xfe: \x80",
        ]
    )
    | st.binary(max_size=12),
    max_size=5,
)


@given(
    lines=HEADERS,
    body=st.binary(max_size=60)
    | st.binary(max_size=60).map(gzip.compress)
    | st.binary(max_size=9).map(lambda b: b"%x\r\n%b\r\n0\r\n\r\n" % (len(b), b)),
)
@example(lines=[b"Transfer-Encoding: chunked"], body=b"0" * 2_000)
def test_any_bytes_end_in_a_body_within_the_cap_or_a_trouble(
    lines: list[bytes], body: bytes
) -> None:
    limits = BodyLimits(size_max=50, ratio_max=200)
    told = body_of(OK + b"\r\n".join(lines) + b"\r\n\r\n" + body, limits)
    assert isinstance(told, Trouble) or len(told) <= 50


@given(st.binary(max_size=200))
def test_any_head_ends_in_a_head_or_a_trouble(data: bytes) -> None:
    told = outcome(lambda: read_head(io.BytesIO(data)))
    assert told is Trouble.BAD_HTTP or isinstance(told, Head)


@given(st.binary(max_size=3_000), st.integers(1, 9))
def test_gzip_bodies_come_back_whole(data: bytes, level: int) -> None:
    assert body_of(zipped(gzip.compress(data, level, mtime=0))) == data
