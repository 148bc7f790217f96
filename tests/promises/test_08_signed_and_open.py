"""8. Signed and open: what is public is signed and says who pays; nothing could go out covertly."""

from __future__ import annotations

import ast
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from tests.promises.absent import OTHER_SENSE
from tests.promises.doors import find_doors

import haidang
from haidang.core import actions, signatures
from haidang.core.actions.publishing import Intent, digest_passage
from haidang.core.models import LogEntry, Member
from haidang.engine.net import Gate, HookCall, HubRequest

PACKAGE = Path(haidang.__file__).parent


# The notices by mail: asked for, confirmed by the address itself, erased with one click (tests/core/test_subscribing.py).
BY_MAIL = {
    "Letter.subscriber",
    "Letter.subscriber_id",
    "Subscriber.address_digest",
    "Subscriber.asked_on",
    "Subscriber.confirmed_on",
    "Subscriber.id",
    "Subscriber.language",
    "Subscriber.letter",
    "Subscriber.salt",
    "Subscriber.sealed_address",
    "address subscribe/<mail_token:token> confirm_subscription",
    "address unsubscribe/<mail_token:token> unsubscribe",
    "setting MAIL_FROM",
    "setting MAIL_URL",
}

# What is new in a member's own inbox, at the address that they gave, if they chose so (tests/core/test_inbox_mail.py).
TO_MEMBERS = {
    "InboxLine.to_mail",
    "InboxMailForm.choice",
    "InboxMailForm.language",
    "Member.inbox_mail",
    "Member.mail_language",
    "act choose_inbox_mail",
    "act queue_inbox_mail",
    "address account/inbox-mail choose_inbox_mail",
}


def test_no_way_to_post_or_send_exists_but_the_notices_and_members_inboxes_by_mail() -> None:
    words = "post send mail subscriber newsletter like tweet"
    found = {door for door in find_doors(*words.split()) if door not in OTHER_SENSE}
    assert found - BY_MAIL - TO_MEMBERS == set()


def test_letters_leave_by_one_door_and_come_from_two_acts() -> None:
    """One module speaks SMTP, one job hands over, and the outbox is filled by two acts with their own guards."""

    def files_with(word: str) -> list[str]:
        paths = sorted(PACKAGE.rglob("*.py"))
        return [
            path.relative_to(PACKAGE).as_posix()
            for path in paths
            if word in path.read_text(encoding="utf-8") and "migrations" not in path.parts
        ]

    assert files_with("smtplib") == ["engine/net/mailing.py"]
    assert files_with("MailSession(") == ["core/jobs/outgoing.py"]
    assert files_with("seal_text(") == [
        "core/actions/announcing.py",
        "core/actions/letters.py",
        "core/jobs/outgoing.py",  # opens what the two sealed
        "core/letters.py",
    ]
    assert files_with("LetterKind.NOTICE") == [
        "core/actions/announcing.py",
        "core/models/outgoing.py",
    ]


def test_accounts_are_the_members_own_here() -> None:
    """An account is how a member signs in to this desk; none is kept of the desk's elsewhere."""
    found = [door for door in find_doors("account") if door not in OTHER_SENSE]
    # "act link_account": a member's own sign-in at the organisation's provider (OIDC)
    signing_in = ("address account/", "address sign-in account_login", "act link_account")
    assert [door for door in found if not door.startswith(signing_in)] == []


@pytest.mark.django_db
@pytest.mark.usefixtures("second_factors")
def test_every_public_text_is_signed_and_says_who_speaks_and_who_pays(
    an: Member, binh: Member, now: datetime, client_of: Any
) -> None:
    told = {"contact": "Trụ sở", "public_office": True, "by": an, "now": now}
    actions.set_imprint(legal_owner="Xã Lam Hạ", funding="Ngân sách xã", **told)
    passage = actions.propose(Intent(title="A", body="B"), by=an, now=now)
    actions.approve(passage.pk, digest=digest_passage(passage), by=binh, now=now)
    [item] = actions.publish_due(now=now)
    actions.set_imprint(legal_owner="Xã Tên Mới", funding="Nguồn khác", **told)
    assert "owner: Xã Lam Hạ\nfunding: Ngân sách xã\n" in item.text
    signed = signatures.from_json(client_of(None).get(item.address + ".json").content)
    assert (signatures.verify_text(signed), signed.text) == (True, item.text)
    renames = [entry.what for entry in LogEntry.objects.filter(act="set_imprint")]
    assert renames == ["Xã Lam Hạ", "Xã Tên Mới"]


def test_gate_only_asks_and_never_tells() -> None:
    """One verb could change something at the other end, in one place: for the request to a hub below."""
    said = set()
    for path in (PACKAGE / "engine" / "net").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
                text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
                verbs = {"POST", "PUT", "PATCH", "DELETE", "CONNECT"} & set(text.split())
                said |= {(path.name, verb) for verb in verbs}
    assert said == {("wire.py", "POST")}


def test_gate_sends_no_form_but_the_request_to_a_hub_and_the_call_to_a_webhook() -> None:
    """The fields of both are fixed: nothing but what is public here can be posted anywhere with them."""
    assert {name for name in vars(Gate) if not name.startswith("_")} == {
        "ask_hub",
        "call_hook",
        "close",
        "fetch",
        "introduce_as",  # changes our own name in requests; sends nothing
        "may_fetch",
        "wait_s",
    }
    request = HubRequest(
        topic="https://a.example/", callback="https://b.example/", secret="s", lease_s=1
    )
    assert parse_qs(request.to_form()) == {
        b"hub.mode": [b"subscribe"],
        b"hub.topic": [b"https://a.example/"],
        b"hub.callback": [b"https://b.example/"],
        b"hub.secret": [b"s"],
        b"hub.lease_seconds": [b"1"],
    }
    makers = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "HubRequest(" in path.read_text(encoding="utf-8")
    ]
    assert makers == ["watch/hubs.py"]


def test_a_webhook_is_told_fixed_and_public_things_only() -> None:
    call = HookCall(
        id="msg_1", event="item.published", at=datetime(2026, 11, 23, tzinfo=UTC), kind="notice",
        language="vi", title="A", version=1, address="https://a.example/vi/notices/1",
        signed="https://a.example/vi/notices/1.json", withdrawn="",
    )  # fmt: skip
    told = json.loads(call.to_body())
    assert set(told) == {"type", "timestamp", "data"}
    assert set(told["data"]) == {
        "kind", "language", "title", "version", "address", "signed", "withdrawn",
    }  # fmt: skip
    makers = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "HookCall(" in path.read_text(encoding="utf-8")
    ]
    assert makers == ["core/jobs/outgoing.py"]


def test_no_mail_goes_past_the_outbox() -> None:
    """Django can send mail by one call; ours never makes it."""
    callers = [
        path.name
        for path in PACKAGE.rglob("*.py")
        if "django.core.mail" in path.read_text(encoding="utf-8")
    ]
    assert callers == []
