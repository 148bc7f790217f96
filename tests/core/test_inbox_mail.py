"""What is new in an inbox comes by mail to whoever chose so: once, without names, in their language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.core.mail_server import MailServer

from haidang.core import actions
from haidang.core.enums import InboxMail
from haidang.core.jobs import outgoing
from haidang.core.models import InboxLine, Letter, Member

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "binh@lamha.example"


@pytest.fixture
def reader(binh: Member) -> Member:
    """Bình gave an address."""
    binh.email = ADDRESS
    binh.save()
    return binh


def tell(member: Member, by: Member | None = None, *, kind: str = "passage_waits") -> None:
    actions.tell_member(
        member,
        kind,
        by=by,
        address="/desk/notices/1",
        now=timezone.now(),
        what="Họp kín",
        way="publish",
    )


def send(after: timedelta = timedelta()) -> int:
    """What the periodic work does, so long after the letters that are there; how many letters were made."""
    for letter in Letter.objects.all():
        Letter.objects.filter(pk=letter.pk).update(made_at=letter.made_at - after)
    made = outgoing.queue_inbox_mail(timezone.now())
    outgoing.hand_over_letters.func()
    return made


def test_what_waits_for_an_act_comes_by_mail_once(
    mail: MailServer, an: Member, reader: Member
) -> None:
    tell(reader, an)
    tell(reader, an, kind="passage_approved")  # asks for nothing: Bình did not choose it
    assert (send(), send(), send(timedelta(hours=2))) == (1, 0, 0)
    [letter] = mail.taken
    assert letter.recipient == ADDRESS
    assert letter.text().count("–") == 1
    assert "/desk/" in letter.text()


def test_letter_names_nobody_and_no_title(mail: MailServer, an: Member, reader: Member) -> None:
    Member.objects.filter(pk=an.pk).update(name="Đặng Hải Yến")
    tell(reader, Member.objects.get(pk=an.pk))
    actions.choose_inbox_mail(reader, InboxMail.ALL, language="en")
    tell(reader, Member.objects.get(pk=an.pk))
    actions.tell_member(
        reader, "log_opened", by=an, address="/desk/log/mine", now=timezone.now(), what="Nghi rò rỉ"
    )
    send()
    [letter] = mail.taken
    whole = letter.text() + letter.text("html") + str(letter.message["Subject"])
    assert [told for told in ("Hải Yến", "Họp kín", "Nghi rò rỉ") if told in whole] == []
    assert "A member opened the log of your acts: …" in letter.text()


@pytest.mark.parametrize(
    ("language", "subject", "word"),
    [
        ("vi", "Có việc đang chờ bạn ở bàn tin", "một thành viên"),
        ("en", "Something waits for you at the desk", "a member"),
        ("", "Có việc đang chờ bạn ở bàn tin", "một thành viên"),
    ],
)
def test_letter_is_in_the_members_language(
    mail: MailServer, an: Member, reader: Member, language: str, subject: str, word: str
) -> None:
    actions.choose_inbox_mail(reader, InboxMail.ASKS, language=language)
    tell(reader, an)
    send()
    [letter] = mail.taken
    assert letter.message["Subject"] == subject
    assert f" {word} " in letter.text()
    assert letter.message["Content-Language"] == (language or "vi")


def test_what_was_read_or_settled_meanwhile_is_not_mailed(
    mail: MailServer, an: Member, reader: Member
) -> None:
    tell(reader, an)
    tell(reader, an)
    actions.mark_read(InboxLine.objects.filter(member=reader).earliest("id"), by=reader)
    actions.settle("/desk/notices/1", kinds=["passage_waits"])
    assert send() == 0
    assert mail.taken == []


def test_one_letter_an_hour_carries_all_that_came(
    mail: MailServer, an: Member, reader: Member
) -> None:
    tell(reader, an)
    send()
    for _line in range(25):
        tell(reader, an)
    assert send(timedelta(minutes=58)) == 0
    assert send(timedelta(minutes=3)) == 1
    told = mail.taken[-1].text()
    assert told.count("–") == 20
    assert "25" in told


def test_nobody_gets_letters_they_did_not_choose(
    mail: MailServer, an: Member, binh: Member, cuc: Member, reader: Member
) -> None:
    an.email = "an@lamha.example"
    an.save()
    actions.choose_inbox_mail(an, InboxMail.NONE, language="vi")
    binh.email = ""
    for member in (an, binh, cuc):
        tell(member)
    assert send() == 0


def test_new_choice_holds_for_what_comes_from_now_on(
    mail: MailServer, an: Member, reader: Member
) -> None:
    tell(reader, an)
    actions.choose_inbox_mail(reader, InboxMail.NONE, language="vi")
    assert send() == 0
    actions.choose_inbox_mail(reader, InboxMail.ALL, language="vi")
    assert send() == 0
    tell(reader, an, kind="passage_approved")
    assert send() == 1


def test_who_left_gets_no_letter_that_waited(mail: MailServer, an: Member, reader: Member) -> None:
    tell(reader, an)
    Member.objects.filter(pk=reader.pk).update(is_active=False, left_at=timezone.now())
    assert send() == 0
    assert not InboxLine.objects.filter(to_mail=True).exists()


def test_desk_without_a_mail_server_keeps_no_heap_for_later(an: Member, reader: Member) -> None:
    tell(reader, an)
    assert send() == 0
    assert not InboxLine.objects.filter(to_mail=True).exists()
    assert Letter.objects.count() == 0


def test_address_that_takes_no_letters_keeps_nobody_else_from_theirs(
    mail: MailServer, an: Member, reader: Member
) -> None:
    Member.objects.filter(pk=an.pk).update(email="đèn@lamha.example")
    tell(Member.objects.get(pk=an.pk))
    tell(reader)
    assert send() == 1
    assert [taken.recipient for taken in mail.taken] == [ADDRESS]


def test_member_chooses_on_the_account_page(
    mail: MailServer, client_of: Callable[..., Client], reader: Member, an: Member, now: datetime
) -> None:
    page = client_of(reader)
    assert 'id="letters"' in page.get("/account/").content.decode()
    page.post("/account/inbox-mail", {"choice": "all", "language": "en"})
    reader.refresh_from_db()
    assert (reader.inbox_mail, reader.mail_language) == ("all", "en")
    page.post("/account/inbox-mail", {"choice": "every", "language": "xx"})
    reader.refresh_from_db()
    assert (reader.inbox_mail, reader.mail_language) == ("all", "en")
    without = client_of(an).get("/account/").content.decode()
    assert 'name="choice"' not in without
