"""Files kept by their hash: whole or not at all, and found when they change."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from haidang.engine.archive import FileStore
from haidang.engine.errors import EngineError, Trouble

DATA = b"clipping" * 1000
NAME = hashlib.sha256(DATA).hexdigest()


def test_file_lies_under_its_hash_once(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    assert [store.keep(DATA), store.keep(DATA)] == [NAME, NAME]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [tmp_path / NAME[:2] / NAME]
    assert files[0].stat().st_mode & 0o777 == 0o600
    assert store.read(NAME) == DATA


@pytest.mark.parametrize(
    ("harm", "what"), [("bit", "changed"), ("cut", "changed"), ("gone", "missing")]
)
def test_every_harm_is_found(tmp_path: Path, harm: str, what: str) -> None:
    store = FileStore(tmp_path)
    path = tmp_path / NAME[:2] / store.keep(DATA)
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(DATA[:-1] if harm == "cut" else b"K" + DATA[1:])
    assert list(store.verify([NAME])) == [(NAME, what)]
    with pytest.raises(EngineError) as caught:
        store.read(NAME)
    assert (caught.value.trouble, caught.value.facts["what"]) == (Trouble.ARCHIVE_DAMAGED, what)


@pytest.mark.parametrize("name", ["", "../../secret_key", "A" * 64, NAME + "/", "x" * 64])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path.parent / "secret_key").write_bytes(b"x")
    with pytest.raises(EngineError):
        FileStore(tmp_path).read(name)


def test_strays_go_unless_they_are_new_or_named(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    names = [store.keep(f"{number}".encode()) for number in range(3)]
    for name in names[:2]:
        os.utime(tmp_path / name[:2] / name, (0, 0))
    assert store.drop_strays(known=frozenset(names[:1])) == 1
    assert [what for _name, what in store.verify(names)] == ["missing"]
    assert store.read(names[0]) == b"0"


def test_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_handle: int) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OSError, match="full"):
        FileStore(tmp_path).keep(DATA)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
