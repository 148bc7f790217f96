"""Running one of the machine's own tools (an OCR, a PDF reader) on a stranger's bytes, limited.

Refuses: a shell, a file name from outside (the tool reads standard input and writes standard output),
more CPU, memory, wall time or output than was allowed, and more than one tool at a time.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from haidang.engine.errors import EngineError, Trouble

_PROGRAM = "from haidang.engine.sandbox.launch import main; main()"
_PIECE = 65_536
_turn = threading.BoundedSemaphore(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolLimits:
    """Seconds of CPU and of wall time, MB of address space, bytes of output."""

    cpu_s: int = 40
    wall_s: float = 60.0
    memory_mb: int = 600
    output_max: int = 2 << 20


def find_tool(name: str) -> str | None:
    """Where the tool of that name is on this machine, or None."""
    return shutil.which(name)


def run_tool(command: Sequence[str], data: bytes, *, limits: ToolLimits | None = None) -> bytes:
    """What the tool printed when it was given `data`; `command` begins with its whole path.

    Errors: TOO_SLOW, TOO_LARGE (its output), READER_DIED with the tool's name where it ended otherwise
    than well. Waits until no other tool is running in this process.
    """
    limits = limits or ToolLimits()
    with _turn, _as_file(data) as given:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, and a tool found by name by us
            [
                sys.executable,
                "-s",
                "-c",
                _PROGRAM,
                str(os.getpid()),
                json.dumps(asdict(limits)),
                *command,
            ],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={"PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)},
        )
        try:
            told = _collect(process, limits)
            status = process.wait(timeout=5)
        finally:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
    if status in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise EngineError(Trouble.TOO_SLOW, seconds=limits.cpu_s)
    if status != 0:
        raise EngineError(Trouble.READER_DIED, detail=os.path.basename(command[0]))  # noqa: PTH119 -- a name, no file is touched
    return told


@contextmanager
def _as_file(data: bytes) -> Iterator[int]:
    """The bytes as a file without a name, so that a tool may also seek in its standard input."""
    handle = os.memfd_create("given")
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.lseek(handle, 0, os.SEEK_SET)
        yield handle
    finally:
        os.close(handle)


def _collect(process: subprocess.Popen[bytes], limits: ToolLimits) -> bytes:
    assert process.stdout is not None
    descriptor = process.stdout.fileno()
    deadline = time.monotonic() + limits.wall_s
    pieces: list[bytes] = []
    size = 0
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise EngineError(Trouble.TOO_SLOW, seconds=limits.wall_s)
        piece = os.read(descriptor, _PIECE)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
        if size > limits.output_max:
            raise EngineError(Trouble.TOO_LARGE, limit_mb=limits.output_max >> 20)
