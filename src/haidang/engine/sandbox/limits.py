"""What a child may no longer do, asked of the kernel before it sees its first byte.

No monkeypatching: each wall is the kernel's. Those that the kernel or the container refuses are left
out of the returned set, so that `haidang doctor` can say which hold here.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct

_CLONE_NEWUSER = 0x1000_0000
_CLONE_NEWNET = 0x4000_0000
_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_OPEN_FILES = 64

# System calls that start a conversation or a program; from the kernel's own tables.
_DENIED_CALLS = {
    "x86_64": (0xC000_003E, (41, 42, 59, 322, 101, 425)),
    "aarch64": (0xC000_00B7, (198, 203, 221, 281, 117, 425)),
}  # socket, connect, execve, execveat, ptrace, io_uring_setup


def cut_network() -> bool:
    """Move this process, which must have one thread, into an empty network. True if it worked."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    return bool(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent process ends, `parent` being its pid."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def limit_child(*, memory_mb: int, cpu_total_s: int) -> frozenset[str]:
    """Take from this process all it does not need. Effect: for good. Gives the walls that hold."""
    walls = set()
    memory = memory_mb << 20
    wanted = {
        "no-core": (resource.RLIMIT_CORE, 0),
        "no-files-written": (resource.RLIMIT_FSIZE, 0),
        "few-files": (resource.RLIMIT_NOFILE, _OPEN_FILES),
        "no-processes": (resource.RLIMIT_NPROC, 0),
        "memory": (resource.RLIMIT_DATA, memory),
        "addresses": (resource.RLIMIT_AS, _mapped() + memory),
        "cpu": (resource.RLIMIT_CPU, cpu_total_s),
    }
    for name, (what, most) in wanted.items():
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (most, most))
            walls.add(name)
    if _deny_calls():
        walls.add("no-sockets-no-programs")
    return frozenset(walls)


def _mapped() -> int:
    """Bytes of address space that this process has mapped already."""
    with open("/proc/self/statm", "rb") as statm:  # noqa: PTH123 - a path object buys nothing here
        return int(statm.read().split()[0]) * resource.getpagesize()


def _deny_calls() -> bool:
    """A seccomp filter that answers EPERM to the calls above; all other calls pass."""
    if platform.machine() not in _DENIED_CALLS or platform.system() != "Linux":
        return False
    machine, calls = _DENIED_CALLS[platform.machine()]
    program = _filter_program(machine, calls)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    code = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(
        struct.pack("@HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    )
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0) == 0)


def _filter_program(machine: int, calls: tuple[int, ...]) -> bytes:
    """Classic BPF over struct seccomp_data {nr@0, arch@4}; see the kernel's seccomp_filter page."""
    load, equal, atleast, give = 0x20, 0x15, 0x35, 0x06
    allow, refuse = 0x7FFF_0000, 0x0005_0001  # ALLOW; ERRNO with EPERM
    refuse_at = len(calls) + 5
    steps = [(load, 0, 0, 4), (equal, 0, refuse_at - 2, machine), (load, 0, 0, 0)]
    # The x32 twin of each call has bit 30 set; no honest program here uses it.
    steps.append((atleast, refuse_at - 4, 0, 0x4000_0000))
    steps += [(equal, refuse_at - 5 - at, 0, call) for at, call in enumerate(calls)]
    steps += [(give, 0, 0, allow), (give, 0, 0, refuse)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
