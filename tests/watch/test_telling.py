"""What WATCH tells members: whoever registered a source or opened a topic, and those who may decide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.watch.rows import make_feed, make_visit

from haidang.core.models import InboxLine, Member
from haidang.engine.errors import Trouble
from haidang.watch import actions
from haidang.watch.actions.register import PageLooked, store_looked
from haidang.watch.actions.topics import NewTopic
from haidang.watch.enums import Finding, ProposalState
from haidang.watch.models import Feed, Proposal, Publication

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def told(member: Member) -> list[tuple[str, bool]]:
    lines = InboxLine.objects.filter(member=member).order_by("id")
    return list(lines.values_list("kind", "settled"))


def make_proposal(by: Member, *, channel: str = "youtube.com/UCx") -> Proposal:
    return Proposal.objects.create(
        name="Truyền hình Lam Giang", organisation="Đài Lam Giang", level="province", country="VN",
        organisation_page="https://lamgiang.example/", feed="https://www.youtube.com/feeds/x",
        feed_kind="rss", language="vi", channel=channel, proposed_by=by, proposed_at=NOW,
    )  # fmt: skip


def test_channel_asks_a_second_member_and_says_when_it_is_withdrawn(
    an: Member, binh: Member, giang: Member
) -> None:
    proposal = make_proposal(an)
    assert store_looked(proposal.pk, PageLooked(seen_at=NOW, facts={}), now=NOW) is (
        ProposalState.WAITING
    )
    assert (told(an), told(binh), told(giang)) == ([], [("proposal_waits", False)], [])
    actions.withdraw_proposal(proposal.pk, by=binh, now=NOW)
    assert (told(an), told(binh)) == ([("proposal_withdrawn", False)], [("proposal_waits", True)])


def test_page_that_bears_nothing_out_is_told_to_the_proposer(an: Member, binh: Member) -> None:
    proposal = make_proposal(an)
    looked = PageLooked(seen_at=NOW, trouble="not_named", facts={})
    store_looked(proposal.pk, looked, now=NOW)
    assert (told(an), told(binh)) == ([("proposal_unproven", False)], [])


def test_said_to_be_a_person_is_told_to_editors_and_settled_by_two(
    an: Member, binh: Member, giang: Member
) -> None:
    publication = make_feed().publication
    actions.mark_person(publication.pk, now=NOW)
    assert (told(an), told(binh), told(giang)) == (
        [("person_marked", False)], [("person_marked", False)], [],
    )  # fmt: skip
    assert {line.at.hour for line in InboxLine.objects.all()} == {
        17
    }  # the day's midnight in Việt Nam
    actions.propose_finding(
        publication.pk, Finding.PUBLICATION, reason="Trang của tòa soạn", by=an, now=NOW
    )
    assert told(binh) == [("person_marked", True), ("finding_waits", False)]
    actions.approve_finding(publication.pk, by=binh, now=NOW)
    assert told(binh) == [("person_marked", True), ("finding_waits", True)]


def fail(feed: Feed, at: datetime, *, trouble: Trouble | None = Trouble.TIMED_OUT) -> None:
    feed = Feed.objects.select_related("publication").get(pk=feed.pk)
    visit = make_visit(data=None, trouble=trouble, at=at + timedelta(hours=1))
    actions.store_visit(feed, visit, now=at)


def test_source_that_is_ill_for_days_is_told_once_and_settled_when_it_answers(
    an: Member, binh: Member
) -> None:
    feed = make_feed()
    Publication.objects.update(registered_by=an)
    Feed.objects.update(last_ok_at=NOW, last_visit_at=NOW)
    for hours in (20, 40, 47, 49, 60, 80):
        fail(feed, NOW + timedelta(hours=hours))
        assert told(an) == ([("source_ill", False)] if hours > 48 else [])
    assert told(binh) == []
    fail(feed, NOW + timedelta(hours=90), trouble=None)
    assert told(an) == [("source_ill", True)]


def test_ill_source_of_somebody_who_left_is_told_to_all_editors(
    an: Member, binh: Member, cuc: Member
) -> None:
    feed = make_feed()
    Publication.objects.update(registered_by=cuc)
    Feed.objects.update(last_ok_at=NOW, last_visit_at=NOW + timedelta(hours=40))
    fail(feed, NOW + timedelta(hours=50))
    assert (told(an), told(binh), told(cuc)) == (
        [("source_ill", False)], [("source_ill", False)], [],
    )  # fmt: skip


def test_topic_on_an_office_asks_a_second_member(an: Member, binh: Member) -> None:
    office = NewTopic(
        title_vi="Chủ tịch tỉnh", rule='"chủ tịch tỉnh Nguyễn Văn Mẫu"',
        purpose="Theo dõi phát ngôn của chức vụ", ends_on=(NOW + timedelta(days=30)).date(),
    )  # fmt: skip
    topic = actions.open_topic(office, by=an, now=NOW)
    assert topic.needs_second
    assert (told(an), told(binh)) == ([], [("topic_waits", False)])
    actions.confirm_topic(topic, by=binh, now=NOW)
    assert (told(an), told(binh)) == ([("topic_confirmed", False)], [("topic_waits", True)])
    actions.close_topic(topic, by=binh, now=NOW)
    assert told(an)[-1] == ("topic_closed", False)
