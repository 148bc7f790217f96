"""The pool: hands each call to a limited child, and replaces children that fail.

Threads share it; each call holds one child, so one slow item holds up nobody but its own caller.
The first call starts the zygote; nothing runs before.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from dataclasses import asdict, dataclass
from queue import Empty, LifoQueue
from typing import Any, Self

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.sandbox import child, codec, wire
from haidang.engine.sandbox.zygote import ORDER_MAX

# A child that once grew past this is replaced after its item: parsers do not give memory back.
RETIRE_RSS_MB = 300
_START_S = 60.0  # importing the readers on a busy small machine
_PROGRAM = "from haidang.engine.sandbox.zygote import main; main()"


@dataclass(slots=True)
class _Child:
    pid: int
    channel: socket.socket
    loaded: frozenset[str]  # modules that its zygote had when it was forked


class Sandbox:
    """Runs functions of the engine in limited children.

    `cpu_s` and `wall_s` are seconds per item, `memory_mb` is for each child, `recycle_after` is
    items per child, `preload` names modules of the engine to import once for all children.
    """

    def __init__(
        self,
        *,
        size: int = 2,
        cpu_s: float = 5.0,
        wall_s: float = 6.0,
        memory_mb: int = 512,
        recycle_after: int = 300,
        preload: tuple[str, ...] = (),
    ) -> None:
        self._size = size
        self._wall_s = wall_s
        self._preload = preload
        self._limits = child.ChildLimits(
            cpu_s=cpu_s, memory_mb=memory_mb, items=recycle_after, retire_rss_mb=RETIRE_RSS_MB
        )
        self._closed = False
        self._make_slots()

    def run(self, target: str, *args: Any, **kwargs: Any) -> Any:
        """Call `package.module:function` of the engine in a child and give what it returns.

        Errors: the function's own EngineError as it was; TOO_SLOW, TOO_HUNGRY, READER_DIED; a
        ValueError for a target outside the engine. Waits for a free child without limit, since
        every item is limited itself.
        """
        if not target.startswith(child.TARGET_PREFIX) or target.count(":") != 1:
            raise ValueError(f"not a function of the engine: {target}")
        request = codec.encode((target, args, kwargs))
        self._forget_if_forked()
        slots = self._slots
        held = slots.get()
        try:
            if self._closed:
                raise RuntimeError("the sandbox is closed")
            module = target.partition(":")[0]
            if held is not None and module not in held.loaded:
                # Imported once in the zygote it is shared by all; imported in each child it is not.
                self._end_child(held)
                held = None
            held = held or self._start_child(module=module)
            reply, retiring = self._call(held, request)
            if retiring:
                self._end_child(held)
                held = None
        except BaseException:
            if held is not None:
                self._end_child(held)
                held = None
            raise
        finally:
            slots.put(held)
        return self._read_reply(reply)

    def walls(self) -> frozenset[str]:
        """Names of the walls that hold on this machine; starts the zygote. None if it cannot start."""
        self._forget_if_forked()
        with self._control_lock:
            try:
                self._zygote()
            except OSError:
                self._stop()
                return frozenset()
            return self._walls

    def close(self) -> None:
        """End the zygote and every child, at once. Calls under way fail; calling it twice is fine."""
        self._closed = True
        self._forget_if_forked()
        self._stop()
        for _ in range(self._size):
            try:
                held = self._slots.get(timeout=1.0)
            except Empty:  # its caller was interrupted; its socket goes with it
                break
            if held is not None:
                held.channel.close()
        for _ in range(self._size):
            self._slots.put(None)  # whoever waits is told that the pool is closed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------ one call

    def _call(self, held: _Child, request: bytes) -> tuple[bytes, bool]:
        deadline = time.monotonic() + self._wall_s
        try:
            wire.send(held.channel, request, deadline=deadline)
            reply = wire.receive(held.channel, deadline=deadline)
        except TimeoutError:
            raise EngineError(Trouble.TOO_SLOW, seconds=self._wall_s) from None
        except wire.CutError:
            raise self._why_it_ended(held) from None
        return reply[1:], reply[:1] != b"\0"

    def _why_it_ended(self, held: _Child) -> EngineError:
        status = self._order({"do": "end", "pid": held.pid}).get("status", -1)
        held.channel.close()
        held.pid = 0
        if not os.WIFSIGNALED(status) or status < 0:
            return EngineError(Trouble.READER_DIED, detail="ended")
        sign = os.WTERMSIG(status)
        if sign in (signal.SIGPROF, signal.SIGXCPU):
            return EngineError(Trouble.TOO_SLOW, seconds=self._limits.cpu_s)
        return EngineError(Trouble.READER_DIED, detail=signal.Signals(sign).name)

    def _read_reply(self, reply: bytes) -> Any:
        try:
            kind, value = codec.decode(reply)
            if kind == child.VALUE:
                return value
            if kind == child.TROUBLE:
                word, facts = value
                raise EngineError(Trouble(word), **{str(name): facts[name] for name in facts})
            if kind == child.HUNGRY:
                raise EngineError(Trouble.TOO_HUNGRY, limit_mb=self._limits.memory_mb)
            raise EngineError(Trouble.READER_DIED, detail=str(value)[:100])
        except (ValueError, TypeError) as error:
            raise EngineError(Trouble.READER_DIED, detail=type(error).__name__) from None

    # ------------------------------------------------------------ children

    def _make_slots(self) -> None:
        self._owner = os.getpid()
        self._loaded = frozenset(self._preload)
        self._slots: LifoQueue[_Child | None] = LifoQueue()
        for _ in range(self._size):
            self._slots.put(None)
        self._control_lock = threading.Lock()
        self._control: socket.socket | None = None
        self._walls: frozenset[str] = frozenset()
        self._finalizer: weakref.finalize[..., Any] | None = None

    def _forget_if_forked(self) -> None:
        """In a forked copy of the desk the children belong to the original: begin anew."""
        if os.getpid() != self._owner:
            if self._finalizer is not None:
                self._finalizer.detach()
            self._make_slots()

    def _start_child(self, *, module: str) -> _Child:
        self._loaded |= {module}
        loaded = self._loaded
        ours, theirs = socket.socketpair()
        with theirs:
            order = {"do": "fork", "modules": sorted(loaded)}
            answer = self._order(order, theirs.fileno())
        if "pid" not in answer:
            ours.close()
            self._loaded -= {module}
            raise EngineError(Trouble.READER_DIED, detail=str(answer.get("error", "start")))
        return _Child(pid=answer["pid"], channel=ours, loaded=loaded)

    def _end_child(self, held: _Child) -> None:
        held.channel.close()
        if held.pid:
            self._order({"do": "end", "pid": held.pid})

    # ------------------------------------------------------------ the zygote

    def _order(self, order: dict[str, Any], *descriptors: int) -> dict[str, Any]:
        """Give the zygote an order. A zygote that is gone answers {} and is replaced next time."""
        with self._control_lock:
            if order["do"] == "end" and self._control is None:
                return {}  # its children went with it
            try:
                control = self._zygote()
                socket.send_fds(control, [json.dumps(order).encode()], descriptors)
                answer = control.recv(ORDER_MAX)
            except OSError:
                answer = b""
            if not answer:
                self._stop()
                return {}
            told: dict[str, Any] = json.loads(answer)
            return told

    def _zygote(self) -> socket.socket:
        """The control socket, starting the zygote first if there is none. Lock held."""
        if self._control is not None:
            return self._control
        if self._closed:
            raise OSError("closed")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        told = json.dumps({"limits": asdict(self._limits), "preload": list(self._preload)})
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
                [
                    sys.executable,
                    "-s",
                    "-c",
                    _PROGRAM,
                    str(theirs.fileno()),
                    str(os.getpid()),
                    told,
                ],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                env=_lean_environment(),
            )
        ours.settimeout(_START_S)
        self._finalizer = weakref.finalize(self, _end_zygote, process, ours)
        self._control = ours
        greeting = ours.recv(ORDER_MAX)
        if not greeting:
            raise OSError("the zygote could not start")
        self._walls = frozenset(json.loads(greeting)["walls"])
        return ours

    def _stop(self) -> None:
        self._control = None
        if self._finalizer is not None:
            self._finalizer()


def _lean_environment() -> dict[str, str]:
    """No secrets of the desk: only what finding and running our own modules takes."""
    names = ("PATH", "LD_LIBRARY_PATH", "PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return kept | {
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "PYTHONUTF8": "1",
    }


def _end_zygote(process: subprocess.Popen[bytes], control: socket.socket) -> None:
    """Children follow their zygote by the kernel's hand, so it alone is killed."""
    control.close()
    process.kill()
    process.wait()
