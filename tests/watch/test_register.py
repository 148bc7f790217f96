"""Registering: what the organisation's page bears out, the second member, the register, the button."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from tests.machines import run_jobs
from tests.watch.press import Press
from tests.watch.rows import NOW, make_feed, make_publication

from haidang.core.models import LogEntry, Member
from haidang.watch import actions, jobs
from haidang.watch.actions.feeds import claim_due_feeds
from haidang.watch.enums import FeedKind, Finding, Level, PauseWhy
from haidang.watch.models import (
    Feed,
    PersonMark,
    Proposal,
    Publication,
    PublicationHost,
    Snapshot,
)
from haidang.watch.queries.register import find_register
from haidang.watch.views import register as register_views

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "Báo Lam Giang"
CHANNEL = "UC" + "a" * 22
YOUTUBE = f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}"


@pytest.fixture(autouse=True)
def _patient() -> Iterator[None]:
    register_views.pace.forget()
    yield
    register_views.pace.forget()


@pytest.fixture
def press() -> Iterator[Press]:
    with Press() as running:
        yield running


def tell(page: str, feed: str, **more: Any) -> dict[str, Any]:
    told = {
        "name": NAME, "organisation": "Tỉnh Lam Giang", "organisation_page": page, "feed": feed,
        "country": "vn", "language": "vi", "level": "province",
    }  # fmt: skip
    return {**told, **more}


def propose(client: Client, press: Press, body: str, **more: Any) -> Proposal:
    """Propose by the form, let the page be read; the proposal as it stands then."""
    office, paper = press.paper("tinh"), press.paper("lamgiang")
    page = office.serve("/co-quan-bao-chi", f"<html><body>{body}</body></html>")
    answer = client.post("/sources/add", tell(page, f"http://{paper.host}/feed.xml", **more))
    assert answer.status_code == 302, answer.context["form"].errors
    run_jobs()
    return Proposal.objects.latest("id")


def test_page_that_names_the_publication_registers_it_and_is_kept(
    press: Press, let_read: Any, an: Member, client_of: Callable[..., Client]
) -> None:
    press.paper("tinh"), press.paper("lamgiang")
    let_read(*press.hosts())
    proposal = propose(client_of(an), press, "<p>Cơ quan ngôn luận: <b>BÁO LAM&nbsp;GIANG</b></p>")
    publication = Publication.objects.get()
    assert (proposal.state, proposal.publication) == ("registered", publication)
    assert (publication.registered_by, publication.country) == (an, "VN")
    snapshot = publication.page_snapshot
    assert snapshot is not None
    assert snapshot.url == proposal.organisation_page
    assert Feed.objects.get().next_visit_at is not None
    acts = list(LogEntry.objects.values_list("act", "member__username"))
    assert acts == [
        ("propose_publication", "an"),
        ("register_publication", "an"),
        ("add_feed", "an"),
    ]
    assert PublicationHost.objects.get().host == press.paper("lamgiang").host


def test_page_that_does_not_name_it_registers_nothing_until_it_is_told_anew(
    press: Press, let_read: Any, an: Member, client_of: Callable[..., Client]
) -> None:
    press.paper("tinh"), press.paper("lamgiang")
    let_read(*press.hosts())
    client = client_of(an)
    proposal = propose(client, press, "<p>Báo Lam <!-- Báo Lam Giang --> Sơn</p>")
    assert (proposal.state, proposal.trouble) == ("unproven", "not_named")
    assert (Publication.objects.count(), Snapshot.objects.count()) == (0, 1)
    client.cookies["language"] = "en"
    page = client.get(f"/sources/proposals/{proposal.id}").content.decode()
    assert "does not hold the words “Báo Lam Giang”" in page
    better = press.paper("tinh").serve("/gioi-thieu", f"<html><body>{NAME}</body></html>")
    client.post(f"/sources/proposals/{proposal.id}", tell(better, proposal.feed))
    run_jobs()
    assert Publication.objects.get().organisation_page == better


def test_page_that_cannot_be_read_is_told_as_such(
    press: Press, let_read: Any, an: Member, client_of: Callable[..., Client]
) -> None:
    press.paper("tinh"), press.paper("lamgiang")
    let_read(*press.hosts())
    page = f"http://{press.paper('tinh').host}/nowhere"
    client_of(an).post("/sources/add", tell(page, f"http://{press.paper('lamgiang').host}/f"))
    run_jobs()
    proposal = Proposal.objects.get()
    assert (proposal.trouble, proposal.trouble_facts) == ("http_status", {"status": 404})


def test_page_that_forbids_keeping_bears_out_without_a_copy(
    press: Press, let_read: Any, an: Member, client_of: Callable[..., Client]
) -> None:
    press.paper("tinh"), press.paper("lamgiang")
    let_read(*press.hosts())
    propose(client_of(an), press, f'<meta name="robots" content="noarchive"><p>{NAME}</p>')
    publication = Publication.objects.get()
    assert (publication.page_seen_at is not None, publication.page_snapshot) == (True, None)


def channel_of(press: Press, client: Client, link: str) -> Proposal:
    page = press.paper("tinh").serve("/kenh", f'<body>{NAME} <a href="{link}">kênh</a></body>')
    answer = client.post("/sources/add", tell(page, YOUTUBE, is_channel="on"))
    assert answer.status_code == 302, answer.context["form"].errors
    run_jobs()
    return Proposal.objects.latest("id")


def test_channel_needs_the_link_and_a_second_member(
    press: Press, let_read: Any, an: Member, binh: Member, client_of: Callable[..., Client]
) -> None:
    press.paper("tinh")
    let_read(*press.hosts())
    first, second = client_of(an), client_of(binh)
    proposal = channel_of(press, first, f"https://www.youtube.com/channel/{CHANNEL}")
    assert (proposal.state, Publication.objects.count()) == ("waiting", 0)
    assert NAME in second.get("/sources/").content.decode()
    first.post(f"/sources/proposals/{proposal.id}/confirm")
    assert Publication.objects.count() == 0
    second.post(f"/sources/proposals/{proposal.id}/confirm")
    publication = Publication.objects.get()
    told = (publication.registered_by, publication.confirmed_by, publication.channel)
    assert told == (an, binh, f"youtube.com/{CHANNEL}")
    assert Feed.objects.get().url == YOUTUBE


def test_channel_without_the_link_is_not_borne_out(
    press: Press, let_read: Any, an: Member, client_of: Callable[..., Client]
) -> None:
    press.paper("tinh")
    let_read(*press.hosts())
    proposal = channel_of(press, client_of(an), f"https://www.youtube.com/channel/UC{'b' * 22}")
    assert (proposal.state, proposal.trouble) == ("unproven", "not_linked")


def test_channel_of_a_host_of_its_own_and_its_entries_are_its_own(an: Member, binh: Member) -> None:
    new = actions.NewPublication(
        name=NAME, organisation="Tỉnh", organisation_page="https://tinh.example/", country="VN",
        language="vi", level=Level.PROVINCE, hosts=(f"youtube.com/{CHANNEL}",),
        channel=f"youtube.com/{CHANNEL}",
    )  # fmt: skip
    proof = actions.publications.PageProof(seen_at=NOW)
    for confirmed_by in (None, an):
        with pytest.raises(ValidationError):
            actions.register_publication(
                new, by=an, now=NOW, proof=proof, confirmed_by=confirmed_by
            )
    publication = actions.register_publication(new, by=an, now=NOW, proof=proof, confirmed_by=binh)
    assert actions.add_feed(publication, YOUTUBE, by=an, now=NOW).publication == publication
    other = YOUTUBE.replace("aaa", "bbb")
    for url in (other, "https://www.youtube.com/feeds/videos.xml?user=ai", "https://a.example/f"):
        with pytest.raises(ValidationError):
            actions.add_feed(publication, url, by=an, now=NOW)


def test_database_itself_wants_two_members_for_a_channel(an: Member, binh: Member) -> None:
    publication = make_publication()
    for who in ({}, {"registered_by": an}, {"registered_by": an, "confirmed_by": an}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Publication.objects.filter(id=publication.id).update(channel="x", **who)
    Publication.objects.filter(id=publication.id).update(
        channel="x", registered_by=an, confirmed_by=binh
    )


def test_database_itself_lets_no_proposer_confirm(an: Member) -> None:
    proposal = actions.propose_publication(new_proposal(), by=an, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(id=proposal.id).update(confirmed_by=an)


def new_proposal(feed: str = "https://bao.example/feed", **more: Any) -> actions.NewProposal:
    told = {
        "name": NAME, "organisation": "Tỉnh", "organisation_page": "https://tinh.example/",
        "feed": feed, "feed_kind": FeedKind.UNKNOWN, "country": "VN", "language": "vi",
        "level": Level.PROVINCE,
    }  # fmt: skip
    return actions.NewProposal(**{**told, **more})


def test_only_members_propose_confirm_withdraw_and_decide(everyone: dict[str, Any]) -> None:
    proposal = actions.propose_publication(new_proposal(), by=everyone["An"], now=NOW)
    publication = make_publication()
    actions.mark_person(publication.id, now=NOW)
    for name in ("Cúc", "Dũng"):
        who = everyone[name]
        for act in (
            lambda: actions.propose_publication(new_proposal("https://b.example/f"), by=who, now=NOW),  # noqa: B023 -- called at once
            lambda: actions.confirm_proposal(proposal.id, by=who, now=NOW),  # noqa: B023 -- as above
            lambda: actions.withdraw_proposal(proposal.id, by=who, now=NOW),  # noqa: B023 -- as above
            lambda: actions.propose_finding(publication.id, Finding.PERSON, reason="x" * 20, by=who, now=NOW),  # noqa: B023 -- as above
            lambda: actions.approve_finding(publication.id, by=who, now=NOW),  # noqa: B023 -- as above
        ):  # fmt: skip
            with pytest.raises(PermissionDenied):
                act()


def test_same_feed_is_proposed_once(an: Member, binh: Member) -> None:
    actions.propose_publication(new_proposal(), by=an, now=NOW)
    with pytest.raises(ValidationError):
        actions.propose_publication(new_proposal(), by=binh, now=NOW)
    assert Proposal.objects.count() == 1


def test_registered_host_leads_to_its_own_page(
    an: Member, client_of: Callable[..., Client]
) -> None:
    publication = make_publication(host="bao.example")
    told = tell("https://tinh.example/", "https://bao.example/second.xml")
    answer = client_of(an).post("/sources/add", told)
    assert answer.status_code == 400
    assert f'href="/sources/{publication.id}"' in answer.content.decode()


def test_pages_not_seen_yet_are_looked_at_in_time(press: Press, let_read: Any) -> None:
    paper = press.paper("lamgiang")
    let_read(*press.hosts())
    seen = make_publication(NAME, host=paper.host)
    page = paper.serve("/gioi-thieu", f"<body>{NAME}</body>")
    Publication.objects.filter(id=seen.id).update(organisation_page=page)
    unseen = make_publication("Báo khác", host="khac.localhost:9")
    jobs.sweep_pages(NOW)
    run_jobs()
    seen.refresh_from_db(), unseen.refresh_from_db()
    assert (seen.page_seen_at is not None, unseen.page_seen_at) == (True, None)
    assert unseen.page_tried_at is not None
    assert paper.asked.count("/gioi-thieu") == 1


# ---------------------------------------------------------------- the register, and its button


def test_register_is_public_and_names_no_member(
    an: Member, client_of: Callable[..., Client]
) -> None:
    publication = make_publication("Báo Vân Trì", host="vantri.example")
    Publication.objects.filter(id=publication.id).update(registered_by=an)
    answer = Client(headers={"host": "localhost"}).get("/sources/public")
    page = answer.content.decode()
    assert (answer.status_code, answer.cookies.output()) == (200, "")
    for told in ("Báo Vân Trì", "Cơ quan của Báo Vân Trì", "vantri.example"):
        assert told in page
    assert f'href="/sources/{publication.id}"' not in page
    assert ">an<" not in page


def test_register_goes_out_as_json_and_csv() -> None:
    publication = make_publication("=Báo", host="a.example")
    actions.mark_person(publication.id, now=NOW)
    client = Client(headers={"host": "localhost"})
    [row] = client.get("/sources/public.json").json()["register"]
    assert (row["name"], row["hosts"], row["paused_why"]) == ("=Báo", ["a.example"], "marked")
    table = client.get("/sources/public.csv").content.decode("utf-8-sig")
    [line] = csv.DictReader(io.StringIO(table))
    assert (line["name"], line["hosts"]) == ("'=Báo", "a.example")
    assert client.get("/sources/public.atom").status_code == 404


def test_register_runs_the_same_queries_for_one_and_three(
    django_assert_num_queries: Any,
) -> None:
    for wanted in (1, 3):
        while Publication.objects.count() < wanted:
            actions.mark_person(make_publication().id, now=NOW)
        with django_assert_num_queries(3):
            assert len(find_register()) == wanted


def press_button(publication: Publication, **headers: str) -> Any:
    told = {"host": "localhost", "origin": "http://localhost", "sec-fetch-site": "same-origin"}
    client = Client(enforce_csrf_checks=True, headers={**told, **headers})
    return client.post(f"/sources/public/{publication.id}/person")


def test_this_is_a_person_pauses_at_once_and_keeps_nothing_of_the_sender() -> None:
    feed = make_feed()
    assert claim_due_feeds(now=NOW) == [feed.id]
    Feed.objects.update(claimed_until=None)
    answer = press_button(feed.publication, **{"user-agent": "Trình duyệt lạ"})
    assert (answer.status_code, answer.cookies.output()) == (302, "")
    assert claim_due_feeds(now=NOW) == []
    feed.publication.refresh_from_db()
    assert feed.publication.pause_why == PauseWhy.MARKED
    entry = LogEntry.objects.get()
    assert (entry.act, entry.member, entry.data) == ("mark_person", None, {})
    # The day alone: midnight on the desk's clock.
    assert (entry.at.hour, entry.at.minute, entry.at.second) == (17, 0, 0)
    assert feed.publication.paused_at == entry.at


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null", "sec-fetch-site": "cross-site"}],
)  # fmt: skip
def test_button_of_another_site_does_nothing(headers: dict[str, str]) -> None:
    publication = make_publication()
    assert press_button(publication, **headers).status_code == 403
    assert PersonMark.objects.count() == 0


def test_button_has_patience_and_no_more() -> None:
    publications = [make_publication() for _ in range(4)]
    places = [press_button(one).headers["Location"] for one in publications]
    assert [place.endswith("?too-many=1") for place in places] == [False, False, False, True]
    assert PersonMark.objects.count() == 3


def test_two_members_decide_and_the_reason_is_public(an: Member, binh: Member) -> None:
    feed = make_feed()
    publication = feed.publication
    actions.mark_person(publication.id, now=NOW)
    with pytest.raises(ValidationError):
        actions.resume_publication(publication.id, by=an, now=NOW)
    with pytest.raises(ValidationError):
        actions.propose_finding(publication.id, Finding.PUBLICATION, reason="ok", by=an, now=NOW)
    reason = "Là báo của tỉnh, có giấy phép."
    actions.propose_finding(publication.id, Finding.PUBLICATION, reason=reason, by=an, now=NOW)
    with pytest.raises(ValidationError):
        actions.approve_finding(publication.id, by=an, now=NOW)
    assert claim_due_feeds(now=NOW) == []
    actions.approve_finding(publication.id, by=binh, now=NOW)
    assert claim_due_feeds(now=NOW) == [feed.id]
    page = Client(headers={"host": "localhost"}).get("/sources/public").content.decode()
    assert reason in page
    assert not actions.mark_person(publication.id, now=NOW + timedelta(days=29))
    assert actions.mark_person(publication.id, now=NOW + timedelta(days=31))


def test_what_two_members_found_to_be_a_person_stays_out(an: Member, binh: Member) -> None:
    feed = make_feed()
    actions.mark_person(feed.publication_id, now=NOW)
    actions.propose_finding(
        feed.publication_id, Finding.PERSON, reason="Trang của một người.", by=an, now=NOW
    )
    actions.approve_finding(feed.publication_id, by=binh, now=NOW)
    for act in (
        lambda: actions.resume_publication(feed.publication_id, by=an, now=NOW),
        lambda: actions.leave_publication(feed.publication_id, reason="", by=an, now=NOW),
    ):
        with pytest.raises(ValidationError):
            act()
    feed.refresh_from_db()
    assert (feed.stopped_at, claim_due_feeds(now=NOW)) == (NOW, [])


def test_database_itself_lets_no_one_decide_alone(an: Member, binh: Member) -> None:
    publication = make_publication()
    actions.mark_person(publication.id, now=NOW)
    told = {"proposed": "person", "reason": "x", "proposed_by": an, "decided_at": NOW}
    for change in ({**told, "decided_by": an}, {**told, "decided_by": None}, {"decided_by": binh}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PersonMark.objects.update(**change)
