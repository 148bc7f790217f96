"""Sketches: small, the same everywhere, blind to marks and case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.group.press import cut, edited, prose

from haidang.engine.group import Fingerprint, fingerprint


def test_sketch_stays_under_a_kilobyte():
    assert len(fingerprint(prose(1, 5_000)).to_bytes()) == 966


def test_sketch_is_the_same_on_every_machine():
    data = fingerprint("Khánh thành cầu Vĩnh An hôm nay").to_bytes()
    assert data.hex() == PINNED


def test_sketch_does_not_see_marks_case_or_punctuation():
    assert (
        fingerprint("Khánh thành cầu, Vĩnh An!").to_bytes()
        == fingerprint("KHANH THANH cau - vinh an").to_bytes()
    )


@given(st.text(max_size=200))
def test_sketch_survives_being_stored(text):
    sketch = fingerprint(text)
    assert Fingerprint.from_bytes(sketch.to_bytes()).to_bytes() == sketch.to_bytes()


@pytest.mark.parametrize(
    "data", [b"", b"\x01\x00", b"\x09\x00\x00\x00\x00\x00", b"\x01\x00\x00\x00\x00\x00abc"]
)
def test_bytes_of_another_kind_are_refused(data):
    with pytest.raises(ValueError):
        Fingerprint.from_bytes(data)


def test_shared_part_is_estimated_from_sketches_alone():
    long = prose(1, 2_000)
    assert fingerprint(cut(long, 0.3)).shared_with(fingerprint(long)) > 0.95
    assert 0.2 < fingerprint(long).shared_with(fingerprint(cut(long, 0.3))) < 0.4
    assert fingerprint(long).shared_with(fingerprint(prose(2, 2_000))) < 0.02
    assert 0.5 < fingerprint(edited(long, 0.1, seed=1)).shared_with(fingerprint(long)) < 0.8
    assert fingerprint("").shared_with(fingerprint(long)) == 0.0


PINNED = "02000400000062cca37640543292c5696795447dd49b"
