"""The tree of units and its changes over time: nothing is deleted, each change has its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from haidang.core import queries, rules
from haidang.core.actions.log import log_act
from haidang.core.enums import Role, UnitEvent, UnitKind
from haidang.core.models import Member, RoleGrant, Unit, UnitChange


def open_root() -> Unit:
    """The organisation itself as a unit, made if it is not there yet."""
    root = queries.find_root()
    if root is None:
        desk = queries.find_desk()
        root = _make(desk.name if desk else "", UnitKind.PROVINCE, parent=None)
    return root


def name_root(name: str, *, by: Member | None, now: datetime) -> None:
    """The organisation's name, also as a unit; an earlier name stays in its history."""
    root = open_root()
    if root.name and root.name != name:
        _note(root, UnitEvent.RENAMED, on=_today(now), by=by, now=now, before=root.name, after=name)
    root.name = name
    root.save(update_fields=["name"])


def open_unit(
    name: str, *, kind: UnitKind, under: Unit, on: date, basis: str = "", by: Member, now: datetime
) -> Unit:
    """A new unit under another. Raises PermissionDenied, ValidationError by field."""
    _check(by, under)
    with transaction.atomic():
        unit = _make(_clean(name, under=under), kind, parent=under)
        _note(unit, UnitEvent.OPENED, on=on, by=by, now=now, after=unit.name, basis=basis)
        log_act("open_unit", by=by, now=now, what=unit.name, unit=unit.pk)
    return unit


def rename_unit(
    unit: Unit, name: str, *, on: date, basis: str = "", by: Member, now: datetime
) -> None:
    """Give a unit another name from that day on; its number, its members' roles and its past stay."""
    _check(by, unit)
    with transaction.atomic():
        before, unit.name = unit.name, _clean(name, under=unit.parent, besides=unit)
        unit.save(update_fields=["name"])
        _note(
            unit,
            UnitEvent.RENAMED,
            on=on,
            by=by,
            now=now,
            before=before,
            after=unit.name,
            basis=basis,
        )
        log_act("rename_unit", by=by, now=now, what=unit.name, unit=unit.pk, before=before)


def move_unit(
    unit: Unit, *, under: Unit, on: date, basis: str = "", by: Member, now: datetime
) -> None:
    """Put a unit with all that is under it beneath another."""
    _check(by, unit, under)
    _check_not_root(unit)
    if under.path.startswith(unit.path):
        raise ValidationError({"other": [_("A unit cannot stand under itself.")]})
    _check_no_gain(by, unit, under, passes=False)
    with transaction.atomic():
        before = unit.parent.name if unit.parent else ""
        _put_under(unit, under)
        _note(
            unit,
            UnitEvent.MOVED,
            on=on,
            by=by,
            now=now,
            before=before,
            after=under.name,
            other=under,
            basis=basis,
        )
        log_act("move_unit", by=by, now=now, what=unit.name, unit=unit.pk, under=under.pk)


def merge_units(
    units: Sequence[Unit], *, into: Unit, on: date, basis: str = "", by: Member, now: datetime
) -> None:
    """Close units into another: what stood under them and the roles held there pass to it.

    Raises PermissionDenied, ValidationError by field.
    """
    _check(by, into, *units)
    for unit in units:
        _check_not_root(unit)
        if into.path.startswith(unit.path):
            raise ValidationError({"other": [_("A unit cannot merge into itself.")]})
        _check_no_gain(by, unit, into, passes=True)
    with transaction.atomic():
        for unit in units:
            for child in Unit.objects.filter(parent=unit, closed_on=None):
                _put_under(child, into)
            _pass_roles(unit, into, by=by, now=now)
            _close(unit, on=on)
            _note(
                unit,
                UnitEvent.MERGED,
                on=on,
                by=by,
                now=now,
                before=unit.name,
                after=into.name,
                other=into,
                basis=basis,
            )
            log_act("merge_unit", by=by, now=now, what=unit.name, unit=unit.pk, into=into.pk)


def split_unit(
    unit: Unit, names: Sequence[str], *, on: date, basis: str = "", by: Member, now: datetime
) -> list[Unit]:
    """Split new units off from one, beside it; the old one stays until it is closed."""
    _check(by, unit)
    _check_not_root(unit)
    assert unit.parent is not None
    made = []
    with transaction.atomic():
        for name in names:
            part = _make(_clean(name, under=unit.parent), UnitKind(unit.kind), parent=unit.parent)
            _note(
                part,
                UnitEvent.SPLIT,
                on=on,
                by=by,
                now=now,
                before=unit.name,
                after=part.name,
                other=unit,
                basis=basis,
            )
            log_act("split_unit", by=by, now=now, what=part.name, unit=part.pk, off=unit.pk)
            made.append(part)
    return made


def close_unit(unit: Unit, *, on: date, basis: str = "", by: Member, now: datetime) -> None:
    """Close a unit under which nothing is open; the roles held there end."""
    _check(by, unit)
    _check_not_root(unit)
    if Unit.objects.filter(parent=unit, closed_on=None).exists():
        raise ValidationError(_("Units still stand under it: move, merge or close them first."))
    with transaction.atomic():
        ended = RoleGrant.objects.filter(unit=unit, ended_at=None).update(ended_at=now, ended_by=by)
        _close(unit, on=on)
        _note(unit, UnitEvent.CLOSED, on=on, by=by, now=now, before=unit.name, basis=basis)
        log_act("close_unit", by=by, now=now, what=unit.name, unit=unit.pk, roles_ended=ended)


def _make(name: str, kind: UnitKind, *, parent: Unit | None) -> Unit:
    unit = Unit.objects.create(name=name, kind=kind, parent=parent, is_root=parent is None)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def _put_under(unit: Unit, under: Unit) -> None:
    """Another parent, and another beginning for the path of everything below."""
    old, new = unit.path, f"{under.path}{unit.pk}/"
    unit.parent = under
    unit.save(update_fields=["parent"])
    Unit.objects.filter(path__startswith=old).update(
        path=Concat(Value(new), Substr(F("path"), len(old) + 1))
    )
    unit.path = new


def _pass_roles(unit: Unit, into: Unit, *, by: Member, now: datetime) -> None:
    """Who held a role at a unit holds it at the one that took its place; who gave it stays who gave it."""
    for grant in RoleGrant.objects.filter(unit=unit, ended_at=None):
        RoleGrant.objects.get_or_create(
            member_id=grant.member_id,
            unit=into,
            role=grant.role,
            ended_at=None,
            defaults={"given_by_id": grant.given_by_id, "given_at": now},
        )
    RoleGrant.objects.filter(unit=unit, ended_at=None).update(ended_at=now, ended_by=by)


def _close(unit: Unit, *, on: date) -> None:
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])


def _note(
    unit: Unit,
    event: UnitEvent,
    *,
    on: date,
    by: Member | None,
    now: datetime,
    before: str = "",
    after: str = "",
    other: Unit | None = None,
    basis: str = "",
) -> None:
    UnitChange.objects.create(
        unit=unit,
        event=event,
        on=on,
        before=before,
        after=after,
        other=other,
        basis=basis.strip()[:200],
        by=by,
        at=now,
    )


def _check(by: Member, *units: Unit) -> None:
    """An administrator over each of them, and each of them open."""
    if not all(rules.may_manage_units(by, at=unit) for unit in units):
        raise PermissionDenied
    if any(unit.closed_on is not None for unit in units):
        raise ValidationError(_("This unit is closed: it stays as it was."))


def _check_no_gain(by: Member, unit: Unit, target: Unit, *, passes: bool) -> None:
    """Refuse a change of the tree by which a role of whoever makes it would reach further.

    People and units are not power over content: nobody widens their own role by moving units. `passes`:
    roles held at the unit pass to the target.
    """
    for grant in queries.find_grants(by).exclude(role=Role.ADMINISTRATOR):
        over_unit = unit.path.startswith(grant.unit.path)
        over_target = target.path.startswith(grant.unit.path)
        if (over_target and not over_unit) or (passes and over_unit and not over_target):
            raise ValidationError(
                _("A role of your own would reach further by this: another administrator does it.")
            )


def _check_not_root(unit: Unit) -> None:
    if unit.is_root:
        raise ValidationError(_("The organisation itself is not moved, merged, split or closed."))


def _clean(name: str, *, under: Unit | None, besides: Unit | None = None) -> str:
    """The name without loose blanks. Raises ValidationError if it is empty or taken beside it."""
    name = " ".join(name.split())
    if not name:
        raise ValidationError({"name": [_("A unit needs a name.")]})
    beside = Unit.objects.filter(parent=under, closed_on=None, name=name)
    if besides is not None:
        beside = beside.exclude(id=besides.pk)
    if under is not None and beside.exists():
        raise ValidationError({"name": [_("A unit of this name stands there already.")]})
    return name


def _today(now: datetime) -> date:
    from django.utils import timezone

    return timezone.localdate(now)
