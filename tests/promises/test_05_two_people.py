"""5. Two people: what is published passes one gate, and one person cannot open it."""

from __future__ import annotations

import ast
import re
from datetime import datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from tests.promises.absent import OTHER_SENSE
from tests.promises.doors import find_doors

import haidang
from haidang.core import actions
from haidang.core.actions.publishing import Intent, digest_passage
from haidang.core.models import Member, Passage

# What two members decide within the desk: what is followed, never what is published.
WITHIN = re.compile(r"proposal|propose_publication|finding|topic|address sources/")
GATE = [
    "Member.passages_approved",
    "Member.passages_proposed",
    "Passage.approved_at",
    "Passage.approver",
    "Passage.proposed_at",
    "Passage.proposer",
    "act approve",
    "act propose",
    "act propose_withdrawal",
]
PACKAGE = Path(haidang.__file__).parent


def test_only_the_gate_decides_what_is_published() -> None:
    found = find_doors("release", "approve", "approval", "propose", "withdraw")
    others = {
        "act release_held"
    }  # a passage that waits goes on waiting: nothing is published by it
    outside = [door for door in found if not WITHIN.search(door)]
    assert set(outside) - set(GATE) - OTHER_SENSE - others == set()


def test_public_rows_are_written_in_one_place() -> None:
    makers = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if called in {
                "PublicItem",
                "PublicItem.objects.create",
                "PublicItem.objects.update_or_create",
            }:
                makers.add(path.relative_to(PACKAGE).as_posix())
    assert makers == {"core/actions/showing.py"}


@pytest.mark.django_db
def test_one_person_publishes_nothing(an: Member, binh: Member, now: datetime) -> None:
    """Not by approving oneself, not in the database, not by approving for somebody else twice."""
    actions.set_imprint(
        legal_owner="Xã Lam Hạ",
        funding="Ngân sách",
        contact="Trụ sở",
        public_office=True,
        by=an,
        now=now,
    )
    passage = actions.propose(Intent(title="A", body="B"), by=an, now=now)
    with pytest.raises(ValidationError):
        actions.approve(passage.pk, digest=digest_passage(passage), by=an, now=now)
    for change in ({"approver": an, "approved_at": now}, {"published_at": now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Passage.objects.filter(pk=passage.pk).update(**change)
    assert actions.publish_due(now=now) == []
    actions.approve(passage.pk, digest=digest_passage(passage), by=binh, now=now)
    assert [item.title for item in actions.publish_due(now=now)] == ["A"]


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
