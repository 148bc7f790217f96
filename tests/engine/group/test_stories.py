"""Which story an article joins, why, and what keeps look-alike events apart."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.engine.group.press import START, Desk, article, prose

from haidang.engine.group import REASON_WORDS, Grouper
from haidang.engine.types import GroupedArticle

SHARED = Path(__file__).parents[4] / "shared" / "data" / "stories"

BRIDGE = (
    "Sáng 20/11, Ủy ban nhân dân tỉnh Lam Giang tổ chức lễ thông xe cầu Vĩnh An bắc qua sông Lam. "
    "Cầu dài 1,2 km, rộng bốn làn xe, tổng vốn đầu tư 1.230 tỷ đồng, nối thành phố Vĩnh An với An Khê. "
    "Giám đốc Sở Giao thông cho biết cầu giúp rút ngắn thời gian đi lại từ 40 phút xuống còn 10 phút. "
    "Từ trưa cùng ngày, các loại xe được lưu thông qua cầu Vĩnh An theo cả hai chiều."
)
BRIDGE_AGAIN = (
    "Người dân hai bờ sông Lam đã đi xe qua cầu Vĩnh An ngay trong buổi trưa thông xe. Nhiều hộ buôn bán ở "
    "An Khê nói họ đỡ phải chờ phà, thời gian sang thành phố Vĩnh An chỉ còn 10 phút thay vì 40 phút. "
    "Cây cầu bốn làn xe do tỉnh Lam Giang đầu tư 1.230 tỷ đồng, Sở Giao thông quản lý."
)
OTHER_BRIDGE = (
    "Chiều 20/11, huyện miền núi Mường Sa khởi công cầu Suối Mốc dài 86 m ở bản Tà Lèng. Công trình có vốn "
    "42 tỷ đồng từ ngân sách huyện, dự kiến xong sau 14 tháng, thay cây cầu treo bị lũ cuốn năm ngoái. "
    "Học sinh bản Tà Lèng hiện vẫn phải đi bè qua suối mỗi khi mưa to."
)
ENGLISH = (
    "The bridge over the River Lam opened to traffic on November 20. The Vinh An bridge in Lam Giang province "
    "is 1.2 km long and cost 1,230 billion dong. It links the city of Vinh An with An Khe and cuts the journey "
    "from 40 minutes to 10 minutes, the province said."
)
CHINESE = (
    "岚江(Lam Giang)省11月20日举行永安(Vĩnh An)大桥通车典礼。大桥全长1.2公里，总投资12300亿盾，"
    "连接永安市与安溪(An Khê)，往来时间由40分钟缩短到10分钟。"
)


TRANSLATION = (
    "On the morning of November 20 the People's Committee of Lam Giang opened the Vĩnh An bridge over the river. "
    "The bridge is 1.2 km long, has four lanes, cost 1,230 billion dong in all and links the city of Vĩnh An "
    "with An Khê. The transport department said that it cuts the journey from 40 minutes to 10 minutes. "
    "Since noon of the same day all vehicles may cross it in both directions."
)


def desk_with_other_news() -> Desk:
    desk = Desk(Grouper())
    for number in range(1, 21):
        desk.take(article(number, prose(number), hours=number / 10))
    return desk


def test_unlike_articles_have_stories_of_their_own():
    assert len(set(desk_with_other_news().story.values())) == 20


def test_articles_on_one_event_share_a_story_with_the_reasons():
    desk = desk_with_other_news()
    desk.take(article(31, BRIDGE, hours=5, title="Thông xe cầu Vĩnh An"))
    placement = desk.take(article(32, BRIDGE_AGAIN, hours=9, title="Dân An Khê mừng cầu Vĩnh An"))
    assert placement.story.story == desk.story[31]
    assert (placement.story.nearest, placement.reprint) == (31, None)
    why = dict(placement.story.why)
    assert list(why) == ["shared_names", "shared_words", "shared_numbers", "same_title", "same_day"]
    assert {"Vĩnh", "Khê"} <= set(why["shared_names"].split(", "))
    assert "1230000000000" in why["shared_numbers"].split(", ")
    assert why["same_day"] == "4"


def test_look_alike_event_has_a_story_of_its_own():
    desk = desk_with_other_news()
    desk.take(article(31, BRIDGE, hours=5, title="Thông xe cầu Vĩnh An"))
    placement = desk.take(article(32, OTHER_BRIDGE, hours=9, title="Khởi công cầu Suối Mốc"))
    assert placement.story.story is None


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (CHINESE, "zh")])
def test_same_event_in_another_language_joins_the_story(text, language):
    desk = desk_with_other_news()
    desk.take(article(31, BRIDGE, hours=5, title="Thông xe cầu Vĩnh An"))
    placement = desk.take(article(32, text, hours=12, title="", language=language))
    assert placement.story.story == desk.story[31]
    why = dict(placement.story.why)
    assert why["other_language"] == f"vi, {language}"
    assert "1230000000000" in why["shared_numbers"].split(", ")


def test_translation_is_an_original_marked_with_its_source():
    desk = desk_with_other_news()
    desk.take(article(31, BRIDGE, hours=5, title="Thông xe cầu Vĩnh An"))
    placement = desk.take(article(32, TRANSLATION, hours=12, title="", language="en"))
    assert (placement.reprint, placement.translated_from) == (None, 31)


def test_names_of_places_alone_link_no_languages():
    desk = desk_with_other_news()
    desk.take(article(31, BRIDGE, hours=5))
    text = (
        "Travellers to Lam Giang love Vinh An, the River Lam and the old streets of An Khe in 2026."
    )
    assert desk.take(article(32, text, hours=9, language="en")).story.story is None


def test_same_canonical_address_joins_texts_that_do_not_deny_it():
    desk = desk_with_other_news()
    url = "https://lam-giang.example/cau-vinh-an"
    desk.take(article(31, BRIDGE, hours=5, canonical_url=url))
    short = "Vinh An bridge opened in Lam Giang."
    joined = desk.take(article(32, short, hours=6, language="en", canonical_url=url))
    assert (joined.story.story, joined.story.why) == (
        desk.story[31],
        (("same_canonical", "31"),),
    )
    other = desk.take(article(33, prose(77), hours=7, canonical_url=url))
    assert other.story.story is None


def test_same_event_weeks_apart_is_another_story():
    desk = Desk(Grouper(window_days=14))
    desk.take(article(1, BRIDGE))
    assert desk.take(article(2, BRIDGE_AGAIN, hours=15 * 24)).story.story is None


def test_placing_changes_nothing():
    desk = desk_with_other_news()
    desk.take(article(31, BRIDGE, hours=5))
    again = article(32, BRIDGE_AGAIN, hours=9)
    first = desk.grouper.place(again)
    desk.grouper.place(article(33, OTHER_BRIDGE, hours=9))
    assert desk.grouper.place(again) == first
    assert len(desk.grouper) == 21


def test_all_reasons_are_words_of_the_closed_list():
    desk = desk_with_other_news()
    said = set()
    for number, text in enumerate((BRIDGE, BRIDGE_AGAIN, OTHER_BRIDGE, BRIDGE), start=31):
        placement = desk.take(article(number, text, hours=number - 25))
        said |= {word for word, _ in placement.story.why}
    assert said <= REASON_WORDS


def test_rebuilt_window_decides_as_the_old_one():
    desk = desk_with_other_news()
    taken = [
        article(31, BRIDGE, hours=5),
        article(32, BRIDGE, hours=6),
        article(33, BRIDGE_AGAIN, hours=7),
    ]
    taken += [article(number, prose(number), hours=number / 10) for number in range(1, 21)]
    for one in taken[:3]:
        desk.take(one)
    rebuilt = Grouper()
    rebuilt.load(
        GroupedArticle(
            article=one,
            story=desk.story[one.id],
            original=desk.original.get(one.id),
            kind=desk.kind.get(one.id),
        )
        for one in taken
    )
    for text in (BRIDGE, BRIDGE_AGAIN.replace("Người dân", "Bà con"), OTHER_BRIDGE, prose(99)):
        new = article(40, text, hours=10)
        assert rebuilt.place(new) == desk.grouper.place(new)


def test_article_is_accepted_once():
    desk = Desk(Grouper())
    desk.take(article(1, BRIDGE))
    with pytest.raises(ValueError):
        desk.take(article(1, BRIDGE))


def test_dropped_articles_are_forgotten_but_an_original_with_young_copies_stays():
    desk = Desk(Grouper())
    desk.take(article(1, BRIDGE))
    desk.take(article(2, OTHER_BRIDGE))
    desk.take(article(3, BRIDGE, hours=30))
    assert desk.grouper.drop_before(START + timedelta(hours=24)) == 1
    assert len(desk.grouper) == 2
    assert desk.take(article(4, BRIDGE, hours=31)).reprint.original == 1
    assert desk.take(article(5, OTHER_BRIDGE, hours=31)).story.story is None


@pytest.mark.parametrize("text", ["", " ", "\n", "1", "…", "a" * 50_000, "岚" * 3_000])
def test_odd_text_is_placed(text):
    desk = desk_with_other_news()
    desk.take(article(40, text, hours=5, title="", language="und"))
    desk.take(article(41, text, hours=6, title="", language=""))
    assert len(desk.grouper) == 22


def bcubed(gold: list[str], told: list[int]) -> float:
    """The F1 of BCubed precision and recall (A. Bagga, B. Baldwin 1998)."""
    pairs = list(zip(gold, told, strict=True))
    precision = recall = 0.0
    for one in pairs:
        both = pairs.count(one)
        precision += both / told.count(one[1])
        recall += both / gold.count(one[0])
    precision, recall = precision / len(pairs), recall / len(pairs)
    return 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize(
    ("name", "language", "floor"),
    [("vims_dev", "vi", 0.975), ("vnmds", "vi", 0.925), ("ecb_odd", "en", 0.80)],
)
def test_stories_of_the_research_sets_are_found_as_well_as_before(name, language, floor):
    file = SHARED / f"{name}.jsonl.gz"
    if not file.exists():
        pytest.skip("the research sets lie beside the checkout in ../shared and are absent")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][:240]
    desk = Desk(Grouper())
    for number, row in enumerate(rows, start=1):
        title, lead = row.get("title") or "", row.get("summary") or ""
        desk.take(article(number, row["text"], title=title, lead=lead, language=language))
    assert bcubed([row["story"] for row in rows], list(desk.story.values())) >= floor
