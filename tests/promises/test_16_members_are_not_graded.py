"""16. Members are not graded: nobody keeps what a member read, and nothing measures zeal."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import ForeignKey
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.house.writes import is_write
from tests.promises.doors import columns, find_doors
from tests.watch.rows import make_article, make_feed

from haidang.core import actions
from haidang.core.models import LogEntry, Member

WORDS = "score rank grade zeal belief attitude loyalty activity productivity performance reader"


def test_nothing_is_named_after_measuring_members() -> None:
    """`score` is the grouper's nearness of two articles, `rank` the order of a search."""
    assert find_doors(*WORDS.split()) == ["StoryDecision.score"]


def test_tables_that_point_at_a_member_are_known_by_name() -> None:
    """What is kept of a member: their acts, their links, what they registered. Not what they read."""
    from django.apps import apps

    told = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model is Member
    }
    assert told == {
        "AccessToken.member",  # shown to its member; to who runs the desk without when it was used
        "Authenticator.user",
        "Credential.set_by",
        "EmailAddress.user",
        "ExportRequest.agreed_by",
        "ExportRequest.asked_by",
        "Imprint.set_by",
        "InboxLine.by",
        "InboxLine.member",
        "Letter.member",
        "LogEntry.member",
        "Member.invited_by",
        "OneTimeLink.made_by",
        "OneTimeLink.member",
        "Passage.approver",
        "Passage.proposer",
        "PassageFinding.decided_by",
        "PersonMark.decided_by",
        "PersonMark.proposed_by",
        "PrivateFeed.member",  # a list they chose for their own reader, shown to them alone
        "Proposal.confirmed_by",
        "Proposal.proposed_by",
        "Publication.confirmed_by",
        "Publication.registered_by",
        "RoleGrant.ended_by",
        "RoleGrant.given_by",
        "RoleGrant.member",
        "SocialAccount.user",
        "Topic.approver",
        "Topic.proposer",
        "UnitChange.by",
        "Webhook.made_by",
    }
    assert sorted(column for column in columns("core") if column.startswith("Member.")) == [
        "Member.affiliation",
        "Member.arrived_at",
        "Member.authenticator",
        "Member.email",
        "Member.emailaddress",
        "Member.grants",
        "Member.grants_ended",
        "Member.grants_given",
        "Member.id",
        "Member.inbox",
        "Member.inbox_mail",  # their own choice of letters
        "Member.invited",
        "Member.invited_by",
        "Member.is_active",
        "Member.joined_at",
        "Member.last_login",
        "Member.left_at",
        "Member.letter",
        "Member.links_made",
        "Member.logentry",
        "Member.mail_language",
        "Member.name",
        "Member.onetimelink",
        "Member.passagefinding",
        "Member.passages_approved",
        "Member.passages_proposed",
        "Member.password",
        "Member.private_feeds",
        "Member.proposals",
        "Member.publication",
        "Member.session_round",
        "Member.socialaccount",
        "Member.tokens",
        "Member.unit_changes",
        "Member.username",
        "Member.webhooks",
    ]


@pytest.mark.django_db
def test_reading_writes_nothing_anywhere(client_of, an: Member) -> None:
    """Every page and list of the desk, as a member reads it: not one write, not even of the session."""
    article = make_article(feed=make_feed())
    browser = client_of(an)
    pages = [
        "/",
        "/watch/",
        "/watch/?order=largest",
        f"/watch/news?since={timezone.now():%Y-%m-%dT%H:%M:%SZ}",
        f"/s/{article.story_id}",
        f"/a/{article.id}",
        "/search",
        "/search?q=lua",
        "/search?q=lua&order=relevance",
        "/sources/",
        "/sources/add",
        "/promises",
        "/help/keys",
        "/desk/log/",
        "/desk/log/mine",
        "/desk/",
        "/desk/export",
        "/desk/notices/",
        "/audit",
        "/watch.atom",
        f"/s/{article.story_id}.csv",
        "/search.json?q=lua",
        "/sources.rss",
    ]
    for page in pages:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(page).status_code == 200, page
        assert [query["sql"] for query in asked if is_write(query["sql"])] == [], page


@pytest.mark.django_db
def test_what_a_reader_saw_last_lies_with_the_reader(client_of, an: Member) -> None:
    """ "New since your last visit" is a cookie of theirs that names nobody."""
    browser = client_of(an)
    browser.get("/watch/")
    cookie = browser.cookies["seen"].value
    assert "an" not in cookie.replace("T", "").split("|")
    assert str(an.pk) != cookie
    assert browser.cookies["seen"]["httponly"]


@pytest.mark.django_db
def test_search_words_are_kept_nowhere(client_of, an: Member, caplog) -> None:
    from tests.promises.test_02_no_author_profiles import dump_of_tables

    with caplog.at_level("DEBUG", logger="haidang"):
        client_of(an).get("/search?q=chuyenriengcuaan")
    assert "chuyenriengcuaan" not in dump_of_tables() + caplog.text


@pytest.mark.django_db
def test_log_of_one_person_opens_only_with_a_reason_that_the_person_sees(
    client_of, an: Member, binh: Member, giang: Member
) -> None:
    """Only those whose role says so open it, and they are an administrator of the whole organisation."""
    actions.log_act("add_feed", by=binh, now=timezone.now(), what="https://bao.example/feed")
    everyone = client_of(an).get("/desk/log/").content.decode()
    assert "bình" not in everyone.split('<ol class="deeds"')[1]
    for reason in ("", "   ", "xem"):
        client_of(giang).post("/desk/log/open", {"member": binh.pk, "reason": reason})
    client_of(an).post("/desk/log/open", {"member": binh.pk, "reason": "Tìm ai thêm nguồn này"})
    assert LogEntry.objects.filter(act="open_log_of").count() == 0
    client_of(giang).post("/desk/log/open", {"member": binh.pk, "reason": "Tìm ai thêm nguồn này"})
    assert "Tìm ai thêm nguồn này" in client_of(binh).get("/desk/log/mine").content.decode()


def test_reading_marks_are_the_members_own_and_hold_no_moment() -> None:
    """Only that a line is no longer new: no column could tell when, how often or how fast."""
    from haidang.core.models import InboxLine

    kinds = {field.name: field.get_internal_type() for field in InboxLine._meta.concrete_fields}
    marks = {name for name, kind in kinds.items() if kind in {"BooleanField", "DateTimeField"}}
    assert marks == {"is_read", "settled", "at", "to_mail"}  # the last: no letter has it yet


@pytest.mark.django_db
def test_reading_marks_of_others_are_seen_and_exported_by_nobody(
    client_of, an, binh, giang
) -> None:
    """Neither a page nor the log nor an export differs by what a member has read."""
    from django.apps import apps

    from haidang.project.safekeeping.tables import choose_for_export

    line = actions.tell_member(binh, "log_opened", address="/desk/log/mine", now=timezone.now())
    assert line
    pages = ["/people/", f"/people/{binh.pk}", "/desk/log/", "/desk/", "/desk/export"]
    before = {page: client_of(giang).get(page).content.count(b"") for page in pages}
    logged = LogEntry.objects.count()
    client_of(binh).post("/desk/inbox/read", {"up_to": 10**9})
    after = {page: client_of(giang).get(page).content.count(b"") for page in pages}
    assert (after, LogEntry.objects.count()) == (before, logged)
    assert "core_inboxline" not in choose_for_export(list(apps.get_models()))
