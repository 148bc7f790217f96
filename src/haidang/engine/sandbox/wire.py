"""Length-prefixed messages over a local stream socket, with a deadline for the side that waits."""

from __future__ import annotations

import socket
import time

from haidang.engine.sandbox.codec import MESSAGE_MAX

_HEAD = 4


class CutError(ConnectionError):
    """The other side is gone, or says something longer than a message may be."""


def send(channel: socket.socket, message: bytes, *, deadline: float | None = None) -> None:
    """Write one message. `deadline`: monotonic seconds. Errors: TimeoutError, CutError."""
    if len(message) > MESSAGE_MAX:
        raise CutError("too long")
    _set_deadline(channel, deadline)
    try:
        # In one piece: the other side would wake for the length alone, and wait again.
        channel.sendall(len(message).to_bytes(_HEAD, "big") + message)
    except TimeoutError:
        raise
    except OSError as error:
        raise CutError("send") from error


def receive(channel: socket.socket, *, deadline: float | None = None) -> bytes:
    """Read one message. `deadline`: monotonic seconds. Errors: TimeoutError, CutError."""
    length = int.from_bytes(_read(channel, _HEAD, deadline=deadline), "big")
    if length > MESSAGE_MAX:
        raise CutError("too long")
    return _read(channel, length, deadline=deadline)


def _read(channel: socket.socket, length: int, *, deadline: float | None) -> bytes:
    # Grown as it arrives: a length alone makes the reader allocate nothing.
    parts = bytearray()
    while len(parts) < length:
        _set_deadline(channel, deadline)
        try:
            part = channel.recv(min(length - len(parts), 1 << 20), socket.MSG_WAITALL)
        except TimeoutError:
            raise
        except OSError as error:
            raise CutError("receive") from error
        if not part:
            raise CutError("end")
        parts += part
    return bytes(parts)


def _set_deadline(channel: socket.socket, deadline: float | None) -> None:
    if deadline is None:
        return
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    channel.settimeout(left)
