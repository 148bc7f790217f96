"""A member's inbox: told in the transaction of the act, settled by whoever acts, read by its member alone."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.cast import give_roles

import haidang
from haidang.core import actions, inbox
from haidang.core.actions.publishing import Intent, digest_passage
from haidang.core.actions.showing import mark_clock
from haidang.core.enums import Role, WithdrawWhy
from haidang.core.models import InboxLine, Member, Passage
from haidang.core.queries.inbox import count_new, find_inbox

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
TEXT = Intent(title="Lịch tiếp dân", body="Tiếp dân thứ Ba.")
LINES = {"funding": "Ngân sách xã", "contact": "Trụ sở xã", "public_office": True}
PACKAGE = Path(haidang.__file__).parent


@pytest.fixture
def imprint(an: Member, second_factors: None) -> None:
    actions.set_imprint(legal_owner="Ủy ban xã Lam Hạ", by=an, now=NOW, **LINES)


def told(member: Member) -> list[tuple[str, bool]]:
    """Kind, and whether it is settled; oldest first."""
    return list(
        InboxLine.objects.filter(member=member).order_by("id").values_list("kind", "settled")
    )


def approve(passage: Passage, by: Member, now: datetime = NOW) -> None:
    actions.approve(passage.pk, digest=digest_passage(passage), by=by, now=now)


# ---------------------------------------------------------------- what is told to whom


def test_second_person_is_asked_and_the_proposer_hears_what_became_of_it(
    an: Member, binh: Member, cuc: Member, giang: Member, imprint: None
) -> None:
    passage = actions.propose(TEXT, by=an, now=NOW)
    assert {one.username: told(one) for one in (an, binh, cuc, giang)} == {
        "an": [], "bình": [("passage_waits", False)], "cúc": [], "giang": [],
    }  # fmt: skip
    approve(passage, binh)
    actions.publish_due(now=NOW)
    assert told(binh) == [("passage_waits", True)]
    assert told(an) == [("passage_published", False)]


def test_who_approved_hears_when_the_hour_has_come(an: Member, binh: Member, imprint: None) -> None:
    later = NOW + timedelta(hours=1)
    approve(actions.propose(replace(TEXT, embargo_until=later), by=an, now=NOW), binh)
    actions.publish_due(now=later)
    assert told(binh) == [("passage_waits", True), ("passage_published", False)]


def test_nobody_is_asked_who_could_not_approve(
    an: Member, binh: Member, khoa: Member, imprint: None
) -> None:
    """Whom the proposer let in ten days ago cannot approve; so they are not asked."""
    give_roles(khoa, ["publisher"])
    from haidang.core.models import OneTimeLink

    OneTimeLink.objects.create(
        token_hash="x", purpose="invitation", member=khoa, made_by=an, made_at=NOW,
        expires_at=NOW, used_at=NOW - timedelta(days=10),
    )  # fmt: skip
    actions.propose(TEXT, by=an, now=NOW)
    assert (told(khoa), told(binh)) == ([], [("passage_waits", False)])


def test_findings_are_asked_of_the_proposer_first(an: Member, binh: Member, imprint: None) -> None:
    phone = Intent(title="Lịch", body="Gọi anh Ba số 0912 345 678 nhé.")
    passage = actions.propose(phone, by=an, now=NOW)
    assert (told(an), told(binh)) == ([("findings_wait", False)], [])
    for finding in passage.findings.all():
        actions.decide_finding(finding.pk, reason="Số trực của cơ quan", by=an, now=NOW)
    assert (told(an), told(binh)) == ([("findings_wait", True)], [("passage_waits", False)])


def test_taking_back_settles_what_was_asked(an: Member, binh: Member, imprint: None) -> None:
    passage = actions.propose(TEXT, by=an, now=NOW)
    actions.drop_passage(passage.pk, by=binh, now=NOW)
    assert told(binh) == [("passage_waits", True)]
    assert told(an) == [("passage_dropped", False)]


def test_text_that_waits_for_its_hour_and_a_clock_that_jumps(
    an: Member, binh: Member, imprint: None
) -> None:
    later = Intent(title="Lịch", body="Thứ Ba.", embargo_until=NOW + timedelta(days=1))
    passage = actions.propose(later, by=an, now=NOW)
    approve(passage, binh)
    assert told(an) == [("passage_approved", False)]
    mark_clock(wall=NOW.timestamp(), since_boot=100.0, boot="x")
    assert mark_clock(wall=NOW.timestamp() + 9999, since_boot=110.0, boot="x")
    assert (told(an)[-1], told(binh)[-1]) == (("passage_held", False), ("passage_held", False))
    actions.release_held(passage.pk, by=binh, now=NOW)
    assert (told(an)[-1], told(binh)[-1]) == (("passage_held", True), ("passage_held", True))


def test_owner_of_a_text_hears_of_a_change(
    an: Member, binh: Member, khoa: Member, imprint: None
) -> None:
    give_roles(khoa, ["editor"])
    approve(actions.propose(TEXT, by=an, now=NOW), binh)
    [item] = actions.publish_due(now=NOW)
    actions.propose_withdrawal(item, WithdrawWhy.ERROR, by=khoa, now=NOW)
    assert ("change_proposed", False) in told(an)
    assert "change_proposed" not in dict(told(khoa))


def test_changed_imprint_is_told_and_takes_approvals_back(
    an: Member, binh: Member, giang: Member, imprint: None
) -> None:
    later = Intent(title="Lịch", body="Thứ Ba.", embargo_until=NOW + timedelta(days=1))
    passage = actions.propose(later, by=an, now=NOW)
    approve(passage, binh)
    actions.set_imprint(legal_owner="Ủy ban xã Lam Thượng", by=giang, now=NOW, **LINES)
    passage.refresh_from_db()
    assert (passage.approver, passage.approved_at) == (None, None)
    assert [kind for kind, _settled in told(binh)] == [
        "passage_waits", "imprint_changed", "approval_fell", "passage_waits",
    ]  # fmt: skip
    assert actions.publish_due(now=NOW + timedelta(days=1, hours=1)) == []
    actions.set_imprint(legal_owner="Ủy ban xã Lam Thượng", by=giang, now=NOW, **LINES)
    assert len(told(binh)) == 4  # nothing changed, so nothing is told


def test_roles_and_an_opened_log_are_told_to_the_person(an: Member, giang: Member) -> None:
    root = an.grants.first().unit
    grant = actions.give_role(an, Role.EXPERT, unit=root, by=giang, now=NOW)
    actions.take_role(grant, by=giang, now=NOW)
    actions.open_log_of(an, reason="Kiểm tra việc ngày 22/11", by=giang, now=NOW)
    with translation.override("en"):
        sentences = [line.sentence for line in find_inbox(an).lines]
    assert sentences == [
        "giang opened the log of your acts: Kiểm tra việc ngày 22/11",
        "giang took from you the role “expert” over the whole organisation.",
        "giang gave you the role “expert” over the whole organisation.",
    ]
    own = an.grants.first()
    actions.take_role(own, by=an, now=NOW)
    assert len(told(an)) == 3  # laying down one's own role is no news to oneself


def test_line_falls_with_its_act(an: Member, giang: Member) -> None:
    with transaction.atomic():
        actions.open_log_of(an, reason="Kiểm tra việc ngày 22/11", by=giang, now=NOW)
        transaction.set_rollback(True)
    assert told(an) == []


# ---------------------------------------------------------------- a closed set, and addresses of this desk


def test_kinds_are_a_closed_set_with_whole_sentences(an: Member) -> None:
    with pytest.raises(ValueError, match="no sentence"):
        actions.tell_member(an, "hello", address="/desk/", now=NOW)
    for address in ("https://evil.example/", "//evil.example/", "/\\evil.example/", "desk"):
        with pytest.raises(ValueError, match="path"):
            actions.tell_member(an, "log_opened", address=address, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        InboxLine.objects.create(member=an, kind="x", address="//evil.example/", at=NOW)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_kind_reads_as_a_sentence(language: str) -> None:
    with translation.override(language):
        lines = {
            kind: inbox.tell_line(kind, who="An", what="Lịch", data={})
            for kind in inbox.list_known()
        }
    assert [kind for kind, line in lines.items() if "%(" in line] == []
    assert len(set(lines.values())) == len(lines)


def test_every_kind_is_told_somewhere() -> None:
    """A kind that nobody tells is a sentence that nobody reads."""
    said: set[str] = set()
    for path in PACKAGE.glob("*/actions/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                said.add(node.value)
    said |= {"role_given_to_all", "role_taken_from_all"}  # made of two words in members.py
    assert inbox.list_known() - said == set()


# ---------------------------------------------------------------- the page


def make_lines(member: Member, count: int) -> list[int]:
    lines = [
        InboxLine(
            member=member, kind="log_opened", address="/desk/log/mine", at=NOW, what=f"Lý do {n}"
        )
        for n in range(count)
    ]
    return [line.pk for line in InboxLine.objects.bulk_create(lines)]


def test_inbox_is_ones_own(
    client_of: Callable[..., Client], an: Member, binh: Member, khoa: Member
) -> None:
    [first, second] = make_lines(an, 2)
    page = client_of(an).get("/desk/").content.decode()
    assert ("Lý do 0" in page, "Lý do 1" in page) == (True, True)
    assert "Lý do" not in client_of(binh).get("/desk/").content.decode()
    assert client_of(khoa).get("/desk/").status_code == 200
    assert client_of(None).get("/desk/").headers["Location"].startswith("/sign-in?next=")
    assert client_of(binh).post(f"/desk/inbox/{first}", {"act": "read"}).status_code == 404
    client_of(binh).post("/desk/inbox/read", {"up_to": second})
    assert count_new(an) == 2


def test_reading_is_a_form_and_leads_on(client_of: Callable[..., Client], an: Member) -> None:
    [first, second] = make_lines(an, 2)
    browser = client_of(an)
    browser.get("/desk/")
    assert count_new(an) == 2  # looking marks nothing
    opened = browser.post(f"/desk/inbox/{first}", {"act": "open"})
    assert (opened.headers["Location"], count_new(an)) == ("/desk/log/mine", 1)
    late = make_lines(an, 1)[0]
    browser.post("/desk/inbox/read", {"up_to": second})
    assert list(InboxLine.objects.filter(is_read=False).values_list("id", flat=True)) == [late]
    assert browser.get(f"/desk/inbox/{first}").status_code == 405
    assert browser.post("/desk/inbox/read", {"up_to": "9" * 40}).status_code == 302


def test_number_stands_on_every_page_for_one_query(
    client_of: Callable[..., Client], an: Member
) -> None:
    browser = client_of(an)
    with CaptureQueriesContext(connection) as few:
        browser.get("/help/keys")
    make_lines(an, 7)
    with CaptureQueriesContext(connection) as many:
        page = browser.get("/help/keys").content.decode()
    asked = [one["sql"] for one in many.captured_queries if "core_inboxline" in one["sql"]]
    assert (len(few), len(asked)) == (len(many), 1)
    assert '<span class="inbox-new">7' in page


def test_long_inbox_has_pages_and_the_same_number_of_queries(
    client_of: Callable[..., Client], an: Member
) -> None:
    browser = client_of(an)
    make_lines(an, 1)
    with CaptureQueriesContext(connection) as one:
        browser.get("/desk/")
    make_lines(an, 60)
    with CaptureQueriesContext(connection) as many:
        page = browser.get("/desk/").content.decode()
    assert len(one) == len(many)
    oldest_here = min(InboxLine.objects.order_by("-id").values_list("id", flat=True)[:50])
    assert f'href="?before={oldest_here}"' in page
    assert "Lý do 59" not in browser.get(f"/desk/?before={oldest_here}").content.decode()


def test_empty_inbox_says_what_will_stand_there(
    client_of: Callable[..., Client], khoa: Member
) -> None:
    assert "Chưa có lời nhắn nào" in client_of(khoa).get("/desk/").content.decode()


def test_old_lines_are_forgotten(an: Member) -> None:
    ids = make_lines(an, 5)
    days = {ids[0]: 31, ids[1]: 31, ids[2]: 31, ids[3]: 181, ids[4]: 29}
    for number, age in days.items():
        InboxLine.objects.filter(id=number).update(at=NOW - timedelta(days=age))
    InboxLine.objects.filter(id__in=[ids[0], ids[4]]).update(is_read=True)
    InboxLine.objects.filter(id=ids[1]).update(settled=True)
    assert actions.prune_inbox(now=NOW) == 3
    assert set(InboxLine.objects.values_list("id", flat=True)) == {ids[2], ids[4]}


# ---------------------------------------------------------------- who says who publishes


def test_imprint_is_for_publishers_and_administrators(
    client_of: Callable[..., Client], an: Member, giang: Member, khoa: Member
) -> None:
    give_roles(khoa, ["editor"])
    answers = {
        one.username: client_of(one).get("/desk/notices/imprint").status_code
        for one in (an, giang, khoa)
    }
    assert answers == {"an": 200, "giang": 200, "khoa": 403}
    told_so = client_of(khoa).get("/desk/notices/new", follow=True).content.decode()
    assert "nói rõ ai công bố và ai chi trả" in told_so


def test_whoever_changed_who_publishes_does_not_approve_what_waited(
    an: Member, binh: Member, imprint: None
) -> None:
    passage = actions.propose(TEXT, by=an, now=NOW)
    later = NOW + timedelta(hours=1)
    actions.set_imprint(legal_owner="Ủy ban xã Lam Thượng", by=binh, now=later, **LINES)
    with pytest.raises(ValidationError, match=r"người khác"):
        approve(passage, binh, now=later)


def test_approval_is_for_the_publisher_that_was_shown(
    an: Member, binh: Member, giang: Member, imprint: None
) -> None:
    passage = actions.propose(TEXT, by=an, now=NOW)
    seen = digest_passage(passage)
    actions.set_imprint(legal_owner="Ủy ban xã Lam Thượng", by=giang, now=NOW, **LINES)
    with pytest.raises(ValidationError):
        actions.approve(passage.pk, digest=seen, by=binh, now=NOW)
