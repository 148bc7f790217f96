"""The table of role × act, and the rules that ask it: nothing is allowed that it does not say."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from tests.cast import give_roles

from haidang.core import actions, rules
from haidang.core.enums import LinkPurpose, Role, UnitKind
from haidang.core.models import Member, RoleGrant, Unit
from haidang.core.roles import OVER_CONTENT, ROLES, Act, render_table

DOC = Path(__file__).resolve().parents[2] / "docs" / "operate" / "roles.md"

# Each named rule and the act of the table that it asks.
ASKED = {
    rules.may_read_as_member: Act.READ_DESK,
    rules.may_read_desk: Act.READ_DESK,
    rules.may_see_people: Act.READ_DESK,
    rules.may_edit_watch: Act.EDIT_WATCH,
    rules.may_propose: Act.PROPOSE,
    rules.may_say_who_publishes: Act.SAY_WHO_PUBLISHES,
    rules.may_review: Act.REVIEW,
    rules.may_publish: Act.PUBLISH,
    rules.may_plan: Act.PLAN,
    rules.may_run_jury: Act.RUN_JURY,
    rules.may_score: Act.SCORE,
    rules.may_manage_people: Act.MANAGE_PEOPLE,
    rules.may_manage_units: Act.MANAGE_UNITS,
    rules.may_manage_organisation: Act.MANAGE_UNITS,
    rules.may_run_desk: Act.RUN_DESK,
    rules.may_read_log: Act.READ_LOG,
    rules.may_export_all: Act.EXPORT_ALL,
}


def test_table_has_every_role_and_every_act_once() -> None:
    assert set(ROLES) == set(Role)
    assert set().union(*ROLES.values()) == set(Act)


def test_document_prints_the_table() -> None:
    with translation.override("en"):
        wanted = render_table()
    text = DOC.read_text(encoding="utf-8")
    assert re.search(r"^\| \|.*?(?=\n\n)", text, re.MULTILINE | re.DOTALL)[0] == wanted


def test_administrator_has_no_power_over_content() -> None:
    assert ROLES[Role.ADMINISTRATOR] & OVER_CONTENT == frozenset()


def test_keeping_people_is_the_administrators_alone() -> None:
    keepers = {role for role, acts in ROLES.items() if acts & {Act.MANAGE_PEOPLE, Act.MANAGE_UNITS}}
    assert keepers == {Role.ADMINISTRATOR}


def test_jury_secretary_does_not_score_and_juror_does_not_run() -> None:
    assert Act.SCORE not in ROLES[Role.JURY_SECRETARY]
    assert ROLES[Role.JUROR] == {Act.SCORE}


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_each_rule_allows_what_the_table_says_and_no_more(role: Role, khoa: Member) -> None:
    give_roles(khoa, [role])
    told = {rule.__name__: rule(khoa) for rule in ASKED}
    assert told == {rule.__name__: act in ROLES[role] for rule, act in ASKED.items()}


@pytest.mark.django_db
def test_without_a_role_nothing_is_allowed(khoa: Member, cuc: Member) -> None:
    """Neither to a member without one, nor to one who left with hers forgotten, nor to nobody."""
    for who in (khoa, cuc, None, object()):
        assert [rule.__name__ for rule in ASKED if rule(who)] == []


# ---------------------------------------------------------------- units


@pytest.fixture
def tree(giang: Member, now: datetime) -> dict[str, Unit]:
    """A province, two districts, a commune in the first."""
    root = actions.open_root()
    made = {"root": root}
    for name, under in (("east", "root"), ("west", "root"), ("village", "east")):
        made[name] = actions.open_unit(
            name, kind=UnitKind.DISTRICT, under=made[under], on=now.date(), by=giang, now=now
        )
    return made


@pytest.mark.django_db
def test_role_holds_at_its_unit_and_under_it(tree: dict[str, Unit], khoa: Member) -> None:
    give_roles(khoa, ["reviewer"], unit=tree["east"])
    told = {name: rules.may_review(khoa, at=unit) for name, unit in tree.items()}
    assert told == {"root": False, "east": True, "west": False, "village": True}
    assert rules.may_review(khoa)


@pytest.mark.django_db
def test_unit_whose_number_begins_like_anothers_is_not_under_it(khoa: Member) -> None:
    """ "/1/2/" is no beginning of "/1/23/"."""
    one, other = Unit(path="/1/2/"), Unit(path="/1/23/")
    assert not other.path.startswith(one.path)
    root = actions.open_root()
    paths = [
        Unit.objects.create(name=str(n), parent=root, path=f"{root.path}{n}/") for n in (2, 23)
    ]
    give_roles(khoa, ["reviewer"], unit=paths[0])
    assert (rules.may_review(khoa, at=paths[0]), rules.may_review(khoa, at=paths[1])) == (
        True,
        False,
    )


@pytest.mark.django_db
def test_role_that_is_taken_is_gone_with_the_next_question(
    an: Member, giang: Member, now: datetime, client_of
) -> None:
    browser = client_of(an)
    assert browser.get("/sources/add").status_code == 200
    for grant in an.grants.filter(role="editor"):
        actions.take_role(grant, by=giang, now=now)
    assert not rules.may_edit_watch(an)
    assert browser.get("/sources/add").status_code == 403


@pytest.mark.django_db
def test_role_is_held_once_at_a_unit(an: Member, now: datetime) -> None:
    grant = an.grants.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(member=an, unit=grant.unit, role=grant.role, given_at=now)
    again = actions.give_role(an, Role(grant.role), unit=grant.unit, by=None, now=now)
    assert again.pk == grant.pk


# ---------------------------------------------------------------- two people


def let_in(member: Member, by: Member, purpose: LinkPurpose, *, now: datetime) -> None:
    token = actions.make_link(purpose, now=now, member=member, by=by)
    actions.use_link(token, username="", password="ngọn đèn mới trên đảo xa", now=now)


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", [p for p in LinkPurpose if p != "first_member"])
def test_whoever_let_another_in_is_kept_apart_from_them_for_thirty_days(
    an: Member, binh: Member, giang: Member, now: datetime, purpose: LinkPurpose
) -> None:
    """An invitation, and a mended password too: whoever makes the link could have used it."""
    assert rules.may_approve_each_other(an, giang, now=now)
    let_in(an, giang, purpose, now=now)
    an.refresh_from_db()
    day = timedelta(days=1)
    for later, told in ((0 * day, False), (29 * day, False), (30 * day, True)):
        assert rules.may_approve_each_other(an, giang, now=now + later) is told
        assert rules.may_approve_each_other(giang, an, now=now + later) is told
    assert rules.may_approve_each_other(an, binh, now=now)


@pytest.mark.django_db
def test_thirty_days_begin_when_the_link_is_used(an: Member, giang: Member, now: datetime) -> None:
    token = actions.make_link(LinkPurpose.INVITATION, now=now, member=an, by=giang)
    later = now + timedelta(days=6)
    actions.use_link(token, username="", password="ngọn đèn mới trên đảo xa", now=later)
    an.refresh_from_db()
    assert not rules.may_approve_each_other(an, giang, now=now + timedelta(days=31))
    assert rules.may_approve_each_other(an, giang, now=now + timedelta(days=36))


@pytest.mark.django_db
def test_one_person_is_not_two(an: Member, cuc: Member, now: datetime) -> None:
    """However many roles lie in one hand; and one who left approves nothing."""
    give_roles(an, ["administrator", "expert"])
    same = Member.objects.get(id=an.id)
    assert not rules.may_approve_each_other(an, same, now=now)
    assert not rules.may_approve_each_other(an, cuc, now=now)
