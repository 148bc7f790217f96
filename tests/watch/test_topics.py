"""Topics: an article meets the rules when it is stored, and a new rule goes through what is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.watch.rows import (
    BRIDGE,
    BRIDGE_ELSEWHERE,
    NOW,
    RICE,
    make_article,
    make_publication,
    make_read,
    place,
)

from haidang.core.models import LogEntry, Member
from haidang.watch import actions, jobs
from haidang.watch.enums import Level
from haidang.watch.media_topics import load_media_topics, name_media_topic
from haidang.watch.models import Article, ArticleTopic, Publication, Story, Topic
from haidang.watch.queries import SearchFilters, find_topic, find_topics, search_articles
from haidang.watch.queries.today import find_today

OFFICE = '"Chủ tịch tỉnh Lam Giang Nguyễn Văn An"'


def write(member: Member, rule: str, **told: Any) -> Topic:
    new = actions.NewTopic(**{"title_vi": f"Đề tài {rule}"[:120], "rule": rule, **told})
    return actions.open_topic(new, by=member, now=NOW)


def met(topic: Topic) -> set[int]:
    return set(ArticleTopic.objects.filter(topic=topic).values_list("article_id", flat=True))


# ---------------------------------------------------------------- articles


def test_new_article_gets_the_topics_whose_rules_it_meets(an: Member) -> None:
    bridges, rice = write(an, '"cầu Suối Mộc" OR phà'), write(an, "lúa NOT cầu")
    bridge, field = make_article(text=BRIDGE, title="Cầu mới"), make_article(text=RICE)
    assert (met(bridges), met(rice)) == ({bridge.id}, {field.id})


def test_new_rule_meets_the_last_ninety_days_and_no_more(an: Member) -> None:
    recent = make_article(text=BRIDGE, title="Cầu mới", at=NOW - timedelta(days=80))
    make_article(text=BRIDGE_ELSEWHERE, title="Cầu cũ", at=NOW - timedelta(days=100))
    topic = write(an, "cầu")
    assert actions.sort_topics(now=NOW) == 1
    assert met(topic) == {recent.id}
    assert actions.sort_topics(now=NOW) == 0


def test_both_ways_to_a_topic_agree(an: Member) -> None:
    """The rule held against the article, and the rule asked of the index."""
    rules_ = ['"héc-ta lúa"', "lua", "Lúa ngắn ngày OR xe", "cầu NOT (lúa OR Mộc)", "mùa lũ học"]
    topics = [write(an, rule) for rule in rules_]
    make_article(text=BRIDGE, title="Cầu mới")
    make_article(text=RICE)
    placed = [met(topic) for topic in topics]
    assert any(placed)
    ArticleTopic.objects.all().delete()
    actions.sort_topics(now=NOW)
    assert [met(topic) for topic in topics] == placed


def test_scope_narrows_by_language_and_level(an: Member) -> None:
    province = make_publication(level=Level.PROVINCE)
    national = make_publication(level=Level.NATIONAL)
    only_national = write(an, "lúa", levels=(Level.NATIONAL,))
    only_english = write(an, "lúa", languages=("en",))
    make_article(province, RICE)
    wanted = make_article(national, RICE.replace("ba mươi", "bốn mươi"))
    assert (met(only_national), met(only_english)) == ({wanted.id}, set())
    ArticleTopic.objects.all().delete()
    actions.sort_topics(now=NOW)
    assert (met(only_national), met(only_english)) == ({wanted.id}, set())


def test_changed_text_changes_its_topics(an: Member) -> None:
    topic = write(an, "lúa")
    paper = make_publication()
    article = make_article(paper, RICE)
    again = make_read(paper, BRIDGE, title="Cầu mới")
    again.url = article.url
    again.save()
    place(again)
    assert (Article.objects.count(), met(topic)) == (1, set())


def test_changed_rule_is_gone_through_again(an: Member) -> None:
    bridge, field = make_article(text=BRIDGE, title="Cầu mới"), make_article(text=RICE)
    topic = write(an, "cầu")
    actions.sort_topics(now=NOW)
    assert met(topic) == {bridge.id}
    later = NOW + timedelta(hours=1)
    actions.change_topic(topic, actions.NewTopic(title_vi="Lúa", rule="lúa"), by=an, now=later)
    assert jobs.sweep_topics(later) == 1
    actions.sort_topics(now=later)
    assert met(topic) == {field.id}


def test_closed_topic_meets_nothing_and_shows_nowhere(an: Member) -> None:
    topic = write(an, "lúa")
    make_article(text=RICE)
    actions.close_topic(topic, by=an, now=NOW)
    make_article(text=RICE.replace("ba mươi", "bốn mươi"))
    assert len(met(topic)) == 1
    assert (find_topics(now=NOW), find_topic(topic.id, now=NOW)) == ((), None)
    assert [card.topic for card in find_today(now=NOW).stories if card.topic] == []


# ---------------------------------------------------------------- acts


def test_rule_on_a_name_alone_is_refused_with_the_reason(an: Member) -> None:
    with pytest.raises(ValidationError) as caught:
        write(an, '"Nguyễn Văn An" OR "Donald Trump"')
    assert list(caught.value.message_dict) == ["rule"]
    assert Topic.objects.count() == 0


def test_changing_to_a_name_is_refused_too(an: Member) -> None:
    topic = write(an, "lúa")
    with pytest.raises(ValidationError):
        actions.change_topic(
            topic, actions.NewTopic(title_vi="x", rule="Nguyễn Văn An"), by=an, now=NOW
        )
    topic.refresh_from_db()
    assert topic.rule == "lúa"


def test_office_with_its_holder_wants_purpose_end_and_a_second_member(
    an: Member, binh: Member
) -> None:
    with pytest.raises(ValidationError) as caught:
        write(an, OFFICE)
    assert sorted(caught.value.message_dict) == ["ends_on", "purpose"]
    text = RICE + "\nChủ tịch tỉnh Lam Giang Nguyễn Văn An thăm bà con."
    topic = write(an, OFFICE, purpose="Theo dõi cam kết về đê", ends_on=date(2026, 12, 31))
    first = make_article(text=text)
    assert (actions.sort_topics(now=NOW), met(topic)) == (0, set())
    with pytest.raises(PermissionDenied):
        actions.confirm_topic(topic, by=an, now=NOW)
    actions.confirm_topic(topic, by=binh, now=NOW)
    actions.sort_topics(now=NOW)
    assert met(topic) == {first.id}


def test_database_refuses_one_person_twice_and_an_endless_rule(an: Member) -> None:
    topic = write(an, OFFICE, purpose="Đê", ends_on=date(2026, 12, 31))
    for change in ({"approver": an}, {"ends_on": None}, {"purpose": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Topic.objects.filter(id=topic.id).update(**change)


def test_ended_rule_meets_no_new_article(an: Member, binh: Member) -> None:
    topic = write(an, OFFICE, purpose="Đê", ends_on=date(2026, 12, 31))
    actions.confirm_topic(topic, by=binh, now=NOW)
    Topic.objects.filter(id=topic.id).update(ends_on=date(2020, 1, 1))
    make_article(text=RICE + "\nChủ tịch tỉnh Lam Giang Nguyễn Văn An thăm bà con.")
    assert met(topic) == set()


def test_acts_are_logged_and_only_members_act(an: Member, binh: Member, cuc: Member) -> None:
    topic = write(an, "lúa")
    actions.change_topic(topic, actions.NewTopic(title_vi="Gạo", rule="gạo"), by=binh, now=NOW)
    actions.close_topic(topic, by=an, now=NOW)
    told = list(LogEntry.objects.values_list("act", "member__username"))
    assert told == [("open_topic", "an"), ("change_topic", "bình"), ("close_topic", "an")]
    with pytest.raises(PermissionDenied):
        write(cuc, "lúa")


# ---------------------------------------------------------------- search, Today


def test_search_is_narrowed_by_topic_and_level(an: Member) -> None:
    province = make_publication(level=Level.PROVINCE)
    national = make_publication(level=Level.NATIONAL)
    topic = write(
        an, '"Suối Mộc"', title_vi="Cầu đường", title_en="Bridges", medtop="medtop:20000344"
    )
    bridge = make_article(province, BRIDGE, title="Cầu mới")
    field = make_article(national, RICE)

    def found(text: str, **told: Any) -> set[int]:
        page = search_articles(text, filters=SearchFilters(**told), now=NOW)
        assert page.total == len(page.hits)
        return {hit.article_id for hit in page.hits}

    both = "cho OR trước"
    assert found(both) == {bridge.id, field.id}
    assert found(f"({both}) đềtài:cau") == found(f"({both}) topic:bridges") == {bridge.id}
    assert found(f"({both}) topic:medtop:20000344") == {bridge.id}
    assert found(f"({both}) -topic:bridges") == {field.id}
    assert found("topic:bridges") == found(both, topic=topic.id) == {bridge.id}
    assert found(f"({both}) topic:nothing") == set()
    assert found(f"({both}) cấp:tỉnh") == found("level:province") == {bridge.id}
    assert found(f'({both}) -cấp:"quốc gia"') == {bridge.id}
    assert found(both, level="national") == {field.id}
    assert found(f"({both}) cấp:không") == set()


def test_today_is_narrowed_by_level(an: Member) -> None:
    make_article(make_publication(level=Level.PROVINCE), BRIDGE, title="Cầu mới")
    make_article(make_publication(level=Level.FOREIGN), RICE)
    titles = {
        level: [card.title for card in find_today(now=NOW, level=level).stories] for level in Level
    }
    assert titles == {
        Level.DISTRICT: [], Level.PROVINCE: ["Cầu mới"], Level.NATIONAL: [],
        Level.FOREIGN: ["An Khê gặt lúa sớm"],
    }  # fmt: skip


def test_card_tells_the_topic_that_most_of_its_articles_have(an: Member) -> None:
    write(an, "héc-ta", title_vi="Ruộng")
    paper = make_publication()
    make_article(paper, RICE)
    (card,) = find_today(now=NOW).stories
    assert card.topic is not None
    assert card.topic.title_vi == "Ruộng"


# ---------------------------------------------------------------- pages


def test_pages_answer_members_and_ask_others_to_sign_in(
    everyone: dict[str, Member | None], an: Member, client_of: Callable[..., Client]
) -> None:
    topic = write(an, "lúa")
    make_article(text=RICE)
    for path in ("/topics/", f"/topics/{topic.id}", "/topics/add", f"/topics/{topic.id}/change"):
        told = {name: client_of(who).get(path).status_code for name, who in everyone.items()}
        assert told == {"An": 200, "Bình": 200, "Cúc": 302, "Dũng": 302}, path
    for path in (f"/topics/{topic.id}/close", f"/topics/{topic.id}/confirm"):
        told = {name: client_of(who).post(path).status_code for name, who in everyone.items()}
        assert {told["Cúc"], told["Dũng"]} == {302}, path


def test_form_opens_a_topic_and_tells_refusals(
    an: Member, client_of: Callable[..., Client]
) -> None:
    client = client_of(an)
    refused = client.post("/topics/add", {"title_vi": "Ai đó", "rule": "Nguyễn Văn An"})
    assert (refused.status_code, Topic.objects.count()) == (400, 0)
    assert 'id="id_rule_error"' in refused.content.decode()
    answer = client.post(
        "/topics/add", {"title_vi": "Lúa gạo", "rule": "lúa", "levels": ["province"]}
    )
    topic = Topic.objects.get()
    assert answer.headers["Location"] == f"/topics/{topic.id}"
    assert (topic.rule, topic.levels, topic.proposer) == ("lúa", ["province"], an)


def test_count_shows_what_a_rule_would_meet_and_stores_nothing(
    an: Member, client_of: Callable[..., Client]
) -> None:
    at = timezone.now() - timedelta(hours=1)
    (article,) = place(make_read(make_publication(), RICE, at=at), now=timezone.now())
    client = client_of(an)
    asked = client.post("/topics/add", {"title_vi": "", "rule": "lúa", "count": "1"})
    fragment = client.get("/topics/preview", {"rule": "lúa"})
    for answer in (asked, fragment):
        assert f'href="/a/{article.id}"' in answer.content.decode()
    assert Topic.objects.count() == 0
    refused = client.get("/topics/preview", {"rule": "Nguyễn Văn An"}).content.decode()
    assert "/a/" not in refused


def test_second_member_confirms_on_the_page(
    an: Member, binh: Member, client_of: Callable[..., Client]
) -> None:
    topic = write(an, OFFICE, purpose="Đê", ends_on=date(2026, 12, 31))
    path = f"/topics/{topic.id}/confirm"
    assert [path in client_of(who).get(f"/topics/{topic.id}").content.decode()
            for who in (an, binh)] == [False, True]  # fmt: skip
    assert client_of(an).post(path).status_code == 403
    client_of(binh).post(path)
    topic.refresh_from_db()
    assert topic.approver == binh


@pytest.mark.parametrize("kind", ["atom", "rss", "json", "csv"])
def test_lists_can_be_taken_away(an: Member, client_of: Callable[..., Client], kind: str) -> None:
    topic = write(an, "lúa", title_vi="Lúa gạo")
    article = make_article(text=RICE)
    client = client_of(an)
    assert "Lúa gạo" in client.get(f"/topics.{kind}").content.decode()
    told = client.get(f"/topics/{topic.id}.{kind}").content.decode()
    assert f"/s/{article.story_id}" in told
    assert client_of(None).get(f"/topics/{topic.id}.{kind}").status_code == 403


def test_pages_ask_the_same_number_of_queries_for_one_row_and_three(
    an: Member, client_of: Callable[..., Client]
) -> None:
    client = client_of(an)

    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    topic = write(an, "lúa OR cầu")
    make_article(text=RICE)
    one = count("/topics/"), count(f"/topics/{topic.id}")
    write(an, "cầu")
    write(an, "lúa")
    make_article(text=BRIDGE, title="Cầu mới")
    make_article(text=BRIDGE_ELSEWHERE, title="Bè qua suối", at=NOW - timedelta(days=30))
    assert (count("/topics/"), count(f"/topics/{topic.id}")) == one


def test_stories_of_a_topic_are_listed_once_newest_first(an: Member) -> None:
    topic = write(an, "lúa OR cầu")
    older = make_article(text=BRIDGE, title="Cầu mới", at=NOW - timedelta(days=2))
    newer = make_article(text=RICE)
    copy = make_article(text=RICE)
    page = find_topic(topic.id, now=NOW)
    assert page is not None
    assert (copy.story_id, [card.id for card in page.stories]) == (
        newer.story_id, [newer.story_id, older.story_id],
    )  # fmt: skip


# ---------------------------------------------------------------- words, levels


def test_media_topics_are_seventeen_and_those_below_them() -> None:
    known = load_media_topics()
    tops = [topic for topic in known.values() if not topic.broader]
    assert (len(tops), len(known) - len(tops)) == (17, 122)
    assert all(topic.broader in known for topic in known.values() if topic.broader)
    assert all(topic.vi and topic.en and topic.id.startswith("medtop:") for topic in known.values())
    assert name_media_topic("medtop:06000000", "vi") == "môi trường"


def test_levels_of_a_story_are_those_of_its_publications(db: None) -> None:
    make_article(make_publication(level=Level.DISTRICT), RICE)
    make_article(make_publication(level=Level.FOREIGN), RICE)
    bits = Story.objects.get().level_bits
    assert [level for level in Level if bits & level.bit] == [Level.DISTRICT, Level.FOREIGN]
    assert Publication.objects.count() == 2
