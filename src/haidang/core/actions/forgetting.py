"""Forgetting what is spent, so that nothing about members stays longer than it serves."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Q

from haidang.core.models import OneTimeLink
from haidang.core.queries import APART

LINKS_KEPT = timedelta(days=7)  # long enough to tell somebody that their link was used


def forget_spent(*, now: datetime) -> int:
    """Delete one-time links a week after their use or end, and sessions that ended; how many.

    A link that one member made and another used stays for as long as it keeps the two apart (promise 5).
    """
    before = now - LINKS_KEPT
    spent = Q(used_at__lt=before, made_by=None) | Q(used_at__lt=now - APART)
    spent |= Q(used_at=None, expires_at__lt=before)
    links, _by_table = OneTimeLink.objects.filter(spent).delete()
    sessions, _by_table = Session.objects.filter(expire_date__lt=now).delete()
    return links + sessions
