"""The small program that takes on its limits and then becomes one of the machine's own tools.

The desk has many threads, so it may not set limits between fork and exec itself; a fresh interpreter
with one thread may. Walls are the kernel's: memory, CPU, no file written, no further process, no
network where the kernel lets us leave it, and the end with whoever started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import sys
from typing import NoReturn

from haidang.engine.sandbox import limits

_PR_SET_NO_NEW_PRIVS = 38
_OPEN_FILES = 64


def main() -> NoReturn:
    """Arguments: the parent's pid, the limits as JSON, the tool's path and its arguments."""
    parent, told, command = int(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3:]
    limits.die_with(parent)
    limits.cut_network()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_AS: told["memory_mb"] << 20,
        resource.RLIMIT_CPU: told["cpu_s"],
    }
    for what, most in wanted.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))
    # One thread: the tool may start no process, and its threads count as such.
    surroundings = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
    os.execve(command[0], command, surroundings)  # noqa: S606 -- that is its work: no shell, a path found by us
