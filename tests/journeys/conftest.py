"""A real browser over a live desk. Without Chromium the journeys are skipped, in one loud line."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext
    from pytest_django.live_server_helper import LiveServer
    from tests.sheet import Sheet

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
# Quiet: the browser must not speak to its maker while we watch for requests that leave the desk.
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
STORIES = 40

# Playwright's synchronous door keeps an event loop in this thread, at which Django's rows balk.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("BROWSER TESTS SKIPPED: no Chromium here (apt install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def sheet(live_server: LiveServer) -> Sheet:
    """A printed sheet on a live desk in demo mode."""
    from django.utils import timezone
    from tests.sheet import print_sheet

    return print_sheet(now=timezone.now(), stories=STORIES)


@pytest.fixture
def open_browser(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Any]]:
    """A new window at the desk: `open_browser(language=…, appearance=…, width=…, **context)`."""
    windows: list[BrowserContext] = []

    def open_window(
        *, language: str = "vi", appearance: str = "light", width: int = 1280, **more: Any
    ) -> Any:
        window = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, **more
        )
        chosen = {"language": language, "appearance": appearance}
        window.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in chosen.items()
            ]
        )
        windows.append(window)
        return window.new_page()

    yield open_window
    for window in windows:
        window.close()
