"""Inviting, giving and taking roles, leaving and coming back; and what nobody may do to get power."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from tests.cast import PASSWORD, give_roles

from haidang.core import actions, queries, rules
from haidang.core.enums import LinkPurpose, Role, UnitKind
from haidang.core.models import LogEntry, Member, OneTimeLink, RoleGrant, Unit

pytestmark = pytest.mark.django_db
FRESH = "ngọn đèn mới trên đảo xa"
INVITED = {
    "username": "lan",
    "name": "Ngô Thị Lan",
    "affiliation": "Đài Lam Giang",
    "roles": ["editor", "contributor"],
}


def root_id() -> int:
    return Unit.objects.get(is_root=True).pk


def find_link(answer: object) -> str:
    """The one-time link's path on the page that shows it."""
    address = answer.context["address"]
    return "/setup/" + address.rpartition("/")[2]


def hold(member: Member) -> list[str]:
    return sorted(queries.find_grants(member).values_list("role", flat=True))


# ---------------------------------------------------------------- inviting


def test_invited_member_comes_in_by_the_link_and_who_invited_is_kept(
    giang: Member, client_of: Callable[..., Client]
) -> None:
    answer = client_of(giang).post("/people/invite", {**INVITED, "unit": root_id()})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    member = Member.objects.get(username="lan")
    assert (member.invited_by, member.arrived_at, hold(member)) == (
        giang,
        None,
        ["contributor", "editor"],
    )
    guest = Client()
    page = find_link(answer)
    assert "giang" in guest.get(page).content.decode()
    come = guest.post(page, {"username": "lan", "password1": FRESH, "password2": FRESH})
    assert (come.status_code, come.headers["Location"]) == (302, "/watch/")
    assert guest.get("/watch/").status_code == 200
    assert Client().get(page).status_code == 410
    member.refresh_from_db()
    assert member.arrived_at is not None
    assert not rules.may_approve_each_other(member, giang, now=timezone.now())


def test_link_is_shown_once_and_kept_as_a_hash(giang: Member, client_of) -> None:
    browser = client_of(giang)
    answer = browser.post("/people/invite", {**INVITED, "unit": root_id()})
    token = find_link(answer).removeprefix("/setup/")
    assert token not in str(list(OneTimeLink.objects.values()) + list(LogEntry.objects.values()))
    member = Member.objects.get(username="lan")
    for page in ("/people/", f"/people/{member.pk}"):
        assert token not in browser.get(page).content.decode()


def test_inviting_is_refused_to_all_but_administrators(everyone, khoa, client_of) -> None:
    told = {
        name: client_of(who).post("/people/invite", {**INVITED, "unit": root_id()}).status_code
        for name, who in {**everyone, "Khoa": khoa}.items()
    }
    assert told == {"An": 403, "Bình": 403, "Cúc": 302, "Dũng": 302, "Khoa": 403}
    assert not Member.objects.filter(username="lan").exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "giang"}, "username"),
        ({"username": "a b"}, "username"),
        ({"affiliation": ""}, "affiliation"),
        ({"name": ""}, "name"),
        ({"roles": []}, "roles"),
        ({"roles": ["king"]}, "roles"),
        ({"unit": "999999"}, "unit"),
    ],
)
def test_mistake_in_an_invitation_is_told_and_changes_nothing(
    giang: Member, client_of, changed: dict[str, object], field: str
) -> None:
    told = {**INVITED, "unit": root_id(), **changed}
    answer = client_of(giang).post("/people/invite", told)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert Member.objects.count() == 1


def test_contributor_has_a_name_and_an_affiliation_and_keeps_them(
    an: Member, khoa: Member, giang: Member, now: datetime
) -> None:
    root = Unit.objects.get(is_root=True)
    with pytest.raises(ValidationError):
        actions.give_role(khoa, Role.CONTRIBUTOR, unit=root, by=giang, now=now)
    actions.describe_member(khoa, by=khoa, now=now, name="Vũ Khoa", affiliation="Đại học Ví dụ")
    actions.give_role(khoa, Role.CONTRIBUTOR, unit=root, by=giang, now=now)
    with pytest.raises(ValidationError) as caught:
        actions.describe_member(khoa, by=khoa, now=now, name="Vũ Khoa", affiliation="")
    assert list(caught.value.message_dict) == ["affiliation"]
    assert khoa in queries.find_contributors()


# ---------------------------------------------------------------- power


def test_nobody_gives_themselves_a_role(giang: Member, client_of, now: datetime) -> None:
    """Administration of people is not power over content: by page, by act, by row."""
    root = Unit.objects.get(is_root=True)
    answer = client_of(giang).post(
        f"/people/{giang.pk}/give-role", {"role": "publisher", "unit": root.pk}
    )
    assert answer.status_code == 403
    with pytest.raises(PermissionDenied):
        actions.give_role(giang, Role.PUBLISHER, unit=root, by=giang, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(
            member=giang, unit=root, role="publisher", given_by=giang, given_at=now
        )
    assert hold(giang) == ["administrator"]


def test_administrator_of_a_unit_reaches_no_further(
    giang: Member, khoa: Member, an: Member, client_of, now: datetime
) -> None:
    root = Unit.objects.get(is_root=True)
    told = {"kind": UnitKind.DISTRICT, "on": now.date(), "by": giang, "now": now}
    east = actions.open_unit("Đông", under=root, **told)
    west = actions.open_unit("Tây", under=root, **told)
    give_roles(khoa, ["administrator"], unit=east)
    browser = client_of(khoa)
    page = f"/people/{an.pk}"
    assert browser.post(f"{page}/give-role", {"role": "expert", "unit": east.pk}).status_code == 302
    assert browser.post(f"{page}/give-role", {"role": "expert", "unit": west.pk}).status_code == 400
    assert browser.post(f"{page}/give-role", {"role": "expert", "unit": root.pk}).status_code == 400
    for act in ("let-go", "end-sessions"):
        assert browser.post(f"{page}/{act}").status_code == 403
    assert browser.post(f"{page}/link", {"purpose": "new_password"}).status_code == 403
    assert browser.post("/people/organisation", {"name": "X"}).status_code == 403
    upper = RoleGrant.objects.get(member=an, unit=root, role="editor")
    assert browser.post(f"{page}/take-role", {"grant": upper.pk}).status_code == 403


def test_grant_of_another_member_is_not_found_under_this_ones_page(
    an: Member, binh: Member, giang: Member, client_of
) -> None:
    other = binh.grants.get(role="editor")
    answer = client_of(giang).post(f"/people/{an.pk}/take-role", {"grant": other.pk})
    assert answer.status_code == 404
    for told in ("", "x", "-1", "９", "1" * 40):
        answer = client_of(giang).post(f"/people/{an.pk}/take-role", {"grant": told})
        assert answer.status_code == 400
    other.refresh_from_db()
    assert other.ended_at is None


def test_member_lays_down_their_own_role_and_no_other(an: Member, binh: Member, client_of) -> None:
    own, other = (who.grants.get(role="editor") for who in (an, binh))
    browser = client_of(an)
    assert browser.post(f"/people/{an.pk}/take-role", {"grant": own.pk}).status_code == 302
    assert browser.post(f"/people/{binh.pk}/take-role", {"grant": other.pk}).status_code == 403
    assert ("editor" in hold(an), "editor" in hold(binh)) == (False, True)


def test_last_administrator_stays(giang: Member, an: Member, now: datetime, client_of) -> None:
    grant = giang.grants.get()
    with pytest.raises(ValidationError):
        actions.take_role(grant, by=giang, now=now)
    with pytest.raises(ValidationError):
        actions.let_go(giang, by=giang, now=now)
    assert client_of(giang).post(f"/people/{giang.pk}/let-go").status_code == 302
    assert rules.may_manage_people(giang)
    give_roles(an, ["administrator"])
    actions.let_go(giang, by=giang, now=now)
    assert (rules.may_manage_people(giang), rules.may_manage_people(an)) == (False, True)


# ---------------------------------------------------------------- leaving


def test_leaving_ends_sessions_roles_and_links_at_once(
    an: Member, giang: Member, client_of, now: datetime
) -> None:
    browser = client_of(an)
    token = actions.make_link(LinkPurpose.NEW_PASSWORD, now=timezone.now(), member=an, by=giang)
    assert browser.get("/watch/").status_code == 200
    assert client_of(giang).post(f"/people/{an.pk}/let-go").status_code == 302
    assert browser.get("/watch/").status_code == 302
    assert Client().get(f"/setup/{token}").status_code == 410
    assert (hold(an), an.grants.exclude(ended_at=None).count()) == ([], 4)


def test_coming_back_brings_back_neither_session_nor_role_nor_password(
    an: Member, giang: Member, client_of, now: datetime
) -> None:
    browser = client_of(an)
    actions.let_go(an, by=giang, now=now)
    actions.take_back(an, by=giang, now=now)
    assert browser.get("/account/").status_code == 302
    assert hold(an) == []
    told = {"username": "an", "password": PASSWORD}
    assert "_auth_user_id" not in Client().post("/sign-in", told).client.session


def test_sessions_of_another_are_ended_by_an_administrator_and_ones_own_by_oneself(
    an: Member, giang: Member, client_of
) -> None:
    lost, kept = client_of(an), client_of(an)
    assert kept.post("/account/sessions/end").status_code == 302
    assert (lost.get("/account/").status_code, kept.get("/account/").status_code) == (302, 200)
    assert client_of(giang).post(f"/people/{an.pk}/end-sessions").status_code == 302
    assert kept.get("/account/").status_code == 302


def test_session_of_one_member_is_not_bound_to_anothers_round(an: Member, binh: Member) -> None:
    assert (
        an.get_session_auth_hash() != binh.get_session_auth_hash() or an.password != binh.password
    )
    before = an.get_session_auth_hash()
    an.session_round += 1
    assert an.get_session_auth_hash() != before


# ---------------------------------------------------------------- links


def test_link_for_oneself_or_without_the_right_is_refused(
    an: Member, binh: Member, giang: Member, now: datetime
) -> None:
    for by, member in ((giang, giang), (an, binh), (an, an)):
        with pytest.raises(PermissionDenied):
            actions.make_link(LinkPurpose.NEW_PASSWORD, now=now, member=member, by=by)
    with pytest.raises(PermissionDenied):
        actions.make_link(LinkPurpose.FIRST_MEMBER, now=now, by=giang)


@pytest.mark.parametrize("token", ["x", "a" * 43, "a" * 5000, "%00", "../../people", "ạ"])
def test_forged_token_opens_nothing(client: Client, token: str) -> None:
    assert client.get(f"/setup/{token}").status_code in {404, 410}


def test_page_does_not_make_a_link_of_a_purpose_of_ones_own(giang, an, client_of) -> None:
    for purpose in ("first_member", "", "king"):
        answer = client_of(giang).post(f"/people/{an.pk}/link", {"purpose": purpose})
        assert answer.status_code == 400


def test_unknown_act_is_no_page(giang, an, client_of) -> None:
    assert client_of(giang).post(f"/people/{an.pk}/promote").status_code == 404
    assert client_of(giang).get(f"/people/{an.pk}/let-go").status_code == 405


# ---------------------------------------------------------------- the list


def test_people_stand_by_given_name(an: Member, giang: Member, now: datetime) -> None:
    for username, name in (("u1", "Đỗ Ân"), ("u2", "Lê Văn Ba"), ("u3", "Phạm An")):
        actions.add_member(username, now=now, name=name)
    assert [str(one) for one in queries.find_members()] == [
        "an", "Phạm An", "Đỗ Ân", "Lê Văn Ba", "giang",
    ]  # fmt: skip


def test_list_runs_the_same_queries_for_few_and_for_many(
    giang: Member, an: Member, client_of, django_assert_num_queries, now: datetime
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = client_of(giang)
    with CaptureQueriesContext(connection) as few:
        browser.get("/people/")
    for number in range(5):
        actions.add_member(f"m{number}", now=now, by=giang, roles=[Role.READER])
    with django_assert_num_queries(len(few)):
        browser.get("/people/")


def test_mail_address_is_shown_to_nobody_else(an: Member, giang: Member, client_of, now) -> None:
    actions.describe_member(an, by=an, now=now, name="", affiliation="", email="an@vd.example")
    for page in ("/people/", f"/people/{an.pk}"):
        assert "an@vd.example" not in client_of(giang).get(page).content.decode()
