"""The mark of what is public: another whenever something that anyone can see has changed.

Kept pages (`core/keeping.py`) are good for one mark, in every process alike, so an act that changes what a
public page shows calls `touch_public` in its transaction.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from haidang.core.models import PublicState


def touch_public(*, now: datetime) -> None:
    """Give what is public a new mark. By chance, not counted: no restored copy meets an old one again."""
    PublicState.objects.update_or_create(
        id=1, defaults={"mark": secrets.token_hex(8), "changed_at": now}
    )
