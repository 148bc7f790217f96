"""7. The right of reply: nobody is judged yet, so nobody has to be asked."""

from __future__ import annotations

from tests.promises.absent import assert_no_door
from tests.promises.doors import find_doors

from haidang.core.enums import LetterKind


def test_nobody_can_be_judged_without_having_been_asked() -> None:
    assert_no_door(7, "verdict", "claimant", "deadline", "answer")


def test_no_letter_asks_a_claimant_yet() -> None:
    """Letters are of the outbox, of four kinds; none is a question to somebody about what they said."""
    assert set(LetterKind.values) == {"head", "member", "confirm", "notice"}
    outbox = (
        "Letter.", "HeadCopy.letter", "Member.letter", "Subscriber.letter", "act queue_letter", "act take_letters",
        "act queue_member_letter", "act note_letter_fault", "act give_back_letters", "act give_up_letters",
        "act doubt_letters", "act forget_letters",
    )  # fmt: skip
    assert [door for door in find_doors("letter") if not door.startswith(outbox)] == []
