"""Work that only one process may do at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from haidang.core.models import Lease
from haidang.core.processes import is_dead_here


def take_lease(name: str, *, holder: str, seconds: float, now: datetime) -> int | None:
    """The fence number if `holder` has the lease now, else None.

    The fence grows only when the lease passes to another: the same holder finds its own again.
    """
    until = now + timedelta(seconds=seconds)
    fence = _renew(name, holder, until)
    if fence is not None:
        return fence
    with transaction.atomic():
        Lease.objects.get_or_create(name=name, defaults={"holder": "", "until": now})
        free = Q(until__lte=now) | Q(holder="") | Q(holder__in=_dead_holders(name))
        taken = Lease.objects.filter(free, name=name).update(
            holder=holder, until=until, fence=F("fence") + 1
        )
        return Lease.objects.values_list("fence", flat=True).get(name=name) if taken else None


def _renew(name: str, holder: str, until: datetime) -> int | None:
    """One statement for what is asked most: the holder's own fence, with more time; None for others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_lease SET until = %s WHERE name = %s AND holder = %s RETURNING fence",
            [connection.ops.adapt_datetimefield_value(until), name, holder],
        )
        told = cursor.fetchone()
    return None if told is None else int(told[0])


def _dead_holders(name: str) -> list[str]:
    holders = Lease.objects.filter(name=name).values_list("holder", flat=True)
    return [holder for holder in holders if is_dead_here(holder)]


def drop_lease(name: str, *, holder: str, now: datetime) -> None:
    """Give the lease back. The holder's name stays, so that its next taking needs no rebuild."""
    Lease.objects.filter(name=name, holder=holder).update(until=now)
