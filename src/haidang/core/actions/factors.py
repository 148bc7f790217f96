"""Changes of a member's own ways to sign in: the library writes them, within an act of ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

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
