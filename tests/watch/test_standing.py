"""A rule that goes on looking by itself is never on a person's name alone (promise 2)."""

from __future__ import annotations

import pytest

from haidang.engine.search import parse_query
from haidang.watch.rules import TopicRefusal, find_topic_refusal

NAMES = [
    "Nguyễn Văn An",
    '"Nguyễn Văn An"',
    '"Trần Thị Bích Ngọc"',
    "nguyễn văn an",
    "lê thị hoa",
    "Nguyen Van An",
    "NGUYỄN VĂN AN",
    "ông Nguyễn Văn An",
    '"bà Lê Thị Hoa" OR "cô Lê Thị Hoa"',
    '"lũ lụt" OR "Nguyễn Văn An"',
    '"Nguyễn Văn An" "Trần Thị Bích"',
    '("Nguyễn Văn An" OR "xả lũ") AND "Lam Giang"',
    '"Nguyễn Văn An" NOT cầu',
    "Nguyễn Văn An Lam Giang",
    "Hoàng Kim",
    "Donald Trump",
    "donald trump",
    "Emmanuel Macron",
    '"Kim Jong Un"',
    '"Dr. Harold Finchley"',
]
SUBJECTS = [
    "lũ lụt",
    '"xả lũ" OR "xả tràn"',
    "cầu Vĩnh An",
    "Vĩnh An",
    "Lam Giang",
    "Hà Nội",
    "Cao Bằng OR Hà Giang",
    "cao tốc",
    "Cao tốc Bắc Nam",
    "lương hưu",
    "do thi hoa",
    "nguyen nhan chay rung",
    "đô thị hoá",
    '"World Bank"',
    '"United Nations"',
    "ASEAN",
    "EVN OR PVN",
    '"Hong Kong"',
    "bão Yagi",
    "vũ khí",
    "đường Nguyễn Trãi ngập",
    '"Nguyễn Văn An" bắt giữ',
    '"Nguyễn Văn An" (cầu OR phà)',
    '"chủ tịch UBND tỉnh Lam Giang"',
    "bộ trưởng OR thứ trưởng",
    "岚江 大桥",
    "lúa gạo NOT (Nguyễn OR Trần)",
]
HOLDERS = [
    '"Chủ tịch UBND tỉnh Lam Giang Nguyễn Văn An"',
    '"bí thư tỉnh uỷ" "Trần Thị Bích"',
    "Thủ tướng Phạm Minh An",
    "President Emmanuel Macron",
]


@pytest.mark.parametrize("typed", NAMES)
def test_name_alone_is_refused(typed: str) -> None:
    assert find_topic_refusal(parse_query(typed)) is TopicRefusal.NAME


@pytest.mark.parametrize("typed", SUBJECTS)
def test_subject_may_stand(typed: str) -> None:
    assert find_topic_refusal(parse_query(typed)) is None


@pytest.mark.parametrize("typed", HOLDERS)
def test_office_with_its_holder_wants_more(typed: str) -> None:
    assert find_topic_refusal(parse_query(typed)) is TopicRefusal.OFFICE_HOLDER


def test_rule_is_words_and_nothing_else() -> None:
    assert find_topic_refusal(parse_query("")) is TopicRefusal.NO_WORDS
    assert find_topic_refusal(parse_query("cầu tiếng:vi")) is TopicRefusal.FILTERS
