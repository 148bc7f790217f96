"""What all tests share: a home of their own, a fixed cast of people, and a watch over who writes.

The settings are read from the environment once, so it is cleared before anything imports them: no
test sees the data, or the choices, of whoever runs it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

HOME = Path(tempfile.mkdtemp(prefix="haidang-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
for _name in [name for name in os.environ if name.startswith("HAIDANG_")]:
    if _name != "HAIDANG_DATABASE_URL":
        del os.environ[_name]
os.environ["HAIDANG_HOME"] = str(HOME)
os.environ["DJANGO_SETTINGS_MODULE"] = "haidang.project.settings"

pytest_plugins = ["tests.cast", "tests.machines"]


def pytest_configure() -> None:
    """Read the settings now, and make them those of tests: a file for a database, quick hashes.

    No example has a deadline of its own: on a busy machine it would judge the machine. Tests of speed count work.
    """
    import hypothesis
    from django.conf import settings

    hypothesis.settings.register_profile("desk", deadline=None)
    hypothesis.settings.load_profile("desk")

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        # A file: threads and other connections see it as they would on a desk.
        database.setdefault("TEST", {})["NAME"] = str(HOME / "test.sqlite3")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever touches the database runs again on PostgreSQL. The longest file begins first, so that nobody waits for it."""
    items.sort(key=lambda item: "prove_samples" not in item.path.parts)
    fixtures = {"db", "transactional_db", "live_server"}
    for item in items:
        asked = fixtures.intersection(getattr(item, "fixturenames", ()))
        if asked or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes may hold a time or chance, and two workers must give a test the same name."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture
def now() -> datetime:
    """A moment for tests that do not care which."""
    return datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh_memory(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the program keeps in memory or outside Django's tables does not outlive a test."""
    mark = request.node.get_closest_marker("django_db")
    keeps = "transactional_db" in request.fixturenames or bool(
        mark and mark.kwargs.get("transaction")
    )
    if keeps:
        request.getfixturevalue("transactional_db")
        _empty_search_index()
    yield
    if keeps:
        _empty_search_index()
        _let_the_log_be_emptied()
    if mark or "db" in request.fixturenames or keeps:
        from haidang.watch.actions import placing

        placing._seats.forget()


def _empty_search_index() -> None:
    """Django's flush knows its own tables only."""
    from django.db import connection

    from haidang.core.actions import finding
    from haidang.watch.actions import search

    assert connection.vendor in {"sqlite", "postgresql"}
    search.empty_index()
    finding.empty_index()


@pytest.fixture(autouse=True)
def _writes_are_acts(request: pytest.FixtureRequest) -> Iterator[None]:
    """A write that our code makes must have an act, or a named job, on its stack (docs/house.md)."""
    from django.db import connection
    from tests.house.writes import WriteWatch

    watch = WriteWatch()
    with connection.execute_wrapper(watch):
        yield
    told: list[Any] = watch.strays
    assert told == [], f"written outside an act: {told}"


def _let_the_log_be_emptied() -> None:
    """Django's flush deletes rows that the log's guards hold; it puts the guards up again itself."""
    from haidang.core import actions

    actions.take_down_guards()
