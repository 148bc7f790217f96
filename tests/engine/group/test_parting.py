"""A story that proves to be two, and two that prove to be one: look-alike events told apart in time."""

import numpy as np
import pytest
from tests.engine.group.press import Desk, article, prose, report

from haidang.engine.group import REASON_WORDS, Grouper
from haidang.engine.group.parting import find_cut
from haidang.engine.types import Placement, StoryDecision

OTHERS = [article(number, prose(number), hours=number / 10) for number in range(1, 21)]
FIRST_EVENT, OTHER_EVENT = range(100, 112, 2), range(101, 112, 2)


@pytest.fixture
def desk() -> Desk:
    desk = Desk(Grouper())
    for one in OTHERS:
        desk.take(one)
    return desk


def _take_both(desk: Desk, **shape):
    """Reports of two events in turn; what each led to."""
    return [
        desk.take(report(id_, 1 + id_ % 2, hours=3 + id_ / 100, **shape)) for id_ in range(100, 112)
    ]


def _stories(desk: Desk, ids) -> set[int]:
    return {desk.story[id_] for id_ in ids}


def _odds(*sizes: int, within: float, across: float):
    """Log-odds of pairs of parts of that many articles."""
    part = np.repeat(np.arange(len(sizes)), sizes)
    odds = np.where(part[:, None] == part, within, across)
    np.fill_diagonal(odds, 0.0)
    return odds


def test_events_that_look_alike_share_a_story_until_it_proves_to_be_two(desk: Desk):
    led_to = _take_both(desk)
    assert _stories(desk, [100]) == _stories(desk, FIRST_EVENT)
    assert len(_stories(desk, OTHER_EVENT)) == 1
    assert not _stories(desk, FIRST_EVENT) & _stories(desk, OTHER_EVENT)
    (mend,) = (one.mend for one in led_to if one.mend)
    assert mend.story is None
    assert set(mend.articles) < set(OTHER_EVENT), "the part without the oldest article leaves"
    assert {word for word, _ in mend.why} <= REASON_WORDS


def test_article_leads_its_part_out_of_the_story(desk: Desk):
    led_to = _take_both(desk, usual=24, own=7)
    (leading,) = (one for one in led_to if one.called)
    assert leading.story.story is None
    assert len(_stories(desk, FIRST_EVENT)) == len(_stories(desk, OTHER_EVENT)) == 1
    assert not _stories(desk, FIRST_EVENT) & _stories(desk, OTHER_EVENT)


def test_reprints_go_with_the_part_that_leaves(desk: Desk):
    copied = report(101, 2, hours=4.01)
    for id_ in range(100, 103):
        desk.take(report(id_, 1 + id_ % 2, hours=3 + id_ / 100))
    desk.take(article(150, copied.text, hours=4.1, title=copied.title))
    assert desk.original[150] == 101
    for id_ in range(103, 112):
        desk.take(report(id_, 1 + id_ % 2, hours=3 + id_ / 100))
    assert desk.story[150] == desk.story[101] != desk.story[100]


def test_story_in_which_a_person_placed_an_article_stays_whole(desk: Desk):
    desk.take(report(100, 1, hours=4))
    desk.grouper.regroup(100, story=desk.story[100])
    for id_ in range(101, 112):
        assert desk.take(report(id_, 1 + id_ % 2, hours=3 + id_ / 100)).mend is None
    assert _stories(desk, FIRST_EVENT) & _stories(desk, OTHER_EVENT)


def test_caller_that_opens_no_story_keeps_what_would_leave(desk: Desk):
    for id_ in range(100, 112):
        one = report(id_, 1 + id_ % 2, hours=3 + id_ / 100)
        placement = desk.grouper.place(one)
        if placement.mend is not None:
            desk.grouper.accept(one, placement, story=placement.story.story)
            assert placement.moves(story=placement.story.story, opened=None) == []
            return
        desk.take(one)
    pytest.fail("no story proved to be two")


def _accept(desk: Desk, ids, *, story: int):
    """Take reports of one event in under a story that the caller chose."""
    for id_ in ids:
        one = report(id_, 1, hours=3 + id_ / 100)
        desk.grouper.place(one)
        desk.grouper.accept(one, Placement(story=StoryDecision(story=None)), story=story)
        desk.story[id_] = story


def test_two_stories_of_one_event_are_brought_together_after_a_while(desk: Desk):
    _accept(desk, range(200, 204), story=900)
    _accept(desk, range(204, 206), story=901)
    led_to = [desk.take(article(id_, prose(id_), hours=6 + id_ / 100)) for id_ in range(300, 440)]
    (mend,) = (one.mend for one in led_to if one.mend and one.mend.story == 900)
    assert set(mend.articles) == {204, 205}
    assert _stories(desk, range(200, 206)) == {900}


def test_nothing_leaves_a_story_just_as_an_article_comes_into_it(desk: Desk):
    _accept(desk, range(200, 204), story=900)
    _accept(desk, range(204, 206), story=901)
    for id_ in range(300, 440):
        one = article(id_, prose(id_), hours=6 + id_ / 100)
        placement = desk.grouper.place(one)
        if placement.mend is not None and placement.mend.story == 900:
            break
        desk.take(one)
    copy = article(450, report(205, 1, hours=5).text, hours=8)  # comes just as its story is to move
    assert desk.take(copy).reprint.original == 205
    assert desk.story[450] == desk.story[205]
    for id_ in range(451, 640):
        desk.take(article(id_, prose(id_), hours=9 + id_ / 100))
    assert _stories(desk, [*range(200, 206), 450]) == {900}


def test_kept_and_new_desks_review_without_an_error_when_all_has_grown_old(desk: Desk):
    _accept(desk, range(200, 204), story=900)
    desk.grouper.drop_before(article(1, "", hours=100).published)
    led_to = [desk.take(article(id_, prose(id_), hours=101 + id_ / 100)) for id_ in range(300, 440)]
    assert all(one.mend is None for one in led_to)


@pytest.mark.parametrize(
    ("sizes", "within", "across", "is_two"),
    [
        ((3, 3), 5.0, 0.0, True),
        ((12, 9), 4.0, 0.9, True),
        ((12, 9), 4.0, 1.5, False),  # across as likely as not one event
        ((6, 6), 1.5, 0.4, False),  # hardly nearer within than across
        ((8, 2), 5.0, -0.5, False),  # two articles are few to go by
        ((8, 2), 5.0, -2.0, True),
        ((9, 1), 5.0, -4.0, False),  # a lone article is no part
        ((7,), 3.0, 3.0, False),
    ],
)
def test_parts_are_told_by_their_pairs(sizes, within, across, is_two):
    cut = find_cut(_odds(*sizes, within=within, across=across))
    assert (cut is not None) == is_two
    if cut is not None:
        assert sorted(map(len, cut)) == sorted(sizes)
        assert set(cut[0]) in (set(range(sizes[0])), set(range(sizes[0], sum(sizes))))
