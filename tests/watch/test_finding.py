"""What the pages are made of: Today, a story, an article, the sources; and how many queries it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from tests.watch.rows import (
    BRIDGE,
    BRIDGE_ELSEWHERE,
    HOUR,
    NOW,
    RICE,
    make_article,
    make_feed,
    make_publication,
    make_read,
    place,
)

from haidang.watch.enums import EntryState, Level
from haidang.watch.models import Article, Story
from haidang.watch.queries import find_article, find_sources, find_story, find_today
from haidang.watch.queries.cards import DOTS, choose_dots, dot_kind, is_growing

TITLE = "Khánh thành cầu Suối Mộc"
KINDS = ["original", "edited", "copy"]
counts = st.integers(0, 300)


def story_of(home: list[int], foreign: list[int]) -> Story:
    """A story with so many originals, edited reprints and other copies, at home and abroad."""
    originals, edited, copies = (a + b for a, b in zip(home, foreign, strict=True))
    return Story(
        articles=originals + edited + copies,
        originals=originals,
        edited=edited,
        foreign_originals=foreign[0],
        foreign_edited=foreign[1],
        foreign_copies=foreign[2],
    )


# ---------------------------------------------------------------- dots


@given(st.lists(counts, min_size=3, max_size=3), st.lists(counts, min_size=3, max_size=3))
def test_dots_are_at_most_twelve_and_show_every_kind_that_is_there(
    home: list[int], foreign: list[int]
) -> None:
    dots = choose_dots(story_of(home, foreign))
    total = sum(home) + sum(foreign)
    there = {(kind, False) for kind, count in zip(KINDS, home, strict=True) if count}
    there |= {(kind, True) for kind, count in zip(KINDS, foreign, strict=True) if count}
    assert len(dots) == min(total, DOTS)
    assert {(dot.kind, dot.foreign) for dot in dots} == there
    order = [KINDS.index(dot.kind) for dot in dots]
    assert order == sorted(order)


@given(st.lists(counts, min_size=3, max_size=3))
def test_dots_are_in_proportion(home: list[int]) -> None:
    """No kind gets more dots than another kind that has more articles."""
    dots = [dot.kind for dot in choose_dots(story_of(home, [0, 0, 0]))]
    shown = [dots.count(kind) for kind in KINDS]
    for one, other in ((0, 1), (1, 2), (0, 2)):
        if home[one] > home[other]:
            assert shown[one] >= shown[other]


def test_dots_of_a_large_story() -> None:
    dots = [dot.kind for dot in choose_dots(story_of([4, 0, 8], [0, 0, 0]))]
    assert dots == ["original"] * 4 + ["copy"] * 8
    dots = [dot.kind for dot in choose_dots(story_of([1, 0, 99], [0, 0, 0]))]
    assert dots == ["original"] + ["copy"] * 11


def test_dot_of_an_article_tells_its_kind() -> None:
    told = [dot_kind(*one) for one in ((None, ""), (1, "verbatim"), (1, "cut"), (1, "edited"))]
    assert told == ["original", "copy", "copy", "edited"]


@pytest.mark.parametrize(
    ("lately", "in_all", "growing"),
    [(2, 2, False), (3, 3, True), (3, 9, True), (3, 10, False), (0, 0, False)],
)
def test_story_grows_with_three_new_articles_that_are_a_third(
    lately: int, in_all: int, *, growing: bool
) -> None:
    assert is_growing(lately, in_all=in_all) is growing


# ---------------------------------------------------------------- today


def place_bridge(*, hours: int = 9) -> list[Article]:
    """Two originals and a copy of one event."""
    return place(
        make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - hours * HOUR),
        make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - (hours - 1) * HOUR),
        make_read(
            make_publication(),
            BRIDGE_ELSEWHERE,
            title="Cầu Suối Mộc ở Vân Trì thông xe",
            at=NOW - (hours - 2) * HOUR,
        ),
    )


@pytest.mark.django_db
def test_today_counts_add_up() -> None:
    place_bridge()
    make_article(text=RICE, at=NOW - 30 * HOUR)
    page = find_today(now=NOW)
    assert (page.articles, page.originals, page.reprints) == (3, 2, 1)
    for card in page.stories:
        assert card.articles == card.originals + card.reprints
    assert sum(hour.originals + hour.reprints for hour in page.hours) == 4
    assert (len(page.hours), page.hours[-1].start) == (48, NOW.replace(minute=0))


@pytest.mark.django_db
def test_today_leads_with_the_days_largest_story_and_then_the_newest() -> None:
    old = place_bridge(hours=40)[0].story_id  # the largest, but not of the last day
    rice = [
        make_article(text=f"{line} {line} {line}", title=line[:30], at=NOW - hours * HOUR).story_id
        for hours, line in zip((5, 3, 1), RICE.split("\n"), strict=False)
    ]
    Story.objects.filter(id=rice[1]).update(articles=2)
    assert [card.id for card in find_today(now=NOW).stories] == [rice[1], rice[2], rice[0], old]
    assert [card.id for card in find_today(now=NOW, order="largest").stories][:1] == [rice[1]]


@pytest.mark.django_db
def test_today_tells_what_came_since() -> None:
    place_bridge()
    since = NOW - 8 * HOUR + timedelta(minutes=30)  # after the first two
    page = find_today(now=NOW, since=since)
    assert (page.new_articles, page.changed_since) == (1, since)
    assert find_today(now=NOW).new_articles == 0


@pytest.mark.django_db
@pytest.mark.parametrize("order", ["newest", "largest"])
def test_today_pages_show_each_story_once(order: str) -> None:
    publication = make_publication()
    for number in range(60):
        Story.objects.create(
            title=f"Chuyện {number}",
            language="vi",
            first_publication=publication,
            first_at=NOW,
            last_at=NOW - (number % 7) * HOUR,
            opened_at=NOW,
            articles=1 + number % 3,
            originals=1,
        )
    shown: list[int] = []
    page: str | None = None
    while True:
        told = find_today(now=NOW, order=order, page=page)
        shown += [card.id for card in told.stories]
        if (page := told.next_page) is None:
            break
    assert sorted(shown) == sorted(Story.objects.values_list("id", flat=True))


@pytest.mark.django_db
def test_today_of_an_empty_desk() -> None:
    page = find_today(now=NOW)
    assert (page.articles, page.stories, page.next_page, page.troubled) == (0, (), None, ())


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "x", "-1", "1e3", "٣", "9" * 30])
def test_today_of_an_unreadable_page_is_the_first(page: str) -> None:
    rice = make_article()
    assert [card.id for card in find_today(now=NOW, page=page).stories] == [rice.story_id]


# ---------------------------------------------------------------- a story, an article


@pytest.mark.django_db
def test_story_lists_originals_with_their_copies_and_loses_nobody() -> None:
    first, copy, other = place_bridge()
    page = find_story(first.story_id)
    assert page is not None
    assert [(one.id, one.is_first) for one in page.articles] == [
        (first.id, True),
        (other.id, False),
    ]
    assert [one.article_id for one in page.articles[0].copies] == [copy.id]
    assert [dot.article_id for row in page.spread for dot in row.dots] == [
        first.id,
        copy.id,
        other.id,
    ]
    assert (page.spread_from, page.spread_to) == (first.sort_at, other.sort_at)
    assert page.by_level == (("province", 3),)


@pytest.mark.django_db
def test_story_folds_publications_beyond_seven_lines_and_keeps_their_dots() -> None:
    rows = place(
        *(
            make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - (20 - number) * HOUR)
            for number in range(10)
        )
    )
    page = find_story(rows[0].story_id)
    assert page is not None
    assert (len(page.spread), page.spread[-1].folded) == (7, 4)
    assert sum(len(row.dots) for row in page.spread) == 10


@pytest.mark.django_db
def test_article_tells_where_it_comes_from_and_who_copied_it() -> None:
    first, copy, _other = place_bridge()
    page, of_copy = find_article(first.id), find_article(copy.id)
    assert page is not None
    assert of_copy is not None
    assert [one.article_id for one in page.copies] == [copy.id]
    assert (page.original, page.kind) == (None, "")
    assert of_copy.original is not None
    assert (of_copy.original.id, of_copy.kind) == (first.id, "verbatim")
    assert page.paragraphs == tuple(BRIDGE.split("\n"))


@pytest.mark.django_db
@pytest.mark.parametrize("find", [find_story, find_article])
def test_what_does_not_exist_is_none(find) -> None:
    assert find(1) is None


# ---------------------------------------------------------------- sources


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({}, "new"),
        ({"last_ok_at": NOW, "last_new_at": NOW - HOUR}, "alive"),
        ({"last_ok_at": NOW, "last_new_at": NOW - timedelta(days=4)}, "quiet"),
        ({"failures": 1, "trouble": "timed_out", "last_ok_at": NOW}, "failing"),
        ({"failures": 9, "trouble": "robots_denied"}, "robots"),
        ({"failures": 1, "trouble": "gone", "next_visit_at": None}, "gone"),
        ({"kind": "import"}, "import"),
    ],
)
def test_source_says_how_it_does(told: dict[str, object], state: str) -> None:
    make_feed(**told)
    [line] = find_sources(now=NOW).lines
    assert line.state == state


@pytest.mark.django_db
def test_sources_in_trouble_come_first_and_on_today() -> None:
    well = make_feed(last_ok_at=NOW, last_new_at=NOW)
    broken = make_feed(failures=3, trouble="timed_out", trouble_facts={"seconds": 30})
    page = find_sources(now=NOW)
    assert [line.id for line in page.lines] == [broken.id, well.id]
    assert (page.alive, page.total) == (1, 2)
    assert [line.id for line in find_today(now=NOW).troubled] == [broken.id]


# ---------------------------------------------------------------- the number of queries


def count_queries(ask) -> int:
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


FERRY = """\
Chuyến đò cuối cùng của bến Cửa Lạch rời bờ lúc năm giờ chiều thứ bảy, chở mười một hành khách.
Ông lái đò giữ nghề từ thuở mười bảy tuổi, nay gác mái chèo vì vắng khách qua sông.
Bến sẽ thành chỗ neo thuyền câu; chiếc đò gỗ được nhà văn hóa xã xin về trưng bày."""


def add_story(number: int) -> None:
    """A story of its own at a publication of its own, home or foreign, with a feed in trouble."""
    publication = make_publication(
        level=Level.FOREIGN if number % 2 else Level.PROVINCE, country="XA" if number % 2 else "VN"
    )
    make_feed(publication, failures=1, trouble="timed_out", trouble_facts={"seconds": 30})
    text, place_told = ((BRIDGE, "cầu"), (RICE, "lúa"), (FERRY, "đò"))[number]
    make_article(publication, text, title=f"Chuyện {place_told}", section="Kinh tế")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page", ["/watch/", "/watch/?order=largest", "/sources/", "/search?q=chuyện", "/watch.json"]
)
def test_list_page_asks_as_often_for_one_row_as_for_three(client_of, an, page: str) -> None:
    browser = client_of(an)
    add_story(0)
    browser.get(page)
    one = count_queries(lambda: browser.get(page))
    add_story(1)
    add_story(2)
    assert Story.objects.count() == 3
    assert count_queries(lambda: browser.get(page)) == one


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/s/{story}", "/a/{article}", "/s/{story}.csv"])
def test_page_of_a_story_asks_as_often_for_one_copy_as_for_three(client_of, an, page: str) -> None:
    browser = client_of(an)
    first, _copy = place(
        make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - 9 * HOUR),
        make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - 8 * HOUR),
    )
    path = page.format(story=first.story_id, article=first.id)
    browser.get(path)
    one = count_queries(lambda: browser.get(path))
    place(
        *(
            make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - hours * HOUR)
            for hours in (7, 6)
        )
    )
    assert Article.objects.filter(original=first).count() == 3
    assert count_queries(lambda: browser.get(path)) == one


@pytest.mark.django_db
def test_storing_a_visit_asks_as_often_for_one_entry_as_for_thirty() -> None:
    from tests.watch.rows import make_told, make_visit

    from haidang.watch import actions

    def visit(count: int) -> int:
        feed = make_feed()
        told = make_visit(*(make_told(feed, str(number)) for number in range(count)))
        return count_queries(lambda: actions.store_visit(feed, told, now=NOW))

    assert visit(1) == visit(30)
    assert EntryState.WAITING == "waiting"
