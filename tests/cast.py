"""The fixed cast: An and Bình do all the desk's work, Cúc left, Dũng has no account.

Giang is an administrator and nothing else; Hạnh is a juror; Khoa signs in but holds no role yet.

A test of access is one line over `everyone`: who gets which answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from haidang.core.models import Member, Unit

PASSWORD = "đèn biển soi đêm dài"
JOINED = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


WORK = ("editor", "reviewer", "publisher", "planner")


def give_roles(member: Member, roles: Iterable[str] = WORK, *, unit: Unit | None = None) -> Member:
    """Let the member hold these roles at that unit, or over the whole organisation."""
    from haidang.core.actions import open_root
    from haidang.core.models import RoleGrant

    for role in roles:
        RoleGrant.objects.create(
            member=member, unit=unit or open_root(), role=role, given_at=JOINED
        )
    return member


SECRET_OF_CODES = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_code_app(member: Member) -> Member:
    """Let the member sign in with a code app as second factor."""
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(member, SECRET_OF_CODES)
    return member


def code_now() -> str:
    """What the code app shows; good although another was used within its half minute."""
    from allauth.mfa.totp.internal import auth
    from django.core.cache import cache

    cache.clear()  # a code is good once, and tests follow each other within its half minute
    counter = list(auth.yield_hotp_counters_from_time())[1]
    return auth.format_hotp_value(auth.hotp_value(SECRET_OF_CODES, counter))


def confirm(client: Client) -> None:
    """The member in this browser shows the second factor now, as before any approval."""
    answer = client.post("/account/confirm/code", {"code": code_now(), "next": "/account/"})
    assert answer.headers["Location"] == "/account/"


def _join(username: str, roles: Iterable[str] = WORK, *, is_active: bool = True) -> Member:
    from haidang.core.models import Member

    member = Member(username=username, joined_at=JOINED, arrived_at=JOINED, is_active=is_active)
    member.set_password(PASSWORD)
    member.save()
    return give_roles(member, roles)


@pytest.fixture
def an(db: None) -> Member:
    """A member with every role of the daily work, and no power over people."""
    return _join("an")


@pytest.fixture
def binh(db: None) -> Member:
    """Another member like An."""
    return _join("bình")


@pytest.fixture
def second_factors(an: Member, binh: Member) -> None:
    """An and Bình both have a code app: who publishes needs one."""
    give_code_app(an)
    give_code_app(binh)


@pytest.fixture
def cuc(db: None) -> Member:
    """A member who left; even a role that was forgotten does not bring her back."""
    return _join("cúc", is_active=False)


@pytest.fixture
def giang(db: None) -> Member:
    """An administrator of the whole organisation, and nothing else."""
    return _join("giang", ["administrator"])


@pytest.fixture
def hanh(db: None) -> Member:
    """A juror, and nothing else."""
    return _join("hạnh", ["juror"])


@pytest.fixture
def khoa(db: None) -> Member:
    """A member who holds no role yet."""
    return _join("khoa", [])


@pytest.fixture
def dung() -> None:
    """An outsider: no account, so no member at all."""
    return


@pytest.fixture
def client_of(db: None) -> Callable[[Member | None], Client]:
    """A browser in which that person is signed in (whether or not they may still be)."""

    def open_browser(member: Member | None) -> Client:
        from django.test import Client

        client = Client(headers={"host": "localhost"})
        if member is not None:
            client.force_login(member)
        return client

    return open_browser


@pytest.fixture
def everyone(an: Member, binh: Member, cuc: Member) -> dict[str, Member | None]:
    """The whole cast by name."""
    return {"An": an, "Bình": binh, "Cúc": cuc, "Dũng": None}
