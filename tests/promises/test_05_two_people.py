"""5. Two people: what is published passes one gate, and one person cannot open it."""

from __future__ import annotations

import ast
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from tests.cast import PASSWORD, give_code_app, give_roles
from tests.core.publishing import Newsroom
from tests.promises.absent import OTHER_SENSE
from tests.promises.doors import find_doors

import haidang
from haidang.core import actions, rules
from haidang.core.actions.publishing import Intent, digest_passage
from haidang.core.enums import LinkPurpose, Role
from haidang.core.models import Member, Passage

# What two members decide within the desk: what is followed, never what is published.
WITHIN = re.compile(r"proposal|propose_publication|finding|topic|address sources/")
GATE = [
    "Member.passages_approved",
    "Member.passages_proposed",
    "Passage.approved_at",
    "Passage.approver",
    "Passage.proposed_at",
    "Passage.proposer",
    "act approve",
    "act propose",
    "act propose_withdrawal",
]
PACKAGE = Path(haidang.__file__).parent


def test_only_the_gate_decides_what_is_published() -> None:
    found = find_doors("release", "approve", "approval", "propose", "withdraw")
    others = {
        "act release_held"
    }  # a passage that waits goes on waiting: nothing is published by it
    outside = [door for door in found if not WITHIN.search(door)]
    assert set(outside) - set(GATE) - OTHER_SENSE - others == set()


def test_public_rows_are_written_in_one_place() -> None:
    makers = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in {
                "PublicItem",
                "PublicItem.objects.create",
                "PublicItem.objects.update_or_create",
            }:
                makers.add(path.relative_to(PACKAGE).as_posix())
    assert makers == {"core/actions/showing.py"}


@pytest.mark.django_db
@pytest.mark.usefixtures("second_factors")
def test_one_person_publishes_nothing(an: Member, binh: Member, now: datetime) -> None:
    """Not by approving oneself, not in the database, not with one who has no second factor."""
    actions.set_imprint(
        legal_owner="Xã Lam Hạ",
        funding="Ngân sách",
        contact="Trụ sở",
        public_office=True,
        by=an,
        now=now,
    )
    passage = actions.propose(Intent(title="A", body="B"), by=an, now=now)
    Authenticator.objects.filter(user=binh).delete()
    with pytest.raises(ValidationError):
        actions.approve(passage.pk, digest=digest_passage(passage), by=binh, now=now)
    give_code_app(binh)
    with pytest.raises(ValidationError):
        actions.approve(passage.pk, digest=digest_passage(passage), by=an, now=now)
    for change in ({"approver": an, "approved_at": now}, {"published_at": now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Passage.objects.filter(pk=passage.pk).update(**change)
    assert actions.publish_due(now=now) == []
    actions.approve(passage.pk, digest=digest_passage(passage), by=binh, now=now)
    assert [item.title for item in actions.publish_due(now=now)] == ["A"]


@pytest.mark.django_db
@pytest.mark.usefixtures("second_factors")
def test_site_shows_how_often_the_commonest_pair_approved(
    an: Member, binh: Member, hanh: Member, now: datetime, client_of
) -> None:
    """Whoever of the two proposed; and without a name."""
    room = Newsroom(an, binh, now=now)
    give_roles(give_code_app(hanh), ["publisher"])
    room.publish("Một")
    Newsroom(binh, an, now=now).publish("Hai")
    Newsroom(an, hanh, now=now).publish("Ba")
    page = client_of(None).get("/en/method").content.decode()
    assert "So far 3 texts, corrections and withdrawals took this way" in page
    assert "the two people who did so most often together did 2 of them" in page


@pytest.mark.django_db
def test_public_pages_serve_nothing_that_a_member_wrote(client_of, an: Member) -> None:
    """Whatever a member types on a real desk, no outsider's page changes by it."""
    public = (
        "/",
        "/vi/method",
        "/vi/team",
        "/en/funding",
        "/corrections",
        "/promises",
        "/help/keys",
        "/healthz",
        "/readyz",
        "/sign-in",
    )

    def seen() -> list[bytes]:
        return [Client().get(page).content.split(b"csrfmiddlewaretoken")[0] for page in public]

    before = seen()
    answer = client_of(an).post(
        "/sources/add",
        {
            "name": "Câu của một thành viên",
            "organisation": "Câu của một thành viên",
            "organisation_page": "https://coquan.example/cau-cua-mot-thanh-vien",
            "feed": "https://coquan.example/feed",
            "country": "VN",
            "language": "vi",
            "level": "province",
        },
    )
    assert answer.status_code == 302
    assert seen() == before


# ---------------------------------------------------------------- the ground for it


@pytest.mark.django_db
def test_the_same_person_under_two_roles_is_one_person(an: Member, now: datetime) -> None:
    give_roles(an, ["administrator", "expert", "jury_secretary"])
    assert rules.may_propose(an)
    assert rules.may_review(an)
    assert not rules.may_approve_each_other(an, Member.objects.get(id=an.id), now=now)


@pytest.mark.django_db
def test_inviter_and_invitee_do_not_approve_each_other_for_thirty_days(
    giang: Member, now: datetime
) -> None:
    invited = actions.add_member("lan", now=now, by=giang, roles=[Role.REVIEWER])
    token = actions.make_link(LinkPurpose.INVITATION, now=now, member=invited, by=giang)
    invited = actions.use_link(token, username="lan", password=PASSWORD, now=now)
    assert not rules.may_approve_each_other(giang, invited, now=now + timedelta(days=29))
    assert rules.may_approve_each_other(giang, invited, now=now + timedelta(days=30))


@pytest.mark.django_db
def test_administrator_makes_no_second_person_of_anyone(
    giang: Member, an: Member, now: datetime
) -> None:
    """Neither of themselves by a role, nor of another by taking over their password."""
    root = actions.open_root()
    with pytest.raises(PermissionDenied):
        actions.give_role(giang, Role.REVIEWER, unit=root, by=giang, now=now)
    token = actions.make_link(LinkPurpose.NEW_PASSWORD, now=now, member=an, by=giang)
    an = actions.use_link(token, username="an", password=PASSWORD, now=now)
    assert not rules.may_approve_each_other(giang, an, now=now)
    assert not rules.may_review(giang)
