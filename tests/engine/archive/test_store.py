from __future__ import annotations

import errno
import gzip
import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from haidang.engine.archive import WarcStore
from haidang.engine.errors import EngineError, Trouble
from haidang.engine.types import Hop, RecordPlace, Reply

SOURCE = Path(__file__).parents[3] / "src"


def reply(
    body: bytes = b"<p>tin</p>",
    *,
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),),
    raw: bytes | None = None,
    **changes: object,
) -> Reply:
    values: dict[str, object] = {
        "url": "http://a.example/tin",
        "final_url": "http://a.example/tin",
        "status": 200,
        "reason": "OK",
        "headers": headers,
        "body": body,
        "raw_body": body if raw is None else raw,
        "fetched_at": datetime(2026, 11, 23, 1, 2, 3, 456_789, UTC),
        "peer": "93.184.216.34",
        **changes,
    }
    return Reply(**values)  # type: ignore[arg-type]  # values come by name


def faults(store: WarcStore, *places: RecordPlace) -> list[tuple[RecordPlace, str]]:
    return [(fault.place, fault.what) for fault in store.verify(places)]


def refusal(read: Callable[[], object]) -> Trouble:
    with pytest.raises(EngineError) as caught:
        read()
    return caught.value.trouble


# ---------------------------------------------------------------- kept and read


def test_reply_comes_back_as_it_was(tmp_path: Path) -> None:
    packed = gzip.compress(b"<p>tin</p>", mtime=0)
    kept = reply(
        headers=(
            ("X-B", "1"),
            ("content-ENCODING", "gzip"),
            ("Transfer-Encoding", "chunked"),
            ("X-B", "\xe1"),
        ),
        raw=packed,
        url="http://a.example/",
        hops=(Hop(url="http://a.example/", status=301, to="http://a.example/tin"),),
    )
    with WarcStore(tmp_path) as store:
        place = store.append(kept)
        assert store.read_reply(place) == kept
        assert store.read(place) == (kept.headers, b"<p>tin</p>")
    assert place.payload_sha256 == hashlib.sha256(b"<p>tin</p>").hexdigest()


@given(
    raw=st.binary(max_size=200),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["X-A", "ETag", "x-b"]), st.text("abc \xe1\x80:;=\r\n\0", max_size=12)
        ),
        max_size=4,
    ),
)
def test_any_body_and_header_can_be_kept(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, headers: list[tuple[str, str]]
) -> None:
    with WarcStore(tmp_path_factory.getbasetemp() / "any") as store:
        told, body = store.read(store.append(reply(raw, headers=tuple(headers))))
    assert body == raw
    flat = str.maketrans("\r\n\0", "   ")
    assert [(k, v.strip(" \t")) for k, v in told] == [
        (k, v.translate(flat).strip(" \t")) for k, v in headers
    ]


def test_sitemap_unpacked_beyond_its_coding_comes_back_unpacked(tmp_path: Path) -> None:
    with WarcStore(tmp_path) as store:
        place = store.append(reply(b"<urlset/>", raw=gzip.compress(b"<urlset/>", mtime=0)))
        assert store.read(place)[1] == b"<urlset/>"


def test_stranger_reads_the_file_with_matching_digests(tmp_path: Path) -> None:
    packed = gzip.compress(b"<p>tin</p>", mtime=0)
    with WarcStore(tmp_path) as store:
        place = store.append(reply(headers=(("Content-Encoding", "gzip"),), raw=packed))
    with (tmp_path / place.file).open("rb") as file:
        records = [
            (record.rec_type, record.content_stream().read(), record.digest_checker.passed)
            for record in ArchiveIterator(file, check_digests=True)
            if record.rec_type == "response"
        ]
    assert records == [("response", b"<p>tin</p>", True)]
    with (tmp_path / place.file).open("rb") as file:
        file.seek(place.offset)
        record = next(iter(ArchiveIterator(io.BytesIO(file.read(place.length)))))
    told = {
        name: record.rec_headers.get_header(name)
        for name in ("WARC-Target-URI", "WARC-Date", "WARC-Record-ID")
    }
    assert told == {
        "WARC-Target-URI": "http://a.example/tin",
        "WARC-Date": "2026-11-23T01:02:03.456789Z",
        "WARC-Record-ID": f"<{place.record_id}>",
    }


def test_cookies_are_not_kept(tmp_path: Path) -> None:
    secret = "b3f1session"
    with WarcStore(tmp_path) as store:
        place = store.append(reply(headers=(("Set-Cookie", f"id={secret}"), ("X-A", "1"))))
        assert store.read(place)[0] == (("Set-Cookie", "(left out)"), ("X-A", "1"))
    assert secret.encode() not in gzip.decompress((tmp_path / place.file).read_bytes())


# ---------------------------------------------------------------- files


def test_files_roll_by_size_and_no_store_writes_to_anothers(tmp_path: Path) -> None:
    noise = [random.Random(n).randbytes(3_000) for n in range(4)]
    one, two = WarcStore(tmp_path, roll_bytes=5_000), WarcStore(tmp_path, roll_bytes=5_000)
    places = [store.append(reply(body)) for body in noise for store in (one, two)]
    one.close()
    two.close()
    files = {place.file for place in places}
    assert len(files) == 4
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.gz")} == files
    assert faults(one, *places) == []


def test_many_at_once_lie_one_after_the_other(tmp_path: Path) -> None:
    with WarcStore(tmp_path) as store:
        assert store.append_all(()) == ()
        places = store.append_all([reply(b"%d" % n) for n in range(5)])
        assert [store.read(place)[1] for place in places] == [b"0", b"1", b"2", b"3", b"4"]
    assert len({place.file for place in places}) == 1
    assert [p.offset + p.length for p in places[:-1]] == [p.offset for p in places[1:]]


def test_threads_share_a_store(tmp_path: Path) -> None:
    with WarcStore(tmp_path) as store:
        places: list[RecordPlace] = []
        threads = [
            threading.Thread(target=lambda: places.extend(store.append(reply()) for _ in range(5)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({(p.file, p.offset) for p in places}) == 20
        assert faults(store, *places) == []


def test_child_after_fork_writes_a_file_of_its_own(tmp_path: Path) -> None:
    with WarcStore(tmp_path) as store:
        mine = store.append(reply())
        child = os.fork()
        if child == 0:
            store.append(reply())
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        after = store.append(reply())
    assert after.file == mine.file
    assert len(list(tmp_path.rglob("*.gz"))) == 2
    assert faults(store, mine, after) == []


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from haidang.engine.archive import WarcStore
from haidang.engine.types import Reply
store = WarcStore(Path(sys.argv[1]))
body = bytes(range(256)) * 400
page = Reply(url="http://a.example/", final_url="http://a.example/", status=200, reason="OK", headers=(),
             body=body, raw_body=body, fetched_at=datetime.now(UTC))
while True:
    place = store.append(page)
    print(place.file, place.offset, place.length, place.sha256, place.payload_sha256, flush=True)
"""


def test_killed_writer_loses_nothing_it_told_and_harms_no_later_one(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        text=True,
    )
    assert writer.stdout is not None
    lines = [writer.stdout.readline() for _ in range(20)]
    writer.send_signal(signal.SIGKILL)
    lines += [line for line in writer.stdout if line.endswith("\n")]
    writer.stdout.close()
    writer.wait()
    told = []
    for line in lines:
        file, offset, length, sha256, payload = line.split()
        told.append(
            RecordPlace(
                file=file,
                offset=int(offset),
                length=int(length),
                sha256=sha256,
                payload_sha256=payload,
            )
        )
    with (tmp_path / told[-1].file).open("ab") as torn:
        torn.write(b"\x1f\x8b\x08\0half a record")
    with WarcStore(tmp_path) as store:
        later = store.append(reply())
        assert later.file != told[-1].file
        assert faults(store, *told, later) == []


def test_full_disk_leaves_whole_records_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    store = WarcStore(tmp_path)
    before = store.append(reply())
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            store.append(reply())
    after = store.append(reply())
    store.close()
    assert (tmp_path / before.file).stat().st_size == before.offset + before.length
    assert after.file != before.file
    assert faults(store, before, after) == []


# ---------------------------------------------------------------- damage


def test_every_flip_in_a_manifested_record_is_found(tmp_path: Path) -> None:
    with WarcStore(tmp_path) as store:
        places = store.append_all([reply(b"%d" % n * 50) for n in range(3)])
    path, chance = tmp_path / places[1].file, random.Random(7)
    whole = path.read_bytes()
    for _ in range(200):
        place = chance.choice(places)
        damaged = bytearray(whole)
        damaged[place.offset + chance.randrange(place.length)] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        assert faults(store, *places) == [(place, "changed")]


def test_every_cut_is_found_and_names_all_it_took(tmp_path: Path) -> None:
    with WarcStore(tmp_path) as store:
        places = store.append_all([reply(b"%d" % n * 50) for n in range(3)])
    path = tmp_path / places[0].file
    whole = path.read_bytes()
    for size in range(places[0].offset, len(whole), 3):
        path.write_bytes(whole[:size])
        lost = [(place, "cut") for place in places if place.offset + place.length > size]
        assert faults(store, *places) == lost
    path.unlink()
    assert faults(store, *places) == [(place, "missing") for place in places]


def test_swapped_records_are_found(tmp_path: Path) -> None:
    with WarcStore(tmp_path) as store:
        one, two = store.append_all([reply(b"1"), reply(b"2")])
    swapped = replace(one, offset=two.offset, length=two.length)
    assert faults(store, swapped) == [(swapped, "changed")]


def test_damaged_record_is_not_read(tmp_path: Path) -> None:
    with WarcStore(tmp_path) as store:
        place = store.append(reply())
    path = tmp_path / place.file
    path.write_bytes(path.read_bytes()[:-1])
    assert refusal(lambda: store.read(place)) is Trouble.ARCHIVE_DAMAGED
    assert (
        refusal(lambda: store.read(replace(place, file="nowhere.warc.gz")))
        is Trouble.ARCHIVE_DAMAGED
    )


def test_record_that_does_not_hold_the_page_of_the_manifest_is_not_read(tmp_path: Path) -> None:
    with WarcStore(tmp_path) as store:
        place = store.append(reply())
    wrong = replace(place, payload_sha256="0" * 64)
    assert refusal(lambda: store.read(wrong)) is Trouble.ARCHIVE_DAMAGED


@pytest.mark.parametrize("file", ["../secret", "/etc/hostname", "", "a/../../secret", "a\0b", "."])
def test_places_outside_the_store_are_missing(tmp_path: Path, file: str) -> None:
    (tmp_path / "secret").write_bytes(b"x" * 99)
    place = RecordPlace(file=file, offset=0, length=9, sha256="", payload_sha256="")
    assert faults(WarcStore(tmp_path / "store"), place) == [(place, "missing")]


@settings(max_examples=60)
@given(st.binary(min_size=1, max_size=120))
def test_any_bytes_in_place_of_a_record_are_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp() / "junk"
    folder.mkdir(exist_ok=True)
    for packed in (data, gzip.compress(data, mtime=0)):
        (folder / "junk.warc.gz").write_bytes(packed)
        place = RecordPlace(
            file="junk.warc.gz",
            offset=0,
            length=len(packed),
            sha256=hashlib.sha256(packed).hexdigest(),
            payload_sha256="",
        )
        assert refusal(lambda place=place: WarcStore(folder).read(place)) is Trouble.ARCHIVE_DAMAGED
