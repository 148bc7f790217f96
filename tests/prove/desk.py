"""What the campaigns share: a desk that is thrown away, and a watch over memory."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

MB = 1 << 20


@contextmanager
def open_desk(**options: str) -> Iterator[Path]:
    """A real, empty desk in its own folder, once in a process. `options`: settings without prefix."""
    with tempfile.TemporaryDirectory(prefix="haidang-prove-") as folder:
        for name in [name for name in os.environ if name.startswith("HAIDANG_")]:
            del os.environ[name]
        os.environ["HAIDANG_HOME"] = folder
        os.environ.update({f"HAIDANG_{name}": value for name, value in options.items()})
        from haidang.project.cli.main import wake_django

        wake_django()
        from django.core.management import call_command
        from django.utils import timezone

        from haidang.core import actions
        from haidang.core.enums import DeskMode

        call_command("migrate", verbosity=0)
        actions.set_mode(DeskMode.REAL, now=timezone.now())
        try:
            yield Path(folder)
        finally:
            _end_machines()


def _end_machines() -> None:
    from haidang.core import machines

    if machines._make_machines.cache_info().currsize:
        made = machines.find_machines()
        made.http.close()
        made.reader.close()
        made.store.close()


def allow_hosts(delays: Mapping[str, float]) -> None:
    """Let the desk read these "host:port" names on loopback, each with its delay."""
    from haidang.core import machines

    machines.allow_hosts(delays)


class MemoryWatch:
    """The most that one of our processes held resident, in MB; children are looked at one by one."""

    def __init__(self, *, besides: frozenset[int] = frozenset(), every_s: float = 0.1) -> None:
        self.most_mb = 0
        self.all_mb = 0
        self.own_mb = 0  # of this very process
        self._besides = besides
        self._every_s = every_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_told: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._every_s):
            sizes = [_resident_mb(pid) for pid in self._family()]
            self.own_mb = max(self.own_mb, _resident_mb(os.getpid()))
            self.most_mb = max(self.most_mb, *sizes)
            self.all_mb = max(self.all_mb, sum(sizes))

    def _family(self) -> set[int]:
        parents = {}
        for name in [place.name for place in Path("/proc").iterdir()]:
            if name.isdigit() and int(name) not in self._besides:
                parents[int(name)] = _parent(int(name))
        family = {os.getpid()}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return family


def _parent(pid: int) -> int:
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return int(told.rpartition(")")[2].split()[1])


def _resident_mb(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // MB
