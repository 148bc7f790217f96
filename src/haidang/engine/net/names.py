"""From a target to the addresses that will be connected to: resolved once, all checked, pinned.

A name is looked up once for each request. If any answer is denied, the whole name is denied, so a
name that points both outside and inside cannot be tried until it points inside. The connection is
made to the answer that was checked; nothing resolves the name a second time (no DNS rebinding).
"""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Sequence
from typing import Protocol

from haidang.engine.errors import EngineError, Trouble
from haidang.engine.net.addresses import (
    is_internal_name,
    is_localhost,
    is_own,
    is_private,
    is_public,
)
from haidang.engine.net.settings import GateSettings
from haidang.engine.net.urls import Target, port_is_open_to_us, shown

ANSWERS_MAX = 64  # a name with more addresses is not a newspaper's
LOOKUPS_MAX = 32  # at once; a lookup cannot be interrupted, only left behind

_lookups = threading.BoundedSemaphore(LOOKUPS_MAX)


class Resolver(Protocol):
    """Turns a name into IP addresses as text. Raises OSError when the name does not resolve."""

    def resolve(self, host: str) -> Sequence[str]: ...


class SystemResolver:
    """The operating system's resolver (hosts file, DNS), IPv4 and IPv6, in the system's order."""

    def resolve(self, host: str) -> Sequence[str]:
        found = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)
        return [str(row[4][0]) for row in found]


def check_target(target: Target, *, settings: GateSettings) -> None:
    """Refuse what can be refused without a lookup. Raises DENIED_ADDRESS or BAD_ADDRESS."""
    if target.authority in settings.allowed_private:
        return
    if target.literal:
        _check_answers(target, [target.host], named=False)
    elif is_internal_name(target.host) or target.host in settings.own_hosts:
        raise EngineError(Trouble.DENIED_ADDRESS, host=target.host, ip="")
    if not port_is_open_to_us(target.port):
        raise EngineError(Trouble.BAD_ADDRESS, url=shown(target.url))


def pin_target(
    target: Target, *, settings: GateSettings, resolver: Resolver, timeout_s: float
) -> tuple[str, ...]:
    """The checked addresses of `target`, in the resolver's order; at least one.

    Raises DENIED_ADDRESS, BAD_ADDRESS (port), NO_SUCH_HOST or TIMED_OUT.
    """
    check_target(target, settings=settings)
    if target.literal:
        answers: Sequence[str] = [target.host]
    elif is_localhost(target.host):
        answers = ["127.0.0.1"]
    else:
        answers = _look_up(target.host, resolver=resolver, timeout_s=timeout_s)
    _check_answers(target, answers, named=target.authority in settings.allowed_private)
    return tuple(dict.fromkeys(answers))


def _check_answers(target: Target, answers: Sequence[str], *, named: bool) -> None:
    if not 0 < len(answers) <= ANSWERS_MAX:
        raise EngineError(Trouble.NO_SUCH_HOST, host=target.host)
    for ip in answers:
        if named and is_private(ip):
            continue
        if not is_public(ip) or is_own(ip):
            raise EngineError(Trouble.DENIED_ADDRESS, host=target.host, ip=shown(ip))


def _look_up(host: str, *, resolver: Resolver, timeout_s: float) -> Sequence[str]:
    """Ask the resolver, at most `timeout_s` seconds, in a thread that may be left behind."""
    answer: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(resolver.resolve(host))
        except (OSError, UnicodeError) as error:
            answer.put(OSError(str(error)))
        finally:
            _lookups.release()

    if not _lookups.acquire(timeout=timeout_s):
        raise EngineError(Trouble.TIMED_OUT, seconds=round(timeout_s, 1))
    threading.Thread(target=ask, name="gate-lookup", daemon=True).start()
    try:
        found = answer.get(timeout=timeout_s)
    except queue.Empty:
        raise EngineError(Trouble.TIMED_OUT, seconds=round(timeout_s, 1)) from None
    if isinstance(found, OSError):
        raise EngineError(Trouble.NO_SUCH_HOST, host=host) from found
    return found
