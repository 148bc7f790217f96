"""A mail server for the desk of a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.core.mail_server import MailServer


@pytest.fixture
def let_mail(settings: Any) -> Callable[..., None]:
    """Call it with a mail server's address: the desk of this test hands its letters over there."""

    def allow(url: str, sender: str = "desk@lamha.example") -> None:
        told = {**settings.OPTIONS.values, "MAIL_URL": url, "MAIL_FROM": sender}
        settings.OPTIONS = replace(settings.OPTIONS, values=told)
        settings.BASE_URL = "https://desk.example"

    return allow


@pytest.fixture
def mail(let_mail: Callable[..., None]) -> Iterator[MailServer]:
    """A mail server that takes everything, and a desk that uses it."""
    with MailServer() as server:
        let_mail(f"smtp://127.0.0.1:{server.port}")
        yield server
