"""14. The gate guards what we publish: nothing goes out unsearched, and no mark of secrecy is given."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from tests.promises.doors import find_doors

from haidang.core import actions
from haidang.core.actions.publishing import Intent, digest_passage
from haidang.core.models import Member, PublicItem


@pytest.mark.django_db
@pytest.mark.usefixtures("second_factors")
@pytest.mark.parametrize(
    "intent",
    [
        Intent(title="Gọi 0912 345 678", body="B"),
        Intent(title="A", body="Căn cước 001099012345"),
        Intent(title="A", body="TỐI MẬT"),
        Intent(title="A", body="12-year-old Mary Lightkeeper was found", language="en"),
    ],
    ids=["phone in the title", "identity", "mark", "child"],
)
def test_nothing_goes_out_before_a_person_decided_on_each_finding(
    intent: Intent, an: Member, binh: Member, now: datetime
) -> None:
    actions.set_imprint(
        legal_owner="Xã Lam Hạ",
        funding="Ngân sách",
        contact="Trụ sở",
        public_office=True,
        by=an,
        now=now,
    )
    passage = actions.propose(intent, by=an, now=now)
    with pytest.raises(ValidationError):
        actions.approve(passage.pk, digest=digest_passage(passage), by=binh, now=now)
    assert (actions.publish_due(now=now), PublicItem.objects.count()) == ([], 0)
    [finding] = passage.findings.all()
    actions.decide_finding(finding.pk, reason="Đã hỏi người liên quan", by=binh, now=now)
    actions.approve(passage.pk, digest=digest_passage(passage), by=binh, now=now)
    assert [item.title for item in actions.publish_due(now=now)] == [intent.title]


def test_nothing_marks_a_text_as_secret() -> None:
    words = "secret classified classification confidential restricted mật"
    assert find_doors(*words.split()) == []
