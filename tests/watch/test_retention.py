"""Room for growth: old pages go, evidence stays, and a crash in between loses and invents nothing."""

from __future__ import annotations

import os
import shutil
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.watch.rows import NOW, make_article, make_publication

from haidang.core.models import LogEntry
from haidang.engine.archive import WarcStore, find_files, move_together
from haidang.engine.types import Reply
from haidang.watch import actions
from haidang.watch.models import Snapshot
from haidang.watch.queries.archive import find_records, place_of

pytestmark = pytest.mark.django_db
OLD = NOW - timedelta(days=31)


def archive(folder: Path, name: str, *, at: datetime) -> Snapshot:
    """A page fetched then, in a file of that day."""
    store = WarcStore(folder)
    row = _append(store, name, at=at)
    store.close()
    return row


def archive_together(folder: Path, *names: str, at: datetime) -> list[Snapshot]:
    """Pages in one file."""
    with WarcStore(folder) as store:
        return [_append(store, name, at=at) for name in names]


def _append(store: WarcStore, name: str, *, at: datetime) -> Snapshot:
    body = f"<html><p>Trang {name}</p></html>".encode()
    url = f"https://a.example/{name}"
    reply = Reply(
        url=url, final_url=url, status=200, reason="OK", headers=(), body=body, raw_body=body,
        fetched_at=at, peer="", hops=(),
    )  # fmt: skip
    return Snapshot.objects.create(url=url, fetched_at=at, **asdict(store.append(reply)))


def make_room(folder: Path, *, days: int = 30) -> tuple[int, int, int]:
    told = actions.make_room_in_archive(folder, days=days, now=NOW)
    return told.files, told.records, told.moved


def state_of(folder: Path) -> tuple[list[str], list[str], int]:
    """Pages that are there and whole, pages that went, files in the folder."""
    faults = list(WarcStore(folder).verify(find_records()))
    assert faults == []
    there = Snapshot.objects.filter(removed_at=None).values_list("url", flat=True)
    gone = Snapshot.objects.exclude(removed_at=None).values_list("url", flat=True)
    short = [sorted(url.rpartition("/")[2] for url in urls) for urls in (there, gone)]
    return short[0], short[1], len(list(find_files(folder)))


def test_file_with_nothing_to_keep_goes_whole_and_its_rows_say_so(tmp_path: Path) -> None:
    archive_together(tmp_path, "a", "b", at=OLD)
    archive(tmp_path, "new", at=NOW - timedelta(days=29))
    assert make_room(tmp_path) == (1, 2, 0)
    assert state_of(tmp_path) == (["new"], ["a", "b"], 1)
    assert set(Snapshot.objects.exclude(removed_at=None).values_list("removed_at", flat=True)) == {
        NOW
    }
    assert make_room(tmp_path) == (0, 0, 0)


def test_evidence_is_moved_and_reads_as_before(tmp_path: Path) -> None:
    rows = archive_together(tmp_path, "a", "proof", "b", at=OLD)
    publication = make_publication()
    publication.page_snapshot = rows[1]
    publication.save()
    before = WarcStore(tmp_path).read_reply(place_of(rows[1]))
    assert make_room(tmp_path) == (1, 2, 1)
    assert state_of(tmp_path) == (["proof"], ["a", "b"], 1)
    proof = Snapshot.objects.get(id=rows[1].id)
    assert (proof.kept_why, proof.sha256) == ("proof", rows[1].sha256)
    assert WarcStore(tmp_path).read_reply(place_of(proof)) == before
    assert make_room(tmp_path) == (0, 0, 0)


def test_killed_after_copying_leaves_all_as_it_was(tmp_path: Path) -> None:
    rows = archive_together(tmp_path, "a", "kept", at=OLD)
    Snapshot.objects.filter(id=rows[1].id).update(kept_why="member", kept_at=NOW)
    move_together(tmp_path, [place_of(rows[1])], month=rows[1].file[:7])
    assert state_of(tmp_path) == (["a", "kept"], [], 2)
    make_old(tmp_path)
    assert make_room(tmp_path) == (1, 1, 1)
    assert state_of(tmp_path) == (["kept"], ["a"], 1)


def test_killed_before_the_old_file_went_takes_it_next_time(tmp_path: Path) -> None:
    rows = archive_together(tmp_path, "a", "kept", at=OLD)
    Snapshot.objects.filter(id=rows[1].id).update(kept_why="member", kept_at=NOW)
    old = tmp_path / rows[0].file
    shutil.copy(old, tmp_path / "aside")
    make_room(tmp_path)
    shutil.move(tmp_path / "aside", old)
    assert state_of(tmp_path) == (["kept"], ["a"], 2)
    make_old(tmp_path)
    assert make_room(tmp_path) == (0, 0, 0)
    assert state_of(tmp_path) == (["kept"], ["a"], 1)


def test_stray_file_that_may_still_be_written_to_stays(tmp_path: Path) -> None:
    archive(tmp_path, "a", at=NOW)
    Snapshot.objects.all().delete()
    make_room(tmp_path)
    assert len(list(find_files(tmp_path))) == 1


def test_damaged_evidence_holds_its_whole_file_back(tmp_path: Path) -> None:
    rows = archive_together(tmp_path, "a", "kept", at=OLD)
    Snapshot.objects.filter(id=rows[1].id).update(kept_why="member", kept_at=NOW)
    path = tmp_path / rows[0].file
    data = bytearray(path.read_bytes())
    data[rows[1].offset + 40] ^= 1
    path.write_bytes(data)
    assert make_room(tmp_path) == (0, 0, 0)
    assert Snapshot.objects.exclude(removed_at=None).count() == 0
    assert path.read_bytes() == bytes(data)


def test_member_keeps_the_page_of_an_article_for_ever(tmp_path: Path, an, client_of) -> None:
    article = make_article()
    article.snapshot = archive(tmp_path, "a", at=OLD)
    article.save()
    for _ in range(2):
        actions.keep_record(article, by=an, now=NOW)
    assert make_room(tmp_path) == (0, 0, 0)
    assert [entry.member for entry in LogEntry.objects.filter(act="keep_record")] == [an]
    page = client_of(an).get(f"/a/{article.id}").content.decode()
    assert "Lưu vĩnh viễn: do một thành viên yêu cầu." in page


def test_page_that_went_is_told_with_its_hash_and_cannot_be_kept(
    tmp_path: Path, an, cuc, client_of
) -> None:
    article = make_article()
    article.snapshot = archive(tmp_path, "a", at=OLD)
    article.save()
    with pytest.raises(PermissionDenied):
        actions.keep_record(article, by=cuc, now=NOW)
    make_room(tmp_path)
    page = client_of(an).get(f"/a/{article.id}").content.decode()
    assert "đã được xoá ngày" in page
    assert article.snapshot.payload_sha256 in page
    with pytest.raises(ValidationError):
        actions.keep_record(article, by=an, now=NOW)


def make_old(folder: Path) -> None:
    """Nobody has written to these files for days."""
    for one in find_files(folder):
        os.utime(folder / one.name, (one.changed_at - 3 * 86_400,) * 2)
