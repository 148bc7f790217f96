"""The notices by mail: nothing before a yes, one click to stop, no cookie, no sign-in; only what passed the gate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.core.mail_server import MailServer
from tests.core.test_webhooks import publish, withdraw

from haidang.core import actions
from haidang.core.actions.publishing import Intent
from haidang.core.enums import LetterEnd
from haidang.core.jobs import outgoing
from haidang.core.models import Letter, LogEntry, Member, Subscriber
from haidang.core.views import subscribing

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "ban-doc@example.org"
OWN = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}


@pytest.fixture(autouse=True)
def _fresh_paces(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(subscribing.pace, "_clock", lambda: 0.0)
    yield
    subscribing.pace.forget()


@pytest.fixture
def reader() -> Client:
    """Somebody outside: no cookie, no account, and the check of forms is on."""
    return Client(headers={"host": "localhost"}, enforce_csrf_checks=True)


def ask(reader: Client, address: str = ADDRESS, language: str = "vi", **headers: str) -> Any:
    told = {"address": address, "language": language}
    return reader.post("/subscribe", told, headers=headers or OWN)


def run() -> None:
    outgoing.spread_announcements.func()
    outgoing.hand_over_letters.func()


def link_in(text: str, name: str) -> str:
    found = re.search(rf"https://desk\.example(/{name}/[\w-]+)", text.replace("=\n", ""))
    assert found is not None, text
    return found[1]


def subscribe(reader: Client, mail: MailServer, **told: str) -> None:
    ask(reader, **told)
    run()
    assert reader.post(link_in(mail.taken[-1].text(), "subscribe")).status_code == 200
    mail.taken.clear()


@pytest.mark.usefixtures("second_factors")
def test_only_who_said_yes_gets_notices_and_one_click_ends_it(
    mail: MailServer, reader: Client, an: Member, binh: Member
) -> None:
    ask(reader)
    publish(an, binh, "Trước khi nói có")
    run()
    [question] = mail.taken
    assert question.recipient == ADDRESS
    assert question.message["List-Unsubscribe"] is None
    yes = link_in(question.text(), "subscribe")
    assert reader.get(yes).status_code == 200  # a program that follows links changes nothing
    assert Subscriber.objects.get().confirmed_on is None
    assert reader.post(yes).status_code == 200
    mail.taken.clear()

    item = publish(an, binh, "Nước rút")
    run()
    run()
    [notice] = mail.taken
    assert notice.message["Subject"] == "Nước rút"
    assert "Nước đã rút." in notice.text()
    assert f"https://desk.example{item.address}" in notice.text()
    assert "Xã Lam Hạ" in notice.text()
    assert "Ngân sách xã" in notice.text()
    assert notice.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    click = notice.message["List-Unsubscribe"].strip("<>").removeprefix("https://desk.example")
    assert reader.get(click).status_code == 200
    assert Subscriber.objects.count() == 1  # again: only POST changes anything

    stranger = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    answer = stranger.post(
        click, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )  # as a mail provider asks (RFC 8058): no cookie, no origin, no referrer
    assert (answer.status_code, answer.cookies) == (200, {})
    assert Subscriber.objects.count() == 0
    mail.taken.clear()
    publish(an, binh, "Sau khi dừng")
    run()
    assert mail.taken == []
    assert stranger.post(click).status_code == 200  # and once more: the same answer


@pytest.mark.usefixtures("second_factors")
def test_what_did_not_pass_the_gate_is_mailed_to_nobody(
    mail: MailServer, reader: Client, an: Member, binh: Member
) -> None:
    subscribe(reader, mail)
    told = {"contact": "Trụ sở", "public_office": True, "by": an, "now": timezone.now()}
    actions.set_imprint(legal_owner="Xã Lam Hạ", funding="Ngân sách xã", **told)
    actions.propose(Intent(title="Chưa ai duyệt", body="x"), by=an, now=timezone.now())
    run()
    assert mail.taken == []


@pytest.mark.usefixtures("second_factors")
def test_withdrawal_is_told_without_the_withdrawn_words(
    mail: MailServer, reader: Client, an: Member, binh: Member
) -> None:
    subscribe(reader, mail)
    item = publish(an, binh)
    outgoing.spread_announcements.func()  # the letter waits in the outbox
    withdraw(item, an, binh)
    run()
    [letter] = mail.taken
    assert "Nước đã rút" not in letter.text()
    assert Letter.objects.filter(end=LetterEnd.DROPPED).count() == 1


@pytest.mark.usefixtures("second_factors")
def test_each_gets_the_language_they_chose(
    mail: MailServer, reader: Client, an: Member, binh: Member
) -> None:
    subscribe(reader, mail, language="en")
    publish(an, binh)  # in Vietnamese
    run()
    assert mail.taken == []


@pytest.mark.usefixtures("second_factors")
def test_stopping_takes_back_a_letter_that_has_not_left(
    mail: MailServer, reader: Client, an: Member, binh: Member
) -> None:
    subscribe(reader, mail)
    publish(an, binh)
    outgoing.spread_announcements.func()
    actions.end_subscription(Subscriber.objects.get(), now=timezone.now())
    run()
    assert mail.taken == []
    assert bytes(Letter.objects.get(kind="notice").sealed) == b""


@pytest.mark.usefixtures("second_factors")
def test_address_that_refuses_for_good_is_erased(
    mail: MailServer, reader: Client, an: Member, binh: Member
) -> None:
    subscribe(reader, mail)
    mail.answers = {"RCPT": "550 no such user"}
    publish(an, binh)
    run()
    assert Subscriber.objects.count() == 0


@pytest.mark.usefixtures("second_factors")
def test_spreading_again_after_a_death_makes_no_second_letter(
    mail: MailServer, reader: Client, an: Member, binh: Member
) -> None:
    from haidang.core.models import Announcement

    subscribe(reader, mail)
    publish(an, binh)
    run()
    Announcement.objects.update(spread_at=None)  # it died before its note
    run()
    assert len(mail.taken) == 1


def test_address_lies_sealed_and_only_the_day_is_kept(mail: MailServer, reader: Client) -> None:
    from tests.promises.test_02_no_author_profiles import dump_of_tables

    ask(reader)
    row = Subscriber.objects.get()
    assert ADDRESS.encode() not in bytes(row.sealed_address)
    assert ADDRESS not in dump_of_tables()
    assert LogEntry.objects.count() == 0
    assert not hasattr(row, "asked_at")


def test_answer_tells_nobody_who_subscribed(mail: MailServer, reader: Client) -> None:
    first = ask(reader)
    subscribe(reader, mail, address="khac@example.org")
    subscribing.pace.forget()
    known = ask(reader, address="khac@example.org")
    assert (first.status_code, first.content) == (known.status_code, known.content)
    run()
    assert mail.taken == []  # who said yes already is not asked again


def test_address_is_asked_once_a_day(mail: MailServer, reader: Client) -> None:
    for _time in range(3):
        subscribing.pace.forget()
        ask(reader)
        ask(reader, address=ADDRESS.upper())
    run()
    assert len(mail.taken) == 1


def test_form_is_slowed_down_and_needs_our_own_page(mail: MailServer, reader: Client) -> None:
    assert ask(reader, origin="https://elsewhere.example").status_code == 403
    codes = [ask(reader, address=f"a{number}@example.org").status_code for number in range(4)]
    assert codes == [200, 200, 200, 429]
    assert Subscriber.objects.count() == 3


@pytest.mark.parametrize("address", ["", "x", "a@b\nBcc: c@d.example", "a@b.example,c@d.example"])
def test_what_is_no_address_is_refused_on_the_page(
    mail: MailServer, reader: Client, address: str
) -> None:
    assert ask(reader, address=address).status_code == 422
    assert Subscriber.objects.count() == 0


def test_forged_links_change_nothing(mail: MailServer, reader: Client) -> None:
    ask(reader)
    run()
    yes = link_in(mail.taken[0].text(), "subscribe")
    forged = [
        yes[:-1] + ("A" if yes[-1] != "A" else "B"),
        yes.replace("/1-", "/2-"),
        "/subscribe/1-" + "x" * 43,
    ]
    for path in forged:
        if path != yes:
            assert reader.post(path).status_code == 404
    stop = yes.replace("/subscribe/", "/unsubscribe/")  # a yes is no stop
    assert reader.post(stop).status_code == 200
    assert Subscriber.objects.get().confirmed_on is None


def test_link_of_an_erased_address_stays_dead_when_it_comes_back(
    mail: MailServer, reader: Client
) -> None:
    ask(reader)
    run()
    old = link_in(mail.taken[0].text(), "subscribe")
    actions.end_subscription(Subscriber.objects.get(), now=timezone.now())
    ask(reader)
    assert reader.post(old).status_code == 404
    assert Subscriber.objects.get().confirmed_on is None


def test_who_does_not_answer_is_erased_after_three_days(mail: MailServer, reader: Client) -> None:
    ask(reader)
    now = timezone.now()
    assert actions.forget_unconfirmed(now=now + timedelta(days=3)) == 0
    assert actions.forget_unconfirmed(now=now + timedelta(days=4)) == 1
    assert Subscriber.objects.count() == 0
    run()
    assert mail.taken == []


def test_pages_of_links_are_told_to_no_search_engine_and_no_other_site(
    mail: MailServer, reader: Client
) -> None:
    ask(reader)
    run()
    answer = reader.get(link_in(mail.taken[0].text(), "subscribe"))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.cookies == {}


def test_desk_without_mail_takes_no_address(reader: Client) -> None:
    assert ask(reader).status_code == 422
    assert Subscriber.objects.count() == 0
    assert reader.get("/subscribe").status_code == 200
