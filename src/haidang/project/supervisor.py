"""`haidang up`: one process group of web server, worker and, in demo mode, the demo press.

The supervisor prepares the data, starts the parts, starts again one that ends, and ends all when it
is told to stop. A part dies with the supervisor even when that is killed (prctl(2), PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils import timezone

from haidang.core import actions, queries, signatures
from haidang.core.enums import DeskMode, LinkPurpose
from haidang.project.cli.main import CommandFailed
from haidang.project.cli.words import _
from haidang.project.demo import desk as demo_desk
from haidang.project.safekeeping.backup import Made
from haidang.project.safekeeping.upgrade import upgrade

READY_S = 60.0
STOP_S = 10.0
PR_SET_PDEATHSIG = 1
RESTARTS, RESTART_SPAN_S = 4, 60.0  # a part that ends more often than that stays down


@dataclass
class Part:
    """One process of the group, and how to start it again."""

    name: str
    command: tuple[str, ...]
    env: dict[str, str]
    process: subprocess.Popen[bytes]
    deaths: list[float] = field(default_factory=list)  # time.monotonic() of each


@dataclass
class Parts:
    """The processes of this group. One that ends by itself is started again."""

    running: list[Part] = field(default_factory=list)

    def start(self, name: str, *command: str, env: dict[str, str]) -> None:
        self.running.append(Part(name, command, env, _spawn(command, env)))

    def watch(self) -> None:
        """Start again what has ended. Raises CommandFailed for a part that keeps ending."""
        for part in self.running:
            if part.process.poll() is None:
                continue
            now = time.monotonic()
            part.deaths = [death for death in part.deaths if now - death < RESTART_SPAN_S] + [now]
            if len(part.deaths) > RESTARTS:
                told = _("the part “{name}” keeps ending; HAIDANG_LOG_LEVEL=INFO tells more")
                raise CommandFailed(told.format(name=part.name))
            told = _("the part “{name}” ended and is started again")
            print("haidang: " + told.format(name=part.name), file=sys.stderr, flush=True)
            part.process = _spawn(part.command, part.env)

    def stop(self) -> None:
        """Ask all to stop; after ten seconds, kill those that did not."""
        for part in self.running:
            if part.process.poll() is None:
                part.process.terminate()
        deadline = time.monotonic() + STOP_S
        for part in self.running:
            try:
                part.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.process.kill()
                part.process.wait()


def _spawn(command: tuple[str, ...], env: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 -- our own interpreter and modules
        [sys.executable, *command],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # what a part has to say it logs, to standard error
        preexec_fn=_die_with_parent,  # noqa: PLW1509 -- no threads run in the supervisor
    )


def run_up(*, host: str | None, port: int | None, demo: bool) -> int:
    """Serve until told to stop; the exit code."""
    lock = hold_lock(Path(settings.HOME) / "up.lock")
    prepare_data()
    if demo:
        demo_desk.load(now=timezone.now())
    desk = actions.open_desk(now=timezone.now())
    listen = host or settings.OPTIONS["HOST"]
    taken = _choose_port(listen, settings.OPTIONS["PORT"] if port is None else port)

    parts = Parts()
    _on_signal()
    try:
        env = dict(os.environ)
        if desk.mode == DeskMode.DEMO:
            demo_desk.check_port(desk)
            env |= demo_desk.environment(desk)
            parts.start(
                "press",
                "-m",
                "haidang.project.demo.press",
                *demo_desk.press_arguments(desk),
                env=env,
            )
        parts.start("web", "-m", "haidang.project.web", listen, str(taken), env=env)
        if settings.OPTIONS["WORKERS"]:
            parts.start("worker", "-m", "haidang", "worker", env=env)
        _wait_until_ready(parts, listen, taken)
        _tell(listen, taken, demo=desk.mode == DeskMode.DEMO)
        while True:
            time.sleep(0.5)
            parts.watch()
    except (KeyboardInterrupt, SystemExit):
        return 0
    finally:
        parts.stop()
        lock.close()


def prepare_data() -> Made | None:
    """Make the data folder, bring its tables up, and make the desk's row.

    Where tables of a living desk are brought up, its database is backed up first: that backup.
    """
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    # Two first commands at once make the tables one after the other.
    with (home / "prepare.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = upgrade(now=timezone.now())
        signatures.find_key()
        actions.open_desk(now=timezone.now())
    return made


def is_answering(host: str, port: int) -> bool:
    """Whether the desk's web server answers its health page there."""
    question = f"GET /healthz HTTP/1.1\r\nHost: {_named(host)}\r\nConnection: close\r\n\r\n"
    try:
        with closing(socket.create_connection((_reachable(host), port), timeout=2)) as line:
            line.sendall(question.encode("ascii"))
            return line.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def hold_lock(path: Path) -> IO[str]:
    """Hold the data folder for this process alone; close the file to let go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.open("w", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandFailed(
            _("a desk is running on this data already: {home}").format(home=path.parent)
        ) from None
    return lock


def _choose_port(host: str, wanted: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), wanted))
        except OSError as error:
            told = _("cannot listen on {host}:{port} ({reason}); try --port 0")
            raise CommandFailed(
                told.format(host=host, port=wanted, reason=error.strerror)
            ) from None
        taken: int = probe.getsockname()[1]
    return taken


def _on_signal() -> None:
    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGHUP, stop)


def _wait_until_ready(parts: Parts, host: str, port: int) -> None:
    deadline = time.monotonic() + READY_S
    while not is_answering(host, port):
        parts.watch()
        if time.monotonic() > deadline:
            raise CommandFailed(
                _("the web server did not start; HAIDANG_LOG_LEVEL=INFO tells more")
            )
        time.sleep(0.05)


def _tell(host: str, port: int, *, demo: bool) -> None:
    base = settings.BASE_URL or f"http://{_named(host)}:{port}"
    print(_("Hải Đăng is running: {address}").format(address=f"{base}/watch/"), flush=True)
    if demo:
        print(
            _("This is a demo with invented newspapers; `haidang demo leave` ends it."), flush=True
        )
    elif not queries.has_members():
        token = actions.make_link(LinkPurpose.FIRST_MEMBER, now=timezone.now())
        told = _("Set up the first member (works once, for 24 hours): {address}")
        print(told.format(address=f"{base}/setup/{token}"), flush=True)
    print(_("Stop with Ctrl-C."), flush=True)


def _reachable(host: str) -> str:
    bare = host.strip("[]")
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bare, bare)  # noqa: S104 -- a test, not a binding


def _named(host: str) -> str:
    reachable = _reachable(host)
    return f"[{reachable}]" if ":" in reachable else reachable
