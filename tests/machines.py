"""The desk's real machines (gate, reading children, archive) in a test: its own folder, loopback allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

DELAY_S = "0.001"


@pytest.fixture
def let_read(settings: Any, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Call it with "host:port" names: the desk of this test may read them, and keeps its archive apart."""
    settings.HOME = tmp_path

    def allow(*hosts: str) -> None:
        told = {
            **settings.OPTIONS.values,
            "ALLOW_PRIVATE": hosts,
            "HOST_DELAY": float(DELAY_S),
            "SHORTEST_VISIT": 1.0,
            "SANDBOX_CHILDREN": 2,
        }
        settings.OPTIONS = replace(settings.OPTIONS, values=told)
        _end_machines()

    allow()
    yield allow
    _end_machines()


def _end_machines() -> None:
    """The next who asks for the machines of this process gets new ones."""
    from haidang.core import machines

    if machines._make_machines.cache_info().currsize:
        made = machines.find_machines()
        made.reader.close()
        made.http.close()
        made.store.close()
    machines._make_machines.cache_clear()
    machines._allowed.clear()


def run_jobs() -> None:
    """Run whatever is ready, as a worker's threads would, until nothing is; one after another."""
    from haidang.core.jobs.worker import _hand

    for queue in ("fetch", "desk"):
        hand = _hand(f"test/{queue}", queue)
        hand.batch = True
        hand.run()
