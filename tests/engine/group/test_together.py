"""Articles read and looked up together are placed as one by one, and do not depend on their neighbours."""

from dataclasses import fields

import numpy as np
import pytest
from tests.engine.group.press import Desk, article, cut, edited, prose
from tests.engine.group.test_stories import BRIDGE, BRIDGE_AGAIN, CHINESE, ENGLISH, OTHER_BRIDGE

from haidang.engine.group import Copies, Grouper
from haidang.engine.group.reading import read_evidence
from haidang.engine.group.tokens import CHARS_MAX, portions

TEXTS = [
    *(prose(number) for number in range(1, 9)),
    BRIDGE,
    edited(prose(3), 0.05, seed=1),
    BRIDGE_AGAIN,
    cut(prose(5), 0.7),
    OTHER_BRIDGE,
    "",
    "岚 12",
    "Một hai",
    edited(prose(3), 0.08, seed=2),
]
ARTICLES = [article(number, text, hours=number) for number, text in enumerate(TEXTS, 1)] + [
    article(40, ENGLISH, hours=20, title="", language="en"),
    article(41, CHINESE, hours=21, title="", language="zh"),
]


def placed(*, at_a_time: int) -> Desk:
    desk = Desk(Grouper())
    for start in range(0, len(ARTICLES), at_a_time):
        some = ARTICLES[start : start + at_a_time]
        desk.grouper.prepare(some)
        for one in some:
            desk.take(one)
    return desk


@pytest.mark.parametrize("at_a_time", [2, 7, 40])
def test_articles_prepared_together_are_placed_as_one_by_one(at_a_time):
    together, alone = placed(at_a_time=at_a_time), placed(at_a_time=1)
    assert (together.story, together.original) == (alone.story, alone.original)
    assert alone.original == {10: 3, 12: 5, 17: 3}
    assert {alone.story[9], alone.story[11]} == {alone.story[40]} == {alone.story[41]}


def test_article_that_was_not_prepared_finds_what_came_meanwhile():
    desk = Desk(Grouper())
    desk.grouper.prepare([article(1, BRIDGE), article(2, prose(1))])
    desk.take(article(3, prose(2), hours=1))
    desk.take(article(4, prose(2), hours=2))
    desk.take(article(5, BRIDGE, hours=3))
    assert desk.original == {4: 3}


def test_what_is_prepared_and_not_placed_is_no_original():
    desk = Desk(Grouper())
    first, second = article(1, BRIDGE), article(2, BRIDGE, hours=1)
    desk.grouper.prepare([first, second])
    assert desk.take(second).reprint is None
    assert desk.grouper.prepare([]) is None


def test_evidence_does_not_depend_on_what_was_read_beside_it():
    together = [evidence for evidence, _ in read_evidence(ARTICLES)]
    for one, evidence in zip(ARTICLES, together, strict=True):
        ((alone, _),) = read_evidence([one])
        for field in fields(alone):
            assert np.array_equal(getattr(evidence, field.name), getattr(alone, field.name))


def test_texts_folded_together_are_folded_as_one_by_one():
    together, alone = Copies(), Copies()
    numbered = list(enumerate(TEXTS))
    told = together.fold_all(numbered)
    assert told == [alone.fold(number, text) for number, text in numbered]
    assert {one.copy: one.original for one in told if one} == {9: 2, 11: 4, 16: 2}
    assert together.held_bytes == alone.held_bytes


def test_portions_hold_every_text_once_and_long_ones_alone():
    lengths = [10, CHARS_MAX * 2, 5, 50_000, 9_999, 2, *[1] * 200]
    cuts = list(portions(lengths))
    assert [place for cut in cuts for place in range(cut.start, cut.stop)] == list(range(206))
    assert slice(1, 2) in cuts
    assert list(portions([])) == []
