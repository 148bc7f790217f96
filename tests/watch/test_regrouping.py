"""Grouping by people: split, merge, move, pin and undo; and the machine, which respects it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.watch.rows import (
    BRIDGE,
    BRIDGE_ELSEWHERE,
    HOUR,
    NOW,
    RICE,
    make_article,
    make_publication,
    make_read,
    place,
)

from haidang.core.models import LogEntry, Member
from haidang.watch import actions
from haidang.watch.actions import placing
from haidang.watch.models import Article, Regrouping, Separation, Sketch, Story
from haidang.watch.queries import find_story, find_successor
from haidang.watch.queries.health import find_disorder
from haidang.watch.queries.regrouping import UNDO_DAYS

pytestmark = pytest.mark.django_db
TITLE, TITLE_ELSEWHERE = "Khánh thành cầu Suối Mộc", "Cầu Suối Mộc ở Vân Trì thông xe"


def read(text: str = BRIDGE, *, hours: float, title: str = TITLE, **told: object) -> Article:
    """An article of that many hours ago, placed by the machine."""
    return make_article(make_publication(), text, title=title, at=NOW - hours * HOUR, **told)


def bridge() -> tuple[Article, Article, Article]:
    """One story: an original, its verbatim reprint, another original."""
    rows = place(
        make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - 9 * HOUR),
        make_read(make_publication(), BRIDGE, title=TITLE, at=NOW - 8 * HOUR),
        make_read(make_publication(), BRIDGE_ELSEWHERE, title=TITLE_ELSEWHERE, at=NOW - 7 * HOUR),
    )
    assert {row.story_id for row in rows} == {rows[0].story_id}
    assert rows[1].original_id == rows[0].id
    return rows[0], rows[1], rows[2]


def stories_of(*articles: Article) -> list[int]:
    return [Article.objects.get(id=article.id).story_id for article in articles]


def numbers(story_id: int) -> tuple[int, int]:
    story = Story.objects.get(id=story_id)
    return story.articles, story.originals


def state() -> list[object]:
    """All that an act may change, by row."""
    columns = (
        "id", "story_id", "pinned", "original_id", "reprint_kind", "share", "why", "reprint_why",
    )  # fmt: skip
    articles = list(Article.objects.order_by("id").values_list(*columns))
    live = Story.objects.filter(articles__gt=0).order_by("id")
    told = ("id", "title", "articles", "originals", "first_at", "last_at", "pinned", "level_bits")
    return [articles, list(live.values_list(*told)), Separation.objects.count()]


# ---------------------------------------------------------------- the acts


def test_split_off_articles_stand_in_a_story_of_their_own(an: Member) -> None:
    first, copy, other = bridge()
    new = actions.split_story(first.story, [other.id], by=an, now=NOW)
    assert stories_of(first, copy, other) == [first.story_id, first.story_id, new.id]
    assert (numbers(first.story_id), numbers(new.id)) == ((2, 1), (1, 1))
    other.refresh_from_db()
    assert (other.pinned, other.why) == (True, [["by_person", ""]])
    assert (Story.objects.get(id=new.id).title, find_disorder()) == (TITLE_ELSEWHERE, [])


def test_reprints_go_with_their_original(an: Member) -> None:
    first, copy, other = bridge()
    new = actions.split_story(first.story, [first.id], by=an, now=NOW)
    assert stories_of(first, copy, other) == [new.id, new.id, first.story_id]
    copy.refresh_from_db()
    assert (copy.original_id, copy.pinned) == (first.id, True)


def test_reprint_chosen_without_its_original_becomes_an_original(an: Member) -> None:
    first, copy, _other = bridge()
    new = actions.split_story(first.story, [copy.id], by=an, now=NOW)
    copy.refresh_from_db()
    assert (copy.original, copy.reprint_kind, copy.share, copy.story_id) == (None, "", None, new.id)
    assert numbers(first.story_id) == (2, 2)
    assert list(Separation.objects.values_list("one_id", "other_id")) == [(copy.id, first.id)]


def test_merged_story_leads_to_the_other(an: Member, client_of) -> None:
    first, copy, other = bridge()
    rice = read(RICE, hours=5, title="An Khê gặt lúa sớm")
    actions.merge_stories(rice.story, into=first.story, by=an, now=NOW)
    assert stories_of(first, copy, other, rice) == [first.story_id] * 4
    assert numbers(first.story_id) == (4, 3)
    assert find_story(rice.story_id) is None
    browser = client_of(an)
    answer = browser.get(f"/s/{rice.story_id}")
    assert (answer.status_code, answer["Location"]) == (302, f"/s/{first.story_id}")
    assert browser.get(f"/s/{rice.story_id}.csv")["Location"] == f"/s/{first.story_id}.csv"
    assert browser.get("/watch/").content.decode().count(f'href="/s/{rice.story_id}"') == 0


def test_address_leads_through_two_mergings(an: Member) -> None:
    one, two, three = (read(RICE + str(n) * 9, hours=n * 400, title=f"Lúa {n}") for n in (1, 2, 3))
    actions.merge_stories(one.story, into=two.story, by=an, now=NOW)
    actions.merge_stories(two.story, into=three.story, by=an, now=NOW)
    assert find_successor(one.story_id) == three.story


def test_moving_the_last_article_leaves_an_address_that_leads_on(an: Member) -> None:
    first, _copy, _other = bridge()
    rice = read(RICE, hours=5, title="An Khê gặt lúa sớm")
    actions.move_articles(rice.story, [rice.id], to=first.story, by=an, now=NOW)
    assert find_successor(rice.story_id) == first.story
    assert find_disorder() == []


@pytest.mark.parametrize("case", ["none", "all", "strange", "itself", "gone"])
def test_what_makes_no_sense_is_refused_and_changes_nothing(case: str, an: Member) -> None:
    first, _copy, other = bridge()
    rice = read(RICE, hours=5, title="An Khê gặt lúa sớm")
    if case == "gone":
        actions.merge_stories(rice.story, into=first.story, by=an, now=NOW)
    before, log = state(), LogEntry.objects.count()
    split, merge, told = actions.split_story, actions.merge_stories, {"by": an, "now": NOW}
    attempts: dict[str, Callable[[], object]] = {
        "none": lambda: split(first.story, [], **told),
        "all": lambda: split(first.story, [first.id, other.id], **told),
        "strange": lambda: split(first.story, [rice.id], **told),
        "itself": lambda: merge(first.story, into=first.story, **told),
        "gone": lambda: merge(rice.story, into=first.story, **told),
    }
    with pytest.raises(ValidationError):
        attempts[case]()
    assert (state(), LogEntry.objects.count()) == (before, log)


def test_only_members_edit_stories(cuc: Member, everyone, client_of) -> None:
    first, _copy, other = bridge()
    with pytest.raises(PermissionDenied):
        actions.split_story(first.story, [other.id], by=cuc, now=NOW)
    told = {"act": "split", "articles": [other.id]}
    for name, answer in (("Cúc", 302), ("Dũng", 302)):
        browser = client_of(everyone[name])
        assert browser.post(f"/s/{first.story_id}/edit", told).status_code == answer
        assert browser.post(f"/s/{first.story_id}/undo/1").status_code == answer
    assert Regrouping.objects.count() == 0


def test_each_act_is_in_the_log_with_who_and_what(an: Member) -> None:
    first, _copy, other = bridge()
    new = actions.split_story(first.story, [other.id], by=an, now=NOW)
    entry = LogEntry.objects.get(act="split_story")
    assert (entry.member, entry.what) == (an, TITLE)
    assert entry.data == {"story": first.story_id, "other": new.id, "articles": [other.id]}


# ---------------------------------------------------------------- undo


@pytest.mark.parametrize("kind", ["split", "alone", "move", "merge", "pin", "unpin", "pin_story"])
def test_undo_puts_back_exactly_what_stood_before(kind: str, an: Member, binh: Member) -> None:
    first, copy, other = bridge()
    rice = read(RICE, hours=5, title="An Khê gặt lúa sớm")
    before = state()
    told = {"by": an, "now": NOW}
    if kind == "split":
        actions.split_story(first.story, [first.id], **told)
    elif kind == "alone":
        actions.split_story(first.story, [copy.id, other.id], **told)
    elif kind == "move":
        actions.move_articles(rice.story, [rice.id], to=first.story, **told)
    elif kind == "merge":
        actions.merge_stories(first.story, into=rice.story, **told)
    elif kind == "pin_story":
        actions.pin_story(first.story, pinned=True, **told)
    else:
        actions.pin_articles(first.story, [other.id], pinned=kind == "pin", **told)
    assert state() != before or kind == "unpin"
    act = Regrouping.objects.get()
    actions.undo_regrouping(act, by=binh, now=NOW + timedelta(days=UNDO_DAYS))
    assert (state(), find_disorder()) == (before, [])


def test_undo_says_when_it_cannot(an: Member) -> None:
    first, _copy, other = bridge()
    new = actions.split_story(first.story, [other.id], by=an, now=NOW)
    split = Regrouping.objects.get()
    actions.move_articles(new, [other.id], to=first.story, by=an, now=NOW)
    before = state()
    with pytest.raises(ValidationError, match="đã có người thay đổi"):
        actions.undo_regrouping(split, by=an, now=NOW)
    move = Regrouping.objects.first()
    assert move is not None
    with pytest.raises(ValidationError, match="quá 14 ngày"):
        actions.undo_regrouping(move, by=an, now=NOW + timedelta(days=UNDO_DAYS, seconds=1))
    assert state() == before
    actions.undo_regrouping(move, by=an, now=NOW)
    with pytest.raises(ValidationError, match="hoàn tác rồi"):
        actions.undo_regrouping(move, by=an, now=NOW)
    actions.undo_regrouping(split, by=an, now=NOW)  # the later change is gone again
    assert stories_of(other) == [first.story_id]


def test_what_came_since_stays_and_its_reprints_follow(an: Member) -> None:
    first, _copy, other = bridge()
    rice = read(RICE, hours=6, title="An Khê gặt lúa sớm")
    actions.merge_stories(rice.story, into=first.story, by=an, now=NOW)
    rice_copy = read(RICE, hours=2, title="An Khê gặt lúa sớm")
    bridge_copy = read(BRIDGE_ELSEWHERE, hours=1, title=TITLE_ELSEWHERE)
    assert (rice_copy.original_id, bridge_copy.original_id) == (rice.id, other.id)
    assert stories_of(rice_copy) == [first.story_id]
    actions.undo_regrouping(Regrouping.objects.get(), by=an, now=NOW)
    assert stories_of(rice, rice_copy, bridge_copy) == [
        rice.story_id,
        rice.story_id,
        first.story_id,
    ]
    assert find_disorder() == []


def test_reprint_of_what_is_a_reprint_again_points_to_the_root(an: Member) -> None:
    first, copy, _other = bridge()
    actions.split_story(first.story, [copy.id], by=an, now=NOW)
    edited = BRIDGE.replace("92 tỷ", "95 tỷ")
    Article.objects.filter(id=copy.id).update(text=edited)  # so that the newcomer copies it alone
    placing._seats.forget()
    Sketch.objects.all().delete()
    late = read(edited, hours=1)
    assert late.original_id == copy.id
    actions.undo_regrouping(Regrouping.objects.get(), by=an, now=NOW)
    late.refresh_from_db()
    assert (late.original_id, late.story_id) == (first.id, first.story_id)
    assert late.share is not None
    assert 0.6 < late.share < 1
    assert find_disorder() == []


# ---------------------------------------------------------------- the machine respects it


@pytest.mark.parametrize("fresh", [False, True])
def test_after_a_split_new_articles_go_to_the_better_story(*, fresh: bool, an: Member) -> None:
    """`fresh`: the window is rebuilt from the tables, as at a start."""
    first, _copy, other = bridge()
    new = actions.split_story(first.story, [other.id], by=an, now=NOW)
    if fresh:
        placing._seats.forget()
    like_other = read(BRIDGE_ELSEWHERE, hours=2, title=TITLE_ELSEWHERE)
    like_first = read(BRIDGE, hours=1)
    assert stories_of(like_other, like_first) == [new.id, first.story_id]


@pytest.mark.parametrize("fresh", [False, True])
def test_after_a_merge_new_articles_join_the_merged_story(*, fresh: bool, an: Member) -> None:
    rice = read(RICE, hours=9, title="An Khê gặt lúa sớm")
    first = read(hours=8)
    actions.merge_stories(first.story, into=rice.story, by=an, now=NOW)
    if fresh:
        placing._seats.forget()
    copy = read(hours=2)
    original = read(BRIDGE_ELSEWHERE, hours=1, title=TITLE_ELSEWHERE)
    assert stories_of(copy, original) == [rice.story_id] * 2
    assert original.original is None


@pytest.mark.parametrize("fresh", [False, True])
def test_what_a_person_placed_is_not_taken_by_a_late_original(*, fresh: bool, an: Member) -> None:
    first, copy, _other = bridge()
    new = actions.split_story(first.story, [copy.id], by=an, now=NOW)
    actions.pin_articles(first.story, [first.id], pinned=True, by=an, now=NOW)
    if fresh:
        placing._seats.forget()
    late = read(BRIDGE, hours=30, seen=NOW)
    for row in (first, copy):
        row.refresh_from_db()
    assert [(row.original_id, row.story_id) for row in (first, copy, late)] == [
        (None, first.story_id),
        (None, new.id),
        (None, late.story_id),
    ]
    assert late.story_id in {first.story_id, new.id}


@pytest.mark.parametrize("fresh", [False, True])
def test_pinned_story_takes_in_reprints_only(*, fresh: bool, an: Member) -> None:
    first = read(hours=9)
    actions.pin_story(first.story, pinned=True, by=an, now=NOW)
    if fresh:
        placing._seats.forget()
    copy = read(hours=3)
    original = read(BRIDGE_ELSEWHERE, hours=2, title=TITLE_ELSEWHERE)
    assert stories_of(copy) == [first.story_id]
    assert original.story_id != first.story_id
    actions.pin_story(first.story, pinned=False, by=an, now=NOW)
    actions.merge_stories(original.story, into=first.story, by=an, now=NOW)
    again = read(BRIDGE_ELSEWHERE.replace("Thầy", "Ông"), hours=1, title=TITLE_ELSEWHERE)
    assert again.story_id == first.story_id


def test_late_original_brings_its_reprints_into_one_story() -> None:
    """Two excerpts that share nothing, then what both were cut from."""
    lines = [*BRIDGE.split("\n"), *RICE.split("\n")]
    one = read("\n".join(lines[:5]), hours=4)
    two = read("\n".join(lines[5:]), hours=3, title="An Khê gặt lúa sớm")
    assert one.story_id != two.story_id
    whole = read("\n".join(lines), hours=9, seen=NOW, title="Điểm tin")
    for row in (one, two):
        row.refresh_from_db()
        assert (row.original_id, row.story_id) == (whole.id, whole.story_id)
    assert numbers(whole.story_id) == (3, 1)
    assert {find_successor(story.id) for story in Story.objects.all()} == {whole.story}
    assert find_disorder() == []


def test_another_process_that_holds_the_lease_notices(an: Member) -> None:
    """The page's process has no window: what it changed is learnt from the tables."""
    first, _copy, other = bridge()
    theirs = placing._seats
    placing._seats = type(theirs)()
    new = actions.split_story(first.story, [other.id], by=an, now=NOW)
    placing._seats = theirs
    grouper = theirs._seats[True].grouper
    assert read(BRIDGE_ELSEWHERE, hours=1, title=TITLE_ELSEWHERE).story_id == new.id
    assert theirs._seats[True].grouper is grouper  # learnt, not rebuilt


def test_rebuilt_window_reads_sketches_and_no_texts(an: Member) -> None:
    """A text that nobody reads may be anything; a sketch of another version is left aside."""
    first, _copy, _other = bridge()
    assert Sketch.objects.count() == 3
    Article.objects.update(text="khác hẳn")
    placing._seats.forget()
    assert read(BRIDGE, hours=1).original_id == first.id
    Sketch.objects.update(data=b"\x00\x00 of another version")
    placing._seats.forget()
    assert read(BRIDGE, hours=0.5).original_id is None


# ---------------------------------------------------------------- anything in any order

TEXTS = (BRIDGE, BRIDGE_ELSEWHERE, RICE, RICE + " Vụ tới cũng vậy.")
STEP = st.tuples(st.integers(0, 6), st.integers(0, 99), st.integers(0, 99))


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # the rows of a run stay: no shrinking
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEP, min_size=4, max_size=14))
def test_articles_belong_to_one_standing_story_whatever_is_done(
    an: Member, steps: list[tuple[int, int, int]]
) -> None:
    """Acts in any order with placing in between: numbers add up, and what is pinned stays."""
    base = Article.objects.count()
    for number, (act, one, other) in enumerate(steps):
        pinned = dict(Article.objects.filter(pinned=True).values_list("id", "story_id"))
        live = list(Story.objects.filter(articles__gt=0).order_by("id"))
        if act <= 2 or not live:
            text = TEXTS[one % len(TEXTS)]
            read(text, hours=1 + other % 40, title=text.split(".")[0][:40], seen=NOW)
            stand = dict(Article.objects.filter(id__in=pinned).values_list("id", "story_id"))
            assert stand == pinned, number
        else:
            _act(act, live[one % len(live)], live[other % len(live)], one, by=an)
        _check()
    assert Article.objects.count() >= base


def _act(act: int, story: Story, other: Story, seed: int, *, by: Member) -> None:
    ids = list(Article.objects.filter(story=story).order_by("id").values_list("id", flat=True))
    chosen = [id_ for place, id_ in enumerate(ids) if seed >> (place % 6) & 1] or ids[:1]
    told = {"by": by, "now": NOW}
    try:
        if act == 3:
            actions.split_story(story, chosen, **told)
        elif act == 4:
            actions.move_articles(story, chosen, to=other, **told)
        elif act == 5:
            actions.merge_stories(story, into=other, **told)
        else:
            acts = list(Regrouping.objects.all()[:3])
            if acts:
                actions.undo_regrouping(acts[seed % len(acts)], **told)
    except ValidationError:
        return


def _check() -> None:
    assert find_disorder() == []
    for story in Story.objects.all():
        assert (story.merged_into_id is None) == (story.articles > 0)
        successor = find_successor(story.id)
        assert successor is not None
        assert successor.articles > 0
    copies = Article.objects.exclude(original=None).select_related("original")
    assert [
        one.id for one in copies if one.original and one.story_id != one.original.story_id
    ] == []
