"""How strangers reach the desk is one truth: requests, security.txt and the doctor tell the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.engine.net.server import LoopbackServer, gate_for

from haidang.core import machines
from haidang.core.models import Desk
from haidang.core.queries.contact import find_contact
from haidang.engine.net import is_contact
from haidang.project import doctor
from haidang.project.options import Values

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def tell(contact: str) -> None:
    Desk.objects.update_or_create(id=1, defaults={"contact": contact, "opened_at": NOW})


@pytest.fixture
def set_option(settings) -> Callable[[str], None]:
    def put(contact: str) -> None:
        options = {**settings.OPTIONS.values, "CONTACT": contact}
        settings.OPTIONS = Values(options, settings.OPTIONS.origins)

    return put


def test_organisations_contact_is_told_everywhere(client_of: Callable[..., Client]) -> None:
    assert (find_contact(), "(+" in machines.user_agent()) == ("", False)
    assert client_of(None).get("/.well-known/security.txt").status_code == 404
    tell("ban-tin@lamgiang.example")
    assert machines.user_agent().endswith(" (+ban-tin@lamgiang.example)")
    told = client_of(None).get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:ban-tin@lamgiang.example" in told
    finding = doctor._look_at_contact()
    assert (finding.state, "ban-tin@lamgiang.example" in finding.told) == ("ok", True)


def test_operators_setting_stands_before_it(set_option: Callable[[str], None]) -> None:
    tell("ban-tin@lamgiang.example")
    set_option("https://lamgiang.example/robot")
    assert find_contact() == "https://lamgiang.example/robot"


@pytest.mark.parametrize(
    ("contact", "fits"),
    [
        ("a@b.example", True),
        ("https://b.example/lien-he", True),
        ("0912 345 678", False),  # for readers, not for each server that is asked
        ("Ủy ban xã Lam Hạ", False),
        ("a@b.example)\r\nX-Evil: 1", False),
        ("a@b.example) evil (", False),
        ("https://đài.example/", False),
        ("a@" + "b" * 200 + ".example", False),
    ],
)
def test_what_no_header_can_carry_is_left_to_readers(contact: str, fits: bool) -> None:
    assert is_contact(contact) is fits
    tell(contact[:200])
    assert (find_contact() != "") is fits


def test_gate_tells_the_new_contact_without_a_restart() -> None:
    with LoopbackServer() as server:
        server.answers("/feed", b"x")
        gate = gate_for(server)
        for contact in ("cu@lamgiang.example", "moi@lamgiang.example"):
            gate.introduce_as(f"HaiDang/1 (+{contact})")
            gate.fetch(server.url("/feed"))
        gate.close()
    told = [one.headers["user-agent"] for one in server.asked if one.path == "/feed"]
    assert told == ["HaiDang/1 (+cu@lamgiang.example)", "HaiDang/1 (+moi@lamgiang.example)"]
