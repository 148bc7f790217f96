"""Floors on planted text (bench/floors.json): what is found among invented articles may not get worse."""

import json
import random
from pathlib import Path

import pytest
from bench.reprints import KINDS, plant
from bench.stories import bcubed
from tests.engine.group.press import Desk, article, cut, edited, prose

from haidang.engine.group import Copies, Grouper

FLOORS = json.loads((Path(__file__).parents[3] / "bench" / "floors.json").read_text())


@pytest.fixture(scope="module")
def folded():
    texts, planted = plant([(str(n), prose(n, 200)) for n in range(120)], 120, seed=3)
    copies = Copies()
    told = {}
    for place, (id_, text) in enumerate(texts):
        decision = copies.fold(place, text)
        if decision is not None:
            told[id_] = texts[decision.original][0]
    return told, planted


@pytest.mark.parametrize("kind", KINDS)
def test_planted_copies_are_found(folded, kind):
    told, planted = folded
    pairs = [tuple(sorted(pair, key=len)) for pair, name in planted.items() if name == kind]
    found = sum(told.get(copy) == original for original, copy in pairs)
    assert found / len(pairs) >= FLOORS["reprints"]["planted"][kind]


def test_nothing_else_is_folded(folded):
    told, planted = folded
    right = sum(frozenset(pair) in planted for pair in told.items())
    assert right / len(told) >= FLOORS["reprints"]["planted"]["precision"]


def test_text_is_folded_once():
    copies = Copies()
    copies.fold(1, prose(1))
    with pytest.raises(ValueError):
        copies.fold(1, prose(2))


def test_held_bytes_stay_near_two_a_word():
    copies = Copies()
    for number in range(50):
        copies.fold(number, prose(number, 250))
    assert copies.held_bytes / 50 < 1_000


def test_copy_that_adds_nothing_is_not_held_a_second_time():
    once, copied = Copies(), Copies()
    once.fold(1, prose(1, 1_000))
    for number in (1, 2, 3):
        copied.fold(number, prose(1, 1_000))
    copied.fold_all([(number, prose(1, 1_000)) for number in (4, 5)])
    assert copied.held_bytes == once.held_bytes
    assert copied.fold(6, cut(prose(1, 1_000), 0.7)).kind == "cut"
    assert copied.held_bytes - once.held_bytes < 300
    assert copied.fold(7, edited(cut(prose(1, 1_000), 0.6), 0.05, seed=1)).original == 1


def test_invented_stories_are_told_apart():
    chance = random.Random(5)
    told = []
    for event in range(15):
        words = prose(500 + event, 140).replace(".", "").split()
        for _ in range(4):
            mixed = words[:]
            chance.shuffle(mixed)
            told.append((f"story {event}", " ".join(mixed[:110])))
    chance.shuffle(told)
    desk = Desk(Grouper())
    for number, (_, text) in enumerate(told, start=1):
        desk.take(article(number, text, hours=number / 10))
    stories = [desk.story[number] for number in range(1, len(told) + 1)]
    assert (
        bcubed([story for story, _ in told], stories)[0]
        >= FLOORS["stories"]["planted"]["bcubed_f1"]
    )


def test_closed_story_loses_nothing_to_a_later_article():
    """A third article holds words of both, and one of the two stories was closed by a person."""
    desk = Desk(Grouper())
    for number in range(1, 21):
        desk.take(article(number, prose(number), hours=number / 10))
    words = prose(700, 300).replace(".", "").split()
    halves = [" ".join(words[:150]), " ".join(words[150:])]
    placements = [desk.take(article(50 + n, half, hours=5)) for n, half in enumerate(halves)]
    assert all(one.called == () for one in placements)
    desk.grouper.respect(closed={desk.story[50]}, apart=())
    assert desk.take(article(52, " ".join(words[75:225]), hours=6)).called == ()
