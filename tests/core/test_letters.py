"""The outbox: once queued, never sent twice, whoever dies when; what is through leaves no text behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests.core.mail_server import MailServer

from haidang.core import actions
from haidang.core.actions.letters import CLAIM, TRIED_FOR
from haidang.core.enums import LetterEnd, LetterKind
from haidang.core.jobs import outgoing
from haidang.core.letters import LetterText, write_letter
from haidang.core.models import HeadCopy, Letter, LogEntry, LogHead, Member
from haidang.engine.net import MailFault

pytestmark = pytest.mark.django_db(transaction=True)


def queue(once: str = "một", to: str = "ban-doc@example.org", **told: Any) -> Letter | None:
    values = {"subject": "Thông báo", "plain": "Nước rút.\n.đầu dòng có chấm\n", **told}
    text = LetterText(to=to, **values)
    return actions.queue_letter(LetterKind.MEMBER, text, once=once, now=timezone.now())


def run() -> None:
    outgoing.hand_over_letters.func()


def state(letter: Letter | None) -> tuple[Any, ...]:
    assert letter is not None
    letter.refresh_from_db()
    return letter.end, letter.trouble, letter.left_at is not None, bytes(letter.sealed) == b""


def test_letter_arrives_whole_in_plain_and_html(mail: MailServer) -> None:
    letter = queue(plain="Nước rút.\n.đầu dòng có chấm\nhttps://desk.example/vi/notices/1 & <b>\n")
    assert letter is not None
    run()
    [taken] = mail.taken
    assert (taken.sender, taken.recipient) == ("desk@lamha.example", "ban-doc@example.org")
    assert taken.text().splitlines()[:2] == ["Nước rút.", ".đầu dòng có chấm"]
    html = taken.text("html")
    assert '<a href="https://desk.example/vi/notices/1">' in html
    assert "&amp; &lt;b&gt;" in html
    assert [word for word in ("<img", "<script", "<link", "style") if word in html] == []
    message = taken.message
    assert message["Message-ID"] == letter.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None
    assert state(letter) == ("", "", True, True)


def test_letter_of_one_matter_is_queued_once(mail: MailServer) -> None:
    assert queue() is not None
    assert queue() is None
    run()
    run()
    assert queue() is None
    assert len(mail.taken) == 1


def test_letter_goes_with_its_change_or_not_at_all(mail: MailServer) -> None:
    def change() -> None:
        with transaction.atomic():
            queue()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change()
    run()
    assert mail.taken == []


def test_desk_without_a_mail_server_queues_nothing() -> None:
    assert queue() is None
    assert Letter.objects.count() == 0


@pytest.mark.parametrize(
    "to",
    ["", "an", "an@", "an@b c.example", "an@b.example\nBcc: x@y.example", "an@b.example, x@y.example",
     "<an@b.example>", "đèn@b.example", "an@b.example\r\n.", '"a b"@c.example', "an@" + "b" * 300 + ".example"],
)  # fmt: skip
def test_what_is_no_address_is_refused(mail: MailServer, to: str) -> None:
    with pytest.raises(ValidationError):
        queue(to=to)


@pytest.mark.parametrize(
    "hostile",
    [
        "A\nBcc: b@c.example",
        "A\r\n\r\nthân thư giả",
        "A\r\n.\r\nMAIL FROM:<x@y.example>",
        "A\u2028B\x00\x0b",
        "=?utf-8?q?A=0aBcc:?=",
    ],
)
def test_no_header_and_no_command_can_be_slipped_in(mail: MailServer, hostile: str) -> None:
    queue(subject=hostile, plain=hostile + "\r\n.\r\nRCPT TO:<x@y.example>\n")
    run()
    [taken] = mail.taken
    assert taken.recipient == "ban-doc@example.org"
    assert taken.message["Bcc"] is None
    assert sorted(set(taken.message.keys())) == sorted(
        [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "Content-Language",
            "MIME-Version",
            "Content-Type",
        ]
    )
    assert mail.commands.count("RCPT") == 1


def test_name_of_the_desk_slips_nothing_into_a_header(mail: MailServer, now: datetime) -> None:
    desk = actions.open_desk(now=now)
    desk.name = 'Xã "Lam Hạ"\r\nBcc: x@y.example'
    text = LetterText(to="an@b.example", subject="A", plain="B")
    raw = write_letter(text, message_id="<a@b>", at=now)
    assert b"\nBcc" not in raw
    type(desk).objects.filter(id=1).update(name=desk.name)
    assert b"\r\nBcc" not in write_letter(text, message_id="<a@b>", at=now)


# ---------------------------------------------------------------- never twice


def test_two_workers_send_a_letter_once(mail: MailServer) -> None:
    letters = [queue(f"thư {number}") for number in range(12)]
    start = Barrier(2)

    def work() -> None:
        try:
            start.wait()
            run()
        finally:
            connection.close()

    hands = [Thread(target=work) for _number in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    run()
    sent = [taken.message["Message-ID"] for taken in mail.taken]
    assert sorted(sent) == sorted(letter.message_id for letter in letters if letter)


class Killed(BaseException):
    """The worker's process ends here."""


def test_worker_killed_before_the_last_dot_leaves_the_letter_to_be_sent(
    mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = queue()

    def die(*_told: Any, **_more: Any) -> bool:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(actions, "note_ending", die)
        with pytest.raises(Killed):
            run()
    assert mail.taken == []
    run()  # its claim is fresh: nobody else takes it
    assert mail.taken == []
    Letter.objects.update(claimed_at=timezone.now() - CLAIM - timedelta(seconds=1))
    assert actions.doubt_letters(now=timezone.now()) == 0
    run()
    assert len(mail.taken) == 1
    assert state(letter) == ("", "", True, True)


def test_worker_killed_between_the_servers_yes_and_our_note_sends_nothing_again(
    mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = queue()

    def die(*_told: Any, **_more: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(actions, "note_left", die)
        with pytest.raises(Killed):
            run()
    assert len(mail.taken) == 1
    Letter.objects.update(claimed_at=timezone.now() - CLAIM - timedelta(seconds=1))
    run()
    outgoing.sweep_outgoing(timezone.now())
    run()
    assert len(mail.taken) == 1
    assert state(letter) == (LetterEnd.UNSURE, "", False, True)


def test_line_that_breaks_after_the_last_dot_leaves_the_letter_unsure(mail: MailServer) -> None:
    mail.hang_up_at = "."
    letter = queue()
    run()
    assert state(letter) == (LetterEnd.UNSURE, "letter", False, True)
    mail.hang_up_at = ""
    run()
    assert len(mail.taken) == 1


@pytest.mark.parametrize("at", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_line_that_breaks_before_the_last_dot_is_tried_again(mail: MailServer, at: str) -> None:
    mail.hang_up_at = at
    letter = queue()
    run()
    assert state(letter) == ("", "connect", False, False)
    mail.hang_up_at = ""
    Letter.objects.update(next_at=timezone.now())
    run()
    assert len(mail.taken) == 1


def test_line_that_breaks_in_the_middle_of_a_letter_is_tried_again(
    mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail.hang_up_at = "mid"
    letter = queue(plain="Nước rút.\n" * 20_000)
    note_ending = actions.note_ending

    def wait_for_the_break(*told: Any, **more: Any) -> bool:
        mail.closed.wait(10)
        return note_ending(*told, **more)

    monkeypatch.setattr(actions, "note_ending", wait_for_the_break)
    run()
    assert state(letter) == ("", "connect", False, False)
    mail.hang_up_at = ""
    Letter.objects.update(next_at=timezone.now())
    run()
    assert len(mail.taken) == 1


def test_slow_worker_whose_letter_was_taken_up_by_another_does_not_end_it(mail: MailServer) -> None:
    letter = queue()
    now = timezone.now()
    [mine] = actions.take_letters(now=now, limit=5)
    assert actions.take_letters(now=now, limit=5) == []
    later = now + CLAIM + timedelta(seconds=1)
    [others] = actions.take_letters(now=later, limit=5)
    assert actions.note_ending(mine, now=later) is False
    assert actions.note_ending(others, now=later) is True
    actions.note_left(mine, now=later)
    assert state(letter) == ("", "", False, False)


def test_letters_of_a_backup_that_was_put_back_are_not_sent_again(mail: MailServer) -> None:
    letter = queue()
    assert actions.doubt_letters(now=timezone.now(), all_open=True) == 1
    run()
    assert mail.taken == []
    assert state(letter) == (LetterEnd.UNSURE, "", False, True)


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ({"RCPT": "550 no such user"}, (LetterEnd.REFUSED, "recipient", False, True)),
        ({"RCPT": "450 greylisted"}, ("", "recipient", False, False)),
        ({".": "554 no spam"}, (LetterEnd.REFUSED, "letter", False, True)),
        ({".": "452 full"}, ("", "letter", False, False)),
        ({"DATA": "554 not now"}, (LetterEnd.REFUSED, "letter", False, True)),
        ({"MAIL": "550 who are you"}, ("", "sender", False, False)),
    ],
)
def test_refusals_end_a_letter_or_put_it_off(
    mail: MailServer, answers: dict[str, str], wanted: tuple[Any, ...]
) -> None:
    mail.answers = answers
    letter = queue()
    run()
    assert state(letter) == wanted


def test_refused_letter_does_not_hold_up_the_next(mail: MailServer) -> None:
    bad = queue("một", to="khong-co@example.org")
    mail.answers = {"RCPT": "550 no such user"}
    mail.before_answer = None
    run()
    mail.answers = {}
    good = queue("hai")
    run()
    assert [state(one)[0] for one in (bad, good)] == [LetterEnd.REFUSED, ""]
    assert len(mail.taken) == 1


def test_pauses_grow_and_after_three_days_it_ends(mail: MailServer, now: datetime) -> None:
    letter = queue()
    assert letter is not None
    Letter.objects.update(made_at=now, next_at=now)
    pauses, at = [], now
    while True:
        [mine] = actions.take_letters(now=at, limit=1)
        actions.note_letter_fault(mine, MailFault("later", "connect"), now=at)
        letter.refresh_from_db()
        if letter.ended_at:
            break
        pauses.append(int((letter.next_at - at).total_seconds()))
        at = letter.next_at
    assert pauses[:7] == [60, 300, 900, 3600, 7200, 14_400, 28_800]
    assert TRIED_FOR <= at - now <= TRIED_FOR + timedelta(hours=8)
    assert letter.end == LetterEnd.TIRED


def test_server_that_is_away_is_asked_once_for_the_whole_batch(
    let_mail: Callable[..., None],
) -> None:
    let_mail("smtp://127.0.0.1:9")
    letters = [queue(f"thư {number}") for number in range(5)]
    run()
    for letter in letters:
        assert letter is not None
        letter.refresh_from_db()
    assert [letter.tries for letter in letters if letter] == [1, 0, 0, 0, 0]
    assert all(
        letter.worker == "" and letter.next_at > timezone.now() for letter in letters if letter
    )


def test_text_lies_sealed_and_goes_when_the_letter_is_through(mail: MailServer) -> None:
    queue(plain="lời riêng")
    kept = bytes(Letter.objects.get().sealed)
    assert "lời riêng".encode() not in kept
    assert b"ban-doc@example.org" not in kept
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.update(left_at=timezone.now())


def test_notice_without_a_subscriber_cannot_be_kept(mail: MailServer) -> None:
    """Promise 8 as a constraint: a notice goes to who subscribed, or nowhere."""
    text = LetterText(to="an@b.example", subject="A", plain="B")
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.queue_letter(LetterKind.NOTICE, text, once="x", now=timezone.now())


def test_letters_are_forgotten_after_a_month(mail: MailServer) -> None:
    queue()
    run()
    now = timezone.now()
    assert actions.forget_letters(now=now + timedelta(days=29)) == 0
    assert actions.forget_letters(now=now + timedelta(days=31)) == 1


# ---------------------------------------------------------------- heads of the log, members


def test_heads_reach_their_keeper_in_one_letter_and_are_noted(
    mail: MailServer, now: datetime
) -> None:
    actions.name_keeper("Thư viện tỉnh", address="giu@thuvien.example", by=None, now=now)
    for number in range(3):
        actions.log_act("set_mode", by=None, now=now, what=str(number))
        actions.sign_head(now=now)
    assert actions.queue_heads(now=now) == 1
    assert actions.queue_heads(now=now) == 0
    run()
    [taken] = mail.taken
    assert taken.recipient == "giu@thuvien.example"
    heads = LogHead.objects.all()
    assert [head.proof in taken.text() for head in heads] == [True] * len(heads)
    assert HeadCopy.objects.filter(left_at=None).count() == 0


def test_heads_come_once_an_hour_at_most_and_mail_makes_none(
    mail: MailServer, now: datetime
) -> None:
    actions.name_keeper("Thư viện tỉnh", address="giu@thuvien.example", by=None, now=now)
    actions.sign_head(now=now)
    actions.queue_heads(now=now)
    run()
    before = LogEntry.objects.count()
    actions.log_act("set_mode", by=None, now=now)
    actions.sign_head(now=now)
    assert actions.queue_heads(now=now + timedelta(minutes=59)) == 0
    assert actions.queue_heads(now=now + timedelta(minutes=61)) == 1
    assert LogEntry.objects.count() == before + 1  # a letter is no act: it would make the next head


def test_heads_wait_where_there_is_no_mail(now: datetime) -> None:
    actions.name_keeper("Thư viện tỉnh", address="giu@thuvien.example", by=None, now=now)
    actions.sign_head(now=now)
    assert actions.queue_heads(now=now) == 0
    assert HeadCopy.objects.filter(letter=None, left_at=None).count() == 1


def test_letter_to_a_member_needs_an_address_and_a_member_who_is_here(
    mail: MailServer, an: Member, cuc: Member
) -> None:
    told = {"subject": "A", "plain": "B", "now": timezone.now()}
    assert actions.queue_member_letter(an, once="1", **told) is None
    an.email = "an@lamha.example"
    cuc.email = "cuc@lamha.example"
    assert actions.queue_member_letter(cuc, once="2", **told) is None
    assert actions.queue_member_letter(an, once="3", **told) is not None
    run()
    assert [taken.recipient for taken in mail.taken] == ["an@lamha.example"]


def test_letters_that_nobody_could_send_in_their_time_are_given_up(
    mail: MailServer, now: datetime
) -> None:
    letter = queue()
    actions.name_keeper("Thư viện tỉnh", address="giu@thuvien.example", by=None, now=now)
    actions.sign_head(now=now)
    actions.queue_heads(now=timezone.now())
    later = timezone.now() + TRIED_FOR + timedelta(hours=10)
    assert actions.give_up_letters(now=timezone.now() + TRIED_FOR) == 0
    assert actions.give_up_letters(now=later) == 2
    run()
    assert mail.taken == []
    assert state(letter) == (LetterEnd.TIRED, "", False, True)
    assert (
        HeadCopy.objects.filter(letter=None, left_at=None).count() == 1
    )  # the next letter carries it
