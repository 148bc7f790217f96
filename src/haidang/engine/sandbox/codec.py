"""Values to bytes and back, for the pipe between the desk and its limited children.

The bytes that come back were made beside hostile input, so reading them can build nothing but plain
values, aware times and the frozen dataclasses and enums that were allowed by name: no pickle, no
import, no call by name. Each field is checked against its declared type, so that a child taken over
by its input can hand over nothing that the types do not promise.

Form: one JSON document, then the raw bytes of every `bytes` value it points into.
"""

from __future__ import annotations

import json
import types as python_types
import typing
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from inspect import isclass
from typing import Any

from haidang.engine import types as engine_types

# A reply over this is refused: the largest honest one is 500 entries or one page's text.
MESSAGE_MAX = 64 * 1024 * 1024
_DEPTH_MAX = 40

_allowed: dict[str, type] = {}


class BadMessageError(ValueError):
    """Bytes that are no message of ours, or a value that may not cross."""


def allow(*kinds: type) -> None:
    """Let these dataclasses and enums cross. Effect: on this process only; call it at import."""
    for kind in kinds:
        if not (is_dataclass(kind) or issubclass(kind, Enum)):
            raise TypeError(f"{kind.__name__} is neither a dataclass nor an enum")
        known = _allowed.setdefault(kind.__name__, kind)
        if known is not kind:
            raise TypeError(f"two kinds are named {kind.__name__}")


def _allow_engine_types() -> None:
    for kind in vars(engine_types).values():
        if isclass(kind) and kind.__module__ == engine_types.__name__:
            allow(kind)


_allow_engine_types()


def encode(value: object) -> bytes:
    """The value as bytes. Errors: BadMessageError if it holds anything but the allowed kinds."""
    blobs: list[bytes] = []
    tree = _fold(value, blobs=blobs, depth=0)
    head = json.dumps(tree, separators=(",", ":")).encode("ascii")
    return b"".join((len(head).to_bytes(4, "big"), head, *blobs))


def decode(message: bytes) -> Any:
    """The value that `encode` was given. Errors: BadMessageError."""
    start = 4 + int.from_bytes(message[:4], "big")
    if len(message) > MESSAGE_MAX or start > len(message):
        raise BadMessageError("size")
    try:
        tree = json.loads(message[4:start])
        return _unfold(tree, blobs=memoryview(message)[start:], depth=0)
    except BadMessageError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, OverflowError) as error:
        raise BadMessageError(type(error).__name__) from error


def _fold(value: object, *, blobs: list[bytes], depth: int) -> Any:
    if depth > _DEPTH_MAX:
        raise BadMessageError("depth")
    if isinstance(value, Enum):
        return {"$e": [_name_of(type(value)), value.value]}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, bytes):
        at = sum(map(len, blobs))
        blobs.append(value)
        return {"$b": [at, len(value)]}
    if isinstance(value, datetime):
        return {"$at": value.astimezone(UTC).isoformat()}
    below = depth + 1
    if isinstance(value, tuple):
        return {"$t": [_fold(item, blobs=blobs, depth=below) for item in value]}
    if isinstance(value, list):
        return [_fold(item, blobs=blobs, depth=below) for item in value]
    if isinstance(value, dict):
        pairs = [[str(key), _fold(item, blobs=blobs, depth=below)] for key, item in value.items()]
        return {"$d": pairs}
    name = _name_of(type(value))
    told = [_fold(getattr(value, field), blobs=blobs, depth=below) for field in _fields(name)]
    return {"$c": [name, told]}


def _name_of(kind: type) -> str:
    if _allowed.get(kind.__name__) is not kind:
        raise BadMessageError(f"{kind.__name__} may not cross")
    return kind.__name__


def _unfold(tree: Any, *, blobs: memoryview, depth: int) -> Any:
    if depth > _DEPTH_MAX:
        raise BadMessageError("depth")
    below = depth + 1
    if isinstance(tree, list):
        return [_unfold(item, blobs=blobs, depth=below) for item in tree]
    if not isinstance(tree, dict):
        return tree
    ((tag, told),) = tree.items()
    match tag:
        case "$t":
            return tuple([_unfold(item, blobs=blobs, depth=below) for item in told])
        case "$c":
            values = [_unfold(item, blobs=blobs, depth=below) for item in told[1]]
            return _build(told[0], values)
        case "$e":
            return _allowed_enum(told[0])(told[1])
        case "$at":
            return _aware(told)
        case "$b":
            at, length = told
            if not 0 <= at <= at + length <= len(blobs):
                raise BadMessageError("blob")
            return bytes(blobs[at : at + length])
        case "$d":
            return {str(key): _unfold(item, blobs=blobs, depth=below) for key, item in told}
        case _:
            raise BadMessageError("tag")


def _aware(told: str) -> datetime:
    at = datetime.fromisoformat(told)
    if at.tzinfo is None:
        raise BadMessageError("naive time")
    return at.astimezone(UTC)


def _allowed_enum(name: str) -> type[Enum]:
    kind = _allowed[name]
    if not issubclass(kind, Enum):
        raise BadMessageError("not an enum")
    return kind


@cache
def _fields(name: str) -> tuple[str, ...]:
    kind = _allowed[name]
    assert is_dataclass(kind)
    return tuple(field.name for field in fields(kind))


def _build(name: str, values: list[Any]) -> Any:
    names = _fields(name)
    checks = _checks(name)
    if len(values) != len(names):
        raise BadMessageError(f"{name} has {len(names)} fields")
    for field, check, value in zip(names, checks, values, strict=True):
        if not check(value):
            raise BadMessageError(f"{name}.{field}")
    return _allowed[name](**dict(zip(names, values, strict=True)))


type_check = Callable[[Any], bool]


@cache
def _checks(name: str) -> tuple[type_check, ...]:
    hints = typing.get_type_hints(_allowed[name])
    return tuple(_check_for(hints[field]) for field in _fields(name))


def _check_for(hint: Any) -> type_check:
    """A predicate for one annotation of the engine's own types."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, python_types.UnionType):
        choices = [_check_for(one) for one in inner]
        return lambda value: any(check(value) for check in choices)
    if origin is tuple and inner[-1] is Ellipsis:
        each = _check_for(inner[0])
        return lambda value: isinstance(value, tuple) and all(each(item) for item in value)
    if origin is tuple:
        parts = [_check_for(one) for one in inner]
        return lambda value: (
            isinstance(value, tuple)
            and len(value) == len(parts)
            and all(check(item) for check, item in zip(parts, value, strict=True))
        )
    if origin is dict:
        held = _check_for(inner[1])
        return lambda value: isinstance(value, dict) and all(held(item) for item in value.values())
    if hint is float:
        return lambda value: isinstance(value, float | int)
    return lambda value: isinstance(value, hint)
