"""The publishing gate: two people, a decision for each finding, its hour, a signature; and no other way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from tests.cast import PASSWORD, confirm, give_code_app, give_roles

from haidang.core import actions, signatures
from haidang.core.actions.publishing import Intent, digest_passage
from haidang.core.actions.showing import mark_clock
from haidang.core.enums import LinkPurpose, WithdrawWhy
from haidang.core.models import LogEntry, Member, Passage, PublicItem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factors")]
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
TEXT = Intent(title="Lịch tiếp dân", body="Tiếp dân thứ Ba.\n\nMời bà con đến sớm.")


@pytest.fixture
def imprint(an: Member) -> None:
    actions.set_imprint(
        legal_owner="Ủy ban xã Lam Hạ",
        funding="Ngân sách xã",
        contact="Trụ sở xã",
        public_office=True,
        by=an,
        now=NOW,
    )


def approve(passage: Passage, by: Member, now: datetime = NOW) -> Passage:
    return actions.approve(passage.pk, digest=digest_passage(passage), by=by, now=now)


def publish(
    an: Member, binh: Member, intent: Intent = TEXT, item: PublicItem | None = None
) -> PublicItem:
    approve(actions.propose(intent, item=item, by=an, now=NOW), binh)
    [shown] = actions.publish_due(now=NOW)
    return shown


def test_text_passes_with_two_people_and_is_signed_and_logged(
    an: Member, binh: Member, imprint: None
) -> None:
    item = publish(an, binh)
    signed = signatures.SignedText(signatures.ITEM, item.text, item.key, item.proof)
    assert signatures.verify_text(signed)
    assert "owner: Ủy ban xã Lam Hạ\nfunding: Ngân sách xã\n" in item.text
    assert item.text.endswith("\n\nTiếp dân thứ Ba.\n\nMời bà con đến sớm.\n")
    assert item.html == "<p>Tiếp dân thứ Ba.</p>\n<p>Mời bà con đến sớm.</p>"
    assert item.json_ld["publisher"]["@type"] == "GovernmentOrganization"
    assert list(LogEntry.objects.values_list("act", "member__username"))[1:] == [
        ("propose_passage", "an"), ("approve_passage", "bình"), ("publish_item", "bình"),
    ]  # fmt: skip
    assert actions.publish_due(now=NOW) == []


def test_who_proposed_cannot_approve_not_even_past_the_code(an: Member, imprint: None) -> None:
    passage = actions.propose(TEXT, by=an, now=NOW)
    with pytest.raises(ValidationError):
        approve(passage, an)
    with pytest.raises(IntegrityError), transaction.atomic():
        Passage.objects.filter(pk=passage.pk).update(approver=an, approved_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Passage.objects.filter(pk=passage.pk).update(published_at=NOW)
    assert (actions.publish_due(now=NOW), PublicItem.objects.count()) == ([], 0)


def test_approval_is_for_the_text_that_was_seen_and_given_once(
    an: Member, binh: Member, imprint: None
) -> None:
    passage = actions.propose(TEXT, by=an, now=NOW)
    with pytest.raises(ValidationError):
        actions.approve(passage.pk, digest="0" * 64, by=binh, now=NOW)
    approve(passage, binh)
    with pytest.raises(ValidationError):
        approve(passage, binh)


@pytest.mark.parametrize("without", ["an", "bình"])
def test_both_need_a_second_factor(without: str, an: Member, binh: Member, imprint: None) -> None:
    passage = actions.propose(TEXT, by=an, now=NOW)
    Authenticator.objects.filter(user__username=without).delete()
    with pytest.raises(ValidationError):
        approve(passage, binh)
    give_code_app(Member.objects.get(username=without))
    assert approve(passage, binh).approver == binh


def test_inviter_and_invitee_do_not_publish_together_for_thirty_days(
    an: Member, giang: Member, imprint: None
) -> None:
    """Nor after the machine forgot what is spent: the link that was used is what keeps them apart."""
    give_roles(giang, ["publisher"])
    give_code_app(giang)
    token = actions.make_link(LinkPurpose.NEW_PASSWORD, now=NOW, member=an, by=giang)
    actions.use_link(token, username="an", password=PASSWORD, now=NOW)
    passage = actions.propose(TEXT, by=an, now=NOW)
    almost = NOW + timedelta(days=29)
    actions.forget_spent(now=almost)
    with pytest.raises(ValidationError):
        approve(passage, giang, now=almost)
    approve(passage, giang, now=NOW + timedelta(days=30))


def test_roles_say_who_proposes_and_who_approves(
    an: Member, giang: Member, khoa: Member, hanh: Member, imprint: None
) -> None:
    """An administrator approves nothing by being one; an editor does not, a publisher does not propose."""
    editor = give_code_app(give_roles(khoa, ["editor"]))
    publisher = give_code_app(give_roles(hanh, ["publisher"]))
    give_code_app(giang)
    passage = actions.propose(TEXT, by=an, now=NOW)
    for other in (editor, giang):
        with pytest.raises(PermissionDenied):
            approve(passage, other)
    for other in (publisher, giang):
        with pytest.raises(PermissionDenied):
            actions.propose(TEXT, by=other, now=NOW)
    with pytest.raises(PermissionDenied):
        actions.drop_passage(passage.pk, by=giang, now=NOW)
    approve(passage, publisher)


def test_approving_in_the_browser_asks_for_the_second_factor_anew(
    an: Member, binh: Member, imprint: None, client_of: Callable[..., Client]
) -> None:
    passage = actions.propose(TEXT, by=an, now=NOW)
    browser, page = client_of(binh), f"/desk/notices/{passage.pk}"
    told = {"digest": digest_passage(passage)}
    asked = browser.post(f"{page}/approve", told).headers["Location"]
    assert asked == f"/account/confirm?next=%2Fdesk%2Fnotices%2F{passage.pk}"
    assert PublicItem.objects.count() == 0
    confirm(browser)
    assert browser.post(f"{page}/approve", told).headers["Location"] == page
    assert PublicItem.objects.count() == 1


def test_who_has_no_second_factor_is_sent_to_make_one(
    an: Member, binh: Member, imprint: None, client_of: Callable[..., Client]
) -> None:
    passage = actions.propose(TEXT, by=an, now=NOW)
    Authenticator.objects.filter(user=binh).delete()
    answer = client_of(binh).post(
        f"/desk/notices/{passage.pk}/approve", {"digest": digest_passage(passage)}
    )
    assert answer.headers["Location"] == "/account/"
    assert PublicItem.objects.count() == 0


def test_proposer_who_left_publishes_nothing(an: Member, binh: Member, imprint: None) -> None:
    passage = actions.propose(TEXT, by=an, now=NOW)
    Member.objects.filter(pk=an.pk).update(is_active=False)
    with pytest.raises(ValidationError):
        approve(passage, binh)


def test_each_finding_needs_a_decision(an: Member, binh: Member, imprint: None) -> None:
    body = "Gọi 0912 345 678.\n\nĐộ mật: Tối mật"
    passage = actions.propose(
        Intent(title="Gặp cháu Lê Thị Bưởi (9 tuổi)", body=body), by=an, now=NOW
    )
    findings = list(passage.findings.all())
    assert [(one.kind, one.in_title) for one in findings] == [
        ("minor", True),
        ("phone", False),
        ("mark", False),
    ]
    with pytest.raises(ValidationError):
        actions.decide_finding(findings[0].pk, reason="ok", by=an, now=NOW)
    for finding in findings:
        with pytest.raises(ValidationError):
            approve(passage, binh)
        actions.decide_finding(finding.pk, reason="Gia đình đã đồng ý", by=an, now=NOW)
    approve(passage, binh)
    assert len(actions.publish_due(now=NOW)) == 1


def test_nothing_is_public_before_its_hour_nor_without_approval_at_it(
    an: Member, binh: Member, imprint: None
) -> None:
    hour = NOW + timedelta(hours=5)
    early = actions.propose(Intent(title="A", body="B", embargo_until=hour), by=an, now=NOW)
    late = actions.propose(Intent(title="C", body="D", embargo_until=hour), by=an, now=NOW)
    approve(early, binh)
    assert actions.publish_due(now=hour - timedelta(seconds=1)) == []
    assert [item.title for item in actions.publish_due(now=hour)] == ["A"]
    with pytest.raises(ValidationError):
        approve(late, binh, now=hour)
    assert actions.publish_due(now=hour + timedelta(days=1)) == []
    for wrong in (NOW, NOW + timedelta(days=91)):
        with pytest.raises(ValidationError):
            actions.propose(Intent(title="E", body="F", embargo_until=wrong), by=an, now=NOW)


@pytest.mark.parametrize(("jump", "held"), [(86_400.0, True), (-7_200.0, True), (2.0, False)])
def test_clock_that_jumps_opens_no_embargo(
    jump: float, held: bool, an: Member, binh: Member, imprint: None
) -> None:
    hour = NOW + timedelta(hours=5)
    passage = actions.propose(Intent(title="A", body="B", embargo_until=hour), by=an, now=NOW)
    approve(passage, binh)
    assert not mark_clock(wall=1_000_000.0, since_boot=50.0, boot="b")
    assert mark_clock(wall=1_000_015.0 + jump, since_boot=65.0, boot="b") is held
    passage.refresh_from_db()
    assert passage.held is held
    if held:
        assert actions.publish_due(now=hour) == []
        actions.release_held(passage.pk, by=binh, now=hour)
    assert not mark_clock(wall=5.0, since_boot=1.0, boot="another start")


def test_kill_between_approval_and_publication_loses_nothing(
    an: Member, binh: Member, imprint: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last step fails half-way: nothing of it stays, and the next round finishes it once."""
    from haidang.core.actions import showing

    approve(actions.propose(TEXT, by=an, now=NOW), binh)
    with monkeypatch.context() as patch:
        patch.setattr(
            showing, "log_act", lambda *_a, **_k: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        with pytest.raises(KeyboardInterrupt):
            actions.publish_due(now=NOW)
    assert PublicItem.objects.count() == 0
    assert len(actions.publish_due(now=NOW)) == 1


def test_correction_keeps_what_stood_and_withdrawal_keeps_the_address(
    an: Member, binh: Member, imprint: None, client_of: Callable[..., Client]
) -> None:
    item = publish(an, binh)
    changed = Intent(title="Lịch tiếp dân", body="Tiếp dân thứ Tư.", why="Ngày đăng trước là sai")
    corrected = publish(binh, an, changed, item)
    assert (corrected.pk, corrected.version) == (item.pk, 2)
    browser = client_of(None)
    page = browser.get(item.address).content.decode()
    assert all(told in page for told in ("thứ Tư", "Ngày đăng trước là sai", "thứ Ba"))
    approve(actions.propose_withdrawal(corrected, WithdrawWhy.ERROR, by=an, now=NOW), binh)
    actions.publish_due(now=NOW)
    gone = browser.get(item.address)
    assert (gone.status_code, "thứ" in gone.content.decode().split("<article", 1)[1]) == (
        410,
        False,
    )
    assert "withdrawn: error" in browser.get(item.address + ".json").json()["text"]
    assert item.address in browser.get("/corrections").content.decode()
    with pytest.raises(ValidationError):
        actions.propose_withdrawal(PublicItem.objects.get(), WithdrawWhy.ERROR, by=an, now=NOW)


def test_one_change_of_a_text_at_a_time(an: Member, binh: Member, imprint: None) -> None:
    item = publish(an, binh)
    first = actions.propose_withdrawal(item, WithdrawWhy.WRONG, by=an, now=NOW)
    with pytest.raises(ValidationError):
        actions.propose_withdrawal(item, WithdrawWhy.ERROR, by=binh, now=NOW)
    actions.drop_passage(first.pk, by=an, now=NOW)
    actions.propose_withdrawal(item, WithdrawWhy.ERROR, by=binh, now=NOW)


def test_nothing_passes_without_an_imprint(an: Member) -> None:
    with pytest.raises(ValidationError):
        actions.propose(TEXT, by=an, now=NOW)


def test_two_people_publish_in_the_browser(
    an: Member, binh: Member, client_of: Callable[..., Client]
) -> None:
    first, second, outsider = client_of(an), client_of(binh), client_of(None)
    confirm(first)
    confirm(second)
    assert first.get("/desk/notices/new").headers["Location"] == "/desk/notices/imprint"
    told = {
        "legal_owner": "Xã Lam Hạ",
        "funding": "Ngân sách",
        "contact": "Trụ sở",
        "public_office": "on",
    }
    assert first.post("/desk/notices/imprint", told).status_code == 302
    written = {"title": "Cấp <b>nước</b>", "body": "Gọi 0912 345 678", "language": "vi"}
    passage = first.post("/desk/notices/new", written).headers["Location"]
    finding = Passage.objects.get().findings.get()
    digest = digest_passage(Passage.objects.get())
    second.post(f"{passage}/approve", {"digest": digest})
    assert PublicItem.objects.count() == 0
    second.post(f"{passage}/decide", {"finding": finding.pk, "reason": "Số trực của nhà máy nước"})
    first.post(f"{passage}/approve", {"digest": digest})
    assert PublicItem.objects.count() == 0
    assert "Cấp" not in outsider.get("/").content.decode()
    second.post(f"{passage}/approve", {"digest": digest})
    item = PublicItem.objects.get()
    page = outsider.get(item.address)
    assert "Cấp &lt;b&gt;nước" in page.content.decode()
    assert "<b>" not in page.content.decode()
    assert page.cookies == {}
    assert item.address in outsider.get("/").content.decode()
    assert item.address in outsider.get("/notices.atom").content.decode()
    assert first.get(passage).status_code == first.get("/desk/notices/").status_code == 200
    assert first.get(f"/desk/notices/change/{item.pk}").status_code == 200


def test_text_cannot_end_the_element_of_its_data(
    an: Member, binh: Member, imprint: None, client_of: Callable[..., Client]
) -> None:
    item = publish(an, binh, Intent(title="</script><script>alert(1)", body="<!-- <script>"))
    page = client_of(None).get(item.address).content.decode()
    data = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert json.loads(data)["headline"] == "</script><script>alert(1)"
    assert "<script>" not in page
    assert "<!-- " not in page


def test_page_offers_only_what_its_reader_may_do(
    an: Member, giang: Member, hanh: Member, client_of: Callable[..., Client]
) -> None:
    """To a publisher no writing; to others not even the way to the gate."""
    publisher = give_roles(hanh, ["publisher"])
    told = {
        one.username: (
            "/desk/notices/new" in client_of(one).get("/desk/notices/").content.decode(),
            'href="/desk/notices/"' in client_of(one).get("/promises").content.decode(),
        )
        for one in (an, publisher, giang)
    }
    assert told == {"an": (True, True), "hạnh": (False, True), "giang": (False, False)}


def test_signed_text_is_verified_by_the_page(
    an: Member, binh: Member, imprint: None, client_of: Callable[..., Client]
) -> None:
    item, browser = publish(an, binh), client_of(None)
    signed = browser.get(item.address + ".json").content.decode()
    origin: dict[str, Any] = {"headers": {"Sec-Fetch-Site": "same-origin"}}
    good = browser.post("/verify", {"signed": signed}, **origin).content.decode()
    bad = browser.post(
        "/verify", {"signed": signed.replace("thứ Ba", "thứ Hai")}, **origin
    ).content.decode()
    odd = browser.post("/verify", {"signed": "[" * 90_000}, **origin)
    assert ('role="status"' in good, 'role="status"' in bad, odd.status_code) == (True, False, 200)


def test_gate_is_for_members(
    everyone: dict[str, Member | None], client_of: Callable[..., Client]
) -> None:
    pages = ("/desk/notices/", "/desk/notices/new", "/desk/notices/imprint")
    told = {
        name: [client_of(one).get(page).status_code for page in pages]
        for name, one in everyone.items()
    }
    assert told == {
        "An": [200, 302, 200],
        "Bình": [200, 302, 200],
        "Cúc": [302] * 3,
        "Dũng": [302] * 3,
    }


def test_public_texts_stand_in_the_sitemap_and_may_be_indexed(
    an: Member, binh: Member, imprint: None, client_of: Callable[..., Client], settings: Any
) -> None:
    item, browser = publish(an, binh), client_of(None)
    assert (
        f"<loc>http://localhost{item.address}</loc>" in browser.get("/sitemap.xml").content.decode()
    )
    page = browser.get(item.address).content.decode()
    assert (
        "noindex" in page,
        f'rel="canonical" href="http://localhost{item.address}"' in page,
    ) == (False, True)
    assert browser.get("/.well-known/security.txt").status_code == 404
    settings.OPTIONS = {**settings.OPTIONS.values, "CONTACT": "toasoan@lamha.example"}
    assert (
        "Contact: mailto:toasoan@lamha.example\n"
        in browser.get("/.well-known/security.txt").content.decode()
    )
