"""The fixed cast: An and Bình work here, Cúc left, Dũng has no account.

A test of access is one line over `everyone`: who gets which answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from haidang.core.models import Member

PASSWORD = "đèn biển soi đêm dài"
JOINED = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def _join(username: str, *, is_active: bool = True) -> Member:
    from haidang.core.models import Member

    member = Member(username=username, joined_at=JOINED, is_active=is_active)
    member.set_password(PASSWORD)
    member.save()
    return member


@pytest.fixture
def an(db: None) -> Member:
    """A member."""
    return _join("an")


@pytest.fixture
def binh(db: None) -> Member:
    """Another member."""
    return _join("bình")


@pytest.fixture
def cuc(db: None) -> Member:
    """A member who left."""
    return _join("cúc", is_active=False)


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
