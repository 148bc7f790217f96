"""The machine's own tools run limited: no shell, no file written, no network, no longer than allowed."""

from __future__ import annotations

import shutil
import socket
import sys
import time
from pathlib import Path

import pytest

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.sandbox import Sandbox
from haidang.engine.sandbox.tools import ToolLimits, run_tool

CAT = shutil.which("cat") or ""
QUICK = ToolLimits(cpu_s=5, wall_s=5.0, memory_mb=400, output_max=1 << 20)


def python(program: str, *, data: bytes = b"", limits: ToolLimits = QUICK) -> bytes:
    return run_tool([sys.executable, "-I", "-S", "-c", program], data, limits=limits)


def trouble(program: str, **limits: float) -> Trouble:
    with pytest.raises(EngineError) as caught:
        python(
            program, limits=ToolLimits(**{"cpu_s": 5, "wall_s": 5.0, "memory_mb": 400, **limits})
        )  # type: ignore[arg-type]
    return caught.value.trouble


def test_tool_gets_the_bytes_and_gives_its_output() -> None:
    data = bytes(range(256)) * 3000
    assert run_tool([CAT], data, limits=QUICK) == data


def test_tool_that_does_not_end_is_ended() -> None:
    started = time.monotonic()
    assert trouble("import time; time.sleep(60)", wall_s=0.6) is Trouble.TOO_SLOW
    assert trouble("while True: pass", cpu_s=1) is Trouble.TOO_SLOW
    assert time.monotonic() - started < 5


def test_tool_that_talks_without_end_is_ended() -> None:
    assert trouble("while True: print('x' * 9999)", output_max=100_000) is Trouble.TOO_LARGE


def test_tool_that_fails_or_eats_memory_is_told() -> None:
    assert trouble("raise SystemExit(3)") is Trouble.READER_DIED
    assert trouble("x = bytearray(1 << 30)") is Trouble.READER_DIED


def test_tool_writes_no_byte_and_reaches_nobody(tmp_path: Path) -> None:
    write = f"import os; os.write(os.open({str(tmp_path / 'x')!r}, os.O_CREAT | os.O_WRONLY), b'x')"
    assert trouble(write) is Trouble.READER_DIED
    with socket.create_server(("127.0.0.1", 0)) as server:
        call = (
            f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 2)"
        )
        with Sandbox(size=1) as pool:
            walls = pool.walls()
        if "no-network" not in walls:
            pytest.skip("this kernel lets nobody leave the network")
        assert trouble(call) is Trouble.READER_DIED


def test_tool_sees_nothing_of_the_desks_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAIDANG_DATABASE_URL", "postgres://geheim")
    told = python("import os; print(sorted(os.environ))")
    assert told == b"['LC_ALL', 'OMP_THREAD_LIMIT', 'PATH']\n"
