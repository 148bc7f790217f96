"""Pages of the API, by cursors: a signed mark of where the next page begins, good for one list and one question only."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from haidang.core.problems import Problem

CURSOR_MAX = 2_000
LIMIT, LIMIT_MAX = 50, 100


def make_cursor(of: str, at: Sequence[str | int], *, asked: str = "") -> str:
    """Where the next page of list `of` begins; `asked`: what narrows it."""
    return signing.dumps(list(at), salt=_salt(of, asked))


def read_cursor(told: str, of: str, *, shape: Sequence[type], asked: str = "") -> list[Any] | None:
    """What `make_cursor` was given, None for the first page. Raises Problem 400 for any other cursor."""
    if not told:
        return None
    refused = Problem(
        400, _("This cursor is not one of this list. Begin at the first page, without a cursor.")
    )
    if len(told) > CURSOR_MAX:
        raise refused
    try:
        at = signing.loads(told, salt=_salt(of, asked))
    except (signing.BadSignature, ValueError):
        raise refused from None
    if not isinstance(at, list) or [type(one) for one in at] != list(shape):
        raise refused
    return at


def _salt(of: str, asked: str) -> str:
    return f"haidang.api.{of}.{hashlib.sha256(asked.encode()).hexdigest()}"
