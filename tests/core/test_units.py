"""The tree of units through the years: nothing is deleted, each change has its day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from tests.cast import give_roles

from haidang.core import actions, queries
from haidang.core.enums import UnitKind
from haidang.core.models import Member, RoleGrant, Unit

pytestmark = pytest.mark.django_db
DAY = date(2026, 7, 1)


@pytest.fixture
def told(giang: Member, now: datetime) -> dict[str, object]:
    return {"on": DAY, "by": giang, "now": now, "basis": "Nghị quyết 1/NQ"}


@pytest.fixture
def root(now: datetime) -> Unit:
    return actions.open_root()


def open_unit(name: str, under: Unit, told: dict[str, object]) -> Unit:
    return actions.open_unit(name, kind=UnitKind.COMMUNE, under=under, **told)


def tell(unit: Unit) -> list[tuple[str, str, str]]:
    return [(one.event, one.before, one.after) for one in queries.find_changes(unit)]


def paths_are_those_of_the_tree() -> bool:
    return all(
        unit.path == f"{unit.parent.path if unit.parent else '/'}{unit.pk}/"
        for unit in Unit.objects.select_related("parent")
    )


def test_renamed_unit_keeps_its_number_its_roles_and_its_old_name(
    root: Unit, told, an: Member
) -> None:
    unit = open_unit("Xã Đông", root, told)
    give_roles(an, ["expert"], unit=unit)
    actions.rename_unit(unit, "Phường Đông", **{**told, "on": date(2026, 9, 1)})
    assert tell(unit) == [("opened", "", "Xã Đông"), ("renamed", "Xã Đông", "Phường Đông")]
    assert queries.find_unit_name(unit, datetime(2026, 8, 31, tzinfo=UTC)) == "Xã Đông"
    assert queries.find_unit_name(unit, datetime(2026, 9, 1, tzinfo=UTC)) == "Phường Đông"
    assert queries.find_grants(an).filter(unit=unit).exists()


def test_merged_units_close_and_pass_on_what_stood_under_them_and_who_worked_there(
    root: Unit, told, an: Member, binh: Member
) -> None:
    one, other, new = (open_unit(name, root, told) for name in ("Xã A", "Xã B", "Xã Mới"))
    school = open_unit("Trường", one, told)
    give_roles(an, ["expert"], unit=one)
    give_roles(binh, ["expert"], unit=other)
    actions.merge_units([one, other], into=new, **told)
    school.refresh_from_db()
    assert (school.parent, paths_are_those_of_the_tree()) == (new, True)
    open_names = {unit.name for unit in queries.find_units()}
    assert open_names == {"", "Xã Mới", "Trường"}
    held = RoleGrant.objects.filter(ended_at=None, role="expert")
    assert {(grant.member, grant.unit) for grant in held} == {(an, new), (binh, new)}
    assert tell(one)[-1] == ("merged", "Xã A", "Xã Mới")
    assert Unit.objects.get(id=one.pk).closed_on == DAY


def test_split_off_units_stand_beside_and_tell_whence(root: Unit, told) -> None:
    unit = open_unit("Huyện Lớn", root, told)
    made = actions.split_unit(unit, ["Huyện Bắc", "Huyện Nam"], **told)
    assert [part.parent for part in made] == [root, root]
    assert tell(made[0]) == [("split", "Huyện Lớn", "Huyện Bắc")]
    assert {one[2] for one in tell(unit)} == {"Huyện Lớn", "Huyện Bắc", "Huyện Nam"}


def test_moved_unit_takes_along_all_that_is_under_it(root: Unit, told) -> None:
    east, west = open_unit("Đông", root, told), open_unit("Tây", root, told)
    village = open_unit("Thôn", open_unit("Xã", east, told), told)
    actions.move_unit(Unit.objects.get(name="Xã"), under=west, **told)
    village.refresh_from_db()
    assert village.path.startswith(west.path)
    assert paths_are_those_of_the_tree()


def test_closing_ends_the_roles_and_waits_for_what_stands_under_it(
    root: Unit, told, an: Member
) -> None:
    east = open_unit("Đông", root, told)
    village = open_unit("Thôn", east, told)
    give_roles(an, ["expert"], unit=village)
    with pytest.raises(ValidationError):
        actions.close_unit(east, **told)
    actions.close_unit(village, **told)
    actions.close_unit(east, **told)
    assert not queries.find_grants(an).filter(role="expert").exists()
    with pytest.raises(ValidationError):
        actions.rename_unit(east, "Khác", **told)


@pytest.mark.parametrize("name", ["", "   ", "Đông", " Đông "])
def test_unit_without_a_name_or_with_a_taken_one_is_refused(root: Unit, told, name: str) -> None:
    open_unit("Đông", root, told)
    with pytest.raises(ValidationError) as caught:
        open_unit(name, root, told)
    assert list(caught.value.message_dict) == ["name"]


def test_unit_does_not_stand_under_itself(root: Unit, told) -> None:
    east = open_unit("Đông", root, told)
    village = open_unit("Thôn", east, told)
    for target in (east, village):
        with pytest.raises(ValidationError):
            actions.move_unit(east, under=target, **told)
        with pytest.raises(ValidationError):
            actions.merge_units([east], into=target, **told)


def test_organisation_itself_stays(root: Unit, told) -> None:
    east = open_unit("Đông", root, told)
    acts = (
        lambda: actions.move_unit(root, under=east, **told),
        lambda: actions.merge_units([root], into=east, **told),
        lambda: actions.split_unit(root, ["X"], **told),
        lambda: actions.close_unit(root, **told),
    )
    for act in acts:
        with pytest.raises(ValidationError):
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.create(name="second", is_root=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.create(name="loose")


def test_tree_is_changed_by_its_administrators_only(root: Unit, told, an: Member, khoa) -> None:
    east, west = open_unit("Đông", root, told), open_unit("Tây", root, told)
    give_roles(khoa, ["administrator"], unit=east)
    mine = {**told, "by": khoa}
    assert open_unit("Thôn", east, mine).parent == east
    for act in (
        lambda: open_unit("Thôn", west, mine),
        lambda: actions.merge_units([west], into=east, **mine),
        lambda: actions.move_unit(east, under=west, **mine),
        lambda: open_unit("Thôn", root, {**told, "by": an}),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_nobody_widens_a_role_of_their_own_by_changing_the_tree(
    root: Unit, told, giang: Member
) -> None:
    """An administrator of all who reviews in one commune does not come to review in another."""
    mine, other = open_unit("Của tôi", root, told), open_unit("Khác", root, told)
    give_roles(giang, ["reviewer"], unit=mine)
    for act in (
        lambda: actions.move_unit(other, under=mine, **told),
        lambda: actions.merge_units([other], into=mine, **told),
        lambda: actions.merge_units([mine], into=other, **told),
    ):
        with pytest.raises(ValidationError):
            act()


def test_siblings_stand_in_vietnamese_order_and_depth_is_told(root: Unit, told) -> None:
    for name in ("Đông", "Da", "Ân", "An"):
        open_unit(name, root, told)
    open_unit("Thôn", Unit.objects.get(name="Da"), told)
    assert [(unit.name, unit.depth) for unit in queries.find_units()] == [
        ("", 0), ("An", 1), ("Ân", 1), ("Da", 1), ("Thôn", 2), ("Đông", 1),
    ]  # fmt: skip


def test_rename_of_the_organisation_stays_visible(giang: Member, now: datetime, root: Unit) -> None:
    said = {"country": "VN", "province": "Lam Giang", "languages": ("vi",), "contact": ""}
    for name in ("Sở A", "Sở B"):
        actions.describe_organisation(actions.Organisation(name=name, **said), by=giang, now=now)
    assert tell(root) == [("renamed", "Sở A", "Sở B")]
    assert queries.find_desk().name == "Sở B"


# ---------------------------------------------------------------- pages


def test_page_does_each_change(root: Unit, told, giang: Member, client_of) -> None:
    east, west = open_unit("Đông", root, told), open_unit("Tây", root, told)
    browser = client_of(giang)
    page = f"/people/units/{east.pk}"
    changes = [
        {"event": "rename", "name": "Đông Mới"},
        {"event": "split", "name": "Đông Bắc\nĐông Nam\n"},
        {"event": "move", "other": west.pk},
        {"event": "close"},
    ]
    for change in changes:
        answer = browser.post(page, {"on": "01/07/2026", **change})
        assert (answer.status_code, answer.headers.get("Location")) == (302, page), change
    east.refresh_from_db()
    assert (east.name, east.parent, east.closed_on) == ("Đông Mới", west, DAY)
    assert browser.post(page, {"on": "01/07/2026", "event": "close"}).status_code == 403
    shown = browser.get(page).content.decode()
    assert "01/07/2026" in shown
    assert Unit.objects.filter(name__startswith="Đông ").count() == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"event": "rename"}, "name"),
        ({"event": "move"}, "other"),
        ({"event": "merge", "other": "99999"}, "other"),
        ({"event": "king"}, "event"),
        ({"event": "close", "on": "31/02/2026"}, "on"),
    ],
)
def test_mistake_in_a_change_is_told_and_changes_nothing(
    root: Unit, told, giang: Member, client_of, change: dict[str, str], field: str
) -> None:
    east = open_unit("Đông", root, told)
    answer = client_of(giang).post(f"/people/units/{east.pk}", {"on": "01/07/2026", **change})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert tell(east) == [("opened", "", "Đông")]
