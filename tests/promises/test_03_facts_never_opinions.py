"""3. Facts, never opinions: no verdict yet, and above all nothing that rates anyone."""

from __future__ import annotations

import pytest
from tests.promises.absent import assert_no_door
from tests.promises.doors import find_doors

from haidang.watch import enums


def test_no_verdict_can_be_given() -> None:
    assert_no_door(3, "verdict", "claim", "rating", "opinion", "label", "tag", "vocabulary")


def test_nothing_rates_a_person_or_an_outlet() -> None:
    words = "loyalty hostility hostile tone bias leaning stance reliability credibility trust rank"
    assert find_doors(*words.split()) == []


@pytest.mark.parametrize("name", ["Level", "FeedKind", "EntryState", "ReprintKind", "PageKind"])
def test_closed_sets_say_what_a_thing_is_never_how_good_it_is(name: str) -> None:
    judging = {"good", "bad", "fake", "false", "true", "hostile", "friendly", "toxic", "reliable"}
    assert judging & set(getattr(enums, name).values) == set()
