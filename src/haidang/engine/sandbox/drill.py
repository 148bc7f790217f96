"""A fire drill: small functions that misbehave on purpose, to be run inside the sandbox only.

`haidang doctor` and the tests call them through `Sandbox.run` to see that the walls hold on this
machine. Outside a child they refuse.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import tempfile
import time

_CHILD_FILES_MAX = 64


def spin() -> None:
    """Burn CPU without end."""
    _only_in_a_child()
    while True:
        pass


def sleep(seconds: float) -> int:
    """Do nothing for so long, using wall time only; gives the child's pid."""
    _only_in_a_child()
    time.sleep(seconds)
    return os.getpid()


def swell(megabytes: int) -> int:
    """Take so much memory and touch all of it; gives its size in bytes."""
    _only_in_a_child()
    taken = bytearray(megabytes << 20)
    return len(taken)


def crash() -> None:
    """End as a reader does whose C code goes wrong."""
    _only_in_a_child()
    os.kill(os.getpid(), signal.SIGSEGV)


def hand_over_a_stranger() -> object:
    """Give back what may not cross."""
    _only_in_a_child()
    return {1, 2, 3}


def reach_out() -> tuple[str, ...]:
    """Names of the forbidden things that could be done here: none, where every wall holds."""
    _only_in_a_child()
    return tuple(
        name
        for name, attempt in (("socket", _socket), ("file", _file), ("program", _program))
        if attempt()
    )


def _socket() -> bool:
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.connect(("192.0.2.1", 9))
    except OSError:
        return False
    return True


def _file() -> bool:
    try:
        with tempfile.TemporaryFile() as file:
            file.write(b"x")
            file.flush()
    except OSError:
        return False
    return True


def _program() -> bool:
    # Asked of the kernel with a program that does not exist: EPERM says the wall stands.
    libc = ctypes.CDLL(None, use_errno=True)
    libc.execve(b"/nowhere", None, None)
    return ctypes.get_errno() != 1


def _only_in_a_child() -> None:
    if resource.getrlimit(resource.RLIMIT_NOFILE)[1] > _CHILD_FILES_MAX:
        raise RuntimeError("only inside the sandbox")
