"""5. Two people: nothing can be decided or published yet, by one or by two."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from tests.cast import PASSWORD, give_roles
from tests.promises.absent import OTHER_SENSE
from tests.promises.doors import all_doors, find_doors

from haidang.core import actions, rules
from haidang.core.enums import LinkPurpose, Role
from haidang.core.models import Member

# What two members decide within the desk: what is followed, never what is published.
WITHIN = re.compile(r"proposal|propose_publication|finding|topic|address sources/")


def test_nothing_can_be_published() -> None:
    found = find_doors("release", "approve", "approval", "propose", "withdraw")
    assert [door for door in found if not WITHIN.search(door) and door not in OTHER_SENSE] == []


def test_no_table_of_public_things_stands_without_its_gate() -> None:
    assert [door for door in all_doors() if door.startswith(("PublicItem", "Release"))] == []


@pytest.mark.django_db
def test_public_pages_serve_nothing_that_a_member_wrote(client_of, an: Member) -> None:
    """Whatever a member types on a real desk, no outsider's page changes by it."""
    public = ("/", "/promises", "/help/keys", "/healthz", "/readyz", "/sign-in")

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
