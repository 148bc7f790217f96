"""A promise whose room is not here yet is kept by absence: no door, and the page says so."""

from __future__ import annotations

from tests.promises.doors import find_doors

from haidang.project.promises import PROMISES

# The same words in another sense: a batch of visits lays claim to its feeds and lets them go; who complains of a
# text of ours has an answer within so many days.
OTHER_SENSE = {
    "act claim_due_feeds",
    "act renew_claim",
    "act release_feed",
    "Imprint.answer_days",
    "ImprintForm.answer_days",
}


def assert_no_door(number: int, *words: str) -> None:
    """The promise is marked as not here yet, and nothing is named by any of these words."""
    [promise] = [one for one in PROMISES if one.number == number]
    assert not promise.kept, "its room is here: this test must now try to break it"
    found = [door for door in find_doors(*words) if door not in OTHER_SENSE]
    assert found == [], found
