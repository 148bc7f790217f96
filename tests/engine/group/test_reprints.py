"""What is folded under what: kinds, roots, chains, late originals, and what must not be folded."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.group.press import Desk, article, cut, edited, prose

from haidang.engine.group import REASON_WORDS, Grouper

TEXT = prose(1)
CHINESE = (
    "岚江省十一月二十日举行永安大桥通车典礼，大桥全长一点二公里，连接永安市与云池县，总投资一万二千三百亿盾。"
    "省交通厅厅长表示，大桥通车后两地往来时间将由四十分钟缩短到十分钟，沿线居民对此感到十分高兴。"
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (TEXT, "verbatim"),
        (TEXT.upper(), "verbatim"),
        (f"(Bắc Viên) - {TEXT} Theo Bắc Viên", "verbatim"),
        (edited(TEXT, 0.01, seed=1), "edited"),
        (edited(TEXT, 0.03, seed=1), "edited"),
        (edited(TEXT, 0.08, seed=1), "edited"),
        ("\n".join(reversed(TEXT.split("\n"))), "edited"),
        (f"{TEXT}\n{prose(9, 60)}", "edited"),
        (cut(TEXT, 0.7), "cut"),
        (cut(TEXT, 0.2), "cut"),
        (edited(cut(TEXT, 0.6), 0.03, seed=1), "cut"),
    ],
)
def test_copy_is_folded_with_its_kind(text, kind):
    desk = Desk(Grouper())
    desk.take(article(1, TEXT))
    desk.take(article(2, text, hours=3))
    assert (desk.original, desk.kind, desk.story) == ({2: 1}, {2: kind}, {1: 1, 2: 1})


def test_chinese_copy_is_folded():
    desk = Desk(Grouper())
    desk.take(article(1, CHINESE, language="zh"))
    desk.take(article(2, CHINESE.replace("十分钟", "八分钟"), hours=1, language="zh"))
    assert desk.original == {2: 1}


def test_copy_without_marks_is_folded():
    desk = Desk(Grouper())
    desk.take(article(1, "Khánh thành cầu Vĩnh An, xe chạy từ sáng nay trên cả hai chiều"))
    desk.take(article(2, "Khanh thanh cau Vinh An, xe chay tu sang nay tren ca hai chieu", hours=1))
    assert desk.original == {2: 1}


@pytest.mark.parametrize("text", [prose(2), f"{cut(TEXT, 0.4)} {prose(3)}", "", "Tin ngắn"])
def test_text_of_its_own_is_an_original(text):
    desk = Desk(Grouper())
    desk.take(article(1, TEXT))
    desk.take(article(2, text, hours=3))
    assert desk.original == {}


def test_same_words_with_other_numbers_are_no_copy():
    def prices(day: int) -> str:
        rows = (f"{name} {day * 137 + n * 311} đồng" for n, name in enumerate("abcdefgh"))
        return "Giá vàng hôm nay ở các cửa hàng như sau. " + ", ".join(rows) + "."

    desk = Desk(Grouper())
    desk.take(article(1, prices(1)))
    desk.take(article(2, prices(2), hours=24))
    assert desk.original == {}


def test_copy_of_a_copy_points_to_the_root():
    desk = Desk(Grouper())
    second = edited(TEXT, 0.1, seed=1)
    third = edited(second, 0.1, seed=2)
    for number, text in enumerate((TEXT, second, third), start=1):
        placement = desk.take(article(number, text, hours=number))
    assert desk.original == {2: 1, 3: 1}
    assert placement.reprint.share == pytest.approx(0.7, abs=0.05)


@pytest.mark.parametrize("arrivals", [(1, 2, 3), (1, 3, 2), (3, 2, 1), (2, 3, 1)])
def test_end_of_a_chain_points_to_the_root_and_names_the_copy_it_came_through(arrivals):
    """It took from the copy what that one had added: enough of the copy, too little of the root."""
    kept, added = prose(12, 70), prose(13, 40)
    texts = {1: f"{prose(11, 40)} {kept}", 2: f"{kept} {added}", 3: f"{added} {cut(kept, 0.5)}"}
    desk, told = Desk(Grouper()), {}
    for number in arrivals:
        placement = desk.take(article(number, texts[number], hours=number))
        for one in (placement.reprint, *placement.reparented):
            told |= {one.copy: one} if one else {}
    assert desk.original == {2: 1, 3: 1}
    assert told[2].through is None
    assert (told[3].through, told[3].share) == (2, pytest.approx(0.45, abs=0.05))
    assert ("through_copy", "2") in told[3].why


def test_late_original_takes_over_its_copies_and_joins_their_story():
    desk = Desk(Grouper())
    desk.take(article(1, prose(5), hours=1))
    desk.take(article(2, TEXT, hours=9))
    desk.take(article(3, TEXT, hours=10))
    desk.take(article(4, cut(TEXT, 0.5), hours=11))
    placement = desk.take(article(5, TEXT, hours=2))
    assert placement.reprint is None
    assert [(one.copy, one.original) for one in placement.reparented] == [(2, 5), (3, 5), (4, 5)]
    assert desk.story == {1: 1, 2: 2, 3: 2, 4: 2, 5: 2}
    assert desk.take(article(6, TEXT, hours=12)).reprint.original == 5


def test_late_copy_between_changes_nothing():
    desk = Desk(Grouper())
    desk.take(article(1, TEXT, hours=1))
    desk.take(article(2, TEXT, hours=9))
    placement = desk.take(article(3, TEXT, hours=5))
    assert (placement.reprint.original, placement.reparented) == (1, ())


def test_copy_after_the_window_is_an_original():
    desk = Desk(Grouper(window_days=2))
    desk.take(article(1, TEXT))
    desk.take(article(2, TEXT, hours=49))
    assert desk.original == {}


def test_long_chain_of_agency_copy_stays_folded_under_one():
    desk = Desk(Grouper())
    chance = random.Random(1)
    desk.take(article(1, TEXT))
    for number in range(2, 150):
        text = TEXT if number % 2 else edited(TEXT, 0.05, seed=chance.random())
        desk.take(article(number, text, hours=number / 10))
    assert desk.original == dict.fromkeys(range(2, 150), 1)


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_order_of_arrival_does_not_change_who_copied_whom(chance):
    articles = []
    expected = {}
    for number in range(6):
        original = prose(100 + number)
        first = number * 10 + 1
        copies = (
            original,
            edited(original, 0.06, seed=number),
            cut(original, 0.6),
            f"{original}\nMọi quyền được bảo lưu.",
        )
        articles.append(article(first, original, hours=number))
        for place, text in enumerate(copies, start=1):
            articles.append(article(first + place, text, hours=number + 5 * place))
            expected[first + place] = first
    chance.shuffle(articles)
    desk = Desk(Grouper())
    for one in articles:
        desk.take(one)
    assert desk.original == expected
    assert all(desk.story[copy] == desk.story[first] for copy, first in expected.items())
    assert len(articles) == len(expected) + len(set(expected.values()))


def test_reasons_of_a_reprint_are_words_of_the_closed_list():
    desk = Desk(Grouper())
    desk.take(article(1, TEXT))
    placement = desk.take(article(2, cut(TEXT, 0.5), hours=1))
    assert placement.reprint.why == (("same_text", "100%"), ("same_length", "49%"))
    assert {word for word, _ in placement.reprint.why} <= REASON_WORDS
