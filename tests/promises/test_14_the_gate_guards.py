"""14. The gate guards what we publish: nothing is published yet, and no mark of secrecy is given."""

from __future__ import annotations

from tests.promises.absent import assert_no_door
from tests.promises.doors import find_doors


def test_nothing_goes_out_that_would_have_to_be_searched() -> None:
    assert_no_door(14, "publish", "release", "quotation", "outbox")


def test_nothing_marks_a_text_as_secret() -> None:
    words = "secret classified classification confidential restricted mật"
    assert find_doors(*words.split()) == []
