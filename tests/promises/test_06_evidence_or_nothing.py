"""6. Evidence or nothing: no verdicts yet; what is archived already is evidence a stranger can verify."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.promises.absent import assert_no_door

from haidang.engine.archive import WarcStore
from haidang.engine.types import RecordPlace, Reply
from haidang.project.cli.main import main
from haidang.watch.models import Snapshot

BODY = "<p>Nước lũ đã rút.</p>".encode()


def keep(folder: Path) -> RecordPlace:
    reply = Reply(
        url="https://baotinh.example/1",
        final_url="https://baotinh.example/1",
        status=200,
        reason="OK",
        headers=(("Content-Type", "text/html"),),
        body=BODY,
        raw_body=BODY,
        fetched_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    store = WarcStore(folder)
    try:
        return store.append(reply)
    finally:
        store.close()


def test_no_verdict_can_stand_without_evidence_for_there_is_none() -> None:
    assert_no_door(6, "verdict", "seal", "factcheck")


def test_evidence_is_verified_with_nothing_but_hashes(tmp_path: Path) -> None:
    """A stranger needs the manifest's numbers, gzip and SHA-256: not this program."""
    place = keep(tmp_path)
    record = (tmp_path / place.file).read_bytes()[place.offset : place.offset + place.length]
    assert hashlib.sha256(record).hexdigest() == place.sha256
    assert gzip.decompress(record).endswith(BODY + b"\r\n\r\n")
    assert hashlib.sha256(BODY).hexdigest() == place.payload_sha256


@pytest.mark.django_db
@pytest.mark.parametrize("harm", ["nothing", "a flipped bit", "a cut", "a lost file"])
def test_command_finds_every_harm(tmp_path: Path, settings, capsys, harm: str) -> None:
    settings.HOME = tmp_path
    place = keep(tmp_path / "evidence")
    Snapshot.objects.create(
        url="https://baotinh.example/1",
        fetched_at=datetime(2026, 11, 23, tzinfo=UTC),
        file=place.file,
        offset=place.offset,
        length=place.length,
        sha256=place.sha256,
        payload_sha256=place.payload_sha256,
    )
    path = tmp_path / "evidence" / place.file
    kept = bytearray(path.read_bytes())
    if harm == "a flipped bit":
        kept[place.offset + place.length // 2] ^= 1
        path.write_bytes(kept)
    elif harm == "a cut":
        path.write_bytes(kept[:-1])
    elif harm == "a lost file":
        path.unlink()
    assert main(["evidence", "verify"]) == (0 if harm == "nothing" else 1)
    assert len(capsys.readouterr().err.splitlines()) == (0 if harm == "nothing" else 1)
