"""The container: whole it is read, in any other state it is refused in one sentence."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from haidang.project.safekeeping import bundle as bundles
from haidang.project.safekeeping.bundle import Bundle, BundleRefused, BundleWriter, is_bundle
from haidang.project.safekeeping.passphrase import (
    PassphraseWrongError,
    seal_files,
    unseal_files,
)


def write(path: Path, **parts: bytes) -> Path:
    with BundleWriter(path) as writer:
        for name, data in parts.items():
            writer.add(f"files/{name}", [data])
        writer.finish({"kind": "backup"})
    return path


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    chance = random.Random(1)
    return write(tmp_path / "whole.zip", text=b"ngon hai dang\n" * 300, odd=chance.randbytes(3000))


def read_all(path: Path) -> dict[str, bytes]:
    with Bundle(path) as bundle:
        return {name: b"".join(bundle.read(name)) for name in bundle.parts}


def test_what_was_written_is_read(whole: Path) -> None:
    assert read_all(whole)["files/text"] == b"ngon hai dang\n" * 300
    assert whole.stat().st_mode & 0o777 == 0o600
    assert is_bundle(whole)


def test_lines_come_whole_over_the_ends_of_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "PIECE", 7)
    lines = [b"%d\n" % number * (number % 5 + 1) for number in range(50)]
    wanted = b"".join(lines).splitlines(keepends=True)
    with Bundle(write(tmp_path / "a.zip", lines=b"".join(lines))) as bundle:
        assert list(bundle.read_lines("files/lines")) == wanted


def test_each_flipped_bit_is_refused(whole: Path) -> None:
    """Not in the parts only: in the directory, the manifest and the seal too."""
    data, chance = whole.read_bytes(), random.Random(20261125)
    passed = []
    for place in chance.sample(range(len(data)), 400):
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)
        whole.write_bytes(flipped)
        try:
            Bundle(whole).close()
            passed.append(place)
        except BundleRefused:
            pass
    assert passed == []


def test_each_cut_is_refused(whole: Path) -> None:
    data = whole.read_bytes()
    for length in (0, 1, 30, 64, len(data) // 2, len(data) - 64, len(data) - 1):
        whole.write_bytes(data[:length])
        with pytest.raises(BundleRefused):
            Bundle(whole)
    whole.write_bytes(data + b"x")
    with pytest.raises(BundleRefused):
        Bundle(whole)


@pytest.mark.parametrize("make", ["zip", "text", "nothing"])
def test_file_of_somebody_else_is_refused(tmp_path: Path, make: str) -> None:
    path = tmp_path / "foreign.zip"
    if make == "zip":
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("manifest.json", json.dumps({"format": "haidang-desk", "version": 1}))
    else:
        path.write_bytes(b"" if make == "nothing" else b"SQLite format 3\0" * 100)
    assert not is_bundle(path)
    with pytest.raises(BundleRefused, match="Hải Đăng"):
        Bundle(path)


def test_bundle_of_a_newer_format_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "VERSION", 2)
    path = write(tmp_path / "newer.zip", a=b"1")
    monkeypatch.setattr(bundles, "VERSION", 1)
    with pytest.raises(BundleRefused, match="mới hơn"):
        Bundle(path)


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "a\\x", "./x"])
def test_part_that_would_leave_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    with BundleWriter(tmp_path / "evil.zip") as writer:
        writer.add(name, [b"x"])
        writer.finish({"kind": "backup"})
    with pytest.raises(BundleRefused):
        Bundle(tmp_path / "evil.zip")


def test_nothing_is_left_of_what_was_not_finished(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"1"
        raise RuntimeError

    with pytest.raises(RuntimeError), BundleWriter(tmp_path / "a.zip") as writer:
        writer.add("files/a", pieces())
    assert list(tmp_path.iterdir()) == []


def test_keys_open_with_their_passphrase_only() -> None:
    sealed = seal_files({"secret_key": b"\x00\xff"}, passphrase="đèn biển soi đêm dài")
    assert unseal_files(sealed, passphrase="đèn biển soi đêm dài") == {"secret_key": b"\x00\xff"}
    assert b"secret_key" not in sealed
    for wrong, data in (("đèn khác soi đêm dài", sealed), ("đèn biển soi đêm dài", sealed[:-1])):
        with pytest.raises(PassphraseWrongError):
            unseal_files(data, passphrase=wrong)
