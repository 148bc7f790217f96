"""13. The jury is blind: there is no jury yet."""

from __future__ import annotations

from tests.promises.absent import assert_no_door


def test_there_is_no_jury_and_nothing_to_score() -> None:
    assert_no_door(13, "jury", "juror", "ballot", "contest", "submission", "award", "prize")
