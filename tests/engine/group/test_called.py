"""What a later article puts right: two stories that turn out to be one, and what people said stays."""

import numpy as np
import pytest
from tests.engine.group.press import Desk, article, prose

from haidang.engine.group import REASON_WORDS, Grouper
from haidang.engine.group.keeping import pack_evidence, unpack_evidence
from haidang.engine.group.reading import read_evidence
from haidang.engine.types import GroupedArticle

AGROUND = (
    "Tàu Hải Âu chở 42 khách mắc cạn ở bãi Đá Nhám từ tối thứ Hai, thuyền trưởng báo về đất liền lúc 21 giờ. "
    "Bộ đội biên phòng đồn Cửa Sóng cho xuồng ra đón khách, gió cấp 6 nên hai lần phải quay lại. "
)
ASHORE = (
    "Sáng nay 42 khách đã vào tới cảng Vĩnh An, không ai bị thương. "
    "Trung tâm y tế An Khê chuẩn bị 20 giường, bác sĩ khám cho trẻ nhỏ và người già ngay trên cầu cảng. "
    "Cảng vụ Lam Giang dừng mọi chuyến ra đảo Hòn Quạ cho tới khi kiểm tra xong các tàu khách."
)
FIRST = article(50, AGROUND, hours=5, title="Tàu Hải Âu mắc cạn ở bãi Đá Nhám")
SECOND = article(51, ASHORE, hours=6, title="Khách từ đảo Hòn Quạ vào cảng Vĩnh An")
BOTH = article(
    52,
    AGROUND + ASHORE,
    hours=7,
    title="Tàu Hải Âu mắc cạn ở bãi Đá Nhám, khách từ đảo Hòn Quạ vào cảng Vĩnh An",
)
OTHERS = [article(number, prose(number), hours=number / 10) for number in range(1, 21)]


@pytest.fixture
def desk() -> Desk:
    """Two stories of one event, told apart because their articles share next to nothing."""
    desk = Desk(Grouper())
    for one in (*OTHERS, FIRST, SECOND):
        desk.take(one)
    assert desk.story[FIRST.id] != desk.story[SECOND.id]
    return desk


def test_article_on_both_brings_two_stories_together_with_reasons(desk: Desk):
    placement = desk.take(BOTH)
    assert placement.story.story == desk.story[FIRST.id]
    (call,) = placement.called
    assert call.article == SECOND.id
    assert {word for word, _ in call.why} <= REASON_WORDS
    assert desk.story[SECOND.id] == desk.story[FIRST.id] == desk.story[BOTH.id]


def test_called_article_is_found_in_its_new_story(desk: Desk):
    desk.take(BOTH)
    again = desk.take(article(53, ASHORE.replace("Sáng nay", "Hôm nay"), hours=8))
    assert again.story.story == desk.story[BOTH.id]


def test_reprints_of_what_is_called_come_along(desk: Desk):
    desk.take(article(54, ASHORE, hours=6.5, title=SECOND.title))
    assert desk.original[54] == SECOND.id
    desk.take(BOTH)
    assert desk.story[54] == desk.story[BOTH.id]


def test_what_a_person_placed_is_not_called(desk: Desk):
    desk.grouper.regroup(SECOND.id, story=desk.story[SECOND.id])
    assert desk.take(BOTH).called == ()


def test_rebuilt_window_calls_as_the_old_one():
    desk, kept = Desk(Grouper()), {}
    for one in (*OTHERS, FIRST, SECOND):
        desk.grouper.place(one)
        kept[one.id] = desk.grouper.keep(one)
        desk.take(one)
    rebuilt = Grouper()
    rebuilt.load(
        GroupedArticle(article=one, story=desk.story[one.id], kept=kept[one.id])
        for one in (SECOND, *OTHERS, FIRST)
    )
    old, new = desk.grouper.place(BOTH), rebuilt.place(BOTH)
    assert [one.article for one in new.called] == [one.article for one in old.called] == [SECOND.id]
    assert new.story.story == old.story.story


def test_kept_bytes_hold_the_evidence_and_the_odds_of_pairs():
    ((evidence, _),) = read_evidence([BOTH])
    near = {7: -2.5, 1 << 40: 6.25}
    told, odds = unpack_evidence(pack_evidence(evidence, near))
    assert odds == near
    assert np.array_equal(told.terms, evidence.terms)
    assert np.array_equal(told.shingles, evidence.shingles)
    assert np.array_equal(told.facts, evidence.facts)
    with pytest.raises(ValueError, match="not whole"):
        unpack_evidence(pack_evidence(evidence, near)[:-1])
