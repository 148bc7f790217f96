"""Watching the database for writes that no act made.

A frame of ours on the stack of a write means that our code wrote; then one of them must be a
function of an `actions` module, of a room's `jobs`, or of the ground floor's own machinery of jobs.
A test that builds rows by hand has no frame of ours and is not meant.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import haidang

ROOT = Path(haidang.__file__).parent
WRITE = re.compile(
    r"\s*(?:WITH\b.*?\)\s*)?(INSERT|UPDATE|DELETE|REPLACE|DROP|ALTER|CREATE|TRUNCATE)\b",
    re.IGNORECASE | re.DOTALL,
)
ACT = re.compile(r"^\w+/(actions(/\w+)?|jobs(/\w+)?)\.py$")
MIGRATION = re.compile(r"^\w+/migrations/")

# Written by Django itself while a page is served, each for the reason beside it.
EXCEPTED = (
    (re.compile(r'"django_session"'), "who is signed in is kept by Django's sessions"),
    (
        re.compile(r'^UPDATE "core_member" SET "last_login" = [^,]+ WHERE'),
        "signing in notes its moment (Django's own), nothing else",
    ),
    (
        re.compile(r'^UPDATE "mfa_authenticator" SET'),
        "a second factor notes that it was used (allauth's own); made and removed it is in acts",
    ),
    (
        re.compile(r'^UPDATE "socialaccount_socialaccount" SET'),
        "the same of a linked account elsewhere, when its member signs in by it",
    ),
)


class WriteWatch:
    """An `execute_wrapper` that notes each write of ours without an act on its stack."""

    def __init__(self) -> None:
        self.strays: list[tuple[str, str]] = []

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any
    ) -> Any:
        if is_write(sql) and not any(pattern.search(sql) for pattern, _why in EXCEPTED):
            ours = list(_frames_of_ours(sys._getframe(1)))
            if ours and not any(ACT.match(name) or MIGRATION.match(name) for name in ours):
                self.strays.append((ours[0], sql[:200]))
        return execute(sql, params, many, context)


def is_write(sql: str) -> bool:
    """Whether a statement changes data or tables."""
    return WRITE.match(sql) is not None


def _frames_of_ours(frame: FrameType | None) -> Iterator[str]:
    """Files of ours on the stack, innermost first, relative to the package."""
    root = str(ROOT) + "/"
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(root):
            yield name[len(root) :]
        frame = frame.f_back
