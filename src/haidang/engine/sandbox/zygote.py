"""The lean process from which children are forked: it imports the readers once, for all of them.

It has one thread and sees no hostile byte. It forks when told, so the desk itself, with its many
threads, never does. It ends when the desk does: end of file on the control socket, or a new parent.

At first it says {"walls": [...]}. Orders (one datagram each, JSON): {"do": "fork", "modules": [...]} with the child's socket attached,
answered {"pid": n}; {"do": "end", "pid": n} kills and answers {"status": n}.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import warnings
from typing import Any, NoReturn

from haidang.engine.sandbox import child, limits

_LOOK_FOR_PARENT_MS = 1_000
ORDER_MAX = 65_536


def main() -> NoReturn:
    """Run by the pool as a program: control descriptor, parent's pid and limits are arguments."""
    descriptor, parent, told = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
    control = socket.socket(fileno=descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _close_standard_streams()
    warnings.simplefilter("ignore")
    walls = {"no-network"} if limits.cut_network() else set()
    zygote = _Zygote(control, limits=child.ChildLimits(**told["limits"]), walls=walls)
    zygote.load(told["preload"])
    zygote.greet()
    zygote.obey(parent=parent)
    os._exit(0)


class _Zygote:
    def __init__(
        self, control: socket.socket, *, limits: child.ChildLimits, walls: set[str]
    ) -> None:
        self._control = control
        self._limits = limits
        self._walls = walls
        self._children: set[int] = set()

    def load(self, modules: list[str]) -> None:
        """Import the engine's modules, and keep what they made out of the collector's sight.

        One that has a `warm_up` makes ready, without any stranger's byte, what all children will need.
        """
        new = [name for name in modules if name not in sys.modules]
        for name in new:
            module = importlib.import_module(name)
            if hasattr(module, "warm_up"):
                module.warm_up()
        if new:
            gc.collect()
            gc.freeze()  # collecting would touch, and so copy, every shared page in each child

    def greet(self) -> None:
        """Tell the pool that the zygote is ready, and which walls hold: a first child tries them."""
        told, telling = os.pipe()
        if not os.fork():
            held = limits.limit_child(memory_mb=self._limits.memory_mb, cpu_total_s=60)
            os.write(telling, json.dumps(sorted(held)).encode())
            child.end_now()
        os.close(telling)
        self._walls |= set(json.loads(os.read(told, ORDER_MAX) or b"[]"))
        os.close(told)
        os.wait()
        self._control.send(json.dumps({"walls": sorted(self._walls)}).encode())

    def obey(self, *, parent: int) -> None:
        """Carry out orders until the parent is gone; then take every child along."""
        waiting = select.poll()
        waiting.register(self._control, select.POLLIN)
        while os.getppid() == parent:
            if not waiting.poll(_LOOK_FOR_PARENT_MS):
                continue
            order, descriptors, _, _ = socket.recv_fds(self._control, ORDER_MAX, 1)
            if not order:
                break
            answer = self._carry_out(json.loads(order), descriptors)
            self._control.send(json.dumps(answer).encode())
        for pid in tuple(self._children):
            self._end(pid)

    def _carry_out(self, order: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        if order["do"] == "end":
            return {"status": self._end(order["pid"])}
        try:
            self.load([name for name in order["modules"] if name.startswith(child.TARGET_PREFIX)])
            return {"pid": self._fork(descriptors[0])}
        except (ImportError, OSError) as error:
            return {"error": type(error).__name__}
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _fork(self, descriptor: int) -> int:
        own = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._be_child(descriptor, parent=own)
        self._children.add(pid)
        return pid

    def _be_child(self, descriptor: int, *, parent: int) -> NoReturn:
        try:
            limits.die_with(parent)
            sys.dont_write_bytecode = (
                True  # only what has seen no hostile byte writes code for others to run
            )
            channel = socket.socket(fileno=os.dup2(descriptor, 3))
            os.closerange(4, 256)
            signal.signal(signal.SIGPROF, signal.SIG_DFL)
            total = int(self._limits.cpu_s * self._limits.items) + 60
            limits.limit_child(memory_mb=self._limits.memory_mb, cpu_total_s=total)
            child.serve(channel, limits=self._limits)
        finally:
            child.end_now()

    def _end(self, pid: int) -> int:
        """Kill a child unless it has ended by itself; its wait status, or -1 if it is none of ours."""
        if pid not in self._children:
            return -1
        os.kill(pid, signal.SIGKILL)  # on one that ended already: nothing
        _, status = os.waitpid(pid, 0)
        self._children.discard(pid)
        return status


def _close_standard_streams() -> None:
    """What a parser prints is for nobody; a closed descriptor would be given to the next file."""
    empty = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(empty, descriptor)
    os.close(empty)
