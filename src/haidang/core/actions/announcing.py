"""Telling those who asked that a public text came out, was corrected or withdrawn; and heads to their keepers.

The announcement is written in the transaction that makes the text public. What is told outside is that text, or
that it was withdrawn: never anything that did not pass the gate.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from haidang.core.actions.letters import queue_letter
from haidang.core.actions.log import log_act
from haidang.core.enums import ItemKind, LetterEnd, LetterKind, PassageAct, PublicEvent
from haidang.core.letters import (
    LetterText,
    find_server,
    new_message_id,
    seal_text,
)
from haidang.core.links import absolute, make_link_token
from haidang.core.models import (
    Announcement,
    Delivery,
    HeadCopy,
    Letter,
    OutsideKeeper,
    Passage,
    PublicItem,
    Subscriber,
    Webhook,
)
from haidang.core.queries.log import find_copies_to_send, to_signed
from haidang.core.queries.public import find_imprint
from haidang.core.seals import unseal

EVENTS = {
    PassageAct.PUBLISH: PublicEvent.PUBLISHED,
    PassageAct.CORRECT: PublicEvent.CORRECTED,
    PassageAct.WITHDRAW: PublicEvent.WITHDRAWN,
}
NEWS_FOR = timedelta(days=7)  # what is older than that is no news to anyone outside
HEADS_EVERY = timedelta(hours=1)  # letters to one keeper
SUBSCRIBERS_A_TIME = 200
SEALED_FOR = "subscriber"


def announce(item: PublicItem, passage: Passage, *, now: datetime) -> Announcement:
    """Note what just became public; called by the gate within its own transaction.

    Of a text that is withdrawn nothing more goes out but that it was.
    """
    if passage.act == PassageAct.WITHDRAW:
        _recall(item, now=now)
    return Announcement.objects.create(
        item=item,
        version=item.version,
        event=EVENTS[PassageAct(passage.act)],
        title=item.title,
        at=now,
    )


def _recall(item: PublicItem, *, now: datetime) -> None:
    """Letters and calls that still wait with the withdrawn words do not leave."""
    earlier = list(Announcement.objects.filter(item=item).values_list("id", flat=True))
    for id_ in earlier:
        Letter.objects.filter(
            once__startswith=f"item:{id_}:", left_at=None, ended_at=None, ending_at=None
        ).update(ended_at=now, end=LetterEnd.DROPPED, sealed=b"", worker="")
    Announcement.objects.filter(id__in=earlier, spread_at=None).update(spread_at=now)
    Delivery.objects.filter(announcement_id__in=earlier, done_at=None, failed_at=None).update(
        failed_at=now, trouble="withdrawn", trouble_facts={}
    )


def spread(announcement_id: int, *, now: datetime) -> int:
    """Make the letters and deliveries of an announcement; how many letters. Running it again adds none twice."""
    found = Announcement.objects.select_related("item").filter(id=announcement_id, spread_at=None)
    news = found.first()
    if news is None:
        return 0
    is_news = now - news.at < NEWS_FOR
    letters = _write_to_subscribers(news, now=now) if is_news else 0
    with transaction.atomic():
        if not Announcement.objects.filter(id=news.pk, spread_at=None).update(spread_at=now):
            return 0
        hooks = [
            hook
            for hook in Webhook.objects.filter(ended_at=None, made_at__lte=news.at)
            if news.event in hook.events and is_news
        ]
        Delivery.objects.bulk_create(
            Delivery(
                webhook=hook, announcement=news, call_id=f"msg_{secrets.token_hex(16)}",
                made_at=now, next_at=now,
            )
            for hook in hooks
        )  # fmt: skip
        if letters or hooks:
            log_act(
                "spread_item", by=None, now=now, what=news.title, letters=letters, hooks=len(hooks)
            )
    return letters


def _write_to_subscribers(news: Announcement, *, now: datetime) -> int:
    """A letter with a notice for each confirmed subscriber in its language, unless it changed again meanwhile."""
    item = news.item
    if find_server() is None or item.version != news.version or item.kind != ItemKind.NOTICE:
        return 0
    last, made = 0, 0
    while True:
        asked = Subscriber.objects.filter(
            id__gt=last, confirmed_on__isnull=False, language=item.language
        )
        batch = list(asked.order_by("id")[:SUBSCRIBERS_A_TIME])
        if not batch:
            return made
        made += _queue_batch(news, batch, now=now)
        last = batch[-1].pk


def _queue_batch(news: Announcement, batch: Sequence[Subscriber], *, now: datetime) -> int:
    """Letters to these; who left in this very moment gets none, who has one already no second."""
    with transaction.atomic():
        there = Subscriber.objects.select_for_update().filter(id__in=[one.pk for one in batch])
        names = {one.pk: f"item:{news.pk}:{one.pk}" for one in there}
        had = set(Letter.objects.filter(once__in=names.values()).values_list("once", flat=True))
        letters = [
            Letter(
                kind=LetterKind.NOTICE, once=once, message_id=new_message_id(),
                sealed=seal_text(tell_item(news, one), once=once), subscriber=one,
                made_at=now, next_at=now,
            )
            for one in there
            if (once := names[one.pk]) not in had
        ]  # fmt: skip
        Letter.objects.bulk_create(letters)
    return len(letters)


def tell_item(news: Announcement, subscriber: Subscriber) -> LetterText:
    """The letter about a public text: its own words, where it stands, who publishes and pays, how to stop."""
    item, imprint = news.item, find_imprint()
    stop = absolute(f"/unsubscribe/{make_link_token(subscriber, 'unsubscribe')}")
    with translation.override(subscriber.language):
        what = {
            PublicEvent.PUBLISHED: "%(title)s",
            PublicEvent.CORRECTED: _("Corrected: %(title)s"),
            PublicEvent.WITHDRAWN: _("Withdrawn: %(title)s"),
        }[PublicEvent(news.event)] % {"title": item.title}
        body = item.text.partition("\n\n")[2].strip()
        if item.withdrawn_why:
            body = _("This text was withdrawn. %(why)s") % {"why": item.get_withdrawn_why_display()}
        foot = _(
            "It stands, signed, at %(address)s\n"
            "Published by %(owner)s. Paid for by: %(funding)s\n"
            "You get this letter because this address asked for our notices. One click ends that and erases the address: %(stop)s"
        ) % {
            "address": absolute(item.address),
            "owner": imprint.legal_owner if imprint else "",
            "funding": imprint.funding if imprint else "",
            "stop": stop,
        }
    return LetterText(
        to=unseal(subscriber.sealed_address, purpose=f"{SEALED_FOR} {subscriber.address_digest}"),
        subject=what,
        plain=f"{what}\n\n{body}\n\n{foot}\n",
        language=subscriber.language,
        unsubscribe=stop,
    )


def queue_heads(*, now: datetime) -> int:
    """Letters with the newest heads of the log, one an hour for each keeper at most; how many."""
    if find_server() is None:
        return 0
    waiting: dict[int, list[HeadCopy]] = {}
    for copy in find_copies_to_send():
        waiting.setdefault(copy.keeper_id, []).append(copy)
    made = 0
    for keeper_id, copies in waiting.items():
        begun = f"head:{keeper_id}:"
        if not Letter.objects.filter(
            once__startswith=begun, made_at__gt=now - HEADS_EVERY, kind=LetterKind.HEAD
        ).exists():
            made += _queue_heads_of(copies[0].keeper, copies, now=now)
    return made


def _queue_heads_of(keeper: OutsideKeeper, copies: Sequence[HeadCopy], *, now: datetime) -> int:
    last = max(copy.head.number for copy in copies)
    told = "\n\n".join(
        json.dumps(to_signed(copy.head).to_table(), ensure_ascii=False) for copy in copies
    )
    plain = _(
        "%(name)s keeps the heads of our log of acts. Please keep this letter: with it anyone can find later whether the log was cut or rewritten.\n\n"
        "What a head is, and how it is verified: %(address)s"
    ) % {"name": keeper.name, "address": absolute("/audit")}
    subject = _("Head %(number)s of the log") % {"number": last}
    text = LetterText(
        to=keeper.address,
        subject=subject,
        plain=f"{plain}\n\n{told}\n",
        language=translation.get_language() or "vi",
    )
    with transaction.atomic():
        letter = queue_letter(LetterKind.HEAD, text, once=f"head:{keeper.pk}:{last}", now=now)
        if letter is None:
            return 0
        HeadCopy.objects.filter(id__in=[copy.pk for copy in copies]).update(letter=letter)
    return 1
