"""What one can find on the ground floor."""

from __future__ import annotations

import hashlib
from datetime import datetime

from haidang.core.enums import DeskMode
from haidang.core.models import Desk, Member, OneTimeLink


def find_desk() -> Desk | None:
    """The desk, or None before the first start."""
    return Desk.objects.filter(id=1).first()


def is_demo() -> bool:
    """Whether the desk shows the demo press."""
    return Desk.objects.filter(id=1, mode=DeskMode.DEMO).exists()


def has_members() -> bool:
    return Member.objects.filter(is_active=True).exists()


def hash_token(token: str) -> str:
    """SHA-256, hex: the token itself has 256 bits, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_link(token: str, *, now: datetime) -> OneTimeLink | None:
    """The link of that token if it can still be used."""
    return OneTimeLink.objects.filter(
        token_hash=hash_token(token), used_at=None, expires_at__gt=now
    ).first()
