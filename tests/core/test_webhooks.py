"""Webhooks: signed, told at least once with one id, refused inside private networks, paused when nobody answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from tests.cast import confirm, give_code_app
from tests.listening import Listener

from haidang.core import actions
from haidang.core.actions.publishing import Intent, digest_passage
from haidang.core.enums import PublicEvent, WithdrawWhy
from haidang.core.jobs import outgoing
from haidang.core.models import Delivery, Member, PublicItem, Webhook
from haidang.engine.errors import EngineError, Trouble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def listener(let_read: Callable[..., None], settings: Any) -> Iterator[Listener]:
    """A program that the operator named, so that it may be called on loopback."""
    settings.BASE_URL = "https://desk.example"
    with Listener(path="/hook?of=desk") as one:
        let_read(one.host)
        yield one


def register(by: Member, url: str, events: Any = PublicEvent.values) -> tuple[Webhook, str]:
    return actions.register_webhook("Cổng tỉnh", url, events=events, by=by, now=timezone.now())


def publish(an: Member, binh: Member, title: str = "Nước rút") -> PublicItem:
    now = timezone.now()
    told = {"contact": "Trụ sở", "public_office": True, "by": an, "now": now}
    actions.set_imprint(legal_owner="Xã Lam Hạ", funding="Ngân sách xã", **told)
    passage = actions.propose(Intent(title=title, body="Nước đã rút."), by=an, now=now)
    actions.approve(passage.pk, digest=digest_passage(passage), by=binh, now=now)
    [item] = actions.publish_due(now=now)
    return item


def withdraw(item: PublicItem, an: Member, binh: Member) -> None:
    now = timezone.now()
    passage = actions.propose_withdrawal(item, WithdrawWhy.PRIVACY, by=an, now=now)
    actions.approve(passage.pk, digest=digest_passage(passage), by=binh, now=now)
    assert actions.publish_due(now=now) == [item]


def run() -> None:
    outgoing.spread_announcements.func()
    outgoing.call_webhooks.func()


@pytest.mark.usefixtures("second_factors")
def test_call_is_signed_and_tells_only_what_is_public(
    listener: Listener, giang: Member, an: Member, binh: Member
) -> None:
    hook, secret = register(giang, listener.url)
    item = publish(an, binh)
    run()
    run()
    [(headers, body)] = listener.calls
    told = json.loads(body)
    assert told["type"] == "item.published"
    assert told["data"] == {
        "kind": "notice", "language": "vi", "title": "Nước rút", "version": 1,
        "address": f"https://desk.example{item.address}",
        "signed": f"https://desk.example{item.address}.json", "withdrawn": "",
    }  # fmt: skip
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    assert headers["content-type"] == "application/json"
    assert {"cookie", "authorization", "referer"} & set(headers) == set()
    assert secret.encode() not in body
    assert [one.done_at is not None for one in Delivery.objects.all()] == [True]
    assert secret.encode() not in bytes(hook.sealed_key)


@pytest.mark.usefixtures("second_factors")
def test_same_call_keeps_its_id_and_body_however_often_it_is_tried(
    listener: Listener, giang: Member, an: Member, binh: Member
) -> None:
    register(giang, listener.url)
    listener.status = 500
    publish(an, binh)
    run()
    Delivery.objects.update(next_at=timezone.now())
    listener.status = 200
    run()
    (first, one), (second, other) = listener.calls
    assert (first["webhook-id"], one) == (second["webhook-id"], other)
    assert Delivery.objects.get().tries == 2


@pytest.mark.usefixtures("second_factors")
def test_worker_killed_after_the_answer_tells_again_with_the_same_id(
    listener: Listener, giang: Member, an: Member, binh: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_told: Any, **_more: Any) -> None:
        raise Killed

    register(giang, listener.url)
    publish(an, binh)
    with monkeypatch.context() as patch:
        patch.setattr(actions, "note_told", die)
        with pytest.raises(Killed):
            run()
    run()
    assert len(listener.calls) == 1  # its claim is fresh
    Delivery.objects.update(claimed_until=timezone.now())
    run()
    assert len({headers["webhook-id"] for headers, _body in listener.calls}) == 1
    assert len(listener.calls) == 2


@pytest.mark.usefixtures("second_factors")
@pytest.mark.parametrize(
    "url",
    ["https://10.0.0.7/hook", "https://169.254.169.254/latest", "https://[::1]/hook", "https://127.0.0.1/x",
     "http://127.0.0.1:9/hook", "https://192.168.1.1/", "https://2130706433/hook", "https://intranet/hook"],
)  # fmt: skip
def test_address_inside_a_network_is_not_called(
    let_read: Callable[..., None], giang: Member, an: Member, binh: Member, url: str
) -> None:
    let_read()
    register(giang, url)
    publish(an, binh)
    run()
    one = Delivery.objects.get()
    assert one.done_at is None
    assert one.trouble in {Trouble.DENIED_ADDRESS.value, Trouble.BAD_ADDRESS.value}


@pytest.mark.usefixtures("second_factors")
def test_redirect_is_no_yes_and_is_not_followed(
    listener: Listener, giang: Member, an: Member, binh: Member
) -> None:
    register(giang, listener.url)
    listener.status = 307
    publish(an, binh)
    run()
    assert len(listener.calls) == 1
    one = Delivery.objects.get()
    assert (one.done_at, one.trouble, one.trouble_facts) == (None, "http_status", {"status": 307})


@pytest.mark.parametrize(
    "url",
    ["http://cong.example/hook", "ftp://cong.example/", "cong.example", "", "https://", "https://u:p@cong.example/",
     "https://cong.example/ a", "https://cong.example/#x", "javascript:alert(1)", "https://đèn.example/", "https://a:0/"],
)  # fmt: skip
def test_address_that_is_no_https_address_is_refused(giang: Member, url: str) -> None:
    with pytest.raises(ValidationError):
        register(giang, url)


def test_only_who_runs_the_desk_names_and_changes_webhooks(
    giang: Member, an: Member, now: datetime
) -> None:
    with pytest.raises(PermissionDenied):
        register(an, "https://cong.example/")
    hook, _secret = register(giang, "https://cong.example/")
    for act in (actions.pause_webhook, actions.resume_webhook, actions.end_webhook):
        with pytest.raises(PermissionDenied):
            act(hook.pk, by=an, now=now)


@pytest.mark.usefixtures("second_factors")
def test_only_chosen_events_are_told_and_none_from_before(
    listener: Listener, giang: Member, an: Member, binh: Member
) -> None:
    item = publish(an, binh, "Trước")
    register(giang, listener.url, [PublicEvent.WITHDRAWN])
    publish(an, binh, "Sau")
    withdraw(item, an, binh)
    run()
    told = [json.loads(body) for _headers, body in listener.calls]
    assert [(one["type"], one["data"]["withdrawn"]) for one in told] == [
        ("item.withdrawn", "privacy")
    ]


@pytest.mark.usefixtures("second_factors")
def test_withdrawn_words_do_not_leave_any_more(
    listener: Listener, giang: Member, an: Member, binh: Member
) -> None:
    register(giang, listener.url)
    item = publish(an, binh)
    outgoing.spread_announcements.func()
    withdraw(item, an, binh)
    run()
    assert [json.loads(body)["type"] for _headers, body in listener.calls] == ["item.withdrawn"]


def fail(delivery: Delivery, *, now: datetime, status: int = 500) -> None:
    delivery.refresh_from_db()
    actions.note_delivery_fault(delivery, EngineError(Trouble.HTTP_STATUS, status=status), now=now)


@pytest.mark.usefixtures("second_factors")
def test_pauses_grow_to_a_day_then_the_webhook_is_paused_and_can_go_on(
    listener: Listener, giang: Member, an: Member, binh: Member
) -> None:
    hook, _secret = register(giang, listener.url)
    publish(an, binh)
    outgoing.spread_announcements.func()
    delivery, began = Delivery.objects.get(), timezone.now()
    at = began
    while not Webhook.objects.get().paused_at:
        fail(delivery, now=at)
        delivery.refresh_from_db()
        at = max(at, delivery.next_at)
    assert timedelta(hours=20) < at - began < timedelta(hours=26)
    assert Webhook.objects.get().paused_why == "silent"
    run()
    assert listener.calls == []
    actions.resume_webhook(hook.pk, by=giang, now=timezone.now())
    run()
    assert len(listener.calls) == 1


@pytest.mark.usefixtures("second_factors")
def test_webhook_that_says_it_is_gone_is_paused_at_once(
    listener: Listener, giang: Member, an: Member, binh: Member
) -> None:
    register(giang, listener.url)
    listener.status = 410
    publish(an, binh)
    run()
    assert Webhook.objects.get().paused_why == "gone"


@pytest.mark.usefixtures("second_factors")
def test_ended_webhook_is_told_nothing_and_keeps_no_secret(
    listener: Listener, giang: Member, an: Member, binh: Member
) -> None:
    hook, _secret = register(giang, listener.url)
    publish(an, binh)
    outgoing.spread_announcements.func()
    actions.end_webhook(hook.pk, by=giang, now=timezone.now())
    run()
    publish(an, binh, "Nữa")
    run()
    assert listener.calls == []
    assert bytes(Webhook.objects.get().sealed_key) == b""


def test_page_shows_the_secret_once_after_showing_who_one_is(
    giang: Member, client_of: Callable[[Member | None], Client]
) -> None:
    give_code_app(giang)
    browser = client_of(giang)
    told = {"name": "Cổng tỉnh", "url": "https://cong.example/hook", "events": ["item.published"]}
    answer = browser.post("/desk/webhooks/", told)
    assert answer.headers["Location"].startswith("/account/confirm")
    confirm(browser)
    page = browser.post("/desk/webhooks/", told)
    assert b"whsec_" in page.content
    assert page.headers["Cache-Control"].count("no-store") == 1
    hook = Webhook.objects.get()
    for path in ("/desk/webhooks/", f"/desk/webhooks/{hook.pk}", "/desk/outgoing/"):
        shown = browser.get(path)
        assert shown.status_code == 200
        assert b"whsec_" not in shown.content
    assert (
        browser.post("/desk/webhooks/", {**told, "url": "http://cong.example/"}).status_code == 422
    )
    assert browser.post(f"/desk/webhooks/{hook.pk}/pause").status_code == 302
    assert Webhook.objects.get().paused_at is not None
    assert browser.post(f"/desk/webhooks/{hook.pk}/burn").status_code == 404


@pytest.mark.usefixtures("second_factors")
def test_calls_are_forgotten_after_a_month(
    listener: Listener, giang: Member, an: Member, binh: Member
) -> None:
    register(giang, listener.url)
    publish(an, binh)
    run()
    now = timezone.now()
    assert actions.forget_deliveries(now=now + timedelta(days=29)) == 0
    assert actions.forget_deliveries(now=now + timedelta(days=31)) == 1
