"""Others' WARC files: pages out of them, whatever else they hold, however they are packed or cut."""

from __future__ import annotations

import gzip
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.warcs import Warc, page_of

from haidang.engine.archive import WarcStore
from haidang.engine.archive.foreign import read_warc_pages
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.types import ForeignPage, ForeignPages, Reply

URL = "https://bao.example/{}"


def write(folder: Path, data: bytes, name: str = "x.warc.gz") -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


def read_all(path: str, *, limit: int = 20) -> tuple[list[ForeignPage], int, bool]:
    """All pages by as many calls as it takes, how much was passed over, whether it ended damaged."""
    pages: list[ForeignPage] = []
    passed_over, start = 0, 0
    while True:
        came = read_warc_pages(path, start=start, limit=limit)
        pages += came.pages
        passed_over += came.passed_over
        if came.next_start is None:
            return pages, passed_over, came.damaged
        assert came.next_start > start
        start = came.next_start


def many(count: int, *, packed: bool) -> bytes:
    warc = Warc(packed=packed)
    for number in range(count):
        warc.page(
            URL.format(number), f"Tin {number}", f"Đoạn của tin {number}. " * (5 + number % 7)
        )
    return warc.done()


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("limit", [1, 3, 20, 100])
def test_pages_come_once_each_in_order_over_many_calls(
    tmp_path: Path, *, packed: bool, limit: int
) -> None:
    pages, passed_over, damaged = read_all(write(tmp_path, many(47, packed=packed)), limit=limit)
    assert [page.url for page in pages] == [URL.format(number) for number in range(47)]
    assert (passed_over, damaged) == (1, False)


def test_page_comes_as_it_was_fetched(tmp_path: Path) -> None:
    body = page_of("Tin", "Một đoạn.")
    warc = Warc().add("response", URL.format(1), body, headers=[("X-Robots-Tag", "noarchive")])
    [page] = read_warc_pages(write(tmp_path, warc.done())).pages
    assert page == ForeignPage(
        url=URL.format(1),
        content_type="text/html; charset=utf-8",
        robots_header="noarchive",
        body=body,
        fetched_at=datetime(2019, 3, 5, 6, 7, 8, tzinfo=UTC),
    )


def test_packed_and_chunked_bodies_are_unpacked(tmp_path: Path) -> None:
    body = page_of("Tin", "Một đoạn.")
    packed = gzip.compress(body, mtime=0)
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(packed), packed)
    headers = [("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")]
    warc = Warc().add("response", URL.format(1), chunks, headers=headers)
    assert [page.body for page in read_warc_pages(write(tmp_path, warc.done())).pages] == [body]


def test_all_that_is_no_page_is_passed_over(tmp_path: Path) -> None:
    body = page_of("Tin", "Một đoạn.")
    warc = (
        Warc()
        .add("request", URL.format(1))
        .add("revisit", URL.format(1))
        .add("metadata", URL.format(1), b"via: x")
        .add("resource", "file:///x.html", body, content_type="text/html")
        .add("response", URL.format(2), body, status="404 Not Found")
        .add("response", URL.format(3), b"\x89PNG", content_type="image/png")
        .add("response", "dns:bao.example", body)
        .add("response", "https://bao.example/" + "x" * 3000, body)
        .add("response", URL.format(4), body)
    )
    pages, passed_over, damaged = read_all(write(tmp_path, warc.done()))
    assert ([page.url for page in pages], passed_over, damaged) == ([URL.format(4)], 9, False)


def test_our_own_archive_can_be_read_by_the_import(tmp_path: Path) -> None:
    body = page_of("Tin", "Một đoạn.")
    reply = Reply(
        url=URL.format(1), final_url=URL.format(1), status=200, reason="OK", body=body, raw_body=body,
        headers=(("Content-Type", "text/html"),), fetched_at=datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip
    with WarcStore(tmp_path) as store:
        place = store.append(reply)
    [page] = read_warc_pages(str(tmp_path / place.file)).pages
    assert (page.url, page.body, page.fetched_at) == (URL.format(1), body, reply.fetched_at)


@pytest.mark.parametrize("packed", [True, False])
def test_cut_file_gives_its_whole_pages_and_never_half_of_one(
    tmp_path: Path, *, packed: bool
) -> None:
    data = many(6, packed=packed)
    whole = {page.url: page.body for page in read_all(write(tmp_path, data))[0]}
    chance = random.Random(4)
    end = (
        len(data) - 12 * packed
    )  # behind it stand the end of the last record and its checksum alone
    for cut in sorted(chance.sample(range(600, end - 1), 25)):
        pages, _passed, damaged = read_all(write(tmp_path, data[:cut]), limit=2)
        assert [page.body for page in pages] == [whole[page.url] for page in pages]
        assert damaged or len(pages) < 6 or packed is False


@pytest.mark.parametrize("seed", range(12))
def test_flipped_bits_end_the_reading_and_nothing_else(tmp_path: Path, seed: int) -> None:
    data = bytearray(many(8, packed=True))
    chance = random.Random(seed)
    for _ in range(3):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    troubles = []
    try:
        pages, _passed, _damaged = read_all(write(tmp_path, bytes(data)))
        assert len(pages) <= 8
    except EngineError as error:
        troubles.append(error.trouble)
    assert troubles in ([], [Trouble.BAD_FILE])


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"", "warc"),
        (b"\0" * 500, "warc"),
        (b"<html>khong phai</html>" * 20, "warc"),
        (gzip.compress(b"khong phai WARC" * 50, mtime=0), "warc"),
        (many(1, packed=True)[:40], "warc"),
        (gzip.compress(many(3, packed=False), mtime=0), "warc_packed"),
    ],
)
def test_what_is_no_warc_is_refused_with_the_reason(
    tmp_path: Path, data: bytes, detail: str
) -> None:
    with pytest.raises(EngineError) as caught:
        read_warc_pages(write(tmp_path, data))
    assert (caught.value.trouble, caught.value.facts["detail"]) == (Trouble.BAD_FILE, detail)


def test_one_call_reads_so_much_and_no_more(tmp_path: Path) -> None:
    """Between two pages may lie many pictures: the child hands back before its time is up."""
    warc = Warc(packed=False)
    for number in range(9):
        warc.add("response", URL.format(number), bytes(8 << 20), content_type="video/mp4")
    warc.page(URL.format("tin"), "Tin", "Một đoạn.")
    path = write(tmp_path, warc.done())
    first = read_warc_pages(path)
    assert (first.pages, first.next_start is not None) == ((), True)
    assert [page.url for page in read_all(path)[0]] == [URL.format("tin")]


def test_bomb_inside_a_record_is_passed_over(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(200 << 20), 9, mtime=0)
    warc = Warc().add("response", URL.format(1), bomb, headers=[("Content-Encoding", "gzip")])
    came = read_warc_pages(write(tmp_path, warc.page(URL.format(2), "Tin", "Một đoạn.").done()))
    assert isinstance(came, ForeignPages)
    assert ([page.url for page in came.pages], came.passed_over) == ([URL.format(2)], 2)
