"""Jobs for the tests of jobs: real functions of a real module, as the store of jobs wants them."""

from __future__ import annotations

from haidang.core.jobs import job
from haidang.core.models import Lease


@job(queue="desk")
def note(name: str) -> None:
    """Do something that can be seen: leave a row of that name."""
    Lease.objects.get_or_create(
        name=name, defaults={"holder": "", "until": "2026-11-23T00:00:00+00:00"}
    )


@job(queue="desk")
def stumble() -> None:
    """Fail, always."""
    raise ValueError("đá vướng chân")
