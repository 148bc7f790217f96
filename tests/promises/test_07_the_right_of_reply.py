"""7. The right of reply: nobody is judged yet, so nobody has to be asked."""

from __future__ import annotations

from tests.promises.absent import assert_no_door


def test_nobody_can_be_judged_without_having_been_asked() -> None:
    assert_no_door(7, "verdict", "claimant", "letter", "deadline", "answer")
