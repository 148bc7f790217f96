"""8. Signed and open: nothing goes out yet, and nothing could go out covertly."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.promises.absent import assert_no_door

import haidang

PACKAGE = Path(haidang.__file__).parent


def test_no_way_out_exists() -> None:
    assert_no_door(
        8, "post", "send", "mail", "subscriber", "newsletter", "account", "like", "tweet"
    )


def test_gate_only_asks_and_never_tells() -> None:
    """The one way to the network has no verb that could change anything at the other end."""
    said = set()
    for path in (PACKAGE / "engine" / "net").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
                text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
                said |= {"POST", "PUT", "PATCH", "DELETE", "CONNECT"} & set(text.split())
    assert said == set()


def test_no_mail_is_sent() -> None:
    """Django can send mail by one call; ours never makes it."""
    callers = [
        path.name
        for path in PACKAGE.rglob("*.py")
        if "django.core.mail" in path.read_text(encoding="utf-8")
    ]
    assert callers == []
