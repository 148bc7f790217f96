"""5. Two people: nothing can be decided or published yet, by one or by two."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.promises.absent import OTHER_SENSE
from tests.promises.doors import all_doors, find_doors

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
