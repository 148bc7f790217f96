"""What goes out by itself: announcements spread, letters handed over, webhooks called, and all of it forgotten in time.

The rows of the outbox are the queue; sweeps see to it that a worker takes them up, also after one has died.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from haidang.core import actions
from haidang.core.enums import PublicEvent
from haidang.core.jobs.rhythm import Periodic
from haidang.core.jobs.tasks import enqueue_once, job
from haidang.core.letters import find_server, unseal_text, write_letter
from haidang.core.links import absolute
from haidang.core.machines import find_machines
from haidang.core.models import Delivery, Letter
from haidang.core.queries import outgoing as queries
from haidang.core.seals import SealBrokenError, unseal
from haidang.engine.errors import EngineError
from haidang.engine.net import HookCall, MailFault, MailSession, NotYetError

SWEEP = timedelta(seconds=5)
HEADS = timedelta(minutes=10)
INBOXES = timedelta(minutes=5)
FORGET = timedelta(hours=6)
AGAIN = timedelta(minutes=1)
LETTERS_A_JOB, CALLS_A_JOB = 50, 20
PATIENCE_S = 5.0
# Faults of the server, not of one letter: the rest of the batch would meet the same.
_OF_THE_SERVER = frozenset({"connect", "tls", "sign_in", "sender"})

log = logging.getLogger(__name__)


@job(queue="desk")
def spread_announcements() -> None:
    """Make letters and deliveries of what became public."""
    for id_ in queries.find_unspread():
        actions.spread(id_, now=timezone.now())


@job(queue="fetch")
def hand_over_letters() -> None:
    """Hand the letters over whose hour has come."""
    server = find_server()
    if server is None:
        return
    sender = settings.OPTIONS["MAIL_FROM"]
    letters = actions.take_letters(now=timezone.now(), limit=LETTERS_A_JOB)
    with MailSession(server, name=sender.rpartition("@")[2]) as session:
        while letters:
            letter = letters.pop(0)
            try:
                _hand_over(letter, session, sender=sender)
            except MailFault as fault:
                actions.note_letter_fault(letter, fault, now=timezone.now())
                if fault.what in _OF_THE_SERVER:
                    log.warning("the mail server did not take letters: %s", fault)
                    until = timezone.now() + AGAIN
                    actions.give_back_letters(letters, until=until)
                    return
            else:
                actions.note_left(letter, now=timezone.now())
    if queries.has_letters_due(now=timezone.now()):
        enqueue_once(hand_over_letters)


def _hand_over(letter: Letter, session: MailSession, *, sender: str) -> None:
    try:
        text = unseal_text(letter.sealed, once=letter.once)
        told = write_letter(text, message_id=letter.message_id, at=letter.made_at)
    except (SealBrokenError, ValueError) as error:
        raise MailFault("never", "letter") from error

    def before_end() -> None:
        if not actions.note_ending(letter, now=timezone.now()):
            session.drop()  # another has it, or it is not wanted any more: the server forgets it
            raise MailFault("later", "lost")

    session.hand_over(told, sender=sender, recipient=text.to, before_end=before_end)


@job(queue="fetch")
def call_webhooks() -> None:
    """Make the calls whose hour has come."""
    http = find_machines().http
    for delivery in actions.take_deliveries(now=timezone.now(), limit=CALLS_A_JOB):
        hook = delivery.webhook
        try:
            secret = unseal(hook.sealed_key, purpose=f"webhook {hook.url}")
            http.call_hook(hook.url, to_call(delivery), secret=secret, patience_s=PATIENCE_S)
        except NotYetError as error:
            until = timezone.now() + timedelta(seconds=error.wait_s)
            actions.put_off_delivery(delivery, until=until)
        except SealBrokenError:
            log.exception("the secret of webhook %s does not open; it is not called", hook.pk)
            actions.put_off_delivery(delivery, until=timezone.now() + FORGET)
        except EngineError as error:
            actions.note_delivery_fault(delivery, error, now=timezone.now())
        else:
            actions.note_told(delivery, now=timezone.now())
    if queries.has_deliveries_due(now=timezone.now()):
        enqueue_once(call_webhooks)


def to_call(delivery: Delivery) -> HookCall:
    """What a webhook is told; all of it is public."""
    news = delivery.announcement
    address = absolute(news.item.address)
    return HookCall(
        id=delivery.call_id,
        event=news.event,
        at=news.at,
        kind=news.item.kind,
        language=news.item.language,
        title=news.title,
        version=news.version,
        address=address,
        signed=f"{address}.json",
        withdrawn=news.item.withdrawn_why if news.event == PublicEvent.WITHDRAWN else "",
    )


def sweep_outgoing(now: datetime) -> None:
    """Have done what waits."""
    if queries.find_unspread():
        enqueue_once(spread_announcements)
    actions.doubt_letters(now=now)
    actions.give_up_letters(now=now)
    if find_server() is not None and queries.has_letters_due(now=now):
        enqueue_once(hand_over_letters)
    if queries.has_deliveries_due(now=now):
        enqueue_once(call_webhooks)


def queue_heads(now: datetime) -> int:
    """Letters with new heads of the log, for those who keep them outside."""
    return actions.queue_heads(now=now)


def queue_inbox_mail(now: datetime) -> int:
    """Letters with what is new in the inboxes of those who chose so."""
    return actions.queue_inbox_mail(now=now)


def forget_outgoing(now: datetime) -> int:
    """Forget what is through, addresses that did not say yes, and keys that ended."""
    return (
        actions.forget_letters(now=now)
        + actions.forget_deliveries(now=now)
        + actions.forget_unconfirmed(now=now)
        + actions.forget_keys(now=now)
    )


PERIODICS = (
    Periodic("core.outgoing", SWEEP, sweep_outgoing),
    Periodic("core.queue_heads", HEADS, queue_heads),
    Periodic("core.queue_inbox_mail", INBOXES, queue_inbox_mail),
    Periodic("core.forget_outgoing", FORGET, forget_outgoing),
)
