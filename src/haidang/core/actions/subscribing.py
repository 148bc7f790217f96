"""Who wants the notices by mail: asked, confirmed by the address itself, and forgotten with one click.

No act here is written into the log: it would keep when somebody came and went. The addresses are the organisation's
duty to forget, not its memory.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from haidang.core.actions.announcing import SEALED_FOR
from haidang.core.actions.letters import erase_subscriber, queue_letter
from haidang.core.enums import LetterKind
from haidang.core.letters import LetterText, find_server, tidy_address
from haidang.core.links import absolute, digest_address, make_link_token
from haidang.core.models import Subscriber
from haidang.core.queries.public import find_imprint
from haidang.core.seals import seal

ANSWER_WITHIN = timedelta(days=3)
LANGUAGES = ("vi", "en")


def ask_to_subscribe(address: str, *, language: str, now: datetime) -> None:
    """Ask the address itself whether it wants the notices; nothing else goes there before it says yes.

    Whether it was known already makes no difference that could be seen. One question a day at most goes to an address.
    Raises ValidationError for what is no address, and where this desk sends no mail.
    """
    if find_server() is None:
        raise ValidationError(_("This desk sends no mail, so nothing was kept. Use the feed."))
    address = tidy_address(address)
    if language not in LANGUAGES:
        raise ValidationError(_("Notices are in Vietnamese or in English."))
    today, digest = timezone.localdate(now), digest_address(address)
    with transaction.atomic():
        subscriber, _made = Subscriber.objects.get_or_create(
            address_digest=digest,
            defaults={
                "sealed_address": seal(address, purpose=f"{SEALED_FOR} {digest}"),
                "salt": secrets.token_hex(32),
                "language": language,
                "asked_on": today,
            },
        )
        if subscriber.confirmed_on is None:
            if subscriber.language != language:
                subscriber.language = language
                subscriber.save(update_fields=["language"])
            once = f"confirm:{subscriber.pk}:{today:%Y-%m-%d}"
            text = _ask(subscriber, address)
            queue_letter(LetterKind.CONFIRM, text, once=once, subscriber=subscriber, now=now)


def _ask(subscriber: Subscriber, address: str) -> LetterText:
    imprint = find_imprint()
    yes = absolute(f"/subscribe/{make_link_token(subscriber, 'confirm')}")
    with translation.override(subscriber.language):
        plain = _(
            "Somebody asked that this address get the public notices of %(owner)s. If that was you, say so here:\n%(yes)s\n\n"
            "If it was not, do nothing: in three days the address is erased, and no other letter comes."
        ) % {"owner": imprint.legal_owner if imprint else "Hải Đăng", "yes": yes}
        subject = _("Do you want our notices?")
    return LetterText(to=address, subject=subject, plain=plain + "\n", language=subscriber.language)


def confirm_subscription(subscriber: Subscriber, *, now: datetime) -> None:
    """The address said yes; saying it again changes nothing."""
    Subscriber.objects.filter(pk=subscriber.pk, confirmed_on=None).update(
        confirmed_on=max(timezone.localdate(now), subscriber.asked_on)
    )


def end_subscription(subscriber: Subscriber, *, now: datetime) -> None:
    """The address said no: it is erased, and letters on their way to it are not handed over."""
    erase_subscriber(subscriber.pk, now=now)


def forget_unconfirmed(*, now: datetime) -> int:
    """Erase addresses that did not say yes in time; how many."""
    before = timezone.localdate(now - ANSWER_WITHIN)
    late = Subscriber.objects.filter(confirmed_on=None, asked_on__lt=before)
    return sum(erase_subscriber(id_, now=now) for id_ in late.values_list("id", flat=True))
