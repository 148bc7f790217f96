"""`haidang user add|passwd|list|roles`: the people of the desk, as whoever runs its machine may keep them.

The machine's operator stands above the table of roles: the first administrator, and a desk that lost its last one,
come from here. Each of these acts is in the log, as done by the command line.
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from haidang.project.cli.main import Adder, CommandFailed, wake_django
from haidang.project.cli.words import _

if TYPE_CHECKING:
    from haidang.core.enums import LinkPurpose, Role
    from haidang.core.models import Member, Unit

ACTS = ("add", "passwd", "list", "roles")


def add_verbs(add: Adder) -> None:
    """User."""
    told = _("Add a member, mend a lost password by a one-time link, list members, change roles.")
    user = add("user", told, run_user)
    user.add_argument("act", choices=ACTS)
    user.add_argument("username", nargs="?", default="")
    user.add_argument(
        "--give", metavar=_("ROLE"), action="append", default=[], help=_("give a role")
    )
    user.add_argument(
        "--take", metavar=_("ROLE"), action="append", default=[], help=_("end a role")
    )
    user.add_argument("--unit", type=int, help=_("the number of the unit; without it: everywhere"))
    user.add_argument("--name", default="", help=_("the member's name"))
    user.add_argument("--affiliation", default="", help=_("where the member works or studies"))
    user.add_argument(
        "--anew", action="store_true", help=_("drop the second factors with the password")
    )
    user.add_argument("--json", action="store_true", help=_("print JSON"))
    user.set_defaults(refuse=user.error)


def run_user(arguments: argparse.Namespace) -> int:
    """Raises CommandFailed for what is refused."""
    if arguments.act != "list" and not arguments.username:
        arguments.refuse(_("a user name is needed"))
    wake_django()
    from django.core.exceptions import ValidationError

    from haidang.project import supervisor

    supervisor.prepare_data()
    if arguments.act == "list":
        return _list(as_json=arguments.json)
    try:
        return {"add": _add, "passwd": _mend, "roles": _roles}[arguments.act](arguments)
    except ValidationError as error:
        raise CommandFailed(" ".join(error.messages)) from None


def _add(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from haidang.core import actions
    from haidang.core.enums import LinkPurpose, Role

    member = actions.add_member(
        arguments.username,
        now=timezone.now(),
        name=arguments.name,
        affiliation=arguments.affiliation,
        roles=_read_roles(arguments.give) or [Role.EDITOR],
        unit=_find_unit(arguments.unit),
    )
    return _print_link(member, LinkPurpose.INVITATION)


def _mend(arguments: argparse.Namespace) -> int:
    from haidang.core.enums import LinkPurpose

    purpose = LinkPurpose.NEW_START if arguments.anew else LinkPurpose.NEW_PASSWORD
    return _print_link(_find_member(arguments.username), purpose)


def _roles(arguments: argparse.Namespace) -> int:
    from django.utils import timezone

    from haidang.core import actions, queries

    member, now = _find_member(arguments.username), timezone.now()
    unit = _find_unit(arguments.unit) or actions.open_root()
    given, taken = _read_roles(arguments.give), _read_roles(arguments.take)
    for role in given:
        actions.give_role(member, role, unit=unit, by=None, now=now)
    for grant in queries.find_grants(member).filter(unit=unit, role__in=taken):
        actions.take_role(grant, by=None, now=now)
    held = [
        {"role": grant.role, "unit": grant.unit_id, "unit_name": grant.unit.name}
        for grant in queries.find_grants(member)
    ]
    if arguments.json:
        print(json.dumps(held, ensure_ascii=False))
        return 0
    for one in held:
        print(f"{one['role']}\t{one['unit']}\t{one['unit_name']}".rstrip())
    return 0


def _list(*, as_json: bool) -> int:
    from haidang.core import queries

    told = []
    for member in queries.find_members():
        roles = sorted(queries.find_grants(member).values_list("role", flat=True).distinct())
        one = {"username": member.username, "name": member.name, "affiliation": member.affiliation}
        told.append({**one, "here": member.arrived_at is not None, "roles": roles})
        if not as_json:
            waiting = "" if member.arrived_at else _("invited, not here yet")
            print("\t".join([member.username, member.name, ", ".join(roles), waiting]).rstrip())
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    return 0


def _read_roles(told: list[str]) -> list[Role]:
    from haidang.core.enums import Role

    unknown = [name for name in told if name not in Role.values]
    if unknown:
        sentence = _("there is no role “{name}”: {names}")
        raise CommandFailed(sentence.format(name=unknown[0], names=", ".join(Role.values)), code=2)
    return [Role(name) for name in told]


def _print_link(member: Member, purpose: LinkPurpose) -> int:
    from django.conf import settings
    from django.utils import timezone

    from haidang.core import actions

    token = actions.make_link(purpose, now=timezone.now(), member=member)
    base = settings.BASE_URL or f"http://127.0.0.1:{settings.OPTIONS['PORT']}"
    address = f"{base}/setup/{token}"
    if purpose == "invitation":
        told = _("A link to come in and set the password (works once, for 7 days): {address}")
    else:
        told = _("A link to set the password (works once, for 24 hours): {address}")
    print(told.format(address=address))
    return 0


def _find_member(username: str) -> Member:
    from haidang.core.models import Member

    found = Member.objects.filter(username=Member.normalize_username(username)).first()
    if found is None:
        raise CommandFailed(_("there is no member “{name}”").format(name=username))
    return found


def _find_unit(number: int | None) -> Unit | None:
    from haidang.core.models import Unit

    if number is None:
        return None
    found = Unit.objects.filter(id=number).first() if 0 < number < 2**63 else None
    if found is None:
        raise CommandFailed(_("there is no unit {number}").format(number=number))
    return found
