"""The loop of one limited child: a call comes in, its value or its trouble goes out.

CPU is limited per item by a profiling timer whose signal kills (the kernel's, so C code cannot
outrun it); memory by rlimits set before the first item.
"""

from __future__ import annotations

import importlib
import os
import resource
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from haidang.engine.errors import EngineError
from haidang.engine.sandbox import codec, wire

TARGET_PREFIX = "haidang.engine."

# First element of a reply.
VALUE, TROUBLE, HUNGRY, DIED = "value", "trouble", "hungry", "died"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLimits:
    """Per item `cpu_s`; for the child's whole life `memory_mb`, `items`, `retire_rss_mb`."""

    cpu_s: float
    memory_mb: int
    items: int
    retire_rss_mb: int


def serve(channel: socket.socket, *, limits: ChildLimits) -> None:
    """Answer calls until the other side closes, `items` is reached or memory has grown too far.

    A reply is (kind, value, retiring); after a retiring one the process ends.
    """
    for number in range(1, limits.items + 1):
        try:
            request = wire.receive(channel)
        except wire.CutError:
            return
        reply, hungry = _answer(request, cpu_s=limits.cpu_s)
        retiring = hungry or number == limits.items or _peak_rss_mb() > limits.retire_rss_mb
        try:
            wire.send(channel, b"\1" + reply if retiring else b"\0" + reply)
        except wire.CutError:
            return
        if retiring:
            return


def _answer(request: bytes, *, cpu_s: float) -> tuple[bytes, bool]:
    """The encoded reply, and whether memory ran out."""
    try:
        target, args, kwargs = codec.decode(request)
        function = find_target(target)
        signal.setitimer(signal.ITIMER_PROF, cpu_s)
        return codec.encode((VALUE, function(*args, **kwargs))), False
    except MemoryError:
        return codec.encode((HUNGRY, None)), True
    except EngineError as error:
        return codec.encode((TROUBLE, (error.trouble.value, error.facts))), False
    except Exception as error:  # noqa: BLE001 - a reader may fail in any way; its name is told
        return codec.encode((DIED, type(error).__name__)), False
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def find_target(target: str) -> Callable[..., Any]:
    """`package.module:function` of the engine. Errors: LookupError for any other."""
    module, _, name = target.partition(":")
    if not module.startswith(TARGET_PREFIX) or not name.isidentifier():
        raise LookupError(target)
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def _peak_rss_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def end_now() -> NoReturn:
    """End without running anything that was registered for the end: nothing here is to be saved."""
    os._exit(0)
