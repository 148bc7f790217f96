"""Changes of a member's own ways to sign in: the library writes them, within an act of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from haidang.core.actions.log import log_act
from haidang.core.models import Member

Result = TypeVar("Result")


def change_factors(
    write: Callable[[], Result], *, by: Member, now: datetime, what: str, does: str
) -> Result:
    """Let the sign-in library add or remove a code app, a passkey, recovery codes, a linked account.

    `what` and `does` are words of the log: ("totp", "added"). All or nothing: no change without its entry.
    """
    with transaction.atomic():
        result = write()
        log_act("change_factors", by=by, now=now, what=by.username, factor=what, does=does)
    return result


def link_account(member: Member, *, provider: str, uid: str, now: datetime) -> bool:
    """Link an account elsewhere to the member who showed both; false if it is another member's.

    The number of the account is all that is kept of it. The library's own way would write the member's whole
    row anew, with what it was when the page began.
    """
    with transaction.atomic():
        account, made = SocialAccount.objects.get_or_create(
            provider=provider, uid=uid, defaults={"user": member, "extra_data": {}}
        )
        if made:
            log_act(
                "change_factors",
                by=member,
                now=now,
                what=member.username,
                factor="outside",
                does="added",
            )
    return bool(account.user_id == member.pk)
